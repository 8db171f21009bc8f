package io.sdr.testkit.contract;

import static io.sdr.testkit.contract.Trace.ITEM;
import static io.sdr.testkit.contract.Trace.LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sdr.api.DisableRequest;
import io.sdr.api.FailoverPlan;
import io.sdr.api.InvalidRequestException;
import io.sdr.api.ItemId;
import io.sdr.api.Job;
import io.sdr.api.JobStatus;
import io.sdr.api.Operation;
import io.sdr.api.OperationNotAllowedException;
import io.sdr.api.ProtectionRequest;
import io.sdr.api.ProtectionState;
import io.sdr.api.ReplicateNowRequest;
import io.sdr.api.ReplicatedItem;
import io.sdr.api.ReplicationPolicy;
import io.sdr.api.ReverseRequest;
import io.sdr.api.Side;
import io.sdr.api.VmId;
import io.sdr.api.spi.DriverCapabilities.Flag;
import io.sdr.api.spi.VmObservation;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The end of a protection: from every state that allows it, with either side gone, and what is left at both sites. */
public abstract non-sealed class DisableTraces extends Traces {
    private static final ItemId AGAIN = new ItemId("sql-01-again");

    /** For subclasses. */
    protected DisableTraces() {}

    // ---- what is left

    private static void disable(Trace trace, DisableRequest request) {
        Side active = trace.item().activeSide();
        List<io.sdr.api.spi.DiskRef> disks = trace.observe(active).disks();
        boolean running = trace.observe(active).isRunning();
        trace.done(trace.engine().disable(request));
        expectDisabled(trace, active);
        assertEquals(disks, trace.observe(active).disks(), "the active VM's disks are not touched");
        assertEquals(running, trace.observe(active).isRunning(), "nor is the VM");
        trace.verify();
    }

    private static void expectDisabled(Trace trace, Side active) {
        trace.expect(ProtectionState.DISABLED, active);
        assertEquals(List.of(), trace.engine().items());
        assertEquals(
                List.of(ITEM),
                trace.engine().disabledItems().stream().map(ReplicatedItem::id).toList());
        assertEquals(java.util.Set.of(), trace.item().allowedOperations());
        assertTrue(trace.item().replication().isEmpty());
    }

    /** Neither catalogue, checkpoints nor marks. */
    private static void expectClean(Trace trace, Side side) {
        assertEquals(List.of(), trace.world.site(side).catalogue().items(trace.call()), "the catalogue at " + side);
        assertEquals(
                List.of(), trace.world.site(side).disks().leftovers(trace.vm(side), trace.call()), "marks at " + side);
        assertTrue(
                trace.world.site(side).disks().replicaFolder(ITEM).list().stream()
                        .noneMatch(file -> file.name().matches("(manifest|redo|undo).*")),
                () -> "files at " + side + ": "
                        + trace.world.site(side).disks().replicaFolder(ITEM).list());
    }

    private static boolean isGone(Trace trace, Side side) {
        VmId vm = trace.vm(side);
        return trace.world.site(side).vms().observe(List.of(vm), trace.call()).isEmpty();
    }

    /** The other VM is off, can be started, and holds a moment. */
    private static void expectKept(Trace trace, Side side, List<byte[]> moment) {
        VmObservation vm = trace.observe(side);
        assertFalse(vm.isRunning());
        assertFalse(vm.startLocked(), "nobody would ever take the lock away");
        assertEquals("", TraceGuest.difference(trace.world, side, trace.vm(side), moment));
    }

    /** A driver whose copies have the ids of their VMs takes one that was kept, if it is told to. */
    private static ReplicationPolicy policyAgain(Trace trace) {
        ReplicationPolicy policy = trace.world.policy();
        boolean takesCopy = trace.has(Flag.OWNS_VMS)
                && !isGone(trace, trace.item().activeSide().other());
        return takesCopy ? policy.nativeReplication(policy.nativeReplication().fromExistingCopy()) : policy;
    }

    private static void protectAgain(Trace trace) {
        Side active = trace.item().activeSide();
        trace.done(trace.engine()
                .protect(ProtectionRequest.between(
                                trace.vm(active).value(), trace.world.place(active), trace.world.place(active.other()))
                        .policy(policyAgain(trace))
                        .as(AGAIN)));
        assertEquals(
                ProtectionState.PROTECTED,
                trace.engine().item(AGAIN).state(),
                "the VM may be protected under another id");
        assertEquals(
                List.of(AGAIN),
                trace.engine().items().stream().map(ReplicatedItem::id).toList());
    }

    // ---- from each state

    /** What was received, applied or not, is on the disks that are kept; what was never sent is not. */
    @Test
    public void protectedItem_keepingReplica() {
        Side active = activeAtFirst();
        try (Trace trace = protectedAt(active)) {
            trace.write(8);
            trace.cycle();
            trace.engine().runDue();
            trace.write(6);
            trace.cycle();
            List<byte[]> received = trace.guest.remember();
            trace.write(4);
            disable(trace, DisableRequest.keepingReplica(ITEM));
            expectKept(trace, active.other(), received);
            for (Side side : Side.values()) {
                expectClean(trace, side);
            }
            trace.write(3);
            trace.verify();
            protectAgain(trace);
        }
    }

    /** What was made for the replica goes; the VM and disks that a user brought stay. */
    @Test
    public void protectedItem_deletingReplica() {
        Side active = activeAtFirst();
        try (Trace trace = protectedAt(active)) {
            trace.write(8);
            trace.cycle();
            List<byte[]> received = trace.guest.remember();
            disable(trace, DisableRequest.deletingReplica(ITEM));
            if (active == Side.PRIMARY) {
                assertTrue(isGone(trace, Side.RECOVERY));
                assertEquals(
                        List.of(),
                        trace.world
                                .site(Side.RECOVERY)
                                .disks()
                                .replicaFolder(ITEM)
                                .list());
                expectClean(trace, Side.PRIMARY);
            } else {
                expectKept(trace, Side.PRIMARY, received);
                expectClean(trace, Side.PRIMARY);
                expectClean(trace, Side.RECOVERY);
            }
            protectAgain(trace);
        }
    }

    /** A first copy that did not get far is removed with everything that was made for it. */
    @Test
    public void initialReplication() {
        try (Trace trace = new Trace(newWorld(), restartsBetweenSteps())) {
            trace.world.refusesCheckpoints(Side.PRIMARY, true);
            Job protect = trace.startProtecting();
            trace.expectNoCopy(protect);
            trace.expect(ProtectionState.INITIAL_REPLICATION, Side.PRIMARY);
            trace.world.refusesCheckpoints(Side.PRIMARY, false);
            disable(trace, DisableRequest.keepingReplica(ITEM));
            assertEquals(JobStatus.SUPERSEDED, trace.engine().job(protect.id()).status());
            assertTrue(isGone(trace, Side.RECOVERY), "a copy that is not whole is no disk of anything");
            expectClean(trace, Side.PRIMARY);
            protectAgain(trace);
        }
    }

    private static void breakHistory(Trace trace) {
        Side active = trace.item().activeSide();
        trace.turnOffByHand(active);
        trace.world.loseTracking(active, trace.vm(active));
        trace.startByHand(active);
    }

    /** The history broke: the newest point is what is kept. */
    @Test
    public void resyncRequired() {
        Side active = activeAtFirst();
        try (Trace trace = protectedAt(active)) {
            trace.write(8);
            trace.cycle();
            List<byte[]> received = trace.guest.remember();
            breakHistory(trace);
            Job cycle = trace.engine().replicateNow(ReplicateNowRequest.crashConsistent(ITEM));
            assertEquals(JobStatus.FAILED, cycle.awaitEnd(LONG).status());
            trace.expect(ProtectionState.RESYNC_REQUIRED, active);
            disable(trace, DisableRequest.keepingReplica(ITEM));
            expectKept(trace, active.other(), received);
            expectClean(trace, active);
            expectClean(trace, active.other());
        }
    }

    /** The repair under way is dropped. */
    @Test
    public void resynchronizing() {
        Side active = activeAtFirst();
        try (Trace trace = protectedAt(active)) {
            trace.write(8);
            trace.cycle();
            List<byte[]> received = trace.guest.remember();
            trace.world.contact(active, false);
            Job resync = trace.engine().resynchronize(ITEM);
            trace.expect(ProtectionState.RESYNCHRONIZING, active);
            trace.world.contact(active, true);
            disable(trace, DisableRequest.keepingReplica(ITEM));
            assertEquals(JobStatus.SUPERSEDED, trace.engine().job(resync.id()).status());
            expectKept(trace, active.other(), received);
            expectClean(trace, active);
            expectClean(trace, active.other());
        }
    }

    /** Between a failover and its commit only the form that says so is accepted; the copy that runs keeps its disks. */
    @Test
    public void commitPending() {
        Side active = activeAtFirst();
        try (Trace trace = protectedAt(active)) {
            Side other = active.other();
            trace.write(8);
            trace.cycle();
            List<byte[]> old = trace.guest.remember();
            trace.done(
                    trace.engine().failOver(FailoverPlan.unplanned(ITEM, other).shutDownFirst()));
            trace.write(5);
            OperationNotAllowedException denied = assertThrows(
                    OperationNotAllowedException.class,
                    () -> trace.engine().disable(DisableRequest.keepingReplica(ITEM)));
            assertEquals("NOT_CONFIRMED", denied.denial().code());
            disable(trace, DisableRequest.committingFailover(ITEM));
            expectKept(trace, active, old);
            expectClean(trace, active);
            expectClean(trace, other);
            trace.write(3);
            trace.verify();
            protectAgain(trace);
        }
    }

    /** After the commit the other side's disk may hold what exists nowhere else: it is never deleted. */
    @Test
    public void failedOver() {
        Side active = activeAtFirst();
        try (Trace trace = protectedAt(active)) {
            Side other = active.other();
            trace.write(8);
            trace.cycle();
            List<byte[]> old = trace.guest.remember();
            trace.done(
                    trace.engine().failOver(FailoverPlan.unplanned(ITEM, other).shutDownFirst()));
            trace.done(trace.engine().commit(ITEM));
            trace.write(5);
            OperationNotAllowedException denied = assertThrows(
                    OperationNotAllowedException.class,
                    () -> trace.engine().disable(DisableRequest.deletingReplica(ITEM)));
            assertEquals("NOT_A_REPLICA", denied.denial().code());
            disable(trace, DisableRequest.keepingReplica(ITEM));
            expectKept(trace, active, old);
            expectClean(trace, active);
            expectClean(trace, other);
        }
    }

    // ---- a side is gone

    private static Job failsWithout(Trace trace, Side lost, DisableRequest request) {
        trace.world.contact(lost, false);
        Job job = trace.engine().disable(request);
        assertEquals(JobStatus.FAILED, job.awaitEnd(LONG).status());
        assertEquals(ProtectionState.DISABLING, trace.item().state());
        assertEquals(
                java.util.Set.of(Operation.RETRY_JOB, Operation.FORGET_UNREACHABLE),
                trace.item().allowedOperations());
        return job;
    }

    /** Somebody waits for the other side: when it is back, the job is retried. */
    @Test
    public void otherSideAway_retried() {
        Side active = activeAtFirst();
        try (Trace trace = protectedAt(active)) {
            trace.write(8);
            trace.cycle();
            List<byte[]> received = trace.guest.remember();
            Job job = failsWithout(trace, active.other(), DisableRequest.keepingReplica(ITEM));
            trace.restartIfWanted();
            trace.world.contact(active.other(), true);
            assertThrows(
                    InvalidRequestException.class,
                    () -> trace.engine().forgetUnreachable(ITEM, active.other()),
                    "a side that answers is not given up");
            Job again = trace.engine().job(job.id());
            again.retry();
            trace.done(again);
            expectDisabled(trace, active);
            expectKept(trace, active.other(), received);
            expectClean(trace, active);
            expectClean(trace, active.other());
        }
    }

    private void givenUp(Side lost, DisableRequest request, boolean deletes) {
        Side active = activeAtFirst();
        try (Trace trace = protectedAt(active)) {
            trace.write(8);
            trace.cycle();
            List<byte[]> received = trace.guest.remember();
            Job job = failsWithout(trace, lost, request);
            trace.restartIfWanted();
            trace.world.contact(lost, false); // whoever opens the site again has contact
            ReplicatedItem item = trace.engine().forgetUnreachable(ITEM, lost);
            assertEquals(ProtectionState.DISABLING, item.state());
            trace.done(trace.engine().job(job.id()));
            trace.world.contact(lost, false);
            expectDisabled(trace, active);
            expectClean(trace, lost.other());
            assertEquals(
                    List.of(trace.world.site(lost).id()),
                    trace.item().pendingNotes().stream()
                            .map(note -> note.site())
                            .toList());
            trace.engine().runDue();
            assertEquals(1, trace.item().pendingNotes().size(), "it waits as long as it has to");
            trace.world.contact(lost, true);
            trace.engine().runDue();
            assertEquals(List.of(), trace.item().pendingNotes(), "other side back: notes delivered");
            trace.restartIfWanted();
            if (deletes) {
                assertTrue(isGone(trace, active.other()));
            } else {
                expectKept(trace, active.other(), received);
                expectClean(trace, active.other());
            }
            expectClean(trace, active);
            assertTrue(trace.observe(active).isRunning());
            trace.verify();
            trace.engine().runDue();
            expectDisabled(trace, active);
            protectAgain(trace);
        }
    }

    /** The replica's side is given up, comes back after all, and is cleaned then. */
    @Test
    public void otherSideGivenUp_comesBack() {
        givenUp(activeAtFirst().other(), DisableRequest.keepingReplica(ITEM), false);
    }

    /** The same where the replica is to be deleted. */
    @Test
    public void otherSideGivenUp_comesBackToBeDeleted() {
        givenUp(activeAtFirst().other(), DisableRequest.deletingReplica(ITEM), activeAtFirst() == Side.PRIMARY);
    }

    /** The active side is given up: its VM is not touched when it comes back. */
    @Test
    public void activeSideGivenUp_comesBack() {
        givenUp(activeAtFirst(), DisableRequest.keepingReplica(ITEM), false);
    }

    /** The side that was lost before the failover is given up: first the stale copy there is stopped, then it is cleaned. */
    @Test
    public void staleSideGivenUp_comesBackRunning() {
        Side active = activeAtFirst();
        try (Trace trace = protectedAt(active)) {
            Side other = active.other();
            trace.write(8);
            trace.cycle();
            trace.world.contact(active, false);
            trace.done(trace.engine().failOver(FailoverPlan.unplanned(ITEM, other)));
            trace.world.contact(active, false);
            trace.write(4);
            Job job = trace.engine().disable(DisableRequest.committingFailover(ITEM));
            assertEquals(JobStatus.FAILED, job.awaitEnd(LONG).status());
            trace.engine().forgetUnreachable(ITEM, active);
            trace.done(trace.engine().job(job.id()));
            trace.world.contact(active, false);
            expectDisabled(trace, other);
            trace.verify();
            assertEquals(2, trace.item().pendingNotes().size());
            trace.world.contact(active, true);
            trace.engine().runDue();
            assertEquals(List.of(), trace.item().pendingNotes());
            assertFalse(trace.observe(active).isRunning(), "the stale copy was stopped at first contact");
            assertTrue(trace.observe(other).isRunning());
            expectClean(trace, active);
            expectClean(trace, other);
            trace.verify();
        }
    }

    /** What cannot be replicated back any more is disabled, with nothing on its way. */
    @Test
    public void afterReverse_oldDiskAsItStoodGoesToo() {
        Side active = activeAtFirst();
        try (Trace trace = protectedAt(active)) {
            Side other = active.other();
            trace.write(8);
            trace.cycle();
            trace.done(
                    trace.engine().failOver(FailoverPlan.unplanned(ITEM, other).shutDownFirst()));
            trace.done(trace.engine().commit(ITEM));
            trace.write(3);
            trace.done(trace.engine().reverseReplicate(ReverseRequest.overwriting(active, ITEM)));
            List<byte[]> received = trace.guest.remember();
            disable(trace, DisableRequest.keepingReplica(ITEM));
            expectKept(trace, active, received);
        }
    }
}
