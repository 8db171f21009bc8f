package io.sdr.hyperv.site;

import static org.assertj.core.api.Assertions.assertThat;

import io.sdr.api.DriverChoice;
import io.sdr.api.NetworkId;
import io.sdr.api.Place;
import io.sdr.api.PowerFence;
import io.sdr.api.Problem;
import io.sdr.api.ReplicationPolicy;
import io.sdr.api.RetryableException;
import io.sdr.api.Side;
import io.sdr.api.SiteRecovery;
import io.sdr.api.VmId;
import io.sdr.api.spi.NetworkDescription;
import io.sdr.api.spi.SiteProvider;
import io.sdr.api.spi.VirtualDisk;
import io.sdr.api.spi.VmConfiguration;
import io.sdr.hyperv.replication.HyperVReplicaDriver;
import io.sdr.hyperv.simulation.SimulatedHost;
import io.sdr.hyperv.simulation.SimulatedWorld;
import io.sdr.hyperv.vhdx.VhdxFormat;
import io.sdr.testkit.SimulatedDeath;
import io.sdr.testkit.VirtualTime;
import io.sdr.testkit.contract.TraceWorld;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.BiFunction;
import java.util.stream.Stream;

/** Two simulated sites on Hyper-V hosts, and the engine over them, with virtual time. Used by one thread. */
final class HyperVTraceWorld implements TraceWorld {
    private final VirtualTime time = new VirtualTime();
    private final SplittableRandom random = new SplittableRandom(7);
    private final SimulatedWorld world;
    private final Map<Side, TraceSide> sides = new EnumMap<>(Side.class);
    private final Map<Side, Boolean> fences = new EnumMap<>(Side.class);
    private final Set<VmId> fenced = new HashSet<>();
    private final boolean isNative;
    private final List<SiteRecovery> dead = new ArrayList<>();
    private Path store;
    private int deaths;
    private SiteRecovery engine;
    private Optional<String> missing = Optional.empty();

    /**
     * Makes one.
     *
     * @param folder takes all its files
     * @param isNative whether Hyper-V Replica carries the data
     * @param maker makes a site of a name
     */
    private HyperVTraceWorld(Path folder, boolean isNative, BiFunction<SimulatedWorld, String, SiteEstate> maker) {
        this.isNative = isNative;
        world = SimulatedWorld.in(folder.resolve("hosts"), time);
        sides.put(
                Side.PRIMARY,
                new TraceSide(
                        maker.apply(world, "east"), network("production", subnet("front", 101), subnet("back", 102))));
        sides.put(
                Side.RECOVERY,
                new TraceSide(
                        maker.apply(world, "west"),
                        network("production-dr", subnet("back", 202), subnet("front", 201))));
        world.beforeScript(
                (script, host) -> sides.values().forEach(side -> side.estate().before(script, host)));
        store = folder.resolve("engine");
        engine = open();
    }

    /** Each site is one host. */
    static HyperVTraceWorld onHosts(Path folder, boolean isNative) {
        return new HyperVTraceWorld(folder, isNative, (world, name) -> {
            SimulatedHost host = world.newHost(name, "hv-" + name);
            return new HostEstate(host, world.transport(host.name()));
        });
    }

    /** Each site is a cloud over three nodes, between which its VMs move without being asked. */
    static HyperVTraceWorld underVmm(Path folder, boolean isNative) {
        return new HyperVTraceWorld(
                folder, isNative, (world, name) -> new VmmEstate(world, name, "cloud-" + name).wandering());
    }

    private static NetworkDescription network(String name, NetworkDescription.Subnet... subnets) {
        return new NetworkDescription(new NetworkId(name), name, List.of(subnets));
    }

    private static NetworkDescription.Subnet subnet(String name, int vlan) {
        return new NetworkDescription.Subnet(name, OptionalInt.of(vlan));
    }

    /** How often VMs moved by themselves. */
    int moves() {
        return sides.values().stream().mapToInt(side -> side.estate().moves()).sum();
    }

