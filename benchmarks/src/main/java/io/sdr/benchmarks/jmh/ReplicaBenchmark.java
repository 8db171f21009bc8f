package io.sdr.benchmarks.jmh;

import io.sdr.api.Consistency;
import io.sdr.api.ItemId;
import io.sdr.api.JobId;
import io.sdr.api.PointId;
import io.sdr.api.RecoveryPoint;
import io.sdr.api.Side;
import io.sdr.api.VmId;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.CancelFlag;
import io.sdr.api.spi.DiskRef;
import io.sdr.api.spi.Endpoint;
import io.sdr.api.spi.HeldPoint;
import io.sdr.api.spi.ProgressListener;
import io.sdr.api.spi.ReplicaLink;
import io.sdr.api.spi.ReplicaStatus;
import io.sdr.api.spi.ReplicationDriver;
import io.sdr.api.spi.VirtualDisk;
import io.sdr.api.spi.VmDescription;
import io.sdr.core.replication.SdrReplicationDriverFactory;
import io.sdr.testkit.InMemorySite;
import io.sdr.testkit.MemoryFolder;
import io.sdr.testkit.SiteOptions;
import io.sdr.testkit.VirtualTime;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A replica of 8 MiB between two sites in memory, of which 256 pages of 4 KiB changed since the first recovery point: what it costs
 * to apply the cycle that brought them, to build a layer that goes back behind it, and to commit. Each starts from a replica that was
 * made anew.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 30)
@Measurement(iterations = 50)
public class ReplicaBenchmark {
    static final int BYTES = 8 << 20;
    static final int PAGE = 4 << 10;
    static final int CHANGED = 256;

    private static final ItemId ITEM = new ItemId("item-1");
    private static final JobId JOB = new JobId("job-1");

    private @Nullable World world;

    /** Makes the replica, with a first point that was applied and a second one that was received. */
    @Setup(Level.Invocation)
    public void make() {
        world = new World();
    }

    /** Closes the sites. */
    @TearDown(Level.Invocation)
    public void close() {
        world().east.close();
        world().west.close();
    }

    private World world() {
        return Objects.requireNonNull(world);
    }

    /**
     * Applies the received cycle.
     *
     * @return how the replica is then
     */
    @Benchmark
    public ReplicaStatus apply() {
        world().driver.process(world().link, world().call());
        return world().status();
    }

    /**
     * Applies the received cycle and builds the layer by which the first point is reached.
     *
     * @return the disks of the point
     */
    @Benchmark
    public HeldPoint layer() {
        return world().hold(world().first);
    }

    /**
     * Goes to the newest point, as a failover does, and commits.
     *
     * @return how the replica is then
     */
    @Benchmark
    public ReplicaStatus commit() {
        world().driver.closeReception(world().link, 2, world().call());
        HeldPoint held = world().hold(world().second);
        world().west.vms().attach(world().link.target().vm(), held.disks(), world().call());
        world().driver.commit(world().link, JOB, world().call());
        return world().status();
    }

    /** What the guest had written when the first, or the second, point was made. */
    byte[] guest(boolean first) {
        return first ? world().before : world().guest;
    }

    /** Reads a disk of the recovery site. */
    byte[] read(DiskRef ref) {
        try (VirtualDisk disk = world().west.inspect(ref)) {
            byte[] all = new byte[BYTES];
            disk.read(0, ByteBuffer.wrap(all));
            return all;
        }
    }

    /** Gives the disks of the newest point. */
    HeldPoint newest() {
        return world().hold(world().second);
    }

    private static final class World {
        private final VirtualTime time = new VirtualTime();
        private final InMemorySite east = open("east");
        private final InMemorySite west = open("west");
        private final ReplicationDriver driver = new SdrReplicationDriverFactory().connect(east, west);
        private final byte[] guest = new byte[BYTES];
        private final byte[] before;
        private final Random random = new Random(1);
        private final ReplicaLink link;
        private final PointId first;
        private final PointId second;
        private int calls;

        World() {
            VmDescription vm = east.createVm("sql-01", BYTES);
            VmId placeholder = west.vms()
                    .createPlaceholder("sql-01", Optional.empty(), vm.configuration(), call())
                    .vm();
            west.vms().unlockStart(placeholder, call());
            link = new ReplicaLink(
                    ITEM, Side.RECOVERY, new Endpoint(east.id(), vm.id()), new Endpoint(west.id(), placeholder));
            east.vms().start(vm.id(), call());
            write(vm.id(), BYTES / PAGE);
            driver.establish(link, new ReplicationDriver.Retention(24, Duration.ZERO), call());
            first = cycle(1);
            driver.process(link, call());
            before = guest.clone();
            write(vm.id(), CHANGED);
            second = cycle(2);
        }

        private InMemorySite open(String name) {
            return InMemorySite.open(SiteOptions.named(name).time(time), new MemoryFolder());
        }

        private CallContext call() {
            return new CallContext(
                    ITEM,
                    2,
                    "call-" + ++calls,
                    1,
                    time.now().plus(Duration.ofDays(1)),
                    CancelFlag.NEVER,
                    ProgressListener.NONE);
        }

        /** The guest writes so many pages, each another one. */
        private void write(VmId vm, int pages) {
            byte[] page = new byte[PAGE];
            try (VirtualDisk disk =
                    east.guestDisk(vm, east.look(vm).disks().get(0).disk())) {
                for (int i = 0; i < pages; i++) {
                    int at = i * (BYTES / PAGE / pages) * PAGE;
                    random.nextBytes(page);
                    System.arraycopy(page, 0, guest, at, PAGE);
                    disk.write(at, ByteBuffer.wrap(page));
                }
                disk.flush();
            }
        }

        private PointId cycle(long sequence) {
            time.pass(Duration.ofMinutes(1));
            driver.replicate(link, sequence, Consistency.CRASH_CONSISTENT, call());
            List<RecoveryPoint> points = status().points();
            return points.get(points.size() - 1).id();
        }

        private HeldPoint hold(PointId point) {
            return driver.bringTo(link, JOB, point, call());
        }

        private ReplicaStatus status() {
            return Objects.requireNonNull(driver.status(List.of(link), call()).get(ITEM));
        }
    }
}
