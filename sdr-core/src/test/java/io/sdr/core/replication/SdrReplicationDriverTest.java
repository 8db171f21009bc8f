package io.sdr.core.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sdr.api.Consistency;
import io.sdr.api.CorruptException;
import io.sdr.api.JobId;
import io.sdr.api.OperationFailedException;
import io.sdr.api.PointId;
import io.sdr.api.RecoveryPoint;
import io.sdr.api.Side;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.CycleResult;
import io.sdr.api.spi.DiskRef;
import io.sdr.api.spi.LossEvidence;
import io.sdr.api.spi.ReplicaStatus;
import io.sdr.api.spi.ReversalPlan.Method;
import io.sdr.api.spi.StorageFolder;
import io.sdr.api.spi.VmObservation;
import io.sdr.api.spi.WholeDiskDigests;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The driver between two simulated sites, verified against what the guest knows. */
class SdrReplicationDriverTest {
    private static final int[] SIZES = {700_000, 65_536 + 513};

    private final TwoSides t = new TwoSides(11, SIZES);

    private void establish() {
        t.driver.establish(t.linkTo(Side.RECOVERY), TwoSides.RETENTION, t.call());
        t.start();
        t.write(20);
    }

    /** A call that arrives when it is good no more changes nothing: somebody may have done the contrary meanwhile. */
    @Test
    void whatComesTooLateIsRefused() {
        establish();
        RecoveryPoint point = t.cycle();
        t.stop();
        JobId job = new JobId("job-1");
        t.failOver(job, point.id());
        ReplicaStatus before = t.status(Side.RECOVERY);
        CallContext late = t.callGoodUntil(t.time.now().minusMillis(1));

        assertThatThrownBy(() -> t.driver.closeReception(t.linkTo(Side.RECOVERY), 99, late))
                .isInstanceOfSatisfying(
                        OperationFailedException.class,
                        e -> assertThat(e.code()).isEqualTo("TOO_LATE"));
        assertThatThrownBy(() -> t.driver.commit(t.linkTo(Side.RECOVERY), job, late))
                .isInstanceOfSatisfying(
                        OperationFailedException.class,
                        e -> assertThat(e.code()).isEqualTo("TOO_LATE"));
        assertThat(t.status(Side.RECOVERY)).isEqualTo(before);

        CallContext inTime = t.callGoodUntil(t.time.now().plusMillis(1));
        t.driver.closeReception(t.linkTo(Side.RECOVERY), 99, inTime.withEpoch(99));
        t.driver.commit(t.linkTo(Side.RECOVERY), job, inTime.withEpoch(99));
        assertThat(t.status(Side.RECOVERY).epochFloor()).isEqualTo(99);
        assertThat(t.status(Side.RECOVERY).role()).isEqualTo(ReplicaStatus.Role.ACTIVE);
    }

    @Test
    void wholeLifeInBothDirections() {
        establish();
        RecoveryPoint first = t.cycle();
        t.write(5);
        RecoveryPoint second = t.cycle();
        t.driver.process(t.linkTo(Side.RECOVERY), t.call());
        t.write(5);
        t.cycle();
        t.write(3); // lost
        t.stop();
        t.failOver(new JobId("job-1"), second.id());
        t.write(4);
        t.driver.commit(t.linkTo(Side.RECOVERY), new JobId("job-1"), t.call());
        t.write(4);
        t.reopen();

        assertThat(t.reverse().method()).isEqualTo(Method.UNION);
        RecoveryPoint back = t.cycle();
        assertThat(back.sequence()).isEqualTo(1);
        t.write(6);
        t.cycle();
        t.driver.tidy(t.linkTo(Side.PRIMARY), t.call());
        t.stop();
        RecoveryPoint last = t.cycle();
        LossEvidence.Digests evidence =
                (LossEvidence.Digests) t.driver.evidence(t.linkTo(Side.PRIMARY), last.sequence(), t.call());
        assertThat(evidence.source()).isEqualTo(evidence.target()).hasSize(2);
        assertThat(evidence.unbroken()).isTrue();
        t.failOver(new JobId("job-2"), last.id());
        WholeDiskDigests whole = t.driver.compareWhole(t.linkTo(Side.PRIMARY), new JobId("job-2"), t.call());
        assertThat(whole.source()).isEqualTo(whole.target()).hasSize(2);
        t.write(4);
        t.driver.commit(t.linkTo(Side.PRIMARY), new JobId("job-2"), t.call());
        t.reopen();

        assertThat(t.reverse().method()).isEqualTo(Method.UNION);
        t.cycle();
        t.driver.tidy(t.linkTo(Side.RECOVERY), t.call());
        t.stop();
        t.driver.tidy(t.linkTo(Side.PRIMARY), t.call());
        VmObservation vm = t.site(Side.PRIMARY).look(t.vms.get(Side.PRIMARY));
        assertThat(vm.disks()).isEqualTo(t.status(Side.PRIMARY).activeDisks());
        assertThat(vm.disks()).allMatch(each -> each.locator().endsWith(".base.raw"));
        t.expect(Side.PRIMARY, vm.disks(), t.guest, "folded disks");
        t.start();
        t.write(3);
        RecoveryPoint afterFold = t.cycle();
        t.driver.tidy(t.linkTo(Side.RECOVERY), t.call());
        t.expect(
                Side.RECOVERY,
                t.driver
                        .bringTo(t.linkTo(Side.RECOVERY), new JobId("job-3"), afterFold.id(), t.call())
                        .disks(),
                t.guest,
                "replica");
        assertThat(first).isNotEqualTo(back);
    }

