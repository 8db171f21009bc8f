package io.sdr.core.trace;

import io.sdr.api.DiskId;
import io.sdr.api.NetworkId;
import io.sdr.api.Side;
import io.sdr.api.SiteRecovery;
import io.sdr.api.VmId;
import io.sdr.api.spi.NetworkDescription;
import io.sdr.api.spi.SiteProvider;
import io.sdr.api.spi.VirtualDisk;
import io.sdr.api.spi.VmConfiguration;
import io.sdr.testkit.Fault;
import io.sdr.testkit.FolderSite;
import io.sdr.testkit.InMemorySite;
import io.sdr.testkit.MemoryFolder;
import io.sdr.testkit.ScriptedPowerFence;
import io.sdr.testkit.SimulatedSite;
import io.sdr.testkit.SiteOptions;
import io.sdr.testkit.VirtualTime;
import io.sdr.testkit.contract.TraceWorld;
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

/** Two simulated sites and the real engine, with virtual time. */
final class SimulatedWorld implements TraceWorld {
    private static final Map<Side, String> NAMES = Map.of(Side.PRIMARY, "east", Side.RECOVERY, "west");

    private final VirtualTime time = new VirtualTime();
    private final SplittableRandom random = new SplittableRandom(7);
    private Path store;
    private final Function<Side, SimulatedSite> opener;
    private final Map<Side, SimulatedSite> sites = new EnumMap<>(Side.class);
    private final Set<Side> silent = EnumSet.noneOf(Side.class);
    private final Map<Side, ScriptedPowerFence> fences = new EnumMap<>(Side.class);
    private SiteRecovery engine;
    private Optional<String> missing = Optional.empty();

    private SimulatedWorld(Path store, Function<SimulatedWorld, Function<Side, SimulatedSite>> opener) {
        this.store = store;
        this.opener = opener.apply(this);
        engine = open();
    }

    static SimulatedWorld inMemory(Path folder) {
        Map<Side, MemoryFolder> roots = new EnumMap<>(Side.class);
        for (Side side : Side.values()) {
            roots.put(side, new MemoryFolder());
        }
        return new SimulatedWorld(
                folder.resolve("engine"), world -> side -> InMemorySite.open(world.options(side), roots.get(side)));
    }

    static SimulatedWorld inFolders(Path folder) {
        return new SimulatedWorld(
                folder.resolve("engine"),
                world -> side -> FolderSite.open(world.options(side), folder.resolve(NAMES.get(side))));
    }

    private SiteOptions options(Side side) {
        return SiteOptions.named(NAMES.get(side))
                .networks(
                        side == Side.PRIMARY
                                ? network("production", subnet("front", 101), subnet("back", 102))
                                : network("production-dr", subnet("back", 202), subnet("front", 201)),
                        network("laboratory"))
                .time(time);
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
        silent.forEach(side -> sites.get(side).loseContact());
        return newEngine();
    }

    private SiteRecovery newEngine() {
        SiteRecovery.Builder builder = SiteRecovery.builder();
        fences.forEach((side, fence) -> builder.powerFence(NAMES.get(side), fence));
        return builder.site(sites.get(Side.PRIMARY))
                .site(sites.get(Side.RECOVERY))
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
        return sites.get(side);
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
        SimulatedSite site = sites.get(side);
        VmId vm = site.createVm(name, sizes.stream().mapToLong(Long::longValue).toArray())
                .id();
        site.powerOn(vm);
        return vm;
    }

    @Override
    public VirtualDisk guestDisk(Side side, VmId vm, int disk) {
        return sites.get(side).guestDisk(vm, new DiskId("disk" + disk));
    }

    @Override
    public VirtualDisk inspect(Side side, VmId vm, int disk) {
        SimulatedSite site = sites.get(side);
        return site.inspect(site.look(vm).disks().get(disk));
    }

    @Override
    public void guestIgnoresShutDown(Side side, VmId vm, boolean ignores) {
        sites.get(side).guestIgnoresShutDown(vm, ignores);
    }

    @Override
    public void powerOffFails(Side side, boolean fails) {
        if (fails) {
            sites.get(side).faults().from("vms.turnOff", 1, new Fault.Refuses("POWER_OFF_FAILED"));
        } else {
            sites.get(side).faults().clear();
        }
    }

    @Override
    public void failNextStarts(Side side, VmId vm, int count) {
        sites.get(side).failNextStarts(vm, count);
    }

    @Override
    public void growDisk(Side side, VmId vm, int disk, long sizeBytes) {
        sites.get(side).growDisk(vm, new DiskId("disk" + disk), sizeBytes);
    }

    @Override
    public void loseTracking(Side side, VmId vm) {
        sites.get(side).loseTracking(vm);
    }

    @Override
    public void deleteVm(Side side, VmId vm) {
        sites.get(side).deleteBehindTheBack(vm);
    }

    @Override
    public void contact(Side side, boolean answers) {
        if (answers) {
            silent.remove(side);
            sites.get(side).restoreContact();
        } else {
            silent.add(side);
            sites.get(side).loseContact();
        }
    }

    @Override
    public void restartHosts(Side side) {
        sites.get(side).restartHosts();
    }

    @Override
    public void startBehindTheBack(Side side, VmId vm) {
        sites.get(side).startBehindTheBack(vm);
    }

    @Override
    public void forgetOffSince(Side side, VmId vm) {
        sites.get(side).forgetOffSince(vm);
    }

    @Override
    public void powerFence(Side side, boolean works) {
        boolean given = fences.containsKey(side);
        fences.computeIfAbsent(side, each -> new ScriptedPowerFence(() -> sites.get(each)))
                .script(works ? ScriptedPowerFence.Script.WORKS : ScriptedPowerFence.Script.FAILS);
        if (!given) {
            restart();
        }
    }

    @Override
    public void configureByHand(Side side, VmId vm, VmConfiguration configuration) {
        sites.get(side).configureBehindTheBack(vm, configuration);
    }

    @Override
    public void refusesToDeleteTestObjects(Side side, boolean refuses) {
        if (refuses) {
            sites.get(side).faults().from("testObjects.deleteVm", 1, new Fault.Refuses("DELETE_REFUSED"));
        } else {
            sites.get(side).faults().clear();
        }
    }

    @Override
    public void refusesCheckpoints(Side side, boolean refuses) {
        if (refuses) {
            sites.get(side).faults().from("disks.checkpoint", 1, new Fault.Refuses("CHECKPOINT_REFUSED"));
        } else {
            sites.get(side).faults().clear();
        }
    }

    @Override
    public void refusesAttach(Side side, boolean refuses) {
        if (refuses) {
            sites.get(side).faults().from("vms.attach", 1, new Fault.Refuses("ATTACH_REFUSED"));
        } else {
            sites.get(side).faults().clear();
        }
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
