package io.sdr.core.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.sdr.api.Answer;
import io.sdr.api.FailoverPlan;
import io.sdr.api.Job;
import io.sdr.api.JobId;
import io.sdr.api.JobOutcome;
import io.sdr.api.JobStatus;
import io.sdr.api.Operation;
import io.sdr.api.PendingNote;
import io.sdr.api.ProtectionState;
import io.sdr.api.RecoveryEvent;
import io.sdr.api.Side;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.EpochRecord;
import io.sdr.api.spi.VmObservation;
import io.sdr.core.job.MemoryTempDir;
import io.sdr.testkit.Fault;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A planned failover has shut its source down; an unplanned one takes its place and is cancelled before it decides. The source runs
 * again, or somebody hears that it does not.
 */
class SupersededSourceTest {
    private static final Duration PATIENCE = Duration.ofHours(4);

    @TempDir(factory = MemoryTempDir.class)
    Path folder;

    /** A planned failover that has its source down and gets no further, because the other side does not attach disks. */
    private void stopped(Side active, Consumer<FaultWorld> test) {
        try (FaultWorld world = FaultWorld.fresh(folder.resolve("engine"))) {
            FaultedOperation.PLANNED.prepare(world, active);
            world.site(active.other()).faults().from("vms.attach", 1, new Fault.Fails());
            Job planned = world.engine()
                    .failOver(FailoverPlan.planned(world.id(), active.other()).completeAtOnce());
            assertThat(world.time.await(
                            () -> planned.steps().stream()
                                    .anyMatch(step -> step.name().equals("attach-disks")
                                            && step.started().isPresent()),
                            world.time.now().plus(PATIENCE)))
                    .isTrue();
            assertThat(world.isRunning(active)).isFalse();
            test.accept(world);
            assertThat(world.violations()).isEmpty();
        }
    }

    private static Job unplanned(FaultWorld world) {
        return world.engine()
                .failOver(FailoverPlan.unplanned(world.id(), world.active().other()));
    }

    private static JobOutcome cancelled(Job job) {
        job.cancel();
        JobOutcome outcome = job.awaitEnd(PATIENCE);
        assertThat(outcome.status()).isEqualTo(JobStatus.CANCELLED);
        return outcome;
    }

    private static void runsAsBefore(FaultWorld world, Side active) {
        assertThat(world.active()).isEqualTo(active);
        assertThat(world.item().orElseThrow().state()).isEqualTo(ProtectionState.PROTECTED);
        assertThat(world.isRunning(active)).as("the source runs again").isTrue();
        assertThat(world.site(active).look(world.vm(active)).startLocked()).isFalse();
        assertThat(world.isRunning(active.other())).isFalse();
        world.site(active.other()).faults().clear();
        world.engine().runDue();
        world.write(3);
        FaultedOperation.cycle(world);
    }

