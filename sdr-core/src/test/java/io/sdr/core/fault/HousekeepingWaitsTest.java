package io.sdr.core.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.sdr.api.FailoverPlan;
import io.sdr.api.ProtectionState;
import io.sdr.api.Side;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Housekeeping of an item waits until its notes are delivered: what they say about a side comes before anything else. */
class HousekeepingWaitsTest {
    @TempDir
    private Path folder;

    private static List<String> callsAt(FaultWorld world, Side side) {
        return world.calls().stream()
                .filter(each -> each.side() == side)
                .map(FaultWorld.Made::name)
                .toList();
    }

    @Test
    void nothingIsTidiedBeforeTheOldSideIsFenced() {
        try (FaultWorld world = FaultWorld.fresh(folder.resolve("engine"))) {
            FaultedOperation.UNPLANNED_SHUTDOWN.prepare(world, Side.PRIMARY);
            world.allowBesideSilent(Side.PRIMARY);
            world.site(Side.PRIMARY).loseContact();
            FaultedOperation.done(world.engine().failOver(FailoverPlan.unplanned(world.id(), Side.RECOVERY)));
            FaultedOperation.done(world.engine().commit(world.id()));
            world.site(Side.RECOVERY).turnOffBehindTheBack(world.vm(Side.RECOVERY));
            world.time.runFor(Duration.ofMinutes(2));

            world.list();
            world.engine().runDue();
            assertThat(world.item().orElseThrow().state()).isEqualTo(ProtectionState.FAILED_OVER);
            assertThat(world.item().orElseThrow().pendingNotes()).hasSize(1);
            assertThat(callsAt(world, Side.RECOVERY))
                    .as("the active VM is off and could be tidied")
                    .doesNotContain("vms.lockStart", "vms.unlockStart");

            world.site(Side.PRIMARY).restoreContact();
            world.list();
            world.engine().runDue();
            assertThat(world.item().orElseThrow().pendingNotes()).isEmpty();
            assertThat(world.isRunning(Side.PRIMARY)).isFalse();
            assertThat(callsAt(world, Side.PRIMARY)).contains("vms.turnOff");
            assertThat(callsAt(world, Side.RECOVERY))
                    .as("then it is tidied, locked meanwhile")
                    .containsSubsequence("vms.lockStart", "vms.unlockStart");
            assertThat(world.calls().stream().map(FaultWorld.Made::name).toList())
                    .as("in this order")
                    .containsSubsequence("vms.turnOff", "vms.unlockStart");
        }
    }
}
