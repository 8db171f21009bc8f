package io.sdr.testkit.contract;

import io.sdr.api.Side;
import io.sdr.api.VmId;
import io.sdr.api.spi.Access;
import io.sdr.api.spi.DiskAccess;
import io.sdr.api.spi.DiskFormat;
import io.sdr.api.spi.DiskRef;
import io.sdr.api.spi.ReplicationDriver;
import io.sdr.api.spi.ReplicationDriverFactory;
import io.sdr.api.spi.SiteProvider;
import io.sdr.api.spi.StorageFolder;
import io.sdr.api.spi.VirtualDisk;
import io.sdr.testkit.CrashFolder;
import io.sdr.testkit.Fault;
import io.sdr.testkit.FolderSite;
import io.sdr.testkit.InMemorySite;
import io.sdr.testkit.MemoryFolder;
import io.sdr.testkit.SimulatedProcess;
import io.sdr.testkit.SimulatedSite;
import io.sdr.testkit.SiteOptions;
import io.sdr.testkit.VirtualTime;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.function.UnaryOperator;

/** Two simulated sites and sdr's own driver, which must be on the path, for the suites. Used by one thread. */
public final class SimulatedDriverWorld implements DriverWorld {
    private final VirtualTime time = new VirtualTime();
    private final DiskFormat format;
    private final Opener opener;
    private final UnaryOperator<ReplicationDriver> before;
    private final Map<Side, CrashFolder> crash = new EnumMap<>(Side.class);
    private final Map<Side, SimulatedSite> sites = new EnumMap<>(Side.class);
    private SimulatedProcess process = new SimulatedProcess();
    private ReplicationDriver driver;

    /** Opens a site in its storage. */
    private interface Opener {
        SimulatedSite open(SimulatedDriverWorld world, Side side, SiteOptions options);
    }

    private SimulatedDriverWorld(DiskFormat format, Opener opener, UnaryOperator<ReplicationDriver> before) {
        this.format = format;
        this.opener = opener;
        this.before = before;
        this.driver = open();
    }

    /**
     * Makes two sites in memory.
     *
     * @param format the format of their disks
     * @return the world
     */
    public static SimulatedDriverWorld inMemory(DiskFormat format) {
        return inMemory(format, driver -> driver);
    }

    /**
     * Makes two sites in memory, with something before the driver.
     *
     * @param format the format of their disks
     * @param before put before the driver
     * @return the world
     */
    public static SimulatedDriverWorld inMemory(DiskFormat format, UnaryOperator<ReplicationDriver> before) {
        Map<Side, MemoryFolder> roots = new EnumMap<>(Side.class);
        for (Side side : Side.values()) {
            roots.put(side, new MemoryFolder());
        }
        return new SimulatedDriverWorld(
                format,
                (world, side, options) -> InMemorySite.open(options, Objects.requireNonNull(roots.get(side))),
                before);
    }

    /**
     * Makes two sites in folders.
     *
     * @param format the format of their disks
     * @param folder where they are
     * @return the world
     */
    public static SimulatedDriverWorld inFolder(DiskFormat format, Path folder) {
        return new SimulatedDriverWorld(
                format,
                (world, side, options) -> FolderSite.open(options, folder.resolve(side.name())),
                driver -> driver);
    }

    /**
     * Makes two sites in storages whose power can be cut.
     *
     * @param format the format of their disks
     * @return the world
     */
    public static SimulatedDriverWorld withPowerCut(DiskFormat format) {
        return withPowerCut(format, storage -> storage);
    }

    /**
     * Makes two sites in storages whose power can be cut, with something before the storages.
     *
     * @param format the format of their disks
     * @param before put before each storage, such as a {@link io.sdr.testkit.ForgetfulFolder}
     * @return the world
     */
    public static SimulatedDriverWorld withPowerCut(DiskFormat format, UnaryOperator<StorageFolder> before) {
        return new SimulatedDriverWorld(
                format,
                (world, side, options) -> InMemorySite.open(
                        options,
                        before.apply(world.crash.computeIfAbsent(
                                side, absent -> CrashFolder.over(new MemoryFolder(), world.process)))),
                driver -> driver);
    }

    private SimulatedSite at(Side side) {
        return Objects.requireNonNull(sites.get(side));
    }

    private ReplicationDriver open() {
        for (Side side : Side.values()) {
            SiteOptions options = SiteOptions.named(side == Side.PRIMARY ? "east" : "west")
                    .time(time)
                    .process(process)
                    .format(format);
            sites.put(side, opener.open(this, side, options));
        }
        return before.apply(ServiceLoader.load(ReplicationDriverFactory.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(factory -> factory.name().equals("sdr"))
                .findFirst()
                .orElseThrow()
                .connect(at(Side.PRIMARY), at(Side.RECOVERY)));
    }

    private void openAnew() {
        process = new SimulatedProcess();
        crash.replaceAll((side, folder) -> CrashFolder.over(folder.afterOrderlyEnd(), process));
        driver = open();
    }

    @Override
    public Optional<PowerCut> powerCut(Side side) {
        return Optional.ofNullable(crash.get(side)).map(folder -> new Power(side));
    }

    private final class Power implements PowerCut {
        private final Side side;

        Power(Side side) {
            this.side = side;
        }

        private CrashFolder folder() {
            return Objects.requireNonNull(crash.get(side));
        }

        @Override
        public long operations() {
            return folder().operations();
        }

        @Override
        public void cutBefore(long operation) {
            folder().dieBefore(folder().operations() + operation);
        }

        /** {@inheritDoc} Driver and sites are one process here, so both storages are found as a crash leaves them. */
        @Override
        public void restore(long seed) {
            process.kill();
            process = new SimulatedProcess();
            crash.replaceAll((each, folder) -> CrashFolder.over(folder.afterCrash(seed), process));
            driver = open();
        }
    }

    @Override
    public List<Long> diskSizes() {
        return DriverWorld.super.diskSizes().stream().map(format::roundUp).toList();
    }

    @Override
    public SiteProvider site(Side side) {
        return at(side);
    }

    @Override
    public ReplicationDriver driver() {
        return driver;
    }

    @Override
    public void reopen() {
        if (crash.isEmpty()) {
            close();
        } // else what died has nothing to close, and what lives is durable
        openAnew();
    }

    @Override
    public VmId createRunningVm(Side side, String name, List<Long> sizesBytes) {
        VmId vm = at(side).createVm(
                        name, sizesBytes.stream().mapToLong(Long::longValue).toArray())
                .id();
        at(side).powerOn(vm);
        return vm;
    }

    @Override
    public VirtualDisk guestDisk(Side side, VmId vm, int disk) {
        SimulatedSite site = at(side);
        return site.guestDisk(vm, site.look(vm).disks().get(disk).disk());
    }

    @Override
    public VirtualDisk inspect(Side side, DiskRef disk) {
        return at(side).inspect(disk);
    }

    @Override
    public void loseTracking(Side side, VmId vm) {
        SimulatedSite site = at(side);
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
            at(side).restoreContact();
        } else {
            at(side).loseContact();
        }
    }

    @Override
    public long calls(Side side) {
        return at(side).faults().log().size();
    }

    @Override
    public void dieAt(Side side, long call, boolean acted) {
        at(side).faults().at(call, acted ? new Fault.DiesAfter() : new Fault.DiesBefore());
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
