package io.sdr.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sdr.api.Consistency;
import io.sdr.api.DiskId;
import io.sdr.api.ItemId;
import io.sdr.api.OutcomeUnknownException;
import io.sdr.api.PointId;
import io.sdr.api.RecoveryPoint;
import io.sdr.api.ResyncCause;
import io.sdr.api.RetryableException;
import io.sdr.api.SdrException;
import io.sdr.api.Side;
import io.sdr.api.VmId;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.CycleResult;
import io.sdr.api.spi.DiskRef;
import io.sdr.api.spi.DriverCapabilities.Flag;
import io.sdr.api.spi.HeldPoint;
import io.sdr.api.spi.LossEvidence;
import io.sdr.api.spi.ReplicaLink;
import io.sdr.api.spi.ReplicaStatus;
import io.sdr.api.spi.ReversalPlan;
import io.sdr.api.spi.VmObservation;
import io.sdr.api.spi.WholeDiskDigests;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A {@code ReplicationDriver} that is called by the engine's scheduler: what it promises, compared with what a guest wrote. */
public abstract class ReplicationDriverContract {
    private @Nullable DriverStage stage;

    /** For subclasses. */
    protected ReplicationDriverContract() {}

    /**
     * Opens a world: two sites without VMs, and the driver between them.
     *
     * @return the world; the suite closes it
     */
    protected abstract DriverWorld newWorld();

    /** Opens the world of a test, with an empty replica at the recovery side. */
    @BeforeEach
    public final void establishReplica() {
        stage = new DriverStage(newWorld());
        stage.establish();
    }

    /** Closes the world of a test. */
    @AfterEach
    public final void closeWorld() {
        if (stage != null) {
            stage.world.close();
        }
    }

    private DriverStage stage() {
        return Objects.requireNonNull(stage);
    }

    // ---- points

