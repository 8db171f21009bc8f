package io.sdr.hyperv.site;

import static org.assertj.core.api.Assertions.assertThat;

import io.sdr.api.DriverChoice;
import io.sdr.api.ReplicationPolicy;
import io.sdr.api.Side;
import io.sdr.api.VmId;
import io.sdr.api.spi.DiskRef;
import io.sdr.api.spi.ReplicationDriver;
import io.sdr.api.spi.ReplicationDriverFactory;
import io.sdr.api.spi.SiteProvider;
import io.sdr.api.spi.VirtualDisk;
import io.sdr.hyperv.replication.HyperVReplicaDriver;
import io.sdr.hyperv.simulation.SimulatedWorld;
import io.sdr.hyperv.vhdx.VhdxFormat;
import io.sdr.testkit.VirtualTime;
import io.sdr.testkit.contract.DriverWorld;
import io.sdr.testkit.contract.PowerCut;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.function.BiFunction;

/** Two simulated sites and one of the drivers between them, for the suites of drivers. Used by one thread. */
final class HyperVDriverWorld implements DriverWorld {
    /** What carries the data. */
    enum Carrier {
        SDR("sdr"),
        HYPER_V_REPLICA(HyperVReplicaDriver.NAME);

        private final String driver;

        Carrier(String driver) {
            this.driver = driver;
        }

        private ReplicationDriver connect(SiteProvider one, SiteProvider other) {
            return ServiceLoader.load(ReplicationDriverFactory.class).stream()
                    .map(ServiceLoader.Provider::get)
                    .filter(factory -> factory.name().equals(driver))
                    .findFirst()
                    .orElseThrow()
                    .connect(one, other);
        }
    }

    private final VirtualTime time = new VirtualTime();
    private final SimulatedWorld world;
    private final Carrier carrier;
    private final Path folder;
    private final Map<Side, TraceSide> sides = new EnumMap<>(Side.class);
    private final Map<Side, Way> ways = new EnumMap<>(Side.class);
    private boolean isMortal;
    private boolean isDead;
    private ReplicationDriver driver;

    private HyperVDriverWorld(Path parent, Carrier carrier, BiFunction<SimulatedWorld, String, SiteEstate> maker) {
        this.folder = newFolder(parent);
        this.carrier = carrier;
        world = SimulatedWorld.in(folder, time);
        for (Side side : Side.values()) {
            SiteEstate estate = maker.apply(world, side == Side.PRIMARY ? "east" : "west");
            Way way = new Way();
            ways.put(side, way);
            estate.orders().goThrough(way.process);
            sides.put(side, new TraceSide(estate));
        }
        driver = connect();
    }

    private static Path newFolder(Path parent) {
        try {
            return Files.createTempDirectory(parent, "world");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Each site is one host.
     *
     * @param folder takes a folder with all its files
     */
    static HyperVDriverWorld onHosts(Path folder, Carrier carrier) {
        return new HyperVDriverWorld(
                folder,
                carrier,
                (world, name) -> new HostEstate(world.newHost(name, "hv-" + name), world.transport("hv-" + name)));
    }

    /**
     * Each site is a cloud over the nodes of a cluster.
     *
     * @param folder takes a folder with all its files
     */
    static HyperVDriverWorld underVmm(Path folder, Carrier carrier) {
        return new HyperVDriverWorld(folder, carrier, (world, name) -> new VmmEstate(world, name, "cloud-" + name));
    }

    /** The driver's process may also be ended before any of its writes to a file: {@link #powerCut}. What it wrote stays. */
    HyperVDriverWorld mortal() {
        isMortal = true;
        return this;
    }

    @Override
    public Optional<PowerCut> powerCut(Side side) {
        return isMortal ? Optional.of(to(side)) : Optional.empty();
    }

    /** Counts what is changed on a side's hosts by scripts, and in their folders, and lets all die at one of these changes. */
    private final class Way implements MortalProcess.Watcher, PowerCut {
        /** A script does to its host what otherwise takes about so many operations on files. */
        private static final int OPERATIONS_OF_SCRIPT = 50;

        private MortalProcess process = new MortalProcess(() -> folder, this);
        private long changes;
        private long last = Long.MAX_VALUE;
        private boolean afterIt;
        private long operations;
        private long lastOperation = Long.MAX_VALUE;

        private boolean counts(MortalProcess.Act act) {
            return act.changes() && act.way() != MortalProcess.Way.FILE;
        }

        @Override
        public boolean diesBefore(MortalProcess.Act act) {
            if (counts(act)) {
                changes++;
                isDead |= changes == last && !afterIt;
            }
            if (act.changes()) {
                operations += act.way() == MortalProcess.Way.SCRIPT ? OPERATIONS_OF_SCRIPT : 1;
                isDead |= operations >= lastOperation;
            }
            return isDead;
        }

        @Override
        public boolean diesAfter(MortalProcess.Act act) {
            isDead |= counts(act) && changes == last && afterIt;
            return isDead;
        }

        private void revive(SiteEstate estate) {
            if (isDead && process.isAlive()) {
                Object unused = process.die("with the other side");
            }
            if (!process.isAlive()) {
                process = new MortalProcess(() -> folder, this);
                estate.orders().goThrough(process);
            }
            last = Long.MAX_VALUE;
            lastOperation = Long.MAX_VALUE;
        }

        @Override
        public long operations() {
            return operations;
        }

        @Override
        public void cutBefore(long operation) {
            lastOperation = operations + operation;
        }

        @Override
        public void restore(long seed) {
            reopen();
        }
    }

    private TraceSide at(Side side) {
        return Optional.ofNullable(sides.get(side)).orElseThrow();
    }

    private Way to(Side side) {
        return Optional.ofNullable(ways.get(side)).orElseThrow();
    }

    private ReplicationDriver connect() {
        return carrier.connect(site(Side.PRIMARY), site(Side.RECOVERY));
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
        return carrier == Carrier.HYPER_V_REPLICA
                ? ReplicationPolicy.defaults().driver(DriverChoice.NATIVE).applicationConsistentEvery(Duration.ZERO)
                : DriverWorld.super.policy();
    }

    @Override
    public void reopen() {
        ways.forEach((side, way) -> way.revive(at(side).estate()));
        isDead = false;
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
        return at(side).inspect(disk);
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
        return to(side).changes;
    }

    @Override
    public void dieAt(Side side, long call, boolean acted) {
        to(side).last = to(side).changes + call;
        to(side).afterIt = acted;
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
        if (carrier == Carrier.HYPER_V_REPLICA) {
            assertThat(world.touchedDisks())
                    .as("disks that this library opened")
                    .isEmpty();
        }
        world.close();
    }
}
