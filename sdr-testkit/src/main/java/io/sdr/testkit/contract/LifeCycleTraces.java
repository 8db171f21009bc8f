package io.sdr.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sdr.api.Answer;
import io.sdr.api.CancelFailoverRequest;
import io.sdr.api.ChangePointRequest;
import io.sdr.api.FailoverPlan;
import io.sdr.api.Forecast;
import io.sdr.api.ItemId;
import io.sdr.api.Job;
import io.sdr.api.JobOutcome;
import io.sdr.api.JobStatus;
import io.sdr.api.NeedsOperatorException;
import io.sdr.api.Operation;
import io.sdr.api.OperationFailedException;
import io.sdr.api.OperationNotAllowedException;
import io.sdr.api.Place;
import io.sdr.api.PointId;
import io.sdr.api.Prompt;
import io.sdr.api.ProtectionRequest;
import io.sdr.api.ProtectionState;
import io.sdr.api.RecoveryPoint;
import io.sdr.api.RecoveryPointSelector;
import io.sdr.api.ReplicateNowRequest;
import io.sdr.api.ReplicatedItem;
import io.sdr.api.ReplicationPolicy;
import io.sdr.api.ReverseRequest;
import io.sdr.api.Side;
import io.sdr.api.VmId;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.CancelFlag;
import io.sdr.api.spi.ProgressListener;
import io.sdr.api.spi.VmObservation;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * The life cycle as users live it, through the public API alone, to be run in both directions: once with the primary side active and
 * once with the recovery side active. After every operation that leaves an active disk, all disks are compared with
 * what the guest wrote.
 */
public abstract class LifeCycleTraces {
    /** An odd size: neither a multiple of a block nor of a sector. */
    private static final List<Long> SIZES = List.of(1_048_576L + 513, 300_000L);

    private static final ItemId ITEM = new ItemId("sql-01");
    private static final Duration LONG = Duration.ofHours(4);

    /** For subclasses. */
    protected LifeCycleTraces() {}

    /**
     * Makes an empty world.
     *
     * @return the world; each trace closes its own
     */
    protected abstract TraceWorld newWorld();

    /**
     * Tells in which direction the traces run.
     *
     * @return the side that is active when a trace begins
     */
    protected abstract Side activeAtFirst();

    /**
     * Tells whether engine and sites are closed and opened again between any two steps.
     *
     * @return true if so
     */
    protected boolean restartsBetweenSteps() {
        return false;
    }

    // ---- T1

    /** Unplanned, commit, reverse, delta failback, commit, reverse. */
    @Test
    public void T01_unplannedAndDeltaFailback() {
        Side active = activeAtFirst();
        try (Trace trace = protectedAt(active)) {
            Side other = active.other();
            trace.write(20);
            trace.cycle();
            trace.write(10);
            trace.cycle();
            trace.done(
                    trace.engine().failOver(FailoverPlan.unplanned(ITEM, other).shutDownFirst()));
            trace.expect(ProtectionState.COMMIT_PENDING, other);
            trace.verify();
            trace.write(8);
            trace.commitAndReverse();
            trace.failBack();
            trace.expect(ProtectionState.COMMIT_PENDING, active);
            trace.verify();
            trace.write(5);
            trace.commitAndReverse();
            trace.cycle();
            trace.verify();
            trace.verifyPassiveAfterUnplanned();
        }
    }

    /** The source is gone without an answer: the latest point starts, its late writes are kept and told apart afterwards. */
    @Test
    public void T01_sourceSilent_unionReverse() {
        Side active = activeAtFirst();
        try (Trace trace = protectedAt(active)) {
            Side other = active.other();
            trace.write(20);
            trace.cycle();
            List<byte[]> last = trace.guest.remember();
            trace.write(6); // never replicated
            trace.world.contact(active, false);
            JobOutcome outcome = trace.done(trace.engine().failOver(FailoverPlan.unplanned(ITEM, other)));
            assertEquals(JobStatus.SUCCEEDED_WITH_WARNINGS, outcome.status(), "not confirmed off is worth a warning");
            assertFalse(trace.item().pendingNotes().isEmpty(), "a fence note is queued");
            trace.guest.goTo(last);
            trace.verify();
            trace.write(7);
            trace.world.contact(active, true);
            trace.engine().runDue();
            assertTrue(trace.item().pendingNotes().isEmpty(), "the fence note is delivered at first contact");
            assertFalse(trace.observe(active).isRunning(), "the stale copy was stopped");
            assertTrue(trace.observe(active).startLocked(), "and locked");
            trace.commitAndReverse();
            trace.failBack();
            trace.verify();
        }
    }