    /** What is listed can be reached, holds what the guest had, keeps its id over restarts; older, then newer works. */
    @Test
    public void everyPointHoldsItsMoment() {
        DriverStage s = stage();
        List<PointId> made = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            made.add(s.cycle().id());
            if (i == 1) {
                s.driver().process(s.out(), s.call("process"));
            }
        }
        for (int round = 0; round < 2; round++) {
            s.expectListed(made);
            for (int i : new int[] {2, 0, 3, 1}) {
                HeldPoint held = s.bringTo(made.get(i), "bring-" + round + "-" + i);
                assertEquals(made.get(i), held.point());
                s.expectHeld(held);
                assertEquals(held, s.status().held().get(DriverStage.JOB), "status tells what is held");
            }
            s.driver().giveBack(s.out(), DriverStage.JOB, false, s.call());
            s.driver().process(s.out(), s.call());
            s.world.reopen();
        }
    }

    /** Claimed: whose call made the newest cycle is told, also after a restart and after another call of its number. */
    @Test
    public void theNewestCycleIsNamedWhereThatIsClaimed() {
        DriverStage s = stage();
        if (!s.driver().capabilities().has(Flag.NAMES_CYCLES)) {
            return;
        }
        long next = s.status().received() + 1;
        for (String token : List.of("one", "another")) {
            var unused = s.driver().replicate(s.out(), next, Consistency.CRASH_CONSISTENT, s.call(token));
            assertEquals(Optional.of("one"), s.status().lastToken(), "it was received once");
        }
        s.world.reopen();
        assertEquals(Optional.of("one"), s.status().lastToken());
        var unused = s.driver().replicate(s.out(), next + 1, Consistency.CRASH_CONSISTENT, s.call("two"));
        assertEquals(Optional.of("two"), s.status().lastToken());
    }

    /** The same token builds once and keeps what was written; another token builds the point afresh. */
    @Test
    public void theSameTokenBuildsOnce() {
        DriverStage s = stage();
        PointId point = s.cycle().id();
        HeldPoint held = s.bringTo(point, "one");
        byte[][] written = runOn(held);
        HeldPoint again = s.bringTo(point, "one");
        assertEquals(held, again);
        s.expect(Side.RECOVERY, again.disks(), written, "built already");
        s.world.reopen();
        assertEquals(held, s.bringTo(point, "one"));
        HeldPoint fresh = s.bringTo(point, "two");
        s.expectHeld(fresh);
    }

    /** Runs the copy on what is held, writes, and takes the disks away from it. */
    private byte[][] runOn(HeldPoint held) {
        DriverStage s = stage();
        s.start(Side.RECOVERY, held.disks());
        s.active = Side.RECOVERY;
        s.write();
        byte[][] written = s.guest();
        s.stop();
        s.detach(Side.RECOVERY);
        s.active = Side.PRIMARY;
        return written;
    }

    /** A drill runs beside replication and leaves no trace. */
    @Test
    public void aTestLeavesThingsAsTheyWere() {
        DriverStage s = stage();
        PointId point = s.cycle().id();
        PointId later = s.cycle().id();
        Optional<VmId> test = drill(point);
        PointId during = s.cycle().id();
        for (int i = 0; i < 2; i++) {
            s.driver().giveBack(s.out(), DriverStage.JOB, false, s.call("give-back"));
        }
        s.expectListed(List.of(point, later, during)); // cycles are received while a point is held
        assertTrue(s.status().held().isEmpty());
        test.ifPresent(vm -> assertTrue(
                s.control(Side.RECOVERY).observe(List.of(vm), s.call()).isEmpty(), "the test's VM is gone"));
        PointId next = s.cycle().id();
        for (PointId each : List.of(next, point, later)) {
            s.expectHeld(s.bringTo(each, "look-" + each));
        }
    }

    /** A copy runs on a point and writes: a VM of the test, where the driver makes such. */
    private Optional<VmId> drill(PointId point) {
        DriverStage s = stage();
        if (!s.ownsVms()) {
            runOn(s.bringTo(point, "drill"));
            return Optional.empty();
        }
        VmId test = s.driver().openTest(s.out(), DriverStage.JOB, point, s.call("drill"));
        assertEquals(test, s.driver().openTest(s.out(), DriverStage.JOB, point, s.call("drill")), "made once");
        assertNotEquals(s.vm(Side.RECOVERY), test, "it is none of the item's VMs");
        assertEquals(
                List.of(test),
                s.world.site(Side.RECOVERY).testObjects().made(DriverStage.JOB, s.call()).vms().stream()
                        .map(VmObservation::vm)
                        .toList(),
                "it is tagged with the drill");
        assertEquals(
                point,
                Objects.requireNonNull(s.status().held().get(DriverStage.JOB)).point());
        s.expect(Side.RECOVERY, test, s.content(point), "the test's disks");
        s.control(Side.RECOVERY).start(test, s.call());
        s.write(Side.RECOVERY, test);
        return Optional.of(test);
    }

    /** Claimed: what the copy wrote is kept under the job's name. Not claimed: refused, and nothing is given back. */
    @Test
    public void targetWritesAreKeptWhereThatIsClaimed() {
        DriverStage s = stage();
        HeldPoint held = s.bringTo(s.cycle().id(), "one");
        runOn(held);
        if (s.driver().capabilities().has(Flag.KEEPS_TARGET_WRITES)) {
            s.driver().giveBack(s.out(), DriverStage.JOB, true, s.call("give-back"));
            assertTrue(
                    s.world.site(Side.RECOVERY).disks().replicaFolder(DriverStage.ITEM).list().stream()
                            .anyMatch(file -> file.name().contains(DriverStage.JOB.value())),
                    "a file named after the job keeps the writes");
            assertTrue(s.status().held().isEmpty());
        } else {
            assertThrows(
                    SdrException.class, () -> s.driver().giveBack(s.out(), DriverStage.JOB, true, s.call("give-back")));
            assertEquals(held, s.status().held().get(DriverStage.JOB));
        }
    }

    // ---- cycles

    /** A number that was received already changes nothing, and names the point that it made. */
    @Test
    public void aCycleTwiceIsOnce() {
        DriverStage s = stage();
        RecoveryPoint first = s.cycle();
        s.write();
        ReplicaStatus before = s.status();
        CycleResult again = s.driver().replicate(s.out(), before.received(), Consistency.CRASH_CONSISTENT, s.call());
        PointId named =
                assertInstanceOf(CycleResult.Received.class, again).point().id();
        if (s.has(Flag.SELF_SCHEDULED)) { // several points may hold what a cycle brought
            assertTrue(s.listed().contains(named));
        } else {
            assertEquals(first.id(), named);
        }
        assertEquals(before, s.status());
        s.expectHeld(s.bringTo(first.id(), "look"));
    }

    /** Numbers have no holes: a cycle too far is not received. */
    @Test
    public void aCycleTooFarIsNotReceived() {
        DriverStage s = stage();
        s.cycle();
        ReplicaStatus before = s.status();
        try {
            CycleResult result =
                    s.driver().replicate(s.out(), before.received() + 2, Consistency.CRASH_CONSISTENT, s.call());
            assertTrue(
                    result instanceof CycleResult.Gap
                            || (s.has(Flag.SELF_SCHEDULED) && result instanceof CycleResult.Pending),
                    () -> "not received: " + result);
        } catch (SdrException e) {
            assertFalse(e.code().isBlank());
        }
        assertEquals(before, s.status());
        s.cycle();
    }

    /** A source that forgot what changed cannot go on as if nothing had: it says so, and the points stay good. */
    @Test
    public void aLostHistoryIsReported() {
        DriverStage s = stage();
        PointId point = s.cycle().id();
        s.world.loseTracking(Side.PRIMARY, s.vm(Side.PRIMARY));
        s.write();
        CycleResult result = s.driver().replicate(s.out(), s.next(), Consistency.CRASH_CONSISTENT, s.call());
        assertEquals(
                ResyncCause.SOURCE_HISTORY_LOST,
                assertInstanceOf(CycleResult.Gap.class, result).cause());
        s.expectListed(List.of(point));
        s.expectHeld(s.bringTo(point, "look"));
    }

    /** Closed means closed: who comes with an older epoch sends nothing, and the floor never falls. */
    @Test
    public void aClosedReceptionRefuses() {
        DriverStage s = stage();
        s.cycle();
        s.epoch = 3;
        for (int i = 0; i < 2; i++) {
            s.driver().closeReception(s.out(), 3, s.call("close"));
        }
        s.driver().closeReception(s.out(), 2, s.call("lower"));
        assertEquals(3, s.status().epochFloor());
        s.world.reopen();
        s.epoch = 2;
        ReplicaStatus before = s.status();
        SiteSuite.refused(
                "STALE_EPOCH",
                () -> s.driver().replicate(s.out(), before.received() + 1, Consistency.CRASH_CONSISTENT, s.call()));
        assertEquals(before, s.status());
        s.epoch = 3;
        s.cycle();
    }

    /** A call that arrives after its time changes nothing. */
    @Test
    public void aLateCallChangesNothing() {
        DriverStage s = stage();
        ReplicaLink fresh = new ReplicaLink(
                new ItemId("contract-late"),
                Side.RECOVERY,
                s.out().source(),
                s.out().target());
        if (s.ownsVms()) {
            VmId other = s.world.createRunningVm(Side.PRIMARY, "contract-late", s.world.diskSizes());
            fresh = s.link(fresh.item(), other, s.driver().targetVm(other));
        }
        ReplicaLink never = fresh;
        late(call -> s.driver().establish(never, s.world.policy(), call));
        assertEquals(
                ReplicaStatus.Role.NONE,
                s.driver()
                        .status(List.of(never), s.call())
                        .getOrDefault(never.item(), ReplicaStatus.NONE)
                        .role());
        PointId point = s.cycle().id();
        late(call -> s.driver().bringTo(s.out(), DriverStage.JOB, point, call));
        late(call -> s.driver().bringToUnverified(s.out(), DriverStage.JOB, point, call));
        assertTrue(s.status().held().isEmpty(), "nothing is held");
        HeldPoint held = s.bringTo(point, "one");
        late(call -> s.driver().giveBack(s.out(), DriverStage.JOB, false, call));
        assertEquals(held, s.status().held().get(DriverStage.JOB), "it is held as before");
        late(call -> s.driver().closeReception(s.out(), 2, call));
        late(call -> s.driver().commit(s.out(), DriverStage.JOB, call));
        s.expectListed(List.of(point));
    }

    private void late(Consumer<CallContext> call) {
        SiteSuite.refused("TOO_LATE", () -> call.accept(stage().late("late")));
    }

    /** Another source does not write over somebody's replica. */
    @Test
    public void aRelationIsNotTakenOver() {
        DriverStage s = stage();
        PointId point = s.cycle().id();
        ReplicaStatus before = s.status();
        VmId other = s.world.createRunningVm(Side.PRIMARY, "contract-other", s.world.diskSizes());
        ReplicaLink theirs = s.link(DriverStage.ITEM, other, s.vm(Side.RECOVERY));
        SiteSuite.refused("RELATION_TAKEN", () -> s.driver().establish(theirs, s.world.policy(), s.call("theirs")));
        assertEquals(before, s.status());
        s.establish();
        assertEquals(before, s.status(), "established already is done");
        s.expectHeld(s.bringTo(point, "look"));
    }

    /** Without the target nothing is known, and nothing is made up; afterwards the same call goes on. */
    @Test
    public void withoutTheTargetNothingIsMadeUp() {
        DriverStage s = stage();
        s.cycle();
        s.write();
        byte[][] now = s.guest();
        long next = s.next();
        s.world.contact(Side.RECOVERY, false);
        assertThrows(RetryableException.class, s::status);
        SdrException thrown = assertThrows(
                SdrException.class,
                () -> s.driver().replicate(s.out(), next, Consistency.CRASH_CONSISTENT, s.call("cycle-2")));
        assertTrue(
                thrown instanceof RetryableException || thrown instanceof OutcomeUnknownException,
                () -> "it may be tried again: " + thrown);
        s.world.contact(Side.RECOVERY, true);
        PointId point = s.received(next, "cycle-2").id();
        s.points.put(point, now);
        s.expectHeld(s.bringTo(point, "look"));
    }

    /**
     * Claimed: one point is left, and until it is there, none, or all as long as nothing was written; what is held forbids it. Not
     * claimed: refused, and nothing changes.
     */
    @Test
    public void disksAreReplacedInPlaceWhereThatIsClaimed() {
        DriverStage s = stage();
        PointId older = s.cycle().id();
        PointId newer = s.cycle().id();
        s.write();
        byte[][] now = s.guest();
        if (!s.driver().capabilities().has(Flag.REPLACE_IN_PLACE)) {
            SiteSuite.refused("NOT_SUPPORTED", () -> s.driver().replaceInPlace(s.out(), 3, true, s.call("replace")));
            s.expectListed(List.of(older, newer));
            return;
        }
        s.bringTo(older, "held");
        SiteSuite.refused("REPLICA_HELD", () -> s.driver().replaceInPlace(s.out(), 3, true, s.call("replace")));
        s.expectListed(List.of(older, newer));
        s.driver().giveBack(s.out(), DriverStage.JOB, false, s.call("give-back"));
        try {
            s.driver().replaceInPlace(s.out(), 3, true, s.cancelled("replace"));
        } catch (RuntimeException e) {
            if (s.listed().isEmpty()) {
                assertTrue(s.status().broken().isPresent(), "no other cycle is received on torn disks");
            } else {
                s.expectListed(List.of(older, newer));
                s.expectHeld(s.bringTo(newer, "untouched"));
                s.driver().giveBack(s.out(), DriverStage.JOB, false, s.call("give-back-untouched"));
            }
        }
        s.world.reopen();
        CycleResult result = s.driver().replaceInPlace(s.out(), 3, true, s.call("replace"));
        PointId point =
                assertInstanceOf(CycleResult.Received.class, result).point().id();
        s.points.put(point, now);
        s.expectListed(List.of(point));
        s.expectHeld(s.bringTo(point, "look"));
        s.driver().giveBack(s.out(), DriverStage.JOB, false, s.call("give-back-2"));
        PointId next = s.cycle().id();
        s.expectHeld(s.bringTo(next, "look-2"));
    }

    /** A cycle that is cancelled is received whole or not at all, and the same call goes on with it. */
    @Test
    public void aCancelledCycleIsWholeOrNotThere() {
        DriverStage s = stage();
        PointId before = s.cycle().id();
        s.write();
        byte[][] now = s.guest();
        long next = s.next();
        try {
            CycleResult stopped =
                    s.driver().replicate(s.out(), next, Consistency.CRASH_CONSISTENT, s.cancelled("cycle-2"));
            if (!(s.has(Flag.SELF_SCHEDULED) && stopped instanceof CycleResult.Pending)) {
                assertInstanceOf(
                        CycleResult.Received.class, stopped, "who goes on though he was asked to stop ends well");
            }
        } catch (RuntimeException e) {
            s.expectListed(List.of(before)); // a cycle that was stopped is no point
        }
        PointId point = s.received(next, "cycle-2").id();
        s.points.put(point, now);
        s.expectListed(List.of(before, point));
        s.expectHeld(s.bringTo(point, "look"));
    }

    // ---- proofs

    /** After the last cycle of a source that is off, digests of both sides agree; a whole comparison agrees with ours. */
    @Test
    public void nothingIsLostAndThatIsShown() {
        DriverStage s = stage();
        s.cycle();
        s.write();
        byte[][] last = s.guest();
        s.stop();
        long rest = s.next();
        PointId point = s.receivedRest(rest, "rest").id();
        s.points.put(point, last);
        LossEvidence evidence = s.driver().evidence(s.out(), rest, s.call());
        if (evidence instanceof LossEvidence.Digests digests) {
            assertTrue(digests.unbroken());
            assertEquals(rest, digests.sequence());
            assertEquals(last.length, digests.source().size());
            assertEquals(digests.source(), digests.target());
        } else {
            assertFalse(assertInstanceOf(LossEvidence.Asserted.class, evidence)
                    .state()
                    .isBlank());
        }
        HeldPoint held = s.bringTo(point, "one");
        s.expectHeld(held);
        if (!s.has(Flag.COMPARES_DISKS)) {
            SiteSuite.refused(
                    "NOT_SUPPORTED", () -> s.driver().compareWhole(s.out(), DriverStage.JOB, s.call("compare")));
            return;
        }
        WholeDiskDigests whole = s.driver().compareWhole(s.out(), DriverStage.JOB, s.call());
        assertEquals(whole.source(), whole.target());
        assertEquals(
                new TreeSet<>(List.of(sha256(last[0]), sha256(last[1]))),
                new TreeSet<>(whole.target().values()));
        for (DiskRef disk : held.disks()) {
            DiskId id = disk.disk();
            assertTrue(whole.source().containsKey(id), () -> "disk " + id + " was compared");
        }
    }

    /** As {@link WholeDiskDigests} says: over the digests of each MiB. */
    private static String sha256(byte[] bytes) {
        try {
            MessageDigest whole = MessageDigest.getInstance("SHA-256");
            MessageDigest part = MessageDigest.getInstance("SHA-256");
            for (int at = 0; at < bytes.length; at += 1 << 20) {
                part.update(bytes, at, Math.min(1 << 20, bytes.length - at));
                whole.update(part.digest());
            }
            return HexFormat.of().formatHex(whole.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    // ---- commit and reverse

    /** Fails over to the latest point, with writes on the old side that were never sent. */
    private byte[][] failedOver() {
        DriverStage s = stage();
        s.cycle();
        PointId point = s.cycle().id();
        s.write();
        byte[][] asItStood = s.guest();
        s.stop();
        s.failOver(point);
        s.write();
        return asItStood;
    }

    /** After a commit there are no points; the copy keeps its disks and what it wrote. */
    @Test
    public void aCommitLeavesNoPoints() {
        DriverStage s = stage();
        failedOver();
        byte[][] before = s.guest();
        for (int i = 0; i < 2; i++) {
            s.commit();
        }
        s.write();
        byte[][] after = s.guest();
        s.world.reopen();
        ReplicaStatus status = s.status(Side.RECOVERY);
        assertEquals(ReplicaStatus.Role.ACTIVE, status.role());
        assertEquals(List.of(), status.points());
        assertTrue(status.held().isEmpty());
        List<DiskRef> attached = SiteObservations.disks(s.control(Side.RECOVERY), s.vm(Side.RECOVERY));
        assertEquals(attached, status.activeDisks(), "the active disks are the ones that the VM has");
        for (int k = 0; k < after.length; k++) {
            assertArrayEquals(after[k], s.guest()[k]);
            assertNotEquals(-1, java.util.Arrays.mismatch(before[k], after[k]));
        }
        s.stop();
        s.driver().tidy(s.to(Side.RECOVERY), s.call("tidy"));
        s.expect(Side.RECOVERY, s.status(Side.RECOVERY).activeDisks(), after, "folded disks");
    }

    /** The way back sends at least what either side changed, and keeps the old side as it stood. */
    @Test
    public void aReverseSendsTheUnion() {
        DriverStage s = stage();
        byte[][] asItStood = failedOver();
        s.commit();
        s.write();
        ReversalPlan plan = s.driver().planReversal(s.out(), s.call());
        assertEquals(
                s.driver().capabilities().has(Flag.UNION_REVERSE),
                plan.method() == ReversalPlan.Method.UNION,
                () -> "both sides know their changes: " + plan);
        for (int i = 0; i < 2; i++) {
            s.driver().beginReversal(s.out(), DriverStage.RETENTION, s.call("reverse"));
        }
        List<PointId> back = new ArrayList<>();
        if (s.has(Flag.KEEPS_OLD_DISKS)) {
            RecoveryPoint zero = s.status().points().get(0);
            assertTrue(zero.pinned(), "the old side's disks are a point that is not thinned out");
            s.points.put(zero.id(), asItStood);
            back.add(zero.id());
        } else {
            assertTrue(s.status().points().stream().noneMatch(RecoveryPoint::pinned), "nothing keeps the old disks");
        }
        assertEquals(
                s.ownsVms(),
                !SiteObservations.disks(s.control(Side.PRIMARY), s.vm(Side.PRIMARY))
                        .isEmpty(),
                "the old side's VM has no disks any more, unless the driver keeps them attached");
        back.add(0, s.send("back-1").id());
        back.add(s.cycle().id());
        s.driver().tidy(s.out(), s.call("tidy"));
        for (PointId each : back) {
            s.expectHeld(s.bringTo(each, "look-" + each));
        }
    }

    /** A reversal that is taken back leaves the old side's disks as they stood. */
    @Test
    public void aReversalCanBeTakenBack() {
        DriverStage s = stage();
        byte[][] asItStood = failedOver();
        s.commit();
        s.driver().beginReversal(s.out(), DriverStage.RETENTION, s.call("reverse"));
        s.cycle();
        if (!s.has(Flag.KEEPS_OLD_DISKS)) {
            takenBackWithoutTheOldDisks();
            return;
        }
        List<DiskRef> old = List.of();
        for (int i = 0; i < 2; i++) {
            old = s.driver().undoReversal(s.out(), s.call("undo"));
            s.expect(Side.PRIMARY, old, asItStood, "the old side's disks");
        }
        s.control(Side.PRIMARY).attach(s.vm(Side.PRIMARY), old, s.call());
    }

    /** Who does not keep the old disks names none, ends the relation, and can begin it again. */
    private void takenBackWithoutTheOldDisks() {
        DriverStage s = stage();
        byte[][] active = s.guest();
        for (int i = 0; i < 2; i++) {
            assertEquals(List.of(), s.driver().undoReversal(s.out(), s.call("undo")));
            assertEquals(ReplicaStatus.Role.NONE, s.status().role());
        }
        for (int k = 0; k < active.length; k++) {
            Bytes.same(active[k], s.guest()[k], "the active disk " + k);
        }
        s.driver().beginReversal(s.out(), DriverStage.RETENTION, s.call("reverse again"));
        s.expectHeld(s.bringTo(s.cycle().id(), "look"));
    }

    /** Disks that are kept hold what was received, applied or not; neither that nor what follows needs the source. */
    @Test
    public void keptDisksHoldWhatWasReceived() {
        DriverStage s = stage();
        s.cycle();
        s.driver().process(s.out(), s.call("process"));
        s.cycle();
        byte[][] received = s.guest();
        s.write();
        s.world.contact(Side.PRIMARY, false);
        List<DiskRef> kept = List.of();
        for (int i = 0; i < 2; i++) {
            s.driver().keepAsDisks(s.out(), s.call("keep"));
            ReplicaStatus status = s.status();
            assertEquals(s.ownsVms() ? ReplicaStatus.Role.NONE : ReplicaStatus.Role.ACTIVE, status.role());
            assertEquals(List.of(), status.points(), "the points are given up");
            kept = s.ownsVms()
                    ? SiteObservations.disks(s.control(Side.RECOVERY), s.vm(Side.RECOVERY))
                    : status.activeDisks();
            s.expect(Side.RECOVERY, kept, received, "kept disks");
        }
        for (int i = 0; i < 2; i++) {
            s.driver().dissolveTarget(s.out(), false, s.call("dissolve"));
            assertEquals(ReplicaStatus.NONE, s.status());
            s.expect(Side.RECOVERY, kept, received, "kept disks, without a relation");
        }
        s.world.contact(Side.PRIMARY, true);
    }

    /** The source's part is removed while the target is silent; the replica there stays what it was. */
    @Test
    public void theSourceIsDissolvedAlone() {
        DriverStage s = stage();
        PointId point = s.cycle().id();
        byte[][] source = s.guest();
        s.world.contact(Side.RECOVERY, false);
        for (int i = 0; i < 2; i++) {
            s.driver().dissolveSource(s.out(), s.call("dissolve"));
            assertEquals(
                    List.of(), s.world.site(Side.PRIMARY).disks().leftovers(s.vm(Side.PRIMARY), s.call()), "no marks");
        }
        s.world.contact(Side.RECOVERY, true);
        s.expectListed(List.of(point));
        s.expectHeld(s.bringTo(point, "look"));
        for (int k = 0; k < source.length; k++) {
            Bytes.same(source[k], s.guest()[k], "the source's disk " + k);
        }
    }

    /** Dissolving leaves nothing of the relation on either side. */
    @Test
    public void dissolvingLeavesNothing() {
        DriverStage s = stage();
        s.cycle();
        s.cycle();
        byte[][] source = s.guest();
        for (int i = 0; i < 2; i++) {
            s.driver().dissolve(s.out(), true, s.call("dissolve"));
            assertEquals(ReplicaStatus.NONE, s.status());
            assertEquals(
                    List.of(), s.world.site(Side.PRIMARY).disks().leftovers(s.vm(Side.PRIMARY), s.call()), "no marks");
            assertEquals(
                    List.of(),
                    s.world
                            .site(Side.RECOVERY)
                            .disks()
                            .replicaFolder(DriverStage.ITEM)
                            .list(),
                    "no files");
            if (s.ownsVms()) {
                assertTrue(
                        s.control(Side.RECOVERY)
                                .observe(List.of(s.vm(Side.RECOVERY)), s.call())
                                .isEmpty(),
                        "no VM");
            }
            s.world.reopen();
        }
        for (int k = 0; k < source.length; k++) {
            Bytes.same(source[k], s.guest()[k], "the source's disk " + k);
        }
        s.establish();
        s.expectHeld(s.bringTo(s.cycle().id(), "look"));
    }
}
