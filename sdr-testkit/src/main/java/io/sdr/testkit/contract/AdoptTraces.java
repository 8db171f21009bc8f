package io.sdr.testkit.contract;

import static io.sdr.testkit.contract.Trace.ITEM;
import static io.sdr.testkit.contract.Trace.LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sdr.api.Adoption;
import io.sdr.api.AdoptionRequest;
import io.sdr.api.CancelFailoverRequest;
import io.sdr.api.ChangePointRequest;
import io.sdr.api.DisableRequest;
import io.sdr.api.FailoverPlan;
import io.sdr.api.Finding;
import io.sdr.api.Job;
import io.sdr.api.JobStatus;
import io.sdr.api.Operation;
import io.sdr.api.PointId;
import io.sdr.api.ProtectionState;
import io.sdr.api.RecoveryPoint;
import io.sdr.api.RecoveryPointSelector;
import io.sdr.api.ReplicatedItem;
import io.sdr.api.ResyncCause;
import io.sdr.api.RetryableException;
import io.sdr.api.ReverseRequest;
import io.sdr.api.Side;
import io.sdr.api.SiteId;
import io.sdr.api.spi.DriverCapabilities.Flag;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** An engine that is lost with its store, alone or with a site: another one takes its items up from what one site knows. */
public abstract non-sealed class AdoptTraces extends Traces {
    /** For subclasses. */
    protected AdoptTraces() {}

    private static Adoption adoptFrom(Trace trace, Side side) {
        SiteId site = trace.world.site(side).id();
        return trace.engine()
                .adopt(AdoptionRequest.from(site).otherEngineConfirmedGone("the operator", "its host is switched off"));
    }

    private static ReplicatedItem adopted(Trace trace, Side from) {
        Adoption adoption = adoptFrom(trace, from);
        assertEquals(
                List.of(),
                adoption.findings().stream().filter(Finding::isBlocker).toList());
        assertEquals(
                List.of(ITEM),
                adoption.adopted().stream().map(ReplicatedItem::id).toList());
        return adoption.adopted().get(0);
    }

    /** Its end, with a side still lost: whoever opens a site again has contact. */
    private static void done(Trace trace, Job job, Side lost) {
        trace.done(job);
        trace.world.contact(lost, false);
    }

    private static List<String> codes(Adoption adoption) {
        return adoption.findings().stream().map(Finding::code).toList();
    }

    // ---- T15

    /** The engine burned with the active side: adopt, fail over, commit; the other side comes back: reverse. */
    @Test
    public void T15_storeAndActiveSideLost() {
        Side active = activeAtFirst();
        try (Trace trace = protectedAt(active)) {
            Side other = active.other();
            trace.write(8);
            trace.cycle();
            PointId older = trace.newestPoint().id();
            trace.write(6);
            trace.cycle();
            List<byte[]> sent = trace.guest.remember();
            ReplicatedItem before = trace.item();
            List<PointId> points =
                    trace.points().stream().map(RecoveryPoint::id).toList();
            trace.write(4); // never sent
            trace.world.contact(active, false);
            trace.world.loseEngine();
            assertEquals(List.of(), trace.engine().items());

            ReplicatedItem item = adopted(trace, other);
            assertEquals(ProtectionState.PROTECTED, item.state());
            assertEquals(active, item.activeSide());
            assertEquals(before.name(), item.name());
            assertEquals(before.places(), item.places());
            assertEquals(before.vms(), item.vms());
            assertEquals(before.policy(), item.policy());
            assertEquals(before.epoch(), item.epoch());
            assertEquals(points, trace.points().stream().map(RecoveryPoint::id).toList());
            assertTrue(points.contains(older));

            done(trace, trace.engine().failOver(FailoverPlan.unplanned(ITEM, other)), active);
            trace.expect(ProtectionState.COMMIT_PENDING, other);
            trace.guest.goTo(sent);
            trace.verify();
            trace.write(4);
            done(trace, trace.engine().commit(ITEM), active);
            trace.expect(ProtectionState.FAILED_OVER, other);
            trace.write(3);

            trace.world.contact(active, true);
            trace.engine().runDue();
            assertFalse(trace.observe(active).isRunning(), "the stale copy was stopped at first contact");
            trace.keepActiveSide();
            trace.done(trace.engine().reverseReplicate(ReverseRequest.overwriting(active, ITEM)));
            trace.expect(ProtectionState.PROTECTED, other);
            trace.write(3);
            trace.cycle();
            trace.verifyPassiveAfterUnplanned();
        }
    }

    /** What was adopted is not adopted again, and the world is as it was: another engine finds the same. */
    @Test
    public void T15_adoptedTwiceIsOnce() {
        Side active = activeAtFirst();
        try (Trace trace = protectedAt(active)) {
            trace.write(8);
            trace.cycle();
            trace.world.loseEngine();
            ReplicatedItem first = adopted(trace, active.other());
            Adoption again = adoptFrom(trace, active.other());
            assertEquals(List.of(), again.adopted());
            assertEquals(List.of("ITEM_IN_STORE"), codes(again));
            assertEquals(first.version(), trace.item().version());
            trace.world.loseEngine();
            ReplicatedItem second = adopted(trace, active.other());
            assertEquals(first.epoch(), second.epoch());
            assertEquals(first.state(), second.state());
            trace.engine().runDue();
            trace.write(4);
            trace.cycle();
            trace.verifyPassiveAfterUnplanned();
        }
    }

    /** Nothing but the engine is lost: adopted from the active side, replication goes on where it was. */
    @Test
    public void T15_onlyTheStoreIsLost_adoptedFromTheActiveSide() {
        Side active = activeAtFirst();
        try (Trace trace = protectedAt(active)) {
            trace.write(8);
            trace.cycle();
            trace.engine().runDue();
            trace.world.contact(active.other(), false);
            trace.world.loseEngine();
            assertEquals(ProtectionState.PROTECTED, adopted(trace, active).state());
            trace.expect(ProtectionState.PROTECTED, active);
            trace.verify();
            trace.write(6);
            trace.world.contact(active.other(), true);
            trace.engine().runDue();
            trace.cycle();
            trace.verifyPassiveAfterUnplanned();
        }
    }

    // ---- after a failover

    /** The failed-over copy is on the side that is left: it keeps its points until the commit, and the stale side is still fenced. */
    @Test
    public void T15_afterFailover_commitPending() {
        Side active = activeAtFirst();
        try (Trace trace = protectedAt(active)) {
            Side other = active.other();
            trace.write(8);
            trace.cycle();
            PointId older = trace.newestPoint().id();
            List<byte[]> then = trace.guest.remember();
            trace.write(6);
            trace.cycle();
            trace.world.contact(active, false);
            done(trace, trace.engine().failOver(FailoverPlan.unplanned(ITEM, other)), active);
            trace.world.loseEngine();
            assertEquals(ProtectionState.COMMIT_PENDING, adopted(trace, other).state());
            trace.expect(ProtectionState.COMMIT_PENDING, other);
            assertTrue(trace.observe(other).isRunning(), "adopting touches nothing");
            done(
                    trace,
                    trace.engine()
                            .changePoint(ChangePointRequest.discardingTargetWrites(
                                    ITEM, RecoveryPointSelector.exactly(older))),
                    active);
            trace.guest.goTo(then);
            trace.verify();
            trace.write(4);
            trace.world.contact(active, true);
            trace.engine().runDue();
            assertFalse(trace.observe(active).isRunning(), "the stale copy was stopped, though its note was lost");
            trace.keepActiveSide();
            trace.commitAndReverse();
            trace.cycle();
            trace.verifyPassiveAfterUnplanned();
        }
    }

    /** The same is given up: the side that was left goes on. */
    @Test
    public void T15_afterFailover_cancelled() {
        Side active = activeAtFirst();
        try (Trace trace = protectedAt(active)) {
            Side other = active.other();
            trace.write(8);
            trace.cycle();
            List<byte[]> left = trace.guest.remember();
            trace.done(
                    trace.engine().failOver(FailoverPlan.unplanned(ITEM, other).shutDownFirst()));
            trace.write(4); // to be lost
            trace.engine().runDue();
            trace.world.loseEngine();
            assertEquals(ProtectionState.COMMIT_PENDING, adopted(trace, other).state());
            trace.done(trace.engine().cancelFailover(CancelFailoverRequest.droppingTargetWrites(ITEM)));
            trace.expect(ProtectionState.PROTECTED, active);
            trace.guest.goTo(left);
            trace.verify();
            assertTrue(trace.observe(active).isRunning());
            trace.write(4);
            trace.cycle();
            trace.verifyPassiveAfterUnplanned();
        }
    }

    /** After the commit. */
    @Test
    public void T15_afterFailover_committed() {
        Side active = activeAtFirst();
        try (Trace trace = protectedAt(active)) {
            Side other = active.other();
            trace.write(8);
            trace.cycle();
            trace.world.contact(active, false);
            done(trace, trace.engine().failOver(FailoverPlan.unplanned(ITEM, other)), active);
            trace.write(3);
            done(trace, trace.engine().commit(ITEM), active);
            trace.world.loseEngine();
            assertEquals(ProtectionState.FAILED_OVER, adopted(trace, other).state());
            trace.expect(ProtectionState.FAILED_OVER, other);
            trace.verify();
            trace.world.contact(active, true);
            trace.engine().runDue();
            assertFalse(trace.observe(active).isRunning());
            trace.keepActiveSide();
            trace.done(trace.engine().reverseReplicate(ReverseRequest.overwriting(active, ITEM)));
            trace.write(3);
            trace.cycle();
            trace.verifyPassiveAfterUnplanned();
        }
    }

    // ---- from the midst of a job

    /** Decided, and the copy did not start: who is active is decided, the copy is started by the operation for that. */
    @Test
    public void T15_inFailover_afterDecision() {
        Side active = activeAtFirst();
        try (Trace trace = protectedAt(active)) {
            Side other = active.other();
            trace.write(8);
            trace.cycle();
            Job unused = trace.failingStart();
            trace.world.loseEngine();
            assertEquals(ProtectionState.COMMIT_PENDING, adopted(trace, other).state());
            assertTrue(trace.item().allowedOperations().contains(Operation.START_VM));
            trace.done(trace.engine().startVm(ITEM));
            trace.verify();
            trace.write(3);
            trace.engine().runDue();
            trace.commitAndReverse();
            trace.cycle();
            trace.verifyPassiveAfterUnplanned();
        }
    }

    /** Not decided: nothing has happened, and what the job held is given back. */
    @Test
    public void T15_inFailover_beforeDecision() {
        Side active = activeAtFirst();
        try (Trace trace = protectedAt(active)) {
            Side other = active.other();
            trace.write(8);
            trace.cycle();
            trace.turnOffByHand(active);
            trace.world.refusesAttach(other, true);
            Job job = trace.engine().failOver(FailoverPlan.unplanned(ITEM, other));
            assertEquals(JobStatus.FAILED, job.awaitEnd(LONG).status());
            trace.world.refusesAttach(other, false);
            trace.expect(ProtectionState.FAILING_OVER, active);
            trace.world.loseEngine();
            assertEquals(ProtectionState.PROTECTED, adopted(trace, other).state());
            trace.expect(ProtectionState.PROTECTED, active);
            trace.engine().runDue();
            assertEquals(List.of(), trace.item().pendingNotes(), "what the lost job held was given back");
            trace.startByHand(active);
            trace.verify();
            trace.write(4);
            trace.cycle();
            trace.verifyPassiveAfterUnplanned();
        }
    }

    /** The way back had begun: the old side is a replica with a point as it stood, and the copy is made again. */
    @Test
    public void T15_whileReversing() {
        Side active = activeAtFirst();
        try (Trace trace = protectedAt(active)) {
            Side other = active.other();
            trace.write(8);
            trace.cycle();
            trace.done(
                    trace.engine().failOver(FailoverPlan.unplanned(ITEM, other).shutDownFirst()));
            trace.write(3);
            trace.done(trace.engine().commit(ITEM));
            trace.world.refusesCheckpoints(other, true);
            Job reverse = trace.engine().reverseReplicate(ReverseRequest.overwriting(active, ITEM));
            trace.expectNoCopy(reverse);
            trace.world.refusesCheckpoints(other, false);
            trace.expect(ProtectionState.REVERSING, other);
            trace.world.loseEngine();
            ReplicatedItem item = adopted(trace, active);
            if (trace.has(Flag.SELF_SCHEDULED)) { // what was begun goes on by the driver's own clock
                assertEquals(ProtectionState.PROTECTED, item.state());
            } else {
                assertEquals(ProtectionState.RESYNC_REQUIRED, item.state());
                assertEquals(Optional.of(ResyncCause.SOURCE_HISTORY_LOST), item.resyncCause());
                trace.done(trace.engine().resynchronize(ITEM));
            }
            trace.expect(ProtectionState.PROTECTED, other);
            trace.write(3);
            trace.cycle();
            trace.verifyPassiveAfterUnplanned();
        }
    }

    /** The same from the side that is active: the reverse is asked for again. */
    @Test
    public void T15_whileReversing_fromTheActiveSide() {
        Side active = activeAtFirst();
        try (Trace trace = protectedAt(active)) {
            Side other = active.other();
            trace.write(8);
            trace.cycle();
            trace.done(
                    trace.engine().failOver(FailoverPlan.unplanned(ITEM, other).shutDownFirst()));
            trace.write(3);
            trace.done(trace.engine().commit(ITEM));
            trace.world.refusesCheckpoints(other, true);
            Job reverse = trace.engine().reverseReplicate(ReverseRequest.overwriting(active, ITEM));
            trace.expectNoCopy(reverse);
            trace.world.refusesCheckpoints(other, false);
            trace.world.loseEngine();
            assertEquals(ProtectionState.FAILED_OVER, adopted(trace, other).state());
            trace.engine().runDue();
            trace.done(trace.engine().reverseReplicate(ReverseRequest.overwriting(active, ITEM)));
            trace.expect(ProtectionState.PROTECTED, other);
            trace.write(3);
            trace.cycle();
            trace.verifyPassiveAfterUnplanned();
        }
    }

    /** A removal had begun: it is asked for again. */
    @Test
    public void T15_whileDisabling() {
        Side active = activeAtFirst();
        try (Trace trace = protectedAt(active)) {
            trace.write(8);
            trace.cycle();
            trace.world.contact(active.other(), false);
            Job job = trace.engine().disable(DisableRequest.keepingReplica(ITEM));
            assertEquals(JobStatus.FAILED, job.awaitEnd(LONG).status());
            trace.world.loseEngine();
            adopted(trace, active);
            trace.world.contact(active.other(), true);
            trace.engine().runDue();
            trace.done(trace.engine().disable(DisableRequest.keepingReplica(ITEM)));
            trace.expect(ProtectionState.DISABLED, active);
            for (Side side : Side.values()) {
                assertEquals(List.of(), trace.world.site(side).catalogue().items(trace.call()));
            }
        }
    }

    // ---- what waits

    /** A note that waited for the lost side is not lost with the store. */
    @Test
    public void T15_notesAreKept() {
        Side active = activeAtFirst();
        try (Trace trace = protectedAt(active)) {
            Side other = active.other();
            trace.write(8);
            trace.cycle();
            List<byte[]> left = trace.guest.remember();
            trace.done(
                    trace.engine().failOver(FailoverPlan.unplanned(ITEM, other).shutDownFirst()));
            trace.write(3); // to be lost
            trace.world.contact(other, false);
            done(
                    trace,
                    trace.engine()
                            .cancelFailover(CancelFailoverRequest.droppingTargetWrites(ITEM)
                                    .copyConfirmedDown("the operator", "the site burned")),
                    other);
            trace.expect(ProtectionState.PROTECTED, active);
            assertFalse(trace.item().pendingNotes().isEmpty());
            trace.engine().runDue(); // the note is found in the other catalogue
            trace.world.loseEngine();
            assertEquals(ProtectionState.PROTECTED, adopted(trace, active).state());
            assertFalse(trace.item().pendingNotes().isEmpty());
            trace.guest.goTo(left);
            trace.verify();
            trace.world.contact(other, true);
            trace.engine().runDue();
            trace.keepActiveSide();
            trace.engine().runDue();
            assertEquals(List.of(), trace.item().pendingNotes());
            assertFalse(trace.observe(other).isRunning());
            trace.write(3);
            trace.cycle();
            trace.verifyPassiveAfterUnplanned();
        }
    }

    /** A pause is a choice of the user, and stays. */
    @Test
    public void T15_pauseStays() {
        Side active = activeAtFirst();
        try (Trace trace = protectedAt(active)) {
            trace.write(8);
            trace.cycle();
            trace.engine().pause(ITEM, "storage is moved");
            trace.engine().runDue();
            trace.world.loseEngine();
            assertEquals(
                    "storage is moved", adopted(trace, active.other()).paused().reason());
            trace.restartIfWanted();
            trace.engine().resume(ITEM);
            trace.write(3);
            trace.cycle();
            trace.verifyPassiveAfterUnplanned();
        }
    }

    // ---- what is refused

    /** Another engine worked on it just now: it may be alive. */
    @Test
    public void T15_anotherEngineMayBeAlive() {
        Side active = activeAtFirst();
        try (Trace trace = protectedAt(active)) {
            trace.write(8);
            trace.cycle();
            SiteId site = trace.world.site(active.other()).id();
            trace.world.loseEngine();
            Adoption refused = trace.engine().adopt(AdoptionRequest.from(site));
            assertEquals(List.of(), refused.adopted());
            assertEquals(List.of("ENGINE_MAY_BE_ALIVE"), codes(refused));
            assertEquals(List.of(), trace.engine().items());
            trace.world.pass(java.time.Duration.ofHours(49)); // two intervals and more
            Adoption later = trace.engine().adopt(AdoptionRequest.from(site));
            if (trace.has(Flag.SELF_SCHEDULED)) { // its points go on without any engine, so only somebody's word helps
                assertEquals(List.of("ENGINE_MAY_BE_ALIVE"), codes(later));
                ReplicatedItem unused = adopted(trace, active.other());
                return;
            }
            assertEquals(1, later.adopted().size(), () -> later.findings().toString());
        }
    }

    /** A record that says what cannot be, or is from the future, adopts nothing; the other site still has a good one. */
    @Test
    public void T15_damagedRecord() {
        Side active = activeAtFirst();
        try (Trace trace = protectedAt(active)) {
            trace.write(8);
            trace.cycle();
            trace.engine().runDue();
            Side other = active.other();
            String good = trace.world
                    .site(other)
                    .catalogue()
                    .document(ITEM, "item", trace.call())
                    .orElseThrow();
            List<String> bad = List.of(
                    "{",
                    "[]",
                    good.replace("sdr-item", "something"),
                    good.replace("\"sql-01\"", "\"sql-02\""),
                    good.replace("PRIMARY", "NOWHERE"),
                    good.replace("\"policy.every\"", "\"policy.never\""));
            io.sdr.api.spi.CallContext call = trace.call();
            trace.world.loseEngine();
            for (String each : bad) {
                trace.world.site(other).catalogue().putDocument(ITEM, "item", each, call);
                Adoption refused = adoptFrom(trace, other);
                assertEquals(List.of(), refused.adopted(), each);
                assertEquals(List.of("RECORD_DAMAGED"), codes(refused), each);
            }
            trace.world
                    .site(other)
                    .catalogue()
                    .putDocument(ITEM, "item", good.replace("\"version\":1", "\"version\":2"), call);
            assertEquals(List.of("RECORD_NEWER"), codes(adoptFrom(trace, other)));
            assertEquals(ProtectionState.PROTECTED, adopted(trace, active).state());
            trace.engine().runDue();
            assertEquals(
                    ProtectionState.PROTECTED, trace.item().state(), "the damaged record is written anew by and by");
            trace.world.loseEngine();
            adopted(trace, other);
        }
    }

    /** A site that does not answer tells nothing. */
    @Test
    public void T15_siteDoesNotAnswer() {
        Side active = activeAtFirst();
        try (Trace trace = protectedAt(active)) {
            trace.world.contact(active.other(), false);
            trace.world.loseEngine();
            assertThrows(RetryableException.class, () -> adoptFrom(trace, active.other()));
            assertEquals(List.of(), trace.engine().items());
        }
    }
}