    /** Housekeeping folds the layers of an active VM that is off, and replication goes on without a gap. */
    @Test
    public void T01_foldingKeepsHistory() {
        Side active = activeAtFirst();
        try (Trace trace = protectedAt(active)) {
            Side other = active.other();
            trace.done(
                    trace.engine().failOver(FailoverPlan.unplanned(ITEM, other).shutDownFirst()));
            trace.commitAndReverse();
            trace.cycle();
            trace.write(6);
            trace.turnOffByHand(other);
            trace.engine().runDue();
            trace.restartIfWanted();
            trace.verify();
            trace.startByHand(other);
            trace.write(6);
            trace.verify();
            trace.cycle();
            trace.verifyPassiveAfterUnplanned();
        }
    }

    /** A dry run tells the steps and the expected loss, and changes nothing. */
    @Test
    public void dryRunTellsAndChangesNothing() {
        Side active = activeAtFirst();
        try (Trace trace = protectedAt(active)) {
            trace.write(3);
            ReplicatedItem before = trace.item();
            Forecast unplanned = trace.engine().dryRun(FailoverPlan.unplanned(ITEM, active.other()));
            assertFalse(unplanned.isBlocked(), () -> unplanned.findings().toString());
            assertTrue(unplanned.expectedLoss().isPresent());
            assertTrue(unplanned.steps().stream().anyMatch(step -> step.name().equals("decide")));
            Forecast planned = trace.engine().dryRun(FailoverPlan.planned(ITEM, active.other()));
            assertFalse(planned.isBlocked(), () -> planned.findings().toString());
            Forecast commit = trace.engine().dryRun(io.sdr.api.CommitRequest.droppingAllPoints(ITEM));
            assertTrue(commit.isBlocked(), "nothing was failed over");
            assertEquals(before.version(), trace.item().version());
            assertTrue(trace.observe(active).isRunning());
        }
    }

    // ---- T4

    /** Unplanned to the wrong point, change point there and back, cancel failover. */
    @Test
    public void T04_wrongPointThenBack() {
        Side active = activeAtFirst();
        try (Trace trace = protectedAt(active)) {
            Side other = active.other();
            Map<PointId, List<byte[]>> moments = new HashMap<>();
            for (int i = 0; i < 3; i++) {
                trace.write(12);
                trace.cycle();
                moments.put(trace.newestPoint().id(), trace.guest.remember());
            }
            List<byte[]> before = trace.guest.remember();
            List<PointId> points = trace.points().stream()
                    .map(RecoveryPoint::id)
                    .filter(moments::containsKey)
                    .toList();
            assertEquals(3, points.size(), "every cycle made a point that can be reached");
            trace.done(trace.engine()
                    .failOver(FailoverPlan.unplanned(ITEM, other)
                            .shutDownFirst()
                            .at(RecoveryPointSelector.exactly(points.get(0)))));
            trace.guest.goTo(Objects.requireNonNull(moments.get(points.get(0))));
            trace.verify();
            trace.write(4);
            for (PointId point : List.of(points.get(2), points.get(1), points.get(1))) {
                trace.done(trace.engine()
                        .changePoint(
                                ChangePointRequest.discardingTargetWrites(ITEM, RecoveryPointSelector.exactly(point))));
                trace.expect(ProtectionState.COMMIT_PENDING, other);
                trace.guest.goTo(Objects.requireNonNull(moments.get(point)));
                trace.verify();
                trace.write(3);
            }
            trace.done(trace.engine().cancelFailover(CancelFailoverRequest.droppingTargetWrites(ITEM)));
            trace.expect(ProtectionState.PROTECTED, active);
            trace.guest.goTo(before);
            trace.verify();
            assertTrue(trace.observe(active).isRunning(), "the failover had stopped it, so it runs again");
            assertFalse(trace.observe(other).isRunning(), "the copy is off");
            trace.write(4);
            trace.cycle();
            trace.verifyPassiveAfterUnplanned();
        }
    }

    // ---- T9