    @Test
    void aReversalWithWritesOnBothSidesKeepsTheOldDiskAsPointZero() {
        establish();
        RecoveryPoint point = t.cycle();
        t.write(7); // on the old side only
        byte[][] asItStood = ReplicaHarness.copy(t.guest);
        t.stop();
        t.failOver(new JobId("job-1"), point.id());
        t.write(7);
        t.driver.commit(t.linkTo(Side.RECOVERY), new JobId("job-1"), t.call());
        t.reverse();
        RecoveryPoint back = t.cycle();
        t.driver.process(t.linkTo(Side.PRIMARY), t.call());
        PointId zero = t.status(Side.PRIMARY).points().get(0).id();
        t.expect(
                Side.PRIMARY,
                t.driver
                        .bringTo(t.linkTo(Side.PRIMARY), new JobId("job-2"), zero, t.call())
                        .disks(),
                asItStood,
                "as it stood");
        t.expect(
                Side.PRIMARY,
                t.driver
                        .bringTo(t.linkTo(Side.PRIMARY), new JobId("job-2"), back.id(), t.call())
                        .disks(),
                t.guest,
                "the copy");
    }

    @Test
    void aReversalIsTakenBackEvenWhenItsCopyWasApplied() {
        establish();
        RecoveryPoint point = t.cycle();
        t.write(7);
        byte[][] asItStood = ReplicaHarness.copy(t.guest);
        t.stop();
        t.failOver(new JobId("job-1"), point.id());
        t.write(7);
        t.driver.commit(t.linkTo(Side.RECOVERY), new JobId("job-1"), t.call());
        for (int round = 0; round < 3; round++) {
            t.reverse();
            if (round > 0) {
                t.cycle();
            }
            if (round > 1) {
                t.driver.process(t.linkTo(Side.PRIMARY), t.call());
            }
            List<DiskRef> old = t.driver.undoReversal(t.linkTo(Side.PRIMARY), t.call());
            assertThat(t.driver.undoReversal(t.linkTo(Side.PRIMARY), t.call())).isEqualTo(old);
            t.site(Side.PRIMARY).vms().attach(t.vms.get(Side.PRIMARY), old, t.call());
            t.expect(Side.PRIMARY, old, asItStood, "round " + round);
            assertThat(t.status(Side.PRIMARY).role()).isEqualTo(ReplicaStatus.Role.ACTIVE);
            t.write(2);
        }
        t.reverse();
        RecoveryPoint back = t.cycle();
        t.expect(
                Side.PRIMARY,
                t.driver
                        .bringTo(t.linkTo(Side.PRIMARY), new JobId("job-2"), back.id(), t.call())
                        .disks(),
                t.guest,
                "the copy");
    }

    @Test
    void aCancelledFailoverGoesOnWhereItWas() {
        establish();
        RecoveryPoint point = t.cycle();
        t.write(3);
        t.cycle();
        byte[][] kept = ReplicaHarness.copy(t.guest);
        t.failOver(new JobId("job-1"), point.id());
        t.write(5);
        t.stop();
        t.site(Side.RECOVERY).vms().attach(t.vms.get(Side.RECOVERY), List.of(), t.call());
        t.epoch++;
        t.driver.giveBack(t.linkTo(Side.RECOVERY), new JobId("job-1"), true, t.call());
        t.driver.giveBack(t.linkTo(Side.RECOVERY), new JobId("job-1"), true, t.call());
        t.active = Side.PRIMARY;
        t.guest = kept;
        t.write(3);
        RecoveryPoint next = t.cycle();
        assertThat(next.sequence()).isEqualTo(3);
        t.expect(Side.RECOVERY, t.bringTo(new JobId("job-2"), next.id()).disks(), t.guest, "after cancel");
    }