    private TraceSide at(Side side) {
        return Optional.ofNullable(sides.get(side)).orElseThrow();
    }

    private SiteRecovery open() {
        SiteRecovery.Builder builder = SiteRecovery.builder();
        fences.keySet().forEach(side -> builder.powerFence(at(side).site().id().value(), fence(side)));
        return builder.site(at(Side.PRIMARY).site())
                .site(at(Side.RECOVERY).site())
                .dataDirectory(store)
                .timekeeper(time)
                .random(random)
                .actor("tester")
                .probe("log-in", vm -> missing)
                .withoutScheduler()
                .build();
    }

    private PowerFence fence(Side side) {
        return new PowerFence() {
            @Override
            public Optional<String> evidence(Target target) {
                return fenced.contains(target.vm()) && !at(side).vm(target.vm()).runs()
                        ? Optional.of("outlet of " + target.vm() + " is off")
                        : Optional.empty();
            }

            @Override
            public void fence(Target target) {
                if (!Boolean.TRUE.equals(fences.get(side))) {
                    throw new RetryableException(Problem.of("FENCE_FAILED")
                            .attempted("take the power from VM " + target.vm())
                            .state("the power distribution unit does not answer")
                            .remedy("look at it"));
                }
                at(side).vm(target.vm()).turnOff();
                fenced.add(target.vm());
            }
        };
    }

    @Override
    public SiteRecovery engine() {
        return engine;
    }

    @Override
    public ReplicationPolicy policy() {
        return isNative
                ? ReplicationPolicy.defaults().driver(DriverChoice.NATIVE).applicationConsistentEvery(Duration.ZERO)
                : TraceWorld.super.policy();
    }

    @Override
    public String driver() {
        return isNative ? HyperVReplicaDriver.NAME : TraceWorld.super.driver();
    }

    @Override
    public SiteProvider site(Side side) {
        return at(side).site();
    }

    @Override
    public Place place(Side side) {
        return at(side).place();
    }

    @Override
    public void restart() {
        engine.close();
        sides.values().forEach(TraceSide::reopen);
        engine = open();
    }

    /** Opens sites and engine anew in a process that goes through a passage. */
    void restartThrough(Passage process) {
        sides.values().forEach(side -> side.estate().orders().goThrough(process));
        restart();
    }