    @ParameterizedTest
    @EnumSource(Side.class)
    void cancelledBeforeItsFirstStep_startsTheSource(Side active) {
        stopped(active, world -> {
            Job job = unplanned(world);
            assertThat(job.steps()).allMatch(step -> step.started().isEmpty());
            JobOutcome outcome = cancelled(job);
            assertThat(outcome.warnings()).isEmpty();
            runsAsBefore(world, active);
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"report", "shut-down-source", "send-rest", "close-reception", "build-copy", "attach-disks"})
    void cancelledOnItsWay_startsTheSource(String step) {
        stopped(Side.PRIMARY, world -> {
            Job job = unplanned(world);
            assertThat(world.time.await(
                            () -> job.steps().stream()
                                    .anyMatch(each -> each.name().equals(step)
                                            && each.started().isPresent()),
                            world.time.now().plus(PATIENCE)))
                    .isTrue();
            world.site(Side.RECOVERY).faults().clear();
            assertThat(cancelled(job).warnings()).isEmpty();
            runsAsBefore(world, Side.PRIMARY);
        });
    }

    /** The unplanned failover fails before its decision, and then it is cancelled. */
    @Test
    void failedAndCancelled_startsTheSource() {
        stopped(Side.PRIMARY, world -> {
            Job job = unplanned(world);
            assertThat(job.awaitEnd(PATIENCE).status()).isEqualTo(JobStatus.FAILED);
            world.site(Side.RECOVERY).faults().clear();
            cancelled(job);
            runsAsBefore(world, Side.PRIMARY);
        });
    }

    /** The call that shuts it down may still be on its way: it must not stop what was started again. */
    @Test
    void shutDownComesLate_theSourceRunsInTheEnd() {
        try (FaultWorld world = FaultWorld.fresh(folder.resolve("engine"))) {
            FaultedOperation.PLANNED.prepare(world, Side.PRIMARY);
            world.site(Side.PRIMARY).faults().at("vms.shutDown", 1, new Fault.ActsLate(Duration.ofMinutes(2)));
            world.engine()
                    .failOver(FailoverPlan.planned(world.id(), Side.RECOVERY).completeAtOnce());
            long before = world.site(Side.PRIMARY).faults().count("vms.shutDown");
            assertThat(world.time.await(
                            () -> world.site(Side.PRIMARY).faults().count("vms.shutDown") > before,
                            world.time.now().plus(PATIENCE)))
                    .isTrue();
            cancelled(unplanned(world));
            world.time.runFor(Duration.ofHours(1));
            runsAsBefore(world, Side.PRIMARY);
            assertThat(world.violations()).isEmpty();
        }
    }

    @Test
    void sourceSiteSilent_theCancelEndsAndSaysSo_andTheSourceRunsWithTheNextContact() {
        stopped(Side.PRIMARY, world -> {
            List<RecoveryEvent> heard = new ArrayList<>();
            world.engine().subscribe("test", heard::add);
            world.site(Side.PRIMARY).loseContact();
            JobOutcome outcome = cancelled(unplanned(world));
            assertThat(outcome.warnings())
                    .singleElement()
                    .asString()
                    .contains("does not answer", "left off", "next contact", "by hand");
            world.time.runFor(Duration.ofSeconds(1));
            assertThat(heard).extracting(RecoveryEvent::kind).contains("SOURCE_LEFT_OFF");
            assertThat(world.item().orElseThrow().state()).isEqualTo(ProtectionState.PROTECTED);
            assertThat(world.item().orElseThrow().pendingNotes())
                    .extracting(PendingNote::what)
                    .anyMatch(note -> note.contains("start-again"));
            world.site(Side.PRIMARY).restoreContact();
            world.engine().runDue();
            assertThat(world.item().orElseThrow().pendingNotes())
                    .noneMatch(note -> note.what().contains("start-again"));
            runsAsBefore(world, Side.PRIMARY);
        });
    }

    /** The side was left meanwhile: it is not started beside the copy, and the way back knows that it ran. */
    @Test
    void sourceSiteSilent_failedOverBeforeContact_notStarted() {
        stopped(Side.PRIMARY, world -> {
            world.site(Side.PRIMARY).loseContact();
            cancelled(unplanned(world));
            world.site(Side.RECOVERY).faults().clear();
            FaultedOperation.done(unplanned(world));
            world.site(Side.PRIMARY).restoreContact();
            world.engine().runDue();
            assertThat(world.isRunning(Side.PRIMARY)).isFalse();
            assertThat(world.isRunning(Side.RECOVERY)).isTrue();
            assertThat(world.item().orElseThrow().pendingNotes()).isEmpty();
            FaultedOperation.done(
                    world.engine().cancelFailover(io.sdr.api.CancelFailoverRequest.droppingTargetWrites(world.id())));
            runsAsBefore(world, Side.PRIMARY);
        });
    }

    /** Somebody started it and shut it down again since: that is as it shall be. */
    @Test
    void sourceSiteSilent_startedAndStoppedByHandSince_leftAsItIs() {
        stopped(Side.PRIMARY, world -> {
            world.site(Side.PRIMARY).loseContact();
            cancelled(unplanned(world));
            world.time.runFor(Duration.ofMinutes(10));
            world.site(Side.PRIMARY).restoreContact();
            long epoch = world.item().orElseThrow().epoch();
            CallContext byHand = CallContext.once(world.id(), epoch, "by-hand", Instant.MAX);
            VmObservation unused = world.site(Side.PRIMARY).vms().unlockStart(world.vm(Side.PRIMARY), byHand);
            world.site(Side.PRIMARY).powerOn(world.vm(Side.PRIMARY));
            world.site(Side.PRIMARY).turnOffBehindTheBack(world.vm(Side.PRIMARY));
            world.engine().runDue();
            assertThat(world.isRunning(Side.PRIMARY)).isFalse();
            assertThat(world.site(Side.PRIMARY).look(world.vm(Side.PRIMARY)).startLocked())
                    .isFalse();
            assertThat(world.item().orElseThrow().pendingNotes()).isEmpty();
        });
    }

    /** The same for a source that the unplanned failover itself has stopped: another one is possible at once. */
    @Test
    void ownSourceSilent_theCancelEnds_andAnotherFailoverIsAllowed() {
        try (FaultWorld world = FaultWorld.fresh(folder.resolve("engine"))) {
            FaultedOperation.UNPLANNED_SHUTDOWN.prepare(world, Side.PRIMARY);
            world.site(Side.RECOVERY).faults().from("vms.attach", 1, new Fault.Refuses("NOT_TODAY"));
            Job job = world.engine()
                    .failOver(FailoverPlan.unplanned(world.id(), Side.RECOVERY).shutDownFirst());
            assertThat(job.awaitEnd(PATIENCE).status()).isEqualTo(JobStatus.FAILED);
            assertThat(world.isRunning(Side.PRIMARY)).isFalse();
            world.site(Side.RECOVERY).faults().clear();
            world.site(Side.PRIMARY).loseContact();
            cancelled(job);
            assertThat(world.item().orElseThrow().allowedOperations()).contains(Operation.UNPLANNED_FAILOVER);
            world.site(Side.PRIMARY).restoreContact();
            world.engine().runDue();
            runsAsBefore(world, Side.PRIMARY);
            assertThat(world.violations()).isEmpty();
        }
    }

    /** Waits until a site was called so often. */
    private static void called(FaultWorld world, Side side, String call, int times, Runnable meanwhile) {
        long before = world.site(side).faults().count(call);
        meanwhile.run();
        assertThat(world.time.await(
                        () -> world.site(side).faults().count(call) >= before + times,
                        world.time.now().plus(PATIENCE)))
                .isTrue();
    }

    /** The first call that shuts it down comes late, after a second one did it: what is started again stays up. */
    @Test
    void shutDownTwice_theLateOneStopsNothing() {
        try (FaultWorld world = FaultWorld.fresh(folder.resolve("engine"))) {
            FaultedOperation.PLANNED.prepare(world, Side.PRIMARY);
            world.site(Side.PRIMARY).faults().at("vms.shutDown", 1, new Fault.ActsLate(Duration.ofMinutes(4)));
            world.site(Side.RECOVERY).faults().from("vms.attach", 1, new Fault.Fails());
            called(
                    world,
                    Side.PRIMARY,
                    "vms.shutDown",
                    1,
                    () -> world.engine()
                            .failOver(FailoverPlan.planned(world.id(), Side.RECOVERY)
                                    .completeAtOnce()));
            world.site(Side.PRIMARY).turnOffBehindTheBack(world.vm(Side.PRIMARY)); // what it waits for is there
            world.time.runFor(Duration.ofSeconds(30));
            cancelled(unplanned(world));
            world.time.runFor(Duration.ofHours(1));
            runsAsBefore(world, Side.PRIMARY);
            assertThat(world.violations()).isEmpty();
        }
    }

    /** The planned one was being taken back, and the call that starts its source again is still on its way. */
    @Test
    void startComesLate_nothingIsDecidedBefore() {
        stopped(Side.PRIMARY, world -> {
            Job planned = world.engine().openJobs().get(0);
            world.site(Side.RECOVERY).faults().clear();
            world.site(Side.PRIMARY).faults().at("vms.start", 1, new Fault.ActsLate(Duration.ofMinutes(2)));
            called(world, Side.PRIMARY, "vms.start", 1, planned::cancel);
            Instant late = world.time.now().plus(Duration.ofMinutes(2));
            List<Instant> decided = new ArrayList<>();
            world.site(Side.RECOVERY).faults().watch(call -> {
                if (call.name().equals("catalogue.createIfAbsent")) {
                    decided.add(world.time.now());
                }
                world.watched(Side.RECOVERY, call);
            });
            Job job = world.engine()
                    .failOver(FailoverPlan.unplanned(world.id(), Side.RECOVERY).shutDownFirst());
            // whoever it was that started it, a running source is asked about
            assertThat(job.awaitPrompt(PATIENCE))
                    .hasValueSatisfying(prompt -> assertThat(prompt.question()).contains("still runs"));
            world.site(Side.PRIMARY).turnOffBehindTheBack(world.vm(Side.PRIMARY));
            job.answer(Answer.lookAgain("tester"));
            assertThat(job.awaitEnd(PATIENCE).status().isSuccess()).isTrue();
            assertThat(decided).isNotEmpty().allMatch(late::isBefore);
            assertThat(world.isRunning(Side.PRIMARY)).isFalse();
            assertThat(world.isRunning(Side.RECOVERY)).isTrue();
        });
    }

    /** Another engine, over another store, lets the copy run. */
    private static void decidedByAnother(FaultWorld world, long epoch) {
        EpochRecord unused = world.site(Side.RECOVERY)
                .catalogue()
                .createIfAbsent(
                        new EpochRecord(
                                epoch,
                                EpochRecord.Kind.ACTIVATE,
                                Side.PRIMARY,
                                Side.RECOVERY,
                                new JobId("another-engine"),
                                Optional.empty(),
                                world.time.now()),
                        CallContext.once(world.id(), epoch, "another-engine", Instant.MAX));
    }

    @Test
    void decidedByAnotherEngine_theUndoDoesNotStart() {
        stopped(Side.PRIMARY, world -> {
            decidedByAnother(world, world.item().orElseThrow().epoch() + 1);
            Job job = unplanned(world);
            job.cancel();
            world.time.runFor(Duration.ofHours(1));
            assertThat(job.status()).isEqualTo(JobStatus.CANCELLING);
            assertThat(job.steps()).anyMatch(step -> step.detail().contains("another-engine"));
            assertThat(world.isRunning(Side.PRIMARY)).isFalse();
        });
    }

    @Test
    void decidedByAnotherEngine_theNoteDoesNotStart() {
        stopped(Side.PRIMARY, world -> {
            world.site(Side.PRIMARY).loseContact();
            cancelled(unplanned(world));
            decidedByAnother(world, world.item().orElseThrow().epoch());
            world.site(Side.PRIMARY).restoreContact();
            world.engine().runDue();
            world.time.runFor(Duration.ofHours(1));
            world.engine().runDue();
            assertThat(world.isRunning(Side.PRIMARY)).isFalse();
        });
    }

    /** Its storage is broken, say: the cancel does not wait for that without end, or there were no way to fail over any more. */
    @Test
    void sourceCannotBeStarted_theCancelEnds_andAnotherFailoverIsAllowed() {
        stopped(Side.PRIMARY, world -> {
            world.site(Side.RECOVERY).faults().clear();
            world.site(Side.PRIMARY).faults().from("vms.start", 1, new Fault.Refuses("NO_STORAGE"));
            assertThat(cancelled(unplanned(world)).warnings())
                    .singleElement()
                    .asString()
                    .contains("NO_STORAGE", "left off");
            assertThat(world.item().orElseThrow().allowedOperations()).contains(Operation.UNPLANNED_FAILOVER);
            world.engine().runDue();
            assertThat(world.isRunning(Side.PRIMARY)).isFalse();
            assertThat(world.item().orElseThrow().pendingNotes()).isNotEmpty();
            world.site(Side.PRIMARY).faults().clear();
            world.engine().runDue();
            runsAsBefore(world, Side.PRIMARY);
        });
    }

    @Test
    void sourceIsDeleted_theCancelEnds_andNothingIsLeftToDo() {
        stopped(Side.PRIMARY, world -> {
            world.site(Side.RECOVERY).faults().clear();
            world.site(Side.PRIMARY).deleteBehindTheBack(world.vm(Side.PRIMARY));
            assertThat(cancelled(unplanned(world)).warnings()).hasSize(1);
            assertThat(world.item().orElseThrow().allowedOperations()).contains(Operation.UNPLANNED_FAILOVER);
            world.engine().runDue();
            assertThat(world.item().orElseThrow().pendingNotes()).isEmpty();
            FaultedOperation.done(unplanned(world));
            assertThat(world.isRunning(Side.RECOVERY)).isTrue();
        });
    }
}
