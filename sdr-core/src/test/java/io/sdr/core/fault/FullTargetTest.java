package io.sdr.core.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.sdr.api.FailoverPlan;
import io.sdr.api.ItemId;
import io.sdr.api.Job;
import io.sdr.api.JobStatus;
import io.sdr.api.OperationFailedException;
import io.sdr.api.PointId;
import io.sdr.api.ProtectionRequest;
import io.sdr.api.ProtectionState;
import io.sdr.api.RecoveryPoint;
import io.sdr.api.RecoveryPointSelector;
import io.sdr.api.ReplicateNowRequest;
import io.sdr.api.ReplicatedItem;
import io.sdr.api.ReplicationPolicy;
import io.sdr.api.Side;
import io.sdr.api.SiteRecovery;
import io.sdr.api.spi.VmDescription;
import io.sdr.testkit.InMemorySite;
import io.sdr.testkit.MemoryFolder;
import io.sdr.testkit.SiteOptions;
import io.sdr.testkit.VirtualTime;
import io.sdr.testkit.guest.Guest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The target's volume gets full while a cycle is staged, at every place where it may: nothing is half-done, the points from before
 * stay, and when there is room again replication goes on by itself or by a retry.
 */
class FullTargetTest {
    private static final ItemId ITEM = new ItemId("sql-01");
    private static final long STEP_BYTES = 24 * 1024;

    /** Room for the first copy: too little for its beginning, its middle, its end, for applying it; and enough. */
    private static final long[] ROOMS = {8 << 10, 90 << 10, 170 << 10, 300 << 10, 8 << 20};

    @TempDir
    private Path folder;

    private int runs;

    /** Two sites, an engine, a guest; the room at the target can be limited. */
    private final class World implements AutoCloseable {
        final VirtualTime time = new VirtualTime();
        final MemoryFolder root = new MemoryFolder("west:");
        final InMemorySite east = InMemorySite.open(SiteOptions.named("east").time(time), new MemoryFolder("east:"));
        final InMemorySite west = InMemorySite.open(SiteOptions.named("west").time(time), root);
        final VmDescription vm = east.createVm("sql", 200_000, 70_000);
        final SiteRecovery engine = SiteRecovery.builder()
                .site(east)
                .site(west)
                .dataDirectory(folder.resolve("data" + ++runs))
                .withoutScheduler()
                .timekeeper(time)
                .build();
        final Guest guest;

        World() {
            east.powerOn(vm.id());
            guest = Guest.in(east, vm.id(), 1);
            guest.write(20);
        }

        Job protect() {
            return engine.protect(ProtectionRequest.of("sql")
                    .from("east")
                    .to("west")
                    .as(ITEM)
                    .policy(ReplicationPolicy.defaults()
                            .every(Duration.ofMinutes(15))
                            .pointEvery(Duration.ZERO)));
        }

        ReplicatedItem item() {
            return engine.item(ITEM);
        }

        void limit(long bytes) {
            root.limitRoom(root.usedBytes() + bytes);
        }

        void giveRoom() {
            root.limitRoom(Long.MAX_VALUE);
        }

        /** Ends well, or says that there is no room. */
        boolean isFull(Job job) {
            try {
                job.await();
                return false;
            } catch (OperationFailedException e) {
                assertThat(e.code()).isEqualTo("STORAGE_FULL");
                assertThat(e.getMessage()).contains("west:", "make room");
                assertThat(job.status()).isEqualTo(JobStatus.FAILED);
                return true;
            }
        }

        /** The copy, started from a point, holds what the guest had written at a moment. */
        void failOverAndExpect(Optional<PointId> point, long moment) {
            FailoverPlan.Unplanned plan =
                    FailoverPlan.unplanned(ITEM, Side.RECOVERY).shutDownFirst();
            engine.failOver(point.map(RecoveryPointSelector::exactly)
                            .map(plan::at)
                            .orElse(plan))
                    .await();
            guest.moveTo(west, west.allVms().get(0).vm());
            guest.adoptDisks();
            assertThat(guest.record().moment()).isEqualTo(moment);
        }

        @Override
        public void close() {
            engine.close();
            east.close();
            west.close();
        }
    }

    @Test
    void inTheFirstCopy() {
        int full = 0;
        for (long room : ROOMS) {
            try (World world = new World()) {
                world.limit(room);
                Job job = world.protect();
                boolean failed = world.isFull(job);
                if (failed) {
                    full++;
                    assertThat(world.item().state())
                            .isIn(ProtectionState.ENABLING, ProtectionState.INITIAL_REPLICATION);
                    world.giveRoom();
                    job.retry();
                    job.await();
                }
                world.giveRoom();
                assertThat(world.item().state()).isEqualTo(ProtectionState.PROTECTED);
                world.failOverAndExpect(Optional.empty(), world.guest.record().moment());
            }
        }
        assertThat(full).as("first copies that met a full disk").isBetween(2, ROOMS.length - 1);
    }

    @Test
    void inACycle() {
        int full = 0;
        for (long room = 0; ; room += STEP_BYTES) {
            try (World world = new World()) {
                world.protect().await();
                world.time.runFor(Duration.ofMinutes(1));
                long before = world.guest.record().moment();
                List<RecoveryPoint> points = world.engine.recoveryPoints(ITEM);
                world.guest.write(10);
                long after = world.guest.record().moment();
                world.limit(room);
                Job job = world.engine.replicateNow(ReplicateNowRequest.crashConsistent(ITEM));
                boolean failed = world.isFull(job);
                if (failed) {
                    full++;
                    assertThat(world.item().state()).isEqualTo(ProtectionState.PROTECTED);
                    assertThat(world.engine.recoveryPoints(ITEM)).isEqualTo(points);
                }
                world.giveRoom();
                if (failed && full % 2 == 0) {
                    // the point from before is whole, whatever was half received
                    PointId last = points.get(points.size() - 1).id();
                    world.failOverAndExpect(Optional.of(last), before);
                    continue;
                }
                if (failed) {
                    world.engine
                            .replicateNow(ReplicateNowRequest.crashConsistent(ITEM))
                            .await();
                }
                world.failOverAndExpect(Optional.empty(), after);
                if (!failed) {
                    break;
                }
            }
        }
        assertThat(full).as("cycles that met a full disk").isGreaterThan(3);
    }
}
