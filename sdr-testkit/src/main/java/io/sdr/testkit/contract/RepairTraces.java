package io.sdr.testkit.contract;

import static io.sdr.testkit.contract.Trace.ITEM;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.sdr.api.CancelFailoverRequest;
import io.sdr.api.FailoverPlan;
import io.sdr.api.Forecast;
import io.sdr.api.GrowReplicaRequest;
import io.sdr.api.InvalidRequestException;
import io.sdr.api.Job;
import io.sdr.api.JobOutcome;
import io.sdr.api.JobStatus;
import io.sdr.api.Operation;
import io.sdr.api.OperationFailedException;
import io.sdr.api.OperationNotAllowedException;
import io.sdr.api.PointId;
import io.sdr.api.ProtectionState;
import io.sdr.api.RecoveryPoint;
import io.sdr.api.RecoveryPointSelector;
import io.sdr.api.ReplicateNowRequest;
import io.sdr.api.ResyncCause;
import io.sdr.api.ResynchronizeRequest;
import io.sdr.api.Side;
import io.sdr.api.spi.Access;
import io.sdr.api.spi.DriverCapabilities.Flag;
import io.sdr.api.spi.StorageFile;
import io.sdr.api.spi.StorageFolder;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A replica that fell out of line, and how it is brought back: resynchronise by cause, grow replica; and a copy that stopped. */
public abstract non-sealed class RepairTraces extends Traces {
    private static final long GROWN = 1_900_003L;

    /** For subclasses. */
    protected RepairTraces() {}

    private static String denialCode(Trace trace, Operation operation) {
        return Objects.requireNonNull(trace.item().deniedOperations().get(operation))
                .code();
    }

    // ---- start VM

    /** The copy went off by itself: it is started by an operation, which is denied while it runs. */
    @Test
    public void startsTheCopyThatWentOff() {
        Side active = activeAtFirst();
        try (Trace trace = protectedAt(active)) {
            Side other = active.other();
            trace.write(6);
            trace.done(
                    trace.engine().failOver(FailoverPlan.unplanned(ITEM, other).shutDownFirst()));
            assertEquals("NOT_SEEN_OFF", denialCode(trace, Operation.START_VM));
            assertThrows(
                    OperationNotAllowedException.class, () -> trace.engine().startVm(ITEM));
            trace.turnOffByHand(other);
            assertTrue(trace.item().allowedOperations().contains(Operation.START_VM));
            trace.done(trace.engine().startVm(ITEM));
            assertTrue(trace.observe(other).isRunning(), "it runs again");
            trace.expect(ProtectionState.COMMIT_PENDING, other);
            trace.verify();
            trace.commitAndReverse();
        }
    }

    // ---- the source's history is lost

    private static void loseHistory(Trace trace) {
        Side active = trace.item().activeSide();
        trace.turnOffByHand(active);
        trace.world.loseTracking(active, trace.vm(active));
        trace.startByHand(active);
    }

    private static void expectBroken(Trace trace, ResyncCause cause) {
        Job cycle = trace.engine().replicateNow(ReplicateNowRequest.crashConsistent(ITEM));
        OperationFailedException failure = assertThrows(OperationFailedException.class, cycle::await);
        assertEquals("RESYNC_" + cause, failure.code());
        trace.restartIfWanted();
        assertEquals(ProtectionState.RESYNC_REQUIRED, trace.item().state());
        assertEquals(Optional.of(cause), trace.item().resyncCause());
    }

    /** Tracking is lost: points stay valid, the comparison sends what differs and nothing else. */
    @Test
    public void T08_historyLost_pointsStay() {
        Side active = activeAtFirst();
        try (Trace trace = protectedAt(active)) {
            trace.write(12);
            trace.cycle();
            PointId before = trace.newestPoint().id();
            List<byte[]> then = trace.guest.remember();
            loseHistory(trace);
            trace.write(5);
            expectBroken(trace, ResyncCause.SOURCE_HISTORY_LOST);
            Forecast forecast = trace.engine().dryRun(ResynchronizeRequest.comparing(ITEM));
            assertFalse(forecast.isBlocked(), () -> forecast.findings().toString());
            JobOutcome outcome = trace.done(trace.engine().resynchronize(ITEM));
            assertTrue(
                    outcome.report().bytesMoved() < 400_000,
                    () -> "only differences are sent, not " + outcome.report().bytesMoved());
            trace.expect(ProtectionState.PROTECTED, active);
            assertEquals(Optional.empty(), trace.item().resyncCause());
            trace.write(4);
            trace.cycle();
            List<byte[]> now = trace.guest.remember();
            FailoverPlan toBefore = FailoverPlan.unplanned(ITEM, active.other())
                    .shutDownFirst()
                    .at(RecoveryPointSelector.exactly(before));
            if (!trace.has(Flag.POINTS_SURVIVE_RESYNC)) {
                assertThrows(InvalidRequestException.class, () -> trace.engine().failOver(toBefore));
                trace.verifyPassiveAfterUnplanned();
                return;
            }
            trace.done(trace.engine().failOver(toBefore));
            trace.guest.goTo(then);
            trace.verify();
            trace.done(trace.engine().cancelFailover(CancelFailoverRequest.droppingTargetWrites(ITEM)));
            trace.guest.goTo(now);
            trace.verify();
            trace.verifyPassiveAfterUnplanned();
        }
    }

    /** The source is lost while the replica is brought back in line: the unfinished repair is dropped, the point starts. */
    @Test
    public void T08_resyncOvertakenByDisaster() {
        Side active = activeAtFirst();
        try (Trace trace = protectedAt(active)) {
            Side other = active.other();
            trace.write(12);
            trace.cycle();
            List<byte[]> then = trace.guest.remember();
            loseHistory(trace);
            trace.write(5);
            expectBroken(trace, ResyncCause.SOURCE_HISTORY_LOST);
            trace.world.contact(active, false);
            Job resync = trace.engine().resynchronize(ITEM);
            trace.expect(ProtectionState.RESYNCHRONIZING, active);
            trace.done(trace.engine().failOver(FailoverPlan.unplanned(ITEM, other)));
            assertEquals(JobStatus.SUPERSEDED, trace.engine().job(resync.id()).status());
            trace.expect(ProtectionState.COMMIT_PENDING, other);
            trace.guest.goTo(then);
            trace.verify();
            trace.write(4);
            trace.world.contact(active, true);
            trace.engine().runDue();
            trace.keepActiveSide();
            trace.commitAndReverse();
            trace.cycle();
            trace.verifyPassiveAfterUnplanned();
        }
    }

    /** The way back from a disaster that overtook a resynchronisation leads to where that began. */
    @Test
    public void T08_cancelFailoverAfterOvertaking() {
        Side active = activeAtFirst();
        try (Trace trace = protectedAt(active)) {
            trace.write(9);
            trace.cycle();
            loseHistory(trace);
            trace.write(5);
            List<byte[]> now = trace.guest.remember();
            expectBroken(trace, ResyncCause.SOURCE_HISTORY_LOST);
            trace.world.contact(active, false);
            Job resync = trace.engine().resynchronize(ITEM);
            trace.done(trace.engine().failOver(FailoverPlan.unplanned(ITEM, active.other())));
            assertEquals(JobStatus.SUPERSEDED, trace.engine().job(resync.id()).status());
            trace.world.contact(active, true);
            trace.done(trace.engine().cancelFailover(CancelFailoverRequest.droppingTargetWrites(ITEM)));
            trace.expect(ProtectionState.RESYNC_REQUIRED, active);
            trace.guest.goTo(now);
            trace.verify();
            trace.done(trace.engine().resynchronize(ITEM));
            trace.expect(ProtectionState.PROTECTED, active);
            trace.verifyPassiveAfterUnplanned();
        }
    }

    // ---- the replica was changed outside

    private static StorageFolder replica(Trace trace) {
        return trace.world.site(trace.item().activeSide().other()).disks().replicaFolder(ITEM);
    }

    private static List<String> bases(Trace trace) {
        List<String> names = replica(trace).list().stream()
                .map(StorageFolder.Entry::name)
                .filter(name -> name.matches("d[0-9]+\\.base\\.[a-z]+"))
                .sorted()
                .toList();
        assertFalse(names.isEmpty(), "the replica has bases");
        return names;
    }

    private static void editOutside(Trace trace) {
        for (String base : bases(trace)) {
            try (StorageFile file = replica(trace).open(base, Access.WRITE)) {
                ByteBuffer some = ByteBuffer.allocate(40_000);
                int unused = file.read(8192, some);
                some.flip();
                for (int i = 0; i < some.limit(); i++) {
                    some.put(i, (byte) ~some.get(i));
                }
                file.write(8192, some);
                file.force();
            }
        }
    }

    private static PointId suspect(Trace trace) {
        assumeFalse(
                trace.has(Flag.OWNS_VMS),
                "not promised: a driver that owns the copy's VM vouches for its files itself");
        trace.write(10);
        trace.cycle();
        PointId old = trace.newestPoint().id();
        trace.write(10);
        trace.cycle();
        trace.engine().runDue(); // the base holds all that was received
        editOutside(trace);
        trace.write(4);
        expectBroken(trace, ResyncCause.REPLICA_SUSPECT);
        return old;
    }

    /** After the resynchronisation an old point is gone, because nothing vouches for it; the replica is whole. */
    @Test
    public void T19_editedOutside_resyncDropsOldPoints() {
        Side active = activeAtFirst();
        try (Trace trace = protectedAt(active)) {
            PointId old = suspect(trace);
            OperationNotAllowedException denied = assertThrows(
                    OperationNotAllowedException.class,
                    () -> trace.engine().failOver(FailoverPlan.unplanned(ITEM, active.other())));
            assertEquals("NOT_CONFIRMED", denied.denial().code());
            trace.done(trace.engine().resynchronize(ITEM));
            trace.expect(ProtectionState.PROTECTED, active);
            assertFalse(trace.points().stream().map(RecoveryPoint::id).anyMatch(old::equals), "old points are dropped");
            assertThrows(
                    InvalidRequestException.class,
                    () -> trace.engine()
                            .failOver(FailoverPlan.unplanned(ITEM, active.other())
                                    .at(RecoveryPointSelector.exactly(old))));
            trace.engine().runDue();
            trace.write(4);
            trace.cycle();
            trace.verifyPassiveAfterUnplanned();
            trace.commitAndReverse();
            trace.verifyPassiveAfterUnplanned();
        }
    }

    /** Without a resynchronisation an old point starts by somebody's word; what the active side then holds is what comes back. */
    @Test
    public void T19_editedOutside_oldPointByWord() {
        Side active = activeAtFirst();
        try (Trace trace = protectedAt(active)) {
            Side other = active.other();
            PointId old = suspect(trace);
            List<byte[]> now = trace.guest.remember();
            trace.done(trace.engine()
                    .failOver(FailoverPlan.unplannedToUnverifiedPoint(ITEM, other)
                            .shutDownFirst()
                            .at(RecoveryPointSelector.exactly(old))));
            trace.expect(ProtectionState.COMMIT_PENDING, other);
            assertTrue(trace.observe(other).isRunning());
            trace.done(trace.engine().cancelFailover(CancelFailoverRequest.droppingTargetWrites(ITEM)));
            trace.expect(ProtectionState.RESYNC_REQUIRED, active);
            assertEquals(Optional.of(ResyncCause.REPLICA_SUSPECT), trace.item().resyncCause());
            trace.guest.goTo(now);
            trace.verify();
            trace.done(trace.engine()
                    .failOver(
                            FailoverPlan.unplannedToUnverifiedPoint(ITEM, other).shutDownFirst()));
            trace.guest.goTo(trace.guest.read(other, trace.vm(other)));
            trace.commitAndReverse();
            trace.verifyPassiveAfterUnplanned();
        }
    }

    // ---- the replica is gone

    private static void loseAll(Trace trace) {
        if (trace.has(Flag.OWNS_VMS)) {
            Side other = trace.item().activeSide().other();
            trace.world.deleteVm(other, trace.vm(other));
        } else {
            replica(trace).list().forEach(each -> replica(trace).delete(each.name()));
        }
    }

    /** A base is gone, or everything: the replica is seeded again, as the same item. */
    @Test
    public void T19_replicaGone_seededAgain() {
        Side active = activeAtFirst();
        try (Trace trace = protectedAt(active)) {
            trace.write(10);
            trace.cycle();
            trace.engine().runDue();
            if (trace.has(Flag.OWNS_VMS)) {
                loseAll(trace);
            } else {
                for (String base : bases(trace)) {
                    replica(trace).list().stream()
                            .map(StorageFolder.Entry::name)
                            .filter(name -> name.startsWith(base))
                            .forEach(replica(trace)::delete);
                }
            }
            trace.write(3);
            expectBroken(trace, ResyncCause.REPLICA_MISSING);
            trace.done(trace.engine().resynchronize(ITEM));
            trace.expect(ProtectionState.PROTECTED, active);
            trace.engine().runDue();
            trace.write(3);
            trace.cycle();
            loseAll(trace);
            trace.write(3);
            expectBroken(trace, ResyncCause.REPLICA_MISSING);
            trace.done(trace.engine().resynchronize(ITEM));
            trace.expect(ProtectionState.PROTECTED, active);
            trace.write(3);
            trace.cycle();
            trace.verifyPassiveAfterUnplanned();
        }
    }

    // ---- T14

    /** A source disk grew: refused with both sizes named before anything is written; then the replica grows, and points stay. */
    @Test
    public void T14_sourceGrew() {
        Side active = activeAtFirst();
        try (Trace trace = protectedAt(active)) {
            long grown = trace.world.roundUp(GROWN);
            trace.cycle();
            trace.write(8);
            trace.cycle();
            PointId before = trace.newestPoint().id();
            List<byte[]> then = trace.guest.remember();
            trace.write(8);
            trace.cycle();
            trace.turnOffByHand(active);
            trace.engine().runDue(); // layers are folded, so that the disk can grow
            trace.world.growDisk(active, trace.vm(active), 0, grown);
            trace.guest.grown(0, grown);
            trace.engine().runDue();
            trace.startByHand(active);
            trace.write(20);
            if (!trace.has(Flag.GROW_REPLICA)) {
                grownByDriver(trace);
                return;
            }
            Set<String> files = Set.copyOf(
                    replica(trace).list().stream().map(Object::toString).toList());
            Job refused = trace.engine().replicateNow(ReplicateNowRequest.crashConsistent(ITEM));
            OperationFailedException failure = assertThrows(OperationFailedException.class, refused::await);
            assertEquals("RESYNC_GEOMETRY", failure.code());
            String why = failure.problem().state();
            assertTrue(why.contains("" + grown) && why.contains("" + trace.world.roundUp(Trace.SIZES.get(0))), why);
            assertEquals(
                    files,
                    Set.copyOf(
                            replica(trace).list().stream().map(Object::toString).toList()),
                    "nothing was written");
            assertEquals("SIZE_CHANGED", denialCode(trace, Operation.RESYNCHRONIZE));
            Forecast forecast = trace.engine().dryRun(GrowReplicaRequest.toSourceSize(ITEM));
            assertFalse(forecast.isBlocked(), () -> forecast.findings().toString());
            trace.done(trace.engine().growReplica(ITEM));
            trace.expect(ProtectionState.PROTECTED, active);
            trace.write(6);
            trace.cycle();
            List<byte[]> now = trace.guest.remember();
            trace.done(trace.engine()
                    .failOver(FailoverPlan.unplanned(ITEM, active.other())
                            .shutDownFirst()
                            .at(RecoveryPointSelector.exactly(before))));
            trace.guest.goTo(then);
            trace.guest.grown(0, grown);
            trace.verify();
            trace.done(trace.engine().cancelFailover(CancelFailoverRequest.droppingTargetWrites(ITEM)));
            trace.guest.goTo(now);
            trace.verifyPassiveAfterUnplanned();
            trace.write(5);
            trace.verify();
        }
    }

    /** Who does not enlarge a replica denies it; the driver's own resynchronisation brings it in line. */
    private static void grownByDriver(Trace trace) {
        Job refused = trace.engine().replicateNow(ReplicateNowRequest.crashConsistent(ITEM));
        assertThrows(OperationFailedException.class, refused::await);
        assertEquals(ProtectionState.RESYNC_REQUIRED, trace.item().state());
        assertEquals("NOT_SUPPORTED", denialCode(trace, Operation.GROW_REPLICA));
        trace.expectNotSupported(() -> trace.engine().growReplica(ITEM));
        trace.done(trace.engine().resynchronize(ITEM));
        trace.write(6);
        trace.cycle();
        trace.verifyPassiveAfterUnplanned();
    }
}
