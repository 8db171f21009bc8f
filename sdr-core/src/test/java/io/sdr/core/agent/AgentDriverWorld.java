package io.sdr.core.agent;

import io.sdr.api.ItemId;
import io.sdr.api.Problem;
import io.sdr.api.RetryableException;
import io.sdr.api.Side;
import io.sdr.api.VmId;
import io.sdr.api.spi.Access;
import io.sdr.api.spi.DiskAccess;
import io.sdr.api.spi.DiskRef;
import io.sdr.api.spi.LocalFolder;
import io.sdr.api.spi.ReplicationDriver;
import io.sdr.api.spi.SiteProvider;
import io.sdr.api.spi.StorageFolder;
import io.sdr.api.spi.VirtualDisk;
import io.sdr.core.format.DiskFormats;
import io.sdr.core.format.RawFormat;
import io.sdr.core.replication.SdrReplicationDriverFactory;
import io.sdr.core.sync.wire.LinkOptions;
import io.sdr.testkit.CheckpointFormat;
import io.sdr.testkit.CrashFolder;
import io.sdr.testkit.Fault;
import io.sdr.testkit.FolderSite;
import io.sdr.testkit.InMemorySite;
import io.sdr.testkit.SimulatedProcess;
import io.sdr.testkit.SimulatedSite;
import io.sdr.testkit.SiteOptions;
import io.sdr.testkit.VirtualTime;
import io.sdr.testkit.contract.DriverWorld;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;

/** Two simulated sites whose disks are reached through an agent each, over loopback with TLS, and sdr's own driver. */
final class AgentDriverWorld implements DriverWorld {
    static final Duration DEADLINE = Duration.ofSeconds(20);

    private final VirtualTime time = new VirtualTime();
    private final TestCertificates certificates;
    private final Way way;
    private final Way peers;
    private final UnaryOperator<StorageFolder> storage;
    private final Duration deadline;
    private final List<AgentPort> others = new ArrayList<>();
    private final Map<Side, Ground> grounds = new EnumMap<>(Side.class);
    private final Map<Side, SimulatedSite> sites = new EnumMap<>(Side.class);
    private final Map<Side, SiteProvider> reached = new EnumMap<>(Side.class);
    private final Map<Side, SyncAgent> agents = new EnumMap<>(Side.class);
    private final Map<Side, AgentPort> ports = new EnumMap<>(Side.class);
    private final Map<Side, Boolean> cut = new EnumMap<>(Side.class);
    private final ExecutorService threads = Executors.newCachedThreadPool(work -> {
        Thread thread = new Thread(work, "agent world");
        thread.setDaemon(true);
        return thread;
    });
    private SimulatedProcess process = new SimulatedProcess();
    private ReplicationDriver driver;

    /** What a site and its agent stand on. */
    interface Ground {
        SimulatedSite open(SiteOptions options);

        /** The folder that is the root of the agent; it exists. */
        Path root();

        /** Gives what the agent finds at a path under its root. */
        StorageFolder at(Path path);
    }

    /** Ground that is a folder of this machine. */
    private record RealGround(Path root) implements Ground {
        @Override
        public SimulatedSite open(SiteOptions options) {
            return FolderSite.open(options, root);
        }

        @Override
        public StorageFolder at(Path path) {
            return LocalFolder.of(path);
        }
    }

    /**
     * Ground that dies and forgets, with the site that stands on it.
     *
     * @param root an empty folder, for the names alone
     */
    record CrashGround(Path root, CrashFolder storage) implements Ground {
        @Override
        public SimulatedSite open(SiteOptions options) {
            return InMemorySite.open(options.process(storage.process()), storage);
        }

        @Override
        public StorageFolder at(Path path) {
            StorageFolder at = storage;
            for (Path each : path.equals(root) ? List.<Path>of() : root.relativize(path)) {
                at = at.child(each.toString());
            }
            return at;
        }
    }

    /** The port through which somebody reaches an agent. */
    @FunctionalInterface
    interface Way {
        Way STRAIGHT = (side, port) -> port;

        int to(Side side, int port);
    }

    /** Opens a world in a folder of this machine. */
    AgentDriverWorld(Path folder, TestCertificates certificates, Way way, Way peers) {
        this(
                Map.of(Side.PRIMARY, real(folder, Side.PRIMARY), Side.RECOVERY, real(folder, Side.RECOVERY)),
                certificates,
                way,
                peers,
                UnaryOperator.identity(),
                DEADLINE);
    }

    /**
     * Opens a world.
     *
     * @param way how the engine reaches an agent
     * @param peers how the other agent does
     * @param storage what becomes of the storage that agents see
     * @param deadline how long anybody may be silent
     */
    AgentDriverWorld(
            Map<Side, ? extends Ground> grounds,
            TestCertificates certificates,
            Way way,
            Way peers,
            UnaryOperator<StorageFolder> storage,
            Duration deadline) {
        this.deadline = deadline;
        this.grounds.putAll(grounds);
        this.certificates = certificates;
        this.way = way;
        this.peers = peers;
        this.storage = storage;
        open();
    }