    /** Cancel while the VM still runs, then cancel during the stop: the replica stays whole both times. */
    @Test
    public void T09_cancelInBothPhases() {
        Side active = activeAtFirst();
        try (Trace trace = protectedAt(active)) {
            Side other = active.other();
            trace.write(10);
            Job first =
                    trace.engine().failOver(FailoverPlan.planned(ITEM, other).waitForComplete());
            Optional<Prompt> prompt = first.awaitPrompt(LONG);
            assertInstanceOf(Prompt.ReadyToComplete.class, prompt.orElseThrow());
            trace.expect(ProtectionState.READY_TO_COMPLETE, active);
            trace.write(3);
            Job found = trace.engine().job(first.id());
            found.cancel();
            assertEquals(JobStatus.CANCELLED, found.awaitEnd(LONG).status());
            trace.expect(ProtectionState.PROTECTED, active);
            trace.verify();

            trace.write(5);
            trace.world.guestIgnoresShutDown(active, trace.vm(active), true);
            Job second =
                    trace.engine().failOver(FailoverPlan.planned(ITEM, other).completeAtOnce());
            trace.world.pass(Duration.ofSeconds(30));
            trace.expect(ProtectionState.FAILING_OVER, active);
            trace.engine().job(second.id()).cancel();
            assertEquals(
                    JobStatus.CANCELLED,
                    trace.engine().job(second.id()).awaitEnd(LONG).status());
            trace.expect(ProtectionState.PROTECTED, active);
            assertTrue(trace.observe(active).isRunning(), "the VM runs as before");
            assertFalse(trace.observe(active).startLocked(), "and is not locked");
            trace.verify();
            trace.world.guestIgnoresShutDown(active, trace.vm(active), false);
            trace.write(2);
            trace.cycle();
            trace.verifyPassiveAfterUnplanned();
        }
    }

    /** A guest that does not shut down fails the planned failover by itself, and all is as before. */
    @Test
    public void T09_shutdownTimesOut() {
        Side active = activeAtFirst();
        try (Trace trace = protectedAt(active)) {
            trace.write(5);
            trace.world.guestIgnoresShutDown(active, trace.vm(active), true);
            Job job = trace.engine()
                    .failOver(FailoverPlan.planned(ITEM, active.other()).completeAtOnce());
            OperationFailedException failure = assertThrows(OperationFailedException.class, job::await);
            assertEquals("SHUTDOWN_TIMED_OUT", failure.code());
            trace.expect(ProtectionState.PROTECTED, active);
            assertTrue(trace.observe(active).isRunning(), "the VM runs as before");
            trace.world.guestIgnoresShutDown(active, trace.vm(active), false);
            trace.write(2);
            trace.cycle();
            trace.verify();
        }
    }

    // ---- T20

    /** The copy does not start after the decision: retry starts it. */
    @Test
    public void T20_startFails_retry() {
        Side active = activeAtFirst();
        try (Trace trace = protectedAt(active)) {
            Job job = trace.failingStart();
            trace.engine().job(job.id()).retry();
            assertTrue(trace.engine().job(job.id()).awaitEnd(LONG).status().isSuccess());
            trace.expect(ProtectionState.COMMIT_PENDING, active.other());
            trace.verify();
            trace.commitAndReverse();
            trace.verify();
        }
    }

    /** The copy does not start after the decision: another point starts. */
    @Test
    public void T20_startFails_changePoint() {
        Side active = activeAtFirst();
        try (Trace trace = protectedAt(active)) {
            Job job = trace.failingStart();
            trace.world.failNextStarts(active.other(), trace.vm(active.other()), 0);
            trace.done(trace.engine()
                    .changePoint(ChangePointRequest.discardingTargetWrites(ITEM, RecoveryPointSelector.latest())));
            assertEquals(JobStatus.SUPERSEDED, trace.engine().job(job.id()).status());
            trace.expect(ProtectionState.COMMIT_PENDING, active.other());
            trace.verify();
            trace.commitAndReverse();
        }
    }

    /** The copy does not start after the decision: back to the other side. */
    @Test
    public void T20_startFails_cancelFailover() {
        Side active = activeAtFirst();
        try (Trace trace = protectedAt(active)) {
            trace.failingStart();
            trace.world.failNextStarts(active.other(), trace.vm(active.other()), 0);
            trace.done(trace.engine().cancelFailover(CancelFailoverRequest.droppingTargetWrites(ITEM)));
            trace.expect(ProtectionState.PROTECTED, active);
            assertTrue(trace.observe(active).isRunning(), "the VM runs where it was");
            trace.verify();
            trace.write(3);
            trace.cycle();
            trace.verify();
        }
    }

    // ---- T21

