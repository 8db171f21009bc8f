package io.sdr.testkit.contract;

import static io.sdr.testkit.contract.Trace.ITEM;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sdr.api.AwaitTimeoutException;
import io.sdr.api.CancelFailoverRequest;
import io.sdr.api.FailoverPlan;
import io.sdr.api.JobId;
import io.sdr.api.JobOutcome;
import io.sdr.api.Operation;
import io.sdr.api.OperationNotAllowedException;
import io.sdr.api.Pause;
import io.sdr.api.ProtectionState;
import io.sdr.api.RecoveryPoint;
import io.sdr.api.ReplicateNowRequest;
import io.sdr.api.ReplicatedItem;
import io.sdr.api.ReplicationPolicy;
import io.sdr.api.ReverseRequest;
import io.sdr.api.Side;
import io.sdr.api.spi.DriverCapabilities.Flag;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Replication that is paused and goes on, and settings that change, through the public API alone. */
public abstract non-sealed class PauseTraces extends Traces {
    /** For subclasses. */
    protected PauseTraces() {}

    /** Paused, then unplanned: the loss shown is the pause; cancel failover returns to paused. */
    @Test
    public void T13_pausedThenUnplanned() {
        Side active = activeAtFirst();
        try (Trace trace = protectedAt(active)) {
            Side other = active.other();
            trace.write(10);
            trace.cycle();
            List<byte[]> replicated = trace.guest.remember();
            assertEquals(
                    Pause.By.USER,
                    trace.engine().pause(ITEM, "storage is moved").paused().by());
            trace.restartIfWanted();
            trace.write(6);
            List<byte[]> before = trace.guest.remember();
            long received = trace.item().replication().orElseThrow().received();
            trace.world.pass(Duration.ofHours(30));
            trace.engine().runDue();
            assertEquals(
                    received,
                    trace.item().replication().orElseThrow().received(),
                    "no cycle runs while it is paused, though one is due");
            assertThrows(
                    OperationNotAllowedException.class,
                    () -> trace.engine().replicateNow(ReplicateNowRequest.crashConsistent(ITEM)));
            Duration loss = trace.engine()
                    .dryRun(FailoverPlan.unplanned(ITEM, other))
                    .expectedLoss()
                    .orElseThrow();
            assertTrue(loss.compareTo(Duration.ofHours(30)) >= 0, () -> "the loss shown is " + loss);
            trace.turnOffByHand(active);
            trace.done(trace.engine().failOver(FailoverPlan.unplanned(ITEM, other)));
            trace.expect(ProtectionState.COMMIT_PENDING, other);
            trace.guest.goTo(replicated);
            trace.verify();
            trace.done(trace.engine().cancelFailover(CancelFailoverRequest.droppingTargetWrites(ITEM)));
            trace.expect(ProtectionState.PROTECTED, active);
            assertEquals(
                    new Pause(Pause.By.USER, "storage is moved"), trace.item().paused());
            trace.guest.goTo(before);
            trace.verify();
            trace.startByHand(active);
            assertEquals(Pause.NO, trace.engine().resume(ITEM).paused());
            trace.restartIfWanted();
            if (trace.has(Flag.SELF_SCHEDULED)) {
                trace.engine().runDue();
                trace.world.pass(trace.item().policy().every().multipliedBy(2));
            }
            trace.engine().runDue();
            assertTrue(
                    trace.item().replication().orElseThrow().received() > received,
                    "the cycle that was due is caught up");
            trace.verifyPassiveAfterUnplanned();
        }
    }

    /**
     * A first copy that is paused goes on where it was, with what was written meanwhile; also one that goes back to a side where
     * nothing is left.
     */
    @Test
    public void aFirstCopyThatIsPausedGoesOn() {
        Side active = activeAtFirst();
        try (Trace trace = new Trace(newWorld(), restartsBetweenSteps())) {
            if (active == Side.RECOVERY) {
                trace.protect();
                trace.cycle();
                trace.done(trace.engine()
                        .failOver(FailoverPlan.unplanned(ITEM, active).shutDownFirst()));
                trace.done(trace.engine().commit(ITEM));
                trace.world.deleteVm(active.other(), trace.vm(active.other()));
                trace.restartIfWanted();
            }
            boolean paused = trace.world.duringNextCopy(active, () -> {
                ReplicatedItem unused = trace.engine().pause(ITEM, "the line is needed");
            });
            assumeTrue(paused, "not promised: a pause in the midst of a copy");
            JobId copying = (active == Side.PRIMARY
                            ? trace.startProtecting()
                            : trace.engine()
                                    .reverseReplicate(ReverseRequest.overwriting(active.other(), ITEM)
                                            .makingVm()))
                    .id();
            assertThrows(
                    AwaitTimeoutException.class,
                    () -> trace.engine().job(copying).awaitEnd(Duration.ofHours(1)),
                    "a copy that is paused does not end");
            trace.restartIfWanted();
            trace.expect(
                    active == Side.PRIMARY ? ProtectionState.INITIAL_REPLICATION : ProtectionState.REVERSING, active);
            assertEquals(Pause.By.USER, trace.item().paused().by());
            assertTrue(
                    trace.points().stream().allMatch(RecoveryPoint::pinned), "what has arrived is no recovery point");
            trace.write(6);
            assertEquals(Pause.NO, trace.engine().resume(ITEM).paused());
            JobOutcome outcome = trace.done(trace.engine().job(copying));
            assertEquals(List.of(), outcome.report().warnings(), "it did not start over");
            trace.expect(ProtectionState.PROTECTED, active);
            trace.write(3);
            trace.cycle();
            trace.verifyPassiveAfterUnplanned();
        }
    }

    /** Pausing twice, or resuming what is not paused, is refused with a reason. */
    @Test
    public void pauseIsRefusedWhereItMeansNothing() {
        try (Trace trace = protectedAt(activeAtFirst())) {
            OperationNotAllowedException notPaused = assertThrows(
                    OperationNotAllowedException.class, () -> trace.engine().resume(ITEM));
            assertEquals("NOT_PAUSED", notPaused.denial().code());
            trace.engine().pause(ITEM, "");
            OperationNotAllowedException twice = assertThrows(
                    OperationNotAllowedException.class, () -> trace.engine().pause(ITEM, ""));
            assertEquals("ALREADY_PAUSED", twice.denial().code());
            assertTrue(trace.item().allowedOperations().contains(Operation.RESUME));
        }
    }

    /** Fewer points are kept from the next housekeeping on; the policy survives a restart. */
    @Test
    public void settingsAreAppliedAtTheTarget() {
        try (Trace trace = protectedAt(activeAtFirst())) {
            for (int i = 0; i < 4; i++) {
                trace.write(3);
                trace.cycle();
            }
            trace.engine().runDue();
            assertTrue(trace.points().size() > 2, () -> trace.points().toString());
            ReplicationPolicy less = trace.item().policy().pointsKept(1);
            assertEquals(less, trace.engine().updateSettings(ITEM, less).policy());
            trace.restartIfWanted();
            trace.write(3);
            trace.cycle();
            trace.engine().runDue();
            assertEquals(less, trace.item().policy());
            long kept = trace.points().stream().filter(point -> !point.pinned()).count();
            assertEquals(2, kept, "the latest and one more; what is pinned stays");
            trace.verifyPassiveAfterUnplanned();
        }
    }
}