    private static Ground real(Path folder, Side side) {
        try {
            return new RealGround(
                    Files.createDirectories(folder.resolve(name(side))).toRealPath());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Certificates for both agents and the engine. */
    static TestCertificates certificates(Path folder) {
        return new TestCertificates(folder, "authority")
                .make("east")
                .make("west")
                .make("engine");
    }

    static String name(Side side) {
        return side == Side.PRIMARY ? "east" : "west";
    }

    private void open() {
        for (Side side : Side.values()) {
            openSite(side);
            startAgent(side, 0);
            int port = agents.get(side).port();
            int reachedAt = way.to(side, port);
            int peersAt = peers == way ? reachedAt : peers.to(side, port);
            ports.put(side, port(side, reachedAt, peersAt));
            reached.put(side, new AgentSite(() -> sites.get(side), ports.get(side), "site"));
        }
        driver = new SdrReplicationDriverFactory().connect(reached.get(Side.PRIMARY), reached.get(Side.RECOVERY));
    }

    private AgentPort port(Side side, int reachedAt, int peersAt) {
        return new AgentPort(
                "localhost:" + reachedAt, () -> connect(side, reachedAt), "localhost", peersAt, new SecureRandom());
    }

    /** Gives the driver of another engine, which reaches the agents as they are. */
    ReplicationDriver anotherEngine() {
        Map<Side, SiteProvider> seen = new EnumMap<>(Side.class);
        for (Side side : Side.values()) {
            int port = agents.get(side).port();
            AgentPort own = port(side, port, port);
            others.add(own);
            seen.put(side, new AgentSite(() -> sites.get(side), own, "site"));
        }
        return new SdrReplicationDriverFactory().connect(seen.get(Side.PRIMARY), seen.get(Side.RECOVERY));
    }

    private void openSite(Side side) {
        SiteOptions options =
                SiteOptions.named(name(side)).time(time).process(process).format(new RawFormat());
        sites.put(side, grounds.get(side).open(options));
    }

    private void startAgent(Side side, int port) {
        agents.put(
                side,
                SyncAgent.start(
                        new AgentConfiguration(
                                "127.0.0.1",
                                port,
                                certificates.identity(name(side)),
                                Set.of(TestCertificates.principal("engine")),
                                Set.of(TestCertificates.principal("east"), TestCertificates.principal("west")),
                                Map.of("site", grounds.get(side).root()),
                                Map.of(),
                                deadline),
                        new AgentOptions()
                                .on(path -> storage.apply(storage(side, path)))
                                .timedBy(new SiteClock())
                                .inFormats(DiskFormats.of(new RawFormat(), new CheckpointFormat()))));
    }

    /** The machine of a side died: its site and its agent come back, at the same port, on what was found. */
    void revive(Side side, Ground found) {
        agents.get(side).close();
        int port = agents.get(side).port();
        grounds.put(side, found);
        openSite(side);
        startAgent(side, port);
    }

    /** What the agent does to a replica passes the site's gate of faults, as if the engine had done it. */
    private StorageFolder storage(Side side, Path path) {
        Ground ground = grounds.get(side);
        return ground.root().resolve("replicas").equals(path.getParent())
                ? sites.get(side)
                        .disks()
                        .replicaFolder(new ItemId(path.getFileName().toString()))
                : ground.at(path);
    }

    private AgentClient connect(Side side, int port) {
        if (cut.getOrDefault(side, false)) {
            throw new RetryableException(Problem.of("PEER_UNREACHABLE"));
        }
        return AgentClient.connect(
                "localhost",
                port,
                certificates.identity("engine"),
                new LinkOptions(threads, deadline),
                subject -> true);
    }

    /** The agents' machines have the clock of the sites. */
    private final class SiteClock extends Clock {
        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return time.now();
        }
    }

    Instant now() {
        return time.now();
    }

    SyncAgent agent(Side side) {
        return agents.get(side);
    }

    AgentPort port(Side side) {
        return ports.get(side);
    }

    @Override
    public SiteProvider site(Side side) {
        return reached.get(side);
    }

    @Override
    public ReplicationDriver driver() {
        return driver;
    }

    @Override
    public void reopen() {
        closeAll();
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
        cut.put(side, !answers);
        if (answers) {
            sites.get(side).restoreContact();
        } else {
            sites.get(side).loseContact();
            ports.get(side).disconnect();
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

    private void closeAll() {
        ports.values().forEach(AgentPort::close);
        others.forEach(AgentPort::close);
        agents.values().forEach(SyncAgent::close);
        sites.values().forEach(SimulatedSite::close);
    }

    @Override
    public void close() {
        closeAll();
        threads.shutdownNow();
    }
}
