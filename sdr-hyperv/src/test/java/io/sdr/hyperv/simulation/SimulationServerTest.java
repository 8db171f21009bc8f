package io.sdr.hyperv.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sdr.api.OutcomeUnknownException;
import io.sdr.hyperv.powershell.Arguments;
import io.sdr.hyperv.transport.PowerShellTransport;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Simulated hosts by SSH: a real OpenSSH server stands between. */
class SimulationServerTest {
    @TempDir
    private Path folder;

    @Test
    void eachKeyLeadsToItsHost_andALostConnectionToAnUnknownOutcome() throws Exception {
        ReplicaScene scene = new ReplicaScene(folder.resolve("world"));
        scene.vm.turnOff();
        Path ssh = java.nio.file.Files.createDirectory(folder.resolve("ssh"));
        try (SimulationServer server = new SimulationServer(scene.world, ssh)) {
            PowerShellTransport east = server.transport(ReplicaScene.EAST);
            PowerShellTransport west = server.transport(ReplicaScene.WEST);
            assertThat(scene.scripts.run(east, "vm-list", Arguments.none()).each("vms"))
                    .hasSize(1);
            assertThat(scene.scripts.run(west, "vm-list", Arguments.none()).each("vms"))
                    .isEmpty();
            server.drop(Set.of("vm-start")::contains);
            OutcomeUnknownException lost = catchThrowableOfType(
                    OutcomeUnknownException.class,
                    () -> scene.scripts.run(east, "vm-start", scene.scripts.guarded(scene.vm)));
            assertThat(lost.code()).isEqualTo("ANSWER_LOST");
            assertThat(scene.vm.runs()).isTrue();
            assertThat(server.dropped()).isEqualTo(1);
            server.drop(script -> false);
            assertThat(scene.scripts
                            .run(east, "vm-start", scene.scripts.guarded(scene.vm))
                            .text("state"))
                    .isEqualTo("Running");
            assertThat(server.strange()).isEqualTo(List.of());
        }
        scene.world.check();
        scene.world.close();
    }
}
