package io.sdr.testkit.contract;

import io.sdr.api.DiskId;
import io.sdr.api.NetworkId;
import io.sdr.api.Side;
import io.sdr.api.SiteRecovery;
import io.sdr.api.VmId;
import io.sdr.api.spi.DiskFormat;
import io.sdr.api.spi.NetworkDescription;
import io.sdr.api.spi.SiteProvider;
import io.sdr.api.spi.VirtualDisk;
import io.sdr.api.spi.VmConfiguration;
import io.sdr.testkit.Fault;
import io.sdr.testkit.Faults;
import io.sdr.testkit.FolderSite;
import io.sdr.testkit.InMemorySite;
import io.sdr.testkit.MemoryFolder;
import io.sdr.testkit.ScriptedPowerFence;
import io.sdr.testkit.SimulatedSite;
import io.sdr.testkit.SiteOptions;
import io.sdr.testkit.VirtualTime;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Function;

/** Two simulated sites and the engine that is on the path, with virtual time. Used by one thread. */
public final class SimulatedTraceWorld implements TraceWorld {
    /** So many reads of a source's disks are some of what a copy needs. */
    private static final int READS_BEFORE_MIDST = 4;

    private final VirtualTime time = new VirtualTime();
    private final SplittableRandom random = new SplittableRandom(7);
    private final Optional<DiskFormat> format;
    private Path store;
    private final Function<Side, SimulatedSite> opener;
    private final Map<Side, SimulatedSite> sites = new EnumMap<>(Side.class);
    private final Set<Side> silent = EnumSet.noneOf(Side.class);
    private final Map<Side, ScriptedPowerFence> fences = new EnumMap<>(Side.class);
    private SiteRecovery engine;
    private Optional<String> missing = Optional.empty();

    private SimulatedTraceWorld(
            Path store,
            Optional<DiskFormat> format,
            Function<SimulatedTraceWorld, Function<Side, SimulatedSite>> opener) {
        this.format = format;
        this.store = store;
        this.opener = opener.apply(this);
        engine = open();
    }

    /**
     * Makes two sites in memory.
     *
     * @param folder where the engine keeps its store
     * @return the world
     */
    public static SimulatedTraceWorld inMemory(Path folder) {
        return inMemory(folder, Optional.empty());
    }

    /**
     * Makes two sites in memory whose disks are of a format.
     *
     * @param folder where the engine keeps its store
     * @param format the format; replicas have it, too
     * @return the world
     */
    public static SimulatedTraceWorld inMemory(Path folder, DiskFormat format) {
        return inMemory(folder, Optional.of(format));
    }

    private static SimulatedTraceWorld inMemory(Path folder, Optional<DiskFormat> format) {
        Map<Side, MemoryFolder> roots = new EnumMap<>(Side.class);
        for (Side side : Side.values()) {
            roots.put(side, new MemoryFolder());
        }
        return new SimulatedTraceWorld(
                folder.resolve("engine"),
                format,
                world -> side -> InMemorySite.open(
                        world.options(side),
                        Optional.ofNullable(roots.get(side)).orElseThrow()));
    }

    /**
     * Makes two sites in folders.
     *
     * @param folder where the sites and the engine's store are
     * @return the world
     */
    public static SimulatedTraceWorld inFolders(Path folder) {
        return new SimulatedTraceWorld(
                folder.resolve("engine"),
                Optional.empty(),
                world -> side -> FolderSite.open(world.options(side), folder.resolve(name(side))));
    }

    private static String name(Side side) {
        return side == Side.PRIMARY ? "east" : "west";
    }

    private SimulatedSite at(Side side) {
        return Optional.ofNullable(sites.get(side)).orElseThrow();
    }

    private SiteOptions options(Side side) {
        SiteOptions options = SiteOptions.named(name(side))
                .networks(
                        side == Side.PRIMARY
                                ? network("production", subnet("front", 101), subnet("back", 102))
                                : network("production-dr", subnet("back", 202), subnet("front", 201)),
                        network("laboratory"))
                .time(time);
        return format.map(options::format).orElse(options);
    }

    @Override
    public long roundUp(long sizeBytes) {
        return format.map(each -> each.roundUp(sizeBytes)).orElse(sizeBytes);
    }

    private static NetworkDescription network(String id, NetworkDescription.Subnet... subnets) {
        return new NetworkDescription(new NetworkId(id), id, List.of(subnets));
    }

    private static NetworkDescription.Subnet subnet(String name, int vlan) {
        return new NetworkDescription.Subnet(name, OptionalInt.of(vlan));
    }

    private SiteRecovery open() {
        for (Side side : Side.values()) {
            sites.put(side, opener.apply(side));
        }
        silent.forEach(side -> at(side).loseContact());
        return newEngine();
    }

