package io.sdr.testkit.contract;

import io.sdr.api.NetworkId;
import io.sdr.api.VmId;
import io.sdr.api.spi.DiskFormat;
import io.sdr.api.spi.NetworkDescription;
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
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** A simulated site for the suites, and a place to put something broken before it. Used by one thread. */
public final class SimulatedSiteWorld implements SiteWorld {
    private final VirtualTime time;
    private final Supplier<SimulatedSite> opener;
    private final Function<SimulatedSite, SiteProvider> before;
    private final DiskFormat format;
    private final Optional<PowerCut> power;
    private SimulatedSite site;
    private SiteProvider provider;

    private SimulatedSiteWorld(
            VirtualTime time,
            DiskFormat format,
            Supplier<SimulatedSite> opener,
            Function<SimulatedSite, SiteProvider> before,
            Optional<Storage> storage) {
        this.time = time;
        this.format = format;
        this.opener = opener;
        this.before = before;
        this.power = storage.map(each -> new Power(each));
        open();
    }

    /**
     * Makes a site in files.
     *
     * @param format the format of its disks
     * @param folder where it is
     * @return the world
     */
    public static SimulatedSiteWorld inFolder(DiskFormat format, Path folder) {
        VirtualTime time = new VirtualTime();
        return new SimulatedSiteWorld(
                time,
                format,
                () -> FolderSite.open(
                        SiteOptions.named("east")
                                .time(time)
                                .networks(new NetworkDescription(new NetworkId("lan"), "lan", List.of()))
                                .format(format),
                        folder),
                site -> site,
                Optional.empty());
    }

    /**
     * Makes a site in a storage whose power can be cut.
     *
     * @param format the format of its disks
     * @return the world
     */
    public static SimulatedSiteWorld inMemory(DiskFormat format) {
        return inMemory(format, site -> site, folder -> folder);
    }

    /**
     * Makes a site in a storage whose power can be cut, with something before it.
     *
     * @param format the format of its disks
     * @param before put before the provider
     * @param storage put before its storage
     * @return the world
     */
    public static SimulatedSiteWorld inMemory(
            DiskFormat format, Function<SimulatedSite, SiteProvider> before, UnaryOperator<StorageFolder> storage) {
        VirtualTime time = new VirtualTime();
        Storage crash = new Storage();
        return new SimulatedSiteWorld(
                time,
                format,
                () -> InMemorySite.open(
                        SiteOptions.named("east")
                                .networks(new NetworkDescription(new NetworkId("lan"), "lan", List.of()))
                                .time(time)
                                .process(crash.folder.process())
                                .format(format),
                        storage.apply(crash.folder)),
                before,
                Optional.of(crash));
    }

    private static final class Storage {
        private CrashFolder folder = CrashFolder.over(new MemoryFolder(), new SimulatedProcess());
    }

    private final class Power implements PowerCut {
        private final Storage storage;

        Power(Storage storage) {
            this.storage = storage;
        }

        @Override
        public long operations() {
            return storage.folder.operations();
        }

        @Override
        public void cutBefore(long operation) {
            storage.folder.dieBefore(storage.folder.operations() + operation);
        }

        @Override
        public void restore(long seed) {
            storage.folder.process().kill();
            storage.folder = CrashFolder.over(storage.folder.afterCrash(seed), new SimulatedProcess());
            open();
        }
    }

    private void open() {
        site = opener.get();
        provider = before.apply(site);
    }

    @Override
    public SiteProvider site() {
        return provider;
    }

    @Override
    public void reopen() {
        site.close();
        open();
    }

    @Override
    public VmId createRunningVm(String name, List<Long> sizesBytes) {
        VmId vm = site.createVm(
                        name, sizesBytes.stream().mapToLong(Long::longValue).toArray())
                .id();
        site.powerOn(vm);
        return vm;
    }

    @Override
    public VirtualDisk guestDisk(VmId vm, int disk) {
        return site.guestDisk(vm, site.look(vm).disks().get(disk).disk());
    }

    @Override
    public void startAsAdministrator(VmId vm) {
        site.startBehindTheBack(vm);
    }

    @Override
    public void restartHosts() {
        site.restartHosts();
    }

    @Override
    public void guestIgnoresShutDown(VmId vm, boolean ignores) {
        site.guestIgnoresShutDown(vm, ignores);
    }

    @Override
    public void guestHangs(VmId vm, boolean hangs) {
        site.guestHangs(vm, hangs);
    }

    @Override
    public void contact(boolean answers) {
        if (answers) {
            site.restoreContact();
        } else {
            site.loseContact();
        }
    }

    @Override
    public void loseNextAnswer() {
        site.faults().at(1, new Fault.LosesAnswer());
    }

    @Override
    public void pass(Duration duration) {
        time.runFor(duration);
    }

    @Override
    public DiskFormat format() {
        return format;
    }

    @Override
    public List<Long> diskSizes() {
        return SiteWorld.super.diskSizes().stream().map(format::roundUp).toList();
    }

    @Override
    public Optional<PowerCut> powerCut() {
        return power;
    }

    @Override
    public void close() {
        site.close();
    }
}
