package io.sdr.hyperv.simulation;

import io.sdr.hyperv.powershell.Arguments;
import io.sdr.hyperv.powershell.ScriptAnswer;
import io.sdr.testkit.VirtualTime;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/** Two hosts, a VM on the one, and Hyper-V Replica between them. */
final class ReplicaScene {
    static final String EAST = "hv-e1.example.net";
    static final String WEST = "hv-w1.example.net";
    static final int SIZE = 4 << 20;

    final VirtualTime time = new VirtualTime();
    final SimulatedWorld world;
    final Scripts scripts;
    final SimulatedHost east;
    final SimulatedHost west;
    final SimulatedVm vm;

    ReplicaScene(Path folder) {
        world = SimulatedWorld.in(folder, time);
        scripts = new Scripts(world);
        east = world.newHost("east", EAST);
        west = world.newHost("west", WEST);
        vm = east.newVm("web-01");
        vm.addDisk("D:\\VMs\\web-01\\os.vhdx", SIZE);
        vm.addDisk("D:\\VMs\\web-01\\data.vhdx", SIZE);
        vm.start();
    }

    Arguments enabling() {
        return enabling(vm);
    }

    Arguments enabling(SimulatedVm of) {
        return scripts.guarded(of)
                .with("server", WEST)
                .with("port", 80)
                .with("authentication", "Kerberos")
                .without("thumbprint")
                .with("compression", true)
                .with("frequencySeconds", 300)
                .with("pointsKept", 2)
                .with("consistentEveryHours", 0)
                .with("resynchronize", false)
                .with("excludedDisks", List.of());
    }

    Arguments starting() {
        return starting(vm);
    }

    Arguments starting(SimulatedVm of) {
        return scripts.guarded(of).with("existingCopy", false).without("startAt");
    }

    ReplicaScene replicating() {
        scripts.run(east, "replication-enable", enabling());
        scripts.run(east, "replication-start-initial", starting());
        time.runFor(Duration.ofMinutes(1));
        return this;
    }

    SimulatedVm replica() {
        return west.find(vm.id()).orElseThrow();
    }

    /** Runs a script about the VM on a host. */
    ScriptAnswer run(SimulatedHost host, String script) {
        return scripts.run(host, script, scripts.guarded(vm));
    }

    Arguments plain() {
        return scripts.guarded(vm);
    }

    Arguments latest() {
        return plain().without("point");
    }

    Arguments noTest() {
        return plain().with("test", false);
    }

    Arguments reversing() {
        return plain().with("server", EAST).without("thumbprint");
    }

    Arguments resuming(boolean resynchronize, boolean goOn) {
        return plain().with("resynchronize", resynchronize).with("continue", goOn);
    }

    ReplicaSettings settings() {
        return new ReplicaSettings(WEST, 80, "Kerberos", "", true, Duration.ofMinutes(5), 2, 0, -1, -1, List.of());
    }

    ScriptAnswer failOver(String point) {
        return scripts.run(west, "failover-start", point.isEmpty() ? latest() : plain().with("point", point));
    }

    ScriptAnswer stop(SimulatedHost host, boolean test) {
        return scripts.run(host, "failover-stop", plain().with("test", test));
    }

    ScriptAnswer reverse() {
        return scripts.run(west, "replication-reverse", reversing());
    }

    ScriptAnswer resume(SimulatedHost host, boolean resynchronize, boolean goOn) {
        return scripts.run(host, "replication-resume", resuming(resynchronize, goOn));
    }

    List<String> points() {
        return scripts.run(west, "replication-points", Arguments.none().with("vm", vm.id())).each("points").stream()
                .map(each -> each.text("point"))
                .toList();
    }

    void write(SimulatedVm where, int disk, int value) {
        byte[] bytes = new byte[4096];
        Arrays.fill(bytes, (byte) value);
        where.guestDisk(disk).write(disk * 8192L, ByteBuffer.wrap(bytes));
    }

    /** The first byte of what {@link #write} wrote to a disk. */
    static int look(SimulatedVm where, int disk) {
        byte[] bytes = new byte[1];
        where.guestDisk(disk).read(disk * 8192L, ByteBuffer.wrap(bytes));
        return bytes[0];
    }
}