    private SiteRecovery newEngine() {
        SiteRecovery.Builder builder = SiteRecovery.builder();
        fences.forEach((side, fence) -> builder.powerFence(name(side), fence));
        return builder.site(at(Side.PRIMARY))
                .site(at(Side.RECOVERY))
                .dataDirectory(store)
                .timekeeper(time)
                .random(random)
                .actor("tester")
                .probe("log-in", vm -> missing)
                .withoutScheduler()
                .build();
    }

    @Override
    public SiteRecovery engine() {
        return engine;
    }

    @Override
    public SiteProvider site(Side side) {
        return at(side);
    }

    @Override
    public void restart() {
        engine.close();
        sites.values().forEach(SimulatedSite::close);
        engine = open();
    }

    @Override
    public void loseEngine() {
        engine.close();
        store = store.resolveSibling(store.getFileName() + "-anew");
        engine = newEngine();
    }

    @Override
    public VmId createRunningVm(Side side, String name, List<Long> sizes) {
        SimulatedSite site = at(side);
        VmId vm = site.createVm(name, sizes.stream().mapToLong(Long::longValue).toArray())
                .id();
        site.powerOn(vm);
        return vm;
    }

    @Override
    public VirtualDisk guestDisk(Side side, VmId vm, int disk) {
        return at(side).guestDisk(vm, new DiskId("disk" + disk));
    }

    @Override
    public VirtualDisk inspect(Side side, VmId vm, int disk) {
        SimulatedSite site = at(side);
        return site.inspect(site.look(vm).disks().get(disk));
    }

    @Override
    public void guestIgnoresShutDown(Side side, VmId vm, boolean ignores) {
        at(side).guestIgnoresShutDown(vm, ignores);
    }

    @Override
    public void powerOffFails(Side side, boolean fails) {
        if (fails) {
            at(side).faults().from("vms.turnOff", 1, new Fault.Refuses("POWER_OFF_FAILED"));
        } else {
            at(side).faults().clear();
        }
    }

    @Override
    public void failNextStarts(Side side, VmId vm, int count) {
        at(side).failNextStarts(vm, count);
    }

    @Override
    public void growDisk(Side side, VmId vm, int disk, long sizeBytes) {
        at(side).growDisk(vm, new DiskId("disk" + disk), sizeBytes);
    }

    @Override
    public void loseTracking(Side side, VmId vm) {
        at(side).loseTracking(vm);
    }

    @Override
    public void deleteVm(Side side, VmId vm) {
        at(side).deleteBehindTheBack(vm);
    }

    @Override
    public void contact(Side side, boolean answers) {
        if (answers) {
            silent.remove(side);
            at(side).restoreContact();
        } else {
            silent.add(side);
            at(side).loseContact();
        }
    }

    @Override
    public void restartHosts(Side side) {
        at(side).restartHosts();
    }

    @Override
    public void startBehindTheBack(Side side, VmId vm) {
        at(side).startBehindTheBack(vm);
    }

    @Override
    public void forgetOffSince(Side side, VmId vm) {
        at(side).forgetOffSince(vm);
    }

    @Override
    public void powerFence(Side side, boolean works) {
        boolean given = fences.containsKey(side);
        fences.computeIfAbsent(side, each -> new ScriptedPowerFence(() -> at(each)))
                .script(works ? ScriptedPowerFence.Script.WORKS : ScriptedPowerFence.Script.FAILS);
        if (!given) {
            restart();
        }
    }

    @Override
    public void configureByHand(Side side, VmId vm, VmConfiguration configuration) {
        at(side).configureBehindTheBack(vm, configuration);
    }

    @Override
    public void refusesToDeleteTestObjects(Side side, boolean refuses) {
        if (refuses) {
            at(side).faults().from("testObjects.deleteVm", 1, new Fault.Refuses("DELETE_REFUSED"));
        } else {
            at(side).faults().clear();
        }
    }

    @Override
    public void refusesCheckpoints(Side side, boolean refuses) {
        if (refuses) {
            at(side).faults().from("disks.checkpoint", 1, new Fault.Refuses("CHECKPOINT_REFUSED"));
        } else {
            at(side).faults().clear();
        }
    }

    @Override
    public void refusesAttach(Side side, boolean refuses) {
        if (refuses) {
            at(side).faults().from("vms.attach", 1, new Fault.Refuses("ATTACH_REFUSED"));
        } else {
            at(side).faults().clear();
        }
    }

    @Override
    public boolean duringNextCopy(Side source, Runnable act) {
        Faults faults = at(source).faults();
        int[] reads = {0};
        faults.watch(call -> {
            if (call.name().equals("disk.read") && ++reads[0] == READS_BEFORE_MIDST) {
                faults.watch(none -> {});
                act.run();
            }
        });
        return true;
    }

    @Override
    public void probe(Optional<String> value) {
        missing = value;
    }

    @Override
    public void pass(Duration duration) {
        time.runFor(duration);
    }

    @Override
    public void close() {
        engine.close();
        sites.values().forEach(SimulatedSite::close);
    }
}