    /** Shutdown and power-off fail and the source is seen running: the job asks, and two copies never run. */
    @Test
    public void T21_sourceStillRuns() {
        Side active = activeAtFirst();
        try (Trace trace = protectedAt(active)) {
            Side other = active.other();
            trace.write(6);
            trace.cycle();
            trace.world.guestIgnoresShutDown(active, trace.vm(active), true);
            trace.world.powerOffFails(active, true);
            Job job =
                    trace.engine().failOver(FailoverPlan.unplanned(ITEM, other).shutDownFirst());
            NeedsOperatorException asks = assertThrows(NeedsOperatorException.class, job::await);
            assertInstanceOf(Prompt.Contradiction.class, asks.prompts().get(0));
            assertTrue(trace.observe(active).isRunning());
            assertFalse(trace.observe(other).isRunning(), "two copies never run");
            trace.restartIfWanted();
            job = trace.engine().job(job.id());
            job.answer(Answer.lookAgain("operator"));
            trace.world.pass(Duration.ofSeconds(5));
            assertFalse(trace.observe(other).isRunning(), "looking again does not help while it runs");
            assertEquals(JobStatus.WAITING_FOR_INPUT, job.status());
            trace.world.powerOffFails(active, false);
            trace.world.guestIgnoresShutDown(active, trace.vm(active), false);
            trace.turnOffByHand(active);
            job.answer(Answer.lookAgain("operator"));
            assertTrue(job.awaitEnd(LONG).status().isSuccess());
            trace.expect(ProtectionState.COMMIT_PENDING, other);
            trace.verify();
        }
    }

    /** Two running copies only by the explicit word, which the report keeps. */
    @Test
    public void T21_twoRunningByWord() {
        Side active = activeAtFirst();
        try (Trace trace = protectedAt(active)) {
            trace.write(6);
            trace.cycle();
            Job job = trace.engine().failOver(FailoverPlan.unplanned(ITEM, active.other()));
            assertThrows(NeedsOperatorException.class, job::await);
            job.answer(Answer.acceptTwoRunning("operator", "network of the old site is cut"));
            JobOutcome outcome = job.awaitEnd(LONG);
            assertEquals(JobStatus.SUCCEEDED_WITH_WARNINGS, outcome.status());
            assertTrue(
                    String.join(" ", outcome.report().warnings()).contains("network of the old site is cut"),
                    () -> "the word is in the report: " + outcome.report().warnings());
            trace.expect(ProtectionState.COMMIT_PENDING, active.other());
            trace.verify();
        }
    }

    /** What is not allowed is refused before anything is touched, with a reason and a remedy. */
    @Test
    public void refusalsChangeNothing() {
        Side active = activeAtFirst();
        try (Trace trace = protectedAt(active)) {
            ReplicatedItem before = trace.item();
            assertTrue(before.allowedOperations().contains(Operation.UNPLANNED_FAILOVER));
            OperationNotAllowedException refused = assertThrows(
                    OperationNotAllowedException.class, () -> trace.engine().commit(ITEM));
            assertFalse(refused.denial().reason().isBlank());
            assertFalse(refused.denial().remedy().isBlank());
            assertEquals(
                    "WRONG_DIRECTION",
                    assertThrows(
                                    io.sdr.api.InvalidRequestException.class,
                                    () -> trace.engine().failOver(FailoverPlan.unplanned(ITEM, active)))
                            .code());
            assertEquals(
                    "UNKNOWN_POINT",
                    assertThrows(
                                    io.sdr.api.InvalidRequestException.class,
                                    () -> trace.engine()
                                            .failOver(FailoverPlan.unplanned(ITEM, active.other())
                                                    .at(RecoveryPointSelector.exactly(new PointId("no-such-point")))))
                            .code());
            assertEquals(before.version(), trace.item().version(), "nothing was changed");
        }
    }

    // ---- what traces are made of

    private Trace protectedAt(Side active) {
        Trace trace = new Trace(newWorld(), restartsBetweenSteps());
        trace.protect();
        if (active == Side.RECOVERY) {
            trace.write(5);
            trace.cycle();
            trace.done(trace.engine()
                    .failOver(FailoverPlan.unplanned(ITEM, Side.RECOVERY).shutDownFirst()));
            trace.commitAndReverse();
        }
        return trace;
    }

    private static final class Trace implements AutoCloseable {
        private final TraceWorld world;
        private final boolean restarts;
        private final TraceGuest guest;

        Trace(TraceWorld world, boolean restarts) {
            this.world = world;
            this.restarts = restarts;
            this.guest = new TraceGuest(world, 42, SIZES);
        }

        io.sdr.api.SiteRecovery engine() {
            return world.engine();
        }

