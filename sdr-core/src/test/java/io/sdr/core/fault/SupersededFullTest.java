package io.sdr.core.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.sdr.api.FailoverPlan;
import io.sdr.api.Job;
import io.sdr.api.JobStatus;
import io.sdr.api.Operation;
import io.sdr.api.ProtectionState;
import io.sdr.api.ReverseRequest;
import io.sdr.api.Side;
import io.sdr.api.SyncMode;
import io.sdr.core.job.MemoryTempDir;
import io.sdr.testkit.Fault;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A full download back to the side that was left has made a replica of its old disks when a disaster strikes, and an unplanned
 * failover takes its place.
 */
class SupersededFullTest {
    private static final Duration PATIENCE = Duration.ofHours(4);

    @TempDir(factory = MemoryTempDir.class)
    Path folder;

    private FaultWorld downloading() {
        FaultWorld world = FaultWorld.fresh(folder.resolve("engine"));
        FaultedOperation.UNPLANNED_SHUTDOWN.prepare(world, Side.PRIMARY);
        world.keepMoment("left");
        FaultedOperation.done(FaultedOperation.UNPLANNED_SHUTDOWN.start(world));
        FaultedOperation.done(world.engine().commit(world.id()));
        world.write(5);
        assertThat(world.item().orElseThrow().state()).isEqualTo(ProtectionState.FAILED_OVER);
        Side to = world.active().other();
        world.site(to.other()).faults().from("disks.checkpoint", 1, new Fault.Fails());
        Job planned =
                world.engine().failOver(FailoverPlan.planned(world.id(), to).sync(SyncMode.FULL_DURING_FAILOVER));
        assertThat(world.time.await(
                        () -> planned.steps().stream()
                                .anyMatch(step -> step.name().equals("download")
                                        && step.started().isPresent()),
                        world.time.now().plus(PATIENCE)))
                .isTrue();
        world.time.runFor(Duration.ofSeconds(10));
        assertThat(world.isRunning(world.active())).isFalse();
        world.site(to.other()).faults().clear();
        return world;
    }

    @Test
    void cancelled_isFailedOverAsBefore_andReverses() {
        try (FaultWorld world = downloading()) {
            Side active = world.active();
            assertThat(world.item().orElseThrow().allowedOperations()).contains(Operation.UNPLANNED_FAILOVER);
            Job job = world.engine().failOver(FailoverPlan.unplanned(world.id(), active.other()));
            job.cancel();
            assertThat(job.awaitEnd(PATIENCE).status()).isEqualTo(JobStatus.CANCELLED);
            assertThat(world.item().orElseThrow().state()).isEqualTo(ProtectionState.FAILED_OVER);
            assertThat(world.isRunning(active)).isTrue();
            assertThat(world.momentAt(active)).isEqualTo("now");
            world.engine().runDue();
            FaultedOperation.done(
                    world.engine().reverseReplicate(ReverseRequest.overwriting(active.other(), world.id())));
            world.write(3);
            FaultedOperation.cycle(world);
            FaultedOperation.done(world.engine()
                    .failOver(FailoverPlan.planned(world.id(), active.other()).completeAtOnce()));
            assertThat(world.momentAt(active.other())).isEqualTo("now");
            assertThat(world.violations()).isEmpty();
        }
    }

    @Test
    void goesOn_toThePointThatTheOldDisksHold() {
        try (FaultWorld world = downloading()) {
            Side active = world.active();
            FaultedOperation.done(world.engine().failOver(FailoverPlan.unplanned(world.id(), active.other())));
            assertThat(world.active()).isEqualTo(active.other());
            assertThat(world.isRunning(active)).isFalse();
            assertThat(world.momentAt(active.other())).isEqualTo("left");
            FaultedOperation.done(world.engine().commit(world.id()));
            world.engine().runDue();
            world.settle();
            FaultedOperation.done(world.engine().reverseReplicate(ReverseRequest.overwriting(active, world.id())));
            assertThat(world.violations()).isEmpty();
        }
    }
}
