package io.sdr.hyperv.simulation;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sdr.api.SdrException;
import io.sdr.api.spi.CancelFlag;
import io.sdr.hyperv.powershell.Arguments;
import io.sdr.hyperv.powershell.PowerShellClient;
import io.sdr.hyperv.powershell.ScriptAnswer;
import io.sdr.hyperv.powershell.ScriptCatalogue;
import io.sdr.hyperv.transport.PowerShellTransport;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;

/** Runs scripts on simulated hosts by their names and arguments, without the typed calls that are tested with the simulation. */
final class Scripts {
    static final String CATALOGUE = "D:\\sdr\\catalogue";
    static final String ITEM = "i-web";

    private final SimulatedWorld world;
    private final ScriptCatalogue scripts = new ScriptCatalogue();
    long epoch = 1;

    Scripts(SimulatedWorld world) {
        this.world = world;
    }

    /** Arguments of a script that changes something. */
    Arguments guarded() {
        return inCatalogue()
                .with("epoch", epoch)
                .with("attempt", 1)
                .with("notAfter", world.time().now().plus(Duration.ofHours(1)).toEpochMilli());
    }

    static Arguments inCatalogue() {
        return Arguments.none().with("catalogue", CATALOGUE).with("item", ITEM);
    }

    Arguments guarded(SimulatedVm vm) {
        return guarded().with("vm", vm.id());
    }

    static Arguments disk(String path, int location) {
        return Arguments.none()
                .with("name", "disk-" + location)
                .with("path", path)
                .with("controllerType", "SCSI")
                .with("controllerNumber", 0)
                .with("controllerLocation", location);
    }

    ScriptAnswer run(SimulatedHost host, String script, Arguments arguments) {
        return run(world.transport(host.name()), script, arguments);
    }

    ScriptAnswer run(PowerShellTransport transport, String script, Arguments arguments) {
        PowerShellClient client =
                new PowerShellClient(transport, () -> world.time().now(), new SecureRandom());
        return client.run(
                scripts.script(script), arguments, world.time().now().plus(Duration.ofHours(1)), CancelFlag.NEVER);
    }

    /** The code with which a script is refused. */
    String refusal(SimulatedHost host, String script, Arguments arguments) {
        SdrException thrown = catchThrowableOfType(SdrException.class, () -> run(host, script, arguments));
        return thrown == null ? "none" : thrown.code();
    }

    List<ScriptAnswer> observed(SimulatedHost host, SimulatedVm vm) {
        return run(host, "vm-observe", inCatalogue().with("vms", List.of(vm.id())))
                .each("vms");
    }
}
