package io.sdr.hyperv.site;

import io.sdr.api.NetworkId;
import io.sdr.api.VmId;
import io.sdr.api.spi.DiskFormat;
import io.sdr.api.spi.NetworkDescription;
import io.sdr.api.spi.SiteProvider;
import io.sdr.api.spi.VirtualDisk;
import io.sdr.hyperv.simulation.SimulatedHost;
import io.sdr.hyperv.simulation.SimulatedVm;
import io.sdr.hyperv.simulation.SimulatedWorld;
import io.sdr.hyperv.vhdx.VhdxFormat;
import io.sdr.testkit.VirtualTime;
import io.sdr.testkit.contract.SiteWorld;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;

/** A simulated site for the suites, with one network. */
final class EstateWorld implements SiteWorld {
    private static final DiskFormat FORMAT = new VhdxFormat();

    private final VirtualTime time = new VirtualTime();
    private final Set<String> hanging = new HashSet<>();
    private final SimulatedWorld world;
    private final SiteEstate estate;
    private SiteProvider site;

    EstateWorld(Path folder, Function<SimulatedWorld, SiteEstate> maker) {
        world = SimulatedWorld.in(folder, time);
        estate = maker.apply(world);
        estate.addNetwork(new NetworkDescription(new NetworkId("production"), "production", List.of()));
        site = estate.open();
    }

    /** One host without a manager. */
    static EstateWorld onHost(Path folder) {
        return new EstateWorld(
                folder, world -> new HostEstate(world.newHost("east", "hv-01"), world.transport("hv-01")));
    }

    /** A cloud over the nodes of a cluster, on which its VMs are spread. */
    static EstateWorld underVmm(Path folder) {
        return new EstateWorld(folder, world -> new VmmEstate(world, "east", "Gold"));
    }

    private SimulatedVm vm(VmId vm) {
        return estate.find(vm.value()).orElseThrow();
    }

    @Override
    public SiteProvider site() {
        return site;
    }

    @Override
    public void reopen() {
        estate.close(site);
        site = estate.open();
    }

    @Override
    public VmId createRunningVm(String name, List<Long> sizesBytes) {
        SimulatedVm vm = estate.newRunningVm(name, sizesBytes);
        vm.run(new IdleGuest(() -> hanging.contains(vm.id())));
        return new VmId(vm.id().toLowerCase(Locale.ROOT));
    }

    @Override
    public VirtualDisk guestDisk(VmId vm, int disk) {
        return vm(vm).guestDisk(disk);
    }

    @Override
    public void startAsAdministrator(VmId vm) {
        vm(vm).start();
    }

    @Override
    public void restartHosts() {
        estate.hosts().forEach(SimulatedHost::powerFails);
        time.runFor(Duration.ofMinutes(1));
        estate.hosts().forEach(SimulatedHost::powerReturns);
    }

    @Override
    public void guestIgnoresShutDown(VmId vm, boolean ignores) {
        vm(vm).setIgnoresShutdown(ignores);
    }

    @Override
    public void guestHangs(VmId vm, boolean hangs) {
        vm(vm).setHeartbeat(!hangs);
        if (hangs) {
            hanging.add(vm(vm).id());
        } else {
            hanging.remove(vm(vm).id());
        }
    }

    @Override
    public void contact(boolean answers) {
        estate.setReachable(answers);
    }

    @Override
    public void loseNextAnswer() {
        estate.orders().loseNextChange();
    }

    @Override
    public void pass(Duration duration) {
        time.runFor(duration);
    }

    @Override
    public DiskFormat format() {
        return FORMAT;
    }

    @Override
    public List<Long> diskSizes() {
        return List.of(FORMAT.roundUp(400_003), FORMAT.roundUp(262_656));
    }

    @Override
    public void close() {
        estate.close(site);
        world.check();
        world.close();
    }
}
