package io.sdr.core.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.sdr.api.CancelFailoverRequest;
import io.sdr.api.FailoverPlan;
import io.sdr.api.Job;
import io.sdr.api.JobStatus;
import io.sdr.api.ProtectionState;
import io.sdr.api.Side;
import io.sdr.testkit.Fault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A source that is silent at first: what stops it later is taken back when the failover is, whenever it was seen running. */
class SilentSourceTest {
    private static final Duration PATIENCE = Duration.ofHours(4);

    @TempDir
    Path folder;

    /** A world whose source answers again when it is asked for the nth time. */
    private FaultWorld answersAgainAt(int nth) {
        FaultWorld world = FaultWorld.fresh(folder.resolve("engine"));
        FaultedOperation.UNPLANNED_SHUTDOWN.prepare(world, Side.PRIMARY);
        world.list();
        AtomicInteger asked = new AtomicInteger();
        world.site(Side.PRIMARY).faults().from("contact", 1, new Fault.LosesContactFor(Duration.ZERO));
        world.site(Side.PRIMARY).faults().watch(call -> {
            if (call.name().equals("contact") && asked.incrementAndGet() == nth) {
                world.site(Side.PRIMARY).faults().clear();
            }
            world.watched(Side.PRIMARY, call);
        });
        return world;
    }

    private static void isBack(FaultWorld world) {
        assertThat(world.active()).isEqualTo(Side.PRIMARY);
        assertThat(world.isRunning(Side.RECOVERY)).isFalse();
        assertThat(world.isRunning(Side.PRIMARY)).as("the source runs again").isTrue();
        assertThat(world.item().orElseThrow().state()).isEqualTo(ProtectionState.PROTECTED);
    }

    /** Seen for the first time when it is shut down, or when it is fenced; in between a person is asked. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 12, 13, 14, 15})
    void cancelFailoverStartsWhatTheFailoverStopped(int nth) {
        try (FaultWorld world = answersAgainAt(nth)) {
            FaultedOperation.done(world.engine()
                    .failOver(FailoverPlan.unplanned(world.id(), Side.RECOVERY).shutDownFirst()));
            assertThat(world.isRunning(Side.RECOVERY)).isTrue();
            world.site(Side.PRIMARY).faults().clear();
            world.engine().runDue();
            assertThat(world.isRunning(Side.PRIMARY)).isFalse();
            FaultedOperation.done(
                    world.engine().cancelFailover(CancelFailoverRequest.droppingTargetWrites(world.id())));
            isBack(world);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5})
    void theUndoStartsWhatTheJobStopped(int nth) {
        try (FaultWorld world = answersAgainAt(nth)) {
            world.site(Side.RECOVERY).faults().at("vms.attach", 1, new Fault.Refuses("NOT_TODAY"));
            Job job = world.engine()
                    .failOver(FailoverPlan.unplanned(world.id(), Side.RECOVERY).shutDownFirst());
            assertThat(job.awaitEnd(PATIENCE).status()).isEqualTo(JobStatus.FAILED);
            assertThat(world.isRunning(Side.PRIMARY)).isFalse();
            job.cancel();
            assertThat(job.awaitEnd(PATIENCE).status()).isEqualTo(JobStatus.CANCELLED);
            isBack(world);
        }
    }

    /** Silent all the time, and stopped by the note at first contact. */
    @Test
    void cancelFailoverStartsWhatTheNoteStopped() {
        try (FaultWorld world = FaultWorld.fresh(folder.resolve("engine"))) {
            FaultedOperation.UNPLANNED_SHUTDOWN.prepare(world, Side.PRIMARY);
            world.allowBesideSilent(Side.PRIMARY);
            world.site(Side.PRIMARY).loseContact();
            FaultedOperation.done(world.engine().failOver(FailoverPlan.unplanned(world.id(), Side.RECOVERY)));
            world.site(Side.PRIMARY).restoreContact();
            world.engine().runDue();
            assertThat(world.isRunning(Side.PRIMARY)).isFalse();
            FaultedOperation.done(
                    world.engine().cancelFailover(CancelFailoverRequest.droppingTargetWrites(world.id())));
            isBack(world);
        }
    }

    /** Nobody saw it run: it is not started on anybody's guess, and whoever goes back hears that nothing runs. */
    @Test
    void cancelFailoverSaysThatNothingRuns() {
        try (FaultWorld world = FaultWorld.fresh(folder.resolve("engine"))) {
            FaultedOperation.done(FaultedOperation.PROTECT.start(world));
            world.site(Side.PRIMARY).turnOffBehindTheBack(world.vm(Side.PRIMARY));
            FaultedOperation.done(world.engine().failOver(FailoverPlan.unplanned(world.id(), Side.RECOVERY)));
            Job back = world.engine().cancelFailover(CancelFailoverRequest.droppingTargetWrites(world.id()));
            assertThat(back.awaitEnd(PATIENCE).status()).isEqualTo(JobStatus.SUCCEEDED_WITH_WARNINGS);
            assertThat(back.awaitEnd(PATIENCE).warnings())
                    .singleElement()
                    .asString()
                    .contains("neither copy runs", "start it there");
        }
    }
}