    @Test
    void anOlderEpochIsRefused() {
        establish();
        t.driver.closeReception(t.linkTo(Side.RECOVERY), 2, t.call());
        assertThatThrownBy(() -> t.driver.replicate(t.linkTo(Side.RECOVERY), 1, Consistency.CRASH_CONSISTENT, t.call()))
                .isInstanceOf(OperationFailedException.class)
                .extracting(e -> ((OperationFailedException) e).code())
                .isEqualTo("STALE_EPOCH");
    }

    @Test
    void aCycleTwiceChangesNothing() {
        establish();
        RecoveryPoint point = t.cycle();
        long generation =
                t.driver.status(List.of(t.linkTo(Side.RECOVERY)), t.call()).size();
        CycleResult again = t.driver.replicate(t.linkTo(Side.RECOVERY), 1, Consistency.CRASH_CONSISTENT, t.call());
        assertThat(((CycleResult.Received) again).point()).isEqualTo(point);
        assertThat(((CycleResult.Received) again).statistics().bytesMoved()).isZero();
        assertThat(generation).isOne();
    }

    @Test
    void marksDoNotPileUp() {
        establish();
        for (int i = 0; i < 6; i++) {
            t.write(2);
            t.cycle();
            t.driver.process(t.linkTo(Side.RECOVERY), t.call());
        }
        assertThat(t.site(Side.PRIMARY).disks().leftovers(t.vms.get(Side.PRIMARY), t.call()))
                .hasSize(2);
        t.driver.dissolve(t.linkTo(Side.RECOVERY), true, t.call());
        t.driver.dissolve(t.linkTo(Side.RECOVERY), true, t.call());
        assertThat(t.site(Side.PRIMARY).disks().leftovers(t.vms.get(Side.PRIMARY), t.call()))
                .isEmpty();
        assertThat(t.status(Side.RECOVERY)).isEqualTo(ReplicaStatus.NONE);
        assertThat(t.site(Side.RECOVERY).disks().replicaFolder(TwoSides.ITEM).list())
                .isEmpty();
    }

    /** However long a drill holds the replica: what waits to be applied needs no marks of its own. */
    @Test
    void marksDoNotPileUpBehindAHold() {
        establish();
        RecoveryPoint held = t.cycle();
        t.bringTo(new JobId("drill"), held.id());
        for (int i = 0; i < 12; i++) {
            t.write(2);
            t.cycle();
            t.driver.process(t.linkTo(Side.RECOVERY), t.call());
            assertThat(t.status(Side.RECOVERY).applied()).isEqualTo(held.sequence());
            assertThat(t.site(Side.PRIMARY).disks().leftovers(t.vms.get(Side.PRIMARY), t.call()))
                    .as("marks after %s cycles", i + 1)
                    .hasSizeLessThanOrEqualTo(3);
        }
    }

    /** Damage throws the replica back to a cycle whose mark is gone: the mark of the base tells enough, nothing is compared whole. */
    @ParameterizedTest
    @ValueSource(ints = {3, 5, 8})
    void damageBehindAHoldCostsNoFullComparison(int damaged) {
        TwoSides big = new TwoSides(12, 8_000_000);
        big.driver.establish(big.linkTo(Side.RECOVERY), TwoSides.RETENTION, big.call());
        big.start();
        big.write(20);
        RecoveryPoint held = big.cycle();
        big.bringTo(new JobId("drill"), held.id());
        RecoveryPoint last = held;
        while (last.sequence() < 8) {
            big.write(2);
            last = big.cycle();
        }
        PointId latest = last.id();
        StorageFolder folder = big.site(Side.RECOVERY).disks().replicaFolder(TwoSides.ITEM);
        DamageTest.flip(folder, ReplicaFiles.redoName(damaged, 0, 0), 100);
        assertThatThrownBy(() -> big.bringTo(new JobId("job-1"), latest)).isInstanceOf(CorruptException.class);
        assertThat(big.status(Side.RECOVERY).received()).isEqualTo(damaged - 1);
        RecoveryPoint next = big.cycle();
        assertThat(next.sequence()).isEqualTo(damaged);
        assertThat(big.status(Side.RECOVERY).lastCycle().bytesRead()).isLessThan(4_000_000);
        big.expect(Side.RECOVERY, big.bringTo(new JobId("job-1"), next.id()).disks(), big.guest, "after damage");
        big.driver.giveBack(big.linkTo(Side.RECOVERY), new JobId("job-1"), false, big.call());
        big.driver.giveBack(big.linkTo(Side.RECOVERY), new JobId("drill"), false, big.call());
        big.driver.process(big.linkTo(Side.RECOVERY), big.call());
        big.expect(Side.RECOVERY, big.bringTo(new JobId("job-1"), next.id()).disks(), big.guest, "applied");
    }
}