    /** Copies what an engine that dies now leaves behind. */
    Path copyStore() {
        Path found = store.resolveSibling("found-" + ++deaths);
        try (Stream<Path> files = Files.list(store)) {
            Files.createDirectories(found);
            for (Path each : files.filter(Files::isRegularFile).toList()) {
                Files.copy(each, found.resolve(each.getFileName()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return found;
    }

    /** The process has died: the next one, which goes through another passage, finds a store that was copied in that moment. */
    void reviveThrough(Passage process, Path found) {
        try {
            engine.close();
        } catch (SimulatedDeath e) {
            dead.add(engine);
        }
        store = found;
        sides.values().forEach(side -> side.estate().orders().goThrough(process));
        sides.values().forEach(TraceSide::reopen);
        engine = open();
    }

    /** The VMs that run and are not a drill's. */
    List<String> running() {
        synchronized (world) { // no script moves one meanwhile
            return world.vms().stream()
                    .filter(vm -> vm.runs() && !vm.name().endsWith(" - Test"))
                    .map(vm -> vm.name() + " on " + vm.host().name())
                    .toList();
        }
    }

    boolean running(Side side, VmId vm) {
        return at(side).vm(vm).runs();
    }

    /** The VMs that drills made at a side. */
    List<VmId> testVms(Side side) {
        return at(side).estate().hosts().stream()
                .flatMap(host -> host.vms().stream())
                .filter(vm -> vm.name().endsWith(" - Test"))
                .map(vm -> new VmId(vm.id().toLowerCase(Locale.ROOT)))
                .toList();
    }

    /** Which VMs there are, and what is theirs. */
    List<String> vmLines() {
        return world.vms().stream()
                .map(vm -> vm.name() + " at " + vm.host().site() + ": " + vm.state() + ", "
                        + vm.drives().size() + " disks, start " + vm.automaticStart() + ", " + vm.replicationMode()
                        + " "
                        + vm.replicationState())
                .sorted()
                .toList();
    }

    @Override
    public void loseEngine() {
        engine.close();
        store = store.resolveSibling(store.getFileName() + "-anew");
        engine = open();
    }

    @Override
    public long roundUp(long sizeBytes) {
        return new VhdxFormat().roundUp(sizeBytes);
    }

    @Override
    public VmId createRunningVm(Side side, String name, List<Long> sizes) {
        return at(side).createRunningVm(name, sizes.stream().map(this::roundUp).toList());
    }

    @Override
    public VirtualDisk guestDisk(Side side, VmId vm, int disk) {
        return at(side).guestDisk(vm, disk);
    }

    @Override
    public VirtualDisk inspect(Side side, VmId vm, int disk) {
        return at(side).inspect(vm, disk);
    }

    @Override
    public void guestIgnoresShutDown(Side side, VmId vm, boolean ignores) {
        at(side).vm(vm).setIgnoresShutdown(ignores);
    }

    private void refuse(Side side, String script, String code, boolean refuses) {
        if (refuses) {
            at(side).estate().orders().refuse(script, code);
        } else {
            at(side).estate().orders().allow(script);
        }
    }

    @Override
    public void powerOffFails(Side side, boolean fails) {
        refuse(side, "vm-turn-off", "POWER_OFF_FAILED", fails);
    }

    @Override
    public void failNextStarts(Side side, VmId vm, int count) {
        at(side).estate().orders().refuse("vm-start", "START_FAILED", vm.value(), count);
    }

    @Override
    public void growDisk(Side side, VmId vm, int disk, long sizeBytes) {
        at(side).growDisk(vm, disk, sizeBytes);
    }

    @Override
    public void loseTracking(Side side, VmId vm) {
        at(side).vm(vm).loseTracking();
    }

    @Override
    public void deleteVm(Side side, VmId vm) {
        at(side).deleteVm(vm);
    }

    @Override
    public void contact(Side side, boolean answers) {
        at(side).estate().setReachable(answers);
    }

    @Override
    public void restartHosts(Side side) {
        at(side).estate().hosts().forEach(SimulatedHost::powerFails);
        time.runFor(Duration.ofMinutes(1));
        at(side).estate().hosts().forEach(SimulatedHost::powerReturns);
    }

    @Override
    public void startBehindTheBack(Side side, VmId vm) {
        at(side).vm(vm).start();
    }

    @Override
    public void forgetOffSince(Side side, VmId vm) {
        assertThat(at(side).vm(vm).runs()).isFalse();
        // It may have been on another node when it went off.
        at(side).estate().hosts().forEach(host -> host.log().empty());
    }

    @Override
    public void powerFence(Side side, boolean works) {
        if (fences.put(side, works) == null) {
            restart();
        }
    }

    @Override
    public void configureByHand(Side side, VmId vm, VmConfiguration configuration) {
        at(side).configureByHand(vm, configuration);
    }

    @Override
    public void refusesToDeleteTestObjects(Side side, boolean refuses) {
        refuse(side, "vm-delete", "DELETE_REFUSED", refuses);
        if (isNative) {
            refuse(side, "failover-stop", "DELETE_REFUSED", refuses);
        }
    }

    @Override
    public void refusesCheckpoints(Side side, boolean refuses) {
        if (isNative) {
            world.stallReplication(refuses);
        } else {
            refuse(side, "checkpoint-create", "CHECKPOINT_REFUSED", refuses);
        }
    }

    @Override
    public void refusesAttach(Side side, boolean refuses) {
        refuse(side, isNative ? "failover-start" : "vm-attach", "ATTACH_REFUSED", refuses);
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
        sides.values().forEach(TraceSide::close);
        world.check();
        if (isNative) {
            assertThat(world.touchedDisks())
                    .as("disks that this library opened")
                    .isEmpty();
        }
        world.close();
    }
}
