package io.sdr.hyperv.site;

import static org.assertj.core.api.Assertions.assertThat;

import io.sdr.api.DriverChoice;
import io.sdr.api.ReplicationPolicy;
import io.sdr.api.Side;
import io.sdr.api.VmId;
import io.sdr.api.spi.DiskRef;
import io.sdr.api.spi.ReplicationDriver;
import io.sdr.api.spi.SiteProvider;
import io.sdr.api.spi.VirtualDisk;
import io.sdr.hyperv.replication.HyperVReplicaDriverFactory;
import io.sdr.hyperv.simulation.SimulatedWorld;
import io.sdr.hyperv.vhdx.VhdxFormat;
import io.sdr.testkit.VirtualTime;
import io.sdr.testkit.contract.DriverWorld;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

/** Two simulated sites and Hyper-V Replica between them, for the suite of drivers. Used by one thread. */
final class NativeDriverWorld implements DriverWorld {
    private final VirtualTime time = new VirtualTime();
    private final SimulatedWorld world;
    private final Map<Side, TraceSide> sides = new EnumMap<>(Side.class);
    private ReplicationDriver driver;

    private NativeDriverWorld(Path folder, BiFunction<SimulatedWorld, String, SiteEstate> maker) {
        world = SimulatedWorld.in(folder, time);
        sides.put(Side.PRIMARY, new TraceSide(maker.apply(world, "east")));
        sides.put(Side.RECOVERY, new TraceSide(maker.apply(world, "west")));
        driver = connect();
    }

    /** Each site is one host. */
    static NativeDriverWorld onHosts(Path folder) {
        return new NativeDriverWorld(
                folder,
                (world, name) -> new HostEstate(world.newHost(name, "hv-" + name), world.transport("hv-" + name)));
    }

    /** Each site is a cloud over the nodes of a cluster, between which its VMs move without being asked. */
    static NativeDriverWorld underVmm(Path folder) {
        return new NativeDriverWorld(folder, (world, name) -> new VmmEstate(world, name, "cloud-" + name));
    }

    private TraceSide at(Side side) {
        return Optional.ofNullable(sides.get(side)).orElseThrow();
    }

    private ReplicationDriver connect() {
        return new HyperVReplicaDriverFactory().connect(site(Side.PRIMARY), site(Side.RECOVERY));
    }

    @Override
    public SiteProvider site(Side side) {
        return at(side).site();
    }

    @Override
    public ReplicationDriver driver() {
        return driver;
    }

    @Override
    public ReplicationPolicy policy() {
        return ReplicationPolicy.defaults().driver(DriverChoice.NATIVE).applicationConsistentEvery(Duration.ZERO);
    }

    @Override
    public void reopen() {
        sides.values().forEach(TraceSide::reopen);
        driver = connect();
    }

    @Override
    public VmId createRunningVm(Side side, String name, List<Long> sizesBytes) {
        return at(side).createRunningVm(name, sizesBytes);
    }

    @Override
    public VirtualDisk guestDisk(Side side, VmId vm, int disk) {
        return at(side).guestDisk(vm, disk);
    }

    @Override
    public VirtualDisk inspect(Side side, DiskRef disk) {
        throw new UnsupportedOperationException("only disks of VMs are looked at: " + disk);
    }

    @Override
    public VirtualDisk inspect(Side side, VmId vm, int disk) {
        return at(side).inspect(vm, disk);
    }

    @Override
    public void loseTracking(Side side, VmId vm) {
        at(side).vm(vm).loseTracking();
    }

    @Override
    public void contact(Side side, boolean answers) {
        at(side).estate().setReachable(answers);
    }

    @Override
    public long calls(Side side) {
        throw new UnsupportedOperationException("no suite that runs here asks");
    }

    @Override
    public void dieAt(Side side, long call, boolean acted) {
        throw new UnsupportedOperationException("no suite that runs here asks");
    }

    @Override
    public void pass(Duration duration) {
        time.runFor(duration);
    }

    @Override
    public List<Long> diskSizes() {
        return DriverWorld.super.diskSizes().stream()
                .map(new VhdxFormat()::roundUp)
                .toList();
    }

    /** Fails if anybody but Hyper-V Replica wrote to a disk that it carries, or this library opened any. */
    @Override
    public void close() {
        sides.values().forEach(TraceSide::close);
        world.check();
        assertThat(world.touchedDisks()).as("disks that this library opened").isEmpty();
        world.close();
    }
}