        ReplicatedItem item() {
            return engine().item(ITEM);
        }

        VmId vm(Side side) {
            return Objects.requireNonNull(item().vms().get(side));
        }

        void restartIfWanted() {
            if (restarts) {
                world.restart();
            }
        }

        void protect() {
            VmId vm = world.createRunningVm(Side.PRIMARY, "sql-01", SIZES);
            guest.write(Side.PRIMARY, vm, 30);
            done(engine().protect(ProtectionRequest.between(
                            vm.value(),
                            Place.of(world.site(Side.PRIMARY).id().value()),
                            Place.of(world.site(Side.RECOVERY).id().value()))
                    .as(ITEM)
                    .policy(ReplicationPolicy.defaults().pointEvery(Duration.ZERO))));
            expect(ProtectionState.PROTECTED, Side.PRIMARY);
        }

        JobOutcome done(Job job) {
            JobOutcome outcome = job.awaitEnd(LONG);
            assertTrue(
                    outcome.status().isSuccess(),
                    () -> job + " ended " + outcome.status() + ": "
                            + outcome.report().steps());
            restartIfWanted();
            return outcome;
        }

        void write(int blocks) {
            Side active = item().activeSide();
            guest.write(active, vm(active), blocks);
        }

        void cycle() {
            done(engine().replicateNow(ReplicateNowRequest.crashConsistent(ITEM)));
        }

        List<RecoveryPoint> points() {
            return engine().recoveryPoints(ITEM);
        }

        RecoveryPoint newestPoint() {
            List<RecoveryPoint> points = points();
            return points.get(points.size() - 1);
        }

        void expect(ProtectionState state, Side active) {
            ReplicatedItem item = item();
            assertEquals(state, item.state());
            assertEquals(active, item.activeSide());
        }

        /** The active disks hold exactly what the guest wrote, and the other copy does not run. */
        void verify() {
            Side active = item().activeSide();
            assertEquals("", TraceGuest.difference(world, active, vm(active), guest.remember()));
        }

        void commitAndReverse() {
            Side active = item().activeSide();
            done(engine().commit(ITEM));
            expect(ProtectionState.FAILED_OVER, active);
            write(3);
            verify();
            done(engine().reverseReplicate(ReverseRequest.overwriting(active.other(), ITEM)));
            expect(ProtectionState.PROTECTED, active);
            verify();
            write(3);
        }

        /** Planned failover to the other side, completed by the word. */
        void failBack() {
            Side to = item().activeSide().other();
            Job job = engine().failOver(FailoverPlan.planned(ITEM, to).waitForComplete());
            assertTrue(job.awaitPrompt(LONG).isPresent());
            restartIfWanted();
            write(4);
            Job same = engine().completeFailover(ITEM);
            assertEquals(job.id(), same.id());
            JobOutcome outcome = done(same);
            assertFalse(outcome.report().digests().isEmpty(), "no loss was shown by digests");
        }

        /** The replica is as good as the source: fail over to it without loss of what was sent, and look. */
        void verifyPassiveAfterUnplanned() {
            Side to = item().activeSide().other();
            done(engine().failOver(FailoverPlan.unplanned(ITEM, to).shutDownFirst()));
            expect(ProtectionState.COMMIT_PENDING, to);
            verify();
        }

        /** An unplanned failover whose copy does not start. */
        Job failingStart() {
            Side to = item().activeSide().other();
            write(6);
            world.failNextStarts(to, vm(to), 1000);
            Job job = engine().failOver(FailoverPlan.unplanned(ITEM, to).shutDownFirst());
            assertEquals(JobStatus.FAILED, job.awaitEnd(LONG).status());
            expect(ProtectionState.FAILING_OVER, to);
            assertFalse(observe(to.other()).isRunning(), "the other side stays off");
            world.failNextStarts(to, vm(to), 0);
            restartIfWanted();
            return job;
        }

        VmObservation observe(Side side) {
            VmId vm = vm(side);
            return Objects.requireNonNull(
                    world.site(side).vms().observe(List.of(vm), call()).get(vm));
        }

        void turnOffByHand(Side side) {
            world.site(side).vms().turnOff(vm(side), call());
        }

        void startByHand(Side side) {
            world.site(side).vms().start(vm(side), call());
        }

        private CallContext call() {
            return new CallContext(
                    ITEM, item().epoch(), "by-hand", 1, Instant.MAX, CancelFlag.NEVER, ProgressListener.NONE);
        }

        @Override
        public void close() {
            world.close();
        }
    }
}
