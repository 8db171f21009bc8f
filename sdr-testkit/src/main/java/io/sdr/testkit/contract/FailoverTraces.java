package io.sdr.testkit.contract;

import static io.sdr.testkit.contract.Trace.ITEM;
import static io.sdr.testkit.contract.Trace.LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sdr.api.CancelFailoverRequest;
import io.sdr.api.FailoverPlan;
import io.sdr.api.Forecast;
import io.sdr.api.Job;
import io.sdr.api.JobOutcome;
import io.sdr.api.JobStatus;
import io.sdr.api.OperationNotAllowedException;
import io.sdr.api.PointId;
import io.sdr.api.ProtectionState;
import io.sdr.api.RecoveryPoint;
import io.sdr.api.ReverseRequest;
import io.sdr.api.Side;
import io.sdr.api.SyncMode;
import io.sdr.api.spi.DriverCapabilities.Flag;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Further failovers: with a full download, followed by an automatic reverse, and to the old disk when the active side is lost. */
public abstract non-sealed class FailoverTraces extends Traces {
    /** For subclasses. */
    protected FailoverTraces() {}

    private static FailoverPlan.Planned full(Side to) {
        return FailoverPlan.planned(ITEM, to).sync(SyncMode.FULL_DURING_FAILOVER);
    }

    /** Not promised: denied, with a remedy. */
    private static boolean fullIsDenied(Trace trace) {
        if (trace.has(Flag.FULL_DOWNLOAD)) {
            return false;
        }
        Side to = trace.item().activeSide().other();
        trace.expectNotSupported(() -> trace.engine().failOver(full(to)));
        assertTrue(trace.engine().dryRun(full(to)).isBlocked());
        return true;
    }

    /** Not promised: the old disk is no place to go to, and that is said. */
    private static boolean oldDiskIsDenied(Trace trace, Side to) {
        if (trace.has(Flag.KEEPS_OLD_DISKS)) {
            return false;
        }
        OperationNotAllowedException denied = assertThrows(
                OperationNotAllowedException.class,
                () -> trace.engine().failOver(FailoverPlan.unplannedToOldDisk(ITEM, to)));
        assertEquals("NOTHING_TO_START", denied.denial().code());
        assertFalse(denied.denial().remedy().isBlank());
        trace.expect(ProtectionState.FAILED_OVER, to.other());
        return true;
    }

    private static JobOutcome failOverFully(Trace trace) {
        Side to = trace.item().activeSide().other();
        JobOutcome outcome = trace.done(trace.engine().failOver(full(to)));
        trace.expectNoLoss(outcome);
        trace.expect(ProtectionState.COMMIT_PENDING, to);
        assertTrue(trace.observe(to).isRunning());
        assertFalse(trace.observe(to.other()).isRunning());
        trace.verify();
        return outcome;
    }

    // ---- T2

    /** Unplanned, commit, full failback without a reverse before, commit, reverse. */
    @Test
    public void T02_fullFailback_withoutReverse() {
        Side active = activeAtFirst();
        try (Trace trace = protectedAt(active)) {
            Side other = active.other();
            trace.write(12);
            trace.cycle();
            trace.done(
                    trace.engine().failOver(FailoverPlan.unplanned(ITEM, other).shutDownFirst()));
            trace.done(trace.engine().commit(ITEM));
            trace.write(15);
            if (fullIsDenied(trace)) {
                return;
            }
            Forecast forecast = trace.engine().dryRun(full(active));
            assertFalse(forecast.isBlocked(), () -> forecast.findings().toString());
            failOverFully(trace);
            trace.write(5);
            trace.commitAndReverse();
            trace.cycle();
            trace.verifyPassiveAfterUnplanned();
        }
    }

    /** Unplanned, commit, reverse, full failback, commit, reverse: older points stay until the commit. */
    @Test
    public void T02_fullFailback_afterReverse() {
        Side active = activeAtFirst();
        try (Trace trace = protectedAt(active)) {
            trace.write(12);
            trace.cycle();
            trace.done(trace.engine()
                    .failOver(FailoverPlan.unplanned(ITEM, active.other()).shutDownFirst()));
            trace.commitAndReverse();
            trace.cycle();
            PointId older = trace.newestPoint().id();
            trace.write(8);
            if (fullIsDenied(trace)) {
                return;
            }
            failOverFully(trace);
            assertTrue(
                    trace.points().stream().map(RecoveryPoint::id).anyMatch(older::equals),
                    "older points stay until commit");
            trace.write(5);
            trace.commitAndReverse();
            trace.cycle();
            trace.verifyPassiveAfterUnplanned();
        }
    }

    /** A full failback without a reverse before is cancelled after it: the item is as it was, and a reverse goes on from there. */
    @Test
    public void T02_fullFailback_cancelled() {
        Side active = activeAtFirst();
        try (Trace trace = protectedAt(active)) {
            Side other = active.other();
            trace.write(12);
            trace.cycle();
            trace.done(
                    trace.engine().failOver(FailoverPlan.unplanned(ITEM, other).shutDownFirst()));
            trace.done(trace.engine().commit(ITEM));
            trace.write(9);
            List<byte[]> before = trace.guest.remember();
            if (fullIsDenied(trace)) {
                return;
            }
            failOverFully(trace);
            trace.write(4); // to be lost
            trace.done(trace.engine().cancelFailover(CancelFailoverRequest.droppingTargetWrites(ITEM)));
            trace.expect(ProtectionState.FAILED_OVER, other);
            trace.guest.goTo(before);
            trace.verify();
            trace.write(3);
            trace.done(trace.engine().reverseReplicate(ReverseRequest.overwriting(active, ITEM)));
            trace.expect(ProtectionState.PROTECTED, other);
            trace.write(3);
            trace.verifyPassiveAfterUnplanned();
        }
    }

    // ---- T3

    /** Planned, and what follows by itself: commit and reverse, each a job of its own. */
    @Test
    public void T03_automaticReverse() {
        Side active = activeAtFirst();
        try (Trace trace = protectedAt(active)) {
            Side other = active.other();
            trace.write(9);
            trace.done(trace.engine()
                    .failOver(FailoverPlan.planned(ITEM, other).completeAtOnce().reverseAutomatically()));
            for (Job job : trace.engine().openJobs()) {
                assertTrue(job.awaitEnd(LONG).status().isSuccess(), job::toString);
            }
            for (Job job : trace.engine().openJobs()) {
                assertTrue(job.awaitEnd(LONG).status().isSuccess(), job::toString);
            }
            List<String> done = trace.engine().jobs(ITEM, java.util.Optional.empty(), 3).stream()
                    .map(Job::kind)
                    .toList();
            assertEquals(List.of("reverse", "commit", "planned-failover"), done);
            trace.expect(ProtectionState.PROTECTED, other);
            trace.verify();
            trace.write(4);
            trace.cycle();
            trace.verifyPassiveAfterUnplanned();
        }
    }

    // ---- T6

    /** VM and disks are deleted at the side that was left: a full failback makes them anew. */
    @Test
    public void T06_vmAndDisksGone_fullFailbackCreatesThem() {
        Side active = activeAtFirst();
        try (Trace trace = protectedAt(active)) {
            trace.write(12);
            trace.cycle();
            trace.done(trace.engine()
                    .failOver(FailoverPlan.unplanned(ITEM, active.other()).shutDownFirst()));
            trace.done(trace.engine().commit(ITEM));
            trace.write(9);
            trace.world.deleteVm(active, trace.vm(active));
            trace.restartIfWanted();
            if (fullIsDenied(trace)) {
                return;
            }
            failOverFully(trace);
            trace.write(5);
            trace.commitAndReverse();
            trace.cycle();
            trace.verifyPassiveAfterUnplanned();
        }
    }

    /** The same by reverse replication: it makes the VM if that is asked for, copies all, and the failback is one with differences. */
    @Test
    public void T06_vmAndDisksGone_reverseCreatesThem() {
        Side active = activeAtFirst();
        try (Trace trace = protectedAt(active)) {
            failedOver(trace, active.other());
            trace.write(9);
            trace.world.deleteVm(active, trace.vm(active));
            trace.restartIfWanted();
            Job refused = trace.engine().reverseReplicate(ReverseRequest.overwriting(active, ITEM));
            assertEquals(JobStatus.FAILED, refused.awaitEnd(LONG).status());
            trace.expect(ProtectionState.FAILED_OVER, active.other());
            trace.done(trace.engine()
                    .reverseReplicate(ReverseRequest.overwriting(active, ITEM).makingVm()));
            trace.expect(ProtectionState.PROTECTED, active.other());
            assertTrue(trace.observe(active).startLocked(), "nobody starts the new VM");
            trace.write(5);
            trace.cycle();
            trace.failBack();
            trace.verify();
        }
    }

    // ---- T16

    private static void failedOver(Trace trace, Side other) {
        trace.write(12);
        trace.cycle();
        trace.done(trace.engine().failOver(FailoverPlan.unplanned(ITEM, other).shutDownFirst()));
        trace.done(trace.engine().commit(ITEM));
        trace.expect(ProtectionState.FAILED_OVER, other);
    }

    /** The active side is lost when nothing replicates back yet: the old disk starts as it stood, by somebody's word. */
    @Test
    public void T16_activeSideLost_failedOver() {
        Side active = activeAtFirst();
        try (Trace trace = protectedAt(active)) {
            Side other = active.other();
            failedOver(trace, other);
            List<byte[]> old = trace.guest.remember();
            trace.write(7); // on the lost side alone
            trace.world.contact(other, false);
            if (oldDiskIsDenied(trace, active)) {
                return;
            }
            OperationNotAllowedException denied = assertThrows(
                    OperationNotAllowedException.class,
                    () -> trace.engine().failOver(FailoverPlan.unplanned(ITEM, active)));
            assertEquals("NOT_CONFIRMED", denied.denial().code());
            trace.done(trace.engine().failOver(FailoverPlan.unplannedToOldDisk(ITEM, active)));
            trace.expect(ProtectionState.COMMIT_PENDING, active);
            trace.guest.goTo(old);
            trace.verify();
            trace.write(4);
            trace.world.contact(other, true);
            trace.engine().runDue();
            assertFalse(trace.observe(other).isRunning(), "the stale copy was stopped at first contact");
            trace.keepActiveSide();
            trace.commitAndReverse();
            trace.cycle();
            trace.verifyPassiveAfterUnplanned();
        }
    }

    /** The failover to the old disk is given up: the other side goes on with all that it had written. */
    @Test
    public void T16_oldDisk_cancelled() {
        Side active = activeAtFirst();
        try (Trace trace = protectedAt(active)) {
            Side other = active.other();
            failedOver(trace, other);
            List<byte[]> old = trace.guest.remember();
            trace.write(7);
            List<byte[]> now = trace.guest.remember();
            trace.turnOffByHand(other);
            if (oldDiskIsDenied(trace, active)) {
                return;
            }
            trace.done(trace.engine().failOver(FailoverPlan.unplannedToOldDisk(ITEM, active)));
            trace.guest.goTo(old);
            trace.verify();
            trace.write(4); // to be lost
            trace.done(trace.engine().cancelFailover(CancelFailoverRequest.droppingTargetWrites(ITEM)));
            trace.expect(ProtectionState.FAILED_OVER, other);
            trace.startByHand(other);
            trace.guest.goTo(now);
            trace.verify();
            trace.done(trace.engine().reverseReplicate(ReverseRequest.overwriting(active, ITEM)));
            trace.expect(ProtectionState.PROTECTED, other);
            trace.verifyPassiveAfterUnplanned();
        }
    }

    /** The active side is lost while the old disk becomes a replica. */
    @Test
    public void T16_activeSideLost_reversing() {
        Side active = activeAtFirst();
        try (Trace trace = protectedAt(active)) {
            Side other = active.other();
            failedOver(trace, other);
            List<byte[]> old = trace.guest.remember();
            trace.write(7);
            trace.world.contact(other, false);
            if (oldDiskIsDenied(trace, active)) {
                return;
            }
            Job reverse = trace.engine().reverseReplicate(ReverseRequest.overwriting(active, ITEM));
            trace.expect(ProtectionState.REVERSING, other);
            trace.done(trace.engine().failOver(FailoverPlan.unplannedToOldDisk(ITEM, active)));
            assertEquals(JobStatus.SUPERSEDED, trace.engine().job(reverse.id()).status());
            trace.expect(ProtectionState.COMMIT_PENDING, active);
            trace.guest.goTo(old);
            trace.verify();
            trace.world.contact(other, true);
            trace.engine().runDue();
            trace.keepActiveSide();
            trace.commitAndReverse();
            trace.verifyPassiveAfterUnplanned();
        }
    }

    /** The active side is lost while a planned failover waits for its word: the newest point starts. */
    @Test
    public void T16_activeSideLost_readyToComplete() {
        Side active = activeAtFirst();
        try (Trace trace = protectedAt(active)) {
            Side other = active.other();
            trace.write(9);
            List<byte[]> sent = trace.guest.remember();
            Job planned =
                    trace.engine().failOver(FailoverPlan.planned(ITEM, other).waitForComplete());
            assertTrue(planned.awaitPrompt(LONG).isPresent());
            trace.expect(ProtectionState.READY_TO_COMPLETE, active);
            trace.write(4); // never sent
            trace.world.contact(active, false);
            trace.done(trace.engine().failOver(FailoverPlan.unplanned(ITEM, other)));
            assertEquals(JobStatus.SUPERSEDED, trace.engine().job(planned.id()).status());
            trace.expect(ProtectionState.COMMIT_PENDING, other);
            trace.guest.goTo(sent);
            trace.verify();
            trace.world.contact(active, true);
            trace.engine().runDue();
            trace.keepActiveSide();
            trace.commitAndReverse();
            trace.verifyPassiveAfterUnplanned();
        }
    }
}
