package io.sdr.core.contract;

import io.sdr.api.Side;
import io.sdr.api.VmId;
import io.sdr.api.spi.Access;
import io.sdr.api.spi.DiskAccess;
import io.sdr.api.spi.DiskRef;
import io.sdr.api.spi.ReplicationDriver;
import io.sdr.api.spi.ReplicationDriverFactory;
import io.sdr.api.spi.SiteProvider;
import io.sdr.api.spi.VirtualDisk;
import io.sdr.core.format.RawFormat;
import io.sdr.testkit.Fault;
import io.sdr.testkit.FolderSite;
import io.sdr.testkit.InMemorySite;
import io.sdr.testkit.MemoryFolder;
import io.sdr.testkit.SimulatedProcess;
import io.sdr.testkit.SimulatedSite;
import io.sdr.testkit.SiteOptions;
import io.sdr.testkit.VirtualTime;
import io.sdr.testkit.contract.DriverWorld;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;

/** Two simulated sites and sdr's own driver for the suites, and a place to put something broken before it. */
final class SimulatedDriverWorld implements DriverWorld {
    private final VirtualTime time = new VirtualTime();
    private final BiFunction<Side, SiteOptions, SimulatedSite> opener;
    private final UnaryOperator<ReplicationDriver> before;
    private final Map<Side, SimulatedSite> sites = new EnumMap<>(Side.class);
    private SimulatedProcess process = new SimulatedProcess();
    private ReplicationDriver driver;

    private SimulatedDriverWorld(
            BiFunction<Side, SiteOptions, SimulatedSite> opener, UnaryOperator<ReplicationDriver> before) {
        this.opener = opener;
        this.before = before;
        open();
    }

    static SimulatedDriverWorld inMemory(UnaryOperator<ReplicationDriver> before) {
        Map<Side, MemoryFolder> roots = new EnumMap<>(Side.class);
        for (Side side : Side.values()) {
            roots.put(side, new MemoryFolder());
        }
        return new SimulatedDriverWorld((side, options) -> InMemorySite.open(options, roots.get(side)), before);
    }

    static SimulatedDriverWorld inFolder(Path folder) {
        return new SimulatedDriverWorld(
                (side, options) -> FolderSite.open(options, folder.resolve(side.name())), driver -> driver);
    }

    private void open() {
        for (Side side : Side.values()) {
            SiteOptions options = SiteOptions.named(side == Side.PRIMARY ? "east" : "west")
                    .time(time)
                    .process(process)
                    .format(new RawFormat());
            sites.put(side, opener.apply(side, options));
        }
        driver = before.apply(ServiceLoader.load(ReplicationDriverFactory.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(factory -> factory.name().equals("sdr"))
                .findFirst()
                .orElseThrow()
                .connect(sites.get(Side.PRIMARY), sites.get(Side.RECOVERY)));
    }

    @Override
    public SiteProvider site(Side side) {
        return sites.get(side);
    }

    @Override
    public ReplicationDriver driver() {
        return driver;
    }

    @Override
    public void reopen() {
        close();
        process = new SimulatedProcess();
        open();
    }

    @Override
    public VmId createRunningVm(Side side, String name, List<Long> sizesBytes) {
        VmId vm = sites.get(side)
                .createVm(name, sizesBytes.stream().mapToLong(Long::longValue).toArray())
                .id();
        sites.get(side).powerOn(vm);
        return vm;
    }

    @Override
    public VirtualDisk guestDisk(Side side, VmId vm, int disk) {
        SimulatedSite site = sites.get(side);
        return site.guestDisk(vm, site.look(vm).disks().get(disk).disk());
    }

    @Override
    public VirtualDisk inspect(Side side, DiskRef disk) {
        return sites.get(side).inspect(disk);
    }

    @Override
    public void loseTracking(Side side, VmId vm) {
        SimulatedSite site = sites.get(side);
        site.turnOffBehindTheBack(vm);
        for (DiskRef disk : site.look(vm).disks()) {
            ((DiskAccess.InProcess) site.disks().offline(disk, Access.WRITE))
                    .open()
                    .close();
        }
        site.powerOn(vm);
    }

    @Override
    public void contact(Side side, boolean answers) {
        if (answers) {
            sites.get(side).restoreContact();
        } else {
            sites.get(side).loseContact();
        }
    }

    @Override
    public long calls(Side side) {
        return sites.get(side).faults().log().size();
    }

    @Override
    public void dieAt(Side side, long call, boolean acted) {
        sites.get(side).faults().at(call, acted ? new Fault.DiesAfter() : new Fault.DiesBefore());
    }

    @Override
    public void pass(Duration duration) {
        time.runFor(duration);
    }

    @Override
    public void close() {
        sites.values().forEach(SimulatedSite::close);
    }
}
