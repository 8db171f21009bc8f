package io.sdr.testkit.contract;

import static io.sdr.testkit.contract.Trace.ITEM;
import static io.sdr.testkit.contract.Trace.LONG;
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
import io.sdr.api.Job;
import io.sdr.api.JobOutcome;
import io.sdr.api.JobStatus;
import io.sdr.api.NeedsOperatorException;
import io.sdr.api.Operation;
import io.sdr.api.OperationFailedException;
import io.sdr.api.OperationNotAllowedException;
import io.sdr.api.PointId;
import io.sdr.api.Prompt;
import io.sdr.api.ProtectionState;
import io.sdr.api.RecoveryPoint;
import io.sdr.api.RecoveryPointSelector;
import io.sdr.api.ReplicatedItem;
import io.sdr.api.ResolveRequest;
import io.sdr.api.Side;
import io.sdr.api.spi.DriverCapabilities.Flag;
import java.time.Duration;
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
public abstract non-sealed class LifeCycleTraces extends Traces {
    /** For subclasses. */
    protected LifeCycleTraces() {}

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
            trace.done(trace.engine().resolve(ResolveRequest.keepingActiveSide(other, ITEM)));
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
            if (trace.has(Flag.SELF_SCHEDULED)) {
                trace.world.pass(trace.item().policy().every()); // for its last cycle with the VM running
            }
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
}
