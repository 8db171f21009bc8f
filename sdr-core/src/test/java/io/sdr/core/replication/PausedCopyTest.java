package io.sdr.core.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sdr.api.Consistency;
import io.sdr.api.JobId;
import io.sdr.api.RecoveryPoint;
import io.sdr.api.RetryableException;
import io.sdr.api.SdrException;
import io.sdr.api.Side;
import io.sdr.api.spi.Access;
import io.sdr.api.spi.CancelFlag;
import io.sdr.api.spi.DiskRef;
import io.sdr.api.spi.LossEvidence;
import io.sdr.api.spi.RangeSet;
import io.sdr.api.spi.ReplicaStatus;
import io.sdr.api.spi.StorageFolder;
import io.sdr.core.format.DiskFormats;
import io.sdr.core.format.RawFormat;
import io.sdr.core.replication.Manifest.Unfinished;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Copies of whole disks that are paused: what has arrived is kept and is nothing else, and what cannot be kept is sent again. */
class PausedCopyTest {
    private static final int[] SIZES = {700_000, 513, 300_000};
    private static final DiskFormats FORMATS = DiskFormats.of(new RawFormat());
    private static final String COPY = "copy";
    private static final JobId JOB = new JobId("job-1");

    private final TwoSides t = new TwoSides(11, SIZES);

    @BeforeEach
    void begin() {
        t.start();
        t.fill();
        t.driver.establish(t.linkTo(Side.RECOVERY), TwoSides.RETENTION, t.call());
    }

    private void pause() {
        assertThat(t.pausedCycle(t.status(t.active.other()).received() + 1, COPY, 3))
                .as("paused")
                .isTrue();
    }

    private Manifest manifest() {
        return manifest(t.active.other());
    }

    private Manifest manifest(Side side) {
        return new Replica(t.replicaFolder(side), FORMATS).look(TwoSides.ITEM);
    }

    private RecoveryPoint goOn() {
        return t.cycle(t.status(t.active.other()).received() + 1, COPY);
    }

    private void expectAt(RecoveryPoint point) {
        Side to = t.active.other();
        var held = t.driver.bringTo(t.linkTo(to), JOB, point.id(), t.call());
        t.expect(to, held.disks(), t.points.get(point.id()), "point " + point.id());
        t.driver.giveBack(t.linkTo(to), JOB, false, t.call());
    }

    private List<String> leftAtSource() {
        return t.site(t.active).disks().leftovers(t.vms.get(t.active), t.call());
    }

    /** Checkpoints whose frozen data is kept; a mark costs nothing. */
    private long frozen() {
        StorageFolder checkpoints = t.site(t.active).root().child("checkpoints");
        return checkpoints.children().stream()
                .filter(id -> checkpoints.child(id).list().stream()
                        .anyMatch(file -> file.name().endsWith(".saved")))
                .count();
    }

    private void loseTracking() {
        t.stop();
        t.site(t.active).loseTracking(t.vms.get(t.active));
        t.start();
    }

    @Test
    void whatHasArrivedIsNothingThatAnybodyMayUse() {
        pause();
        t.write(5);
        ReplicaStatus status = t.status(Side.RECOVERY);
        assertThat(status.received()).isZero();
        assertThat(status.points()).isEmpty();
        assertThat(status.startedOver()).isEmpty();
        assertThat(frozen()).isZero();
        assertThat(leftAtSource())
                .containsExactly(manifest().unfinished().orElseThrow().mark());
        Manifest before = manifest();
        t.driver.process(t.linkTo(Side.RECOVERY), t.call());
        t.driver.tidy(t.linkTo(Side.RECOVERY), t.call());
        t.driver.pause(t.linkTo(Side.RECOVERY), t.call());
        assertThat(manifest()).as("housekeeping leaves it alone").isEqualTo(before);
        assertThat(JournalRepair.repair(t.replicaFolder(Side.RECOVERY)).damaged())
                .isEmpty();
        t.reopen();
        RecoveryPoint point = goOn();
        assertThat(t.status(Side.RECOVERY).points()).containsExactly(point);
        assertThat(leftAtSource())
                .as("its mark alone")
                .containsExactly(manifest().cycle(1).orElseThrow().mark());
        expectAt(point);
    }

    @Test
    void eachPauseAddsAPiece() {
        pause();
        t.write(4);
        pause();
        t.write(4);
        assertThat(Reception.pieces(manifest())).isEqualTo(2);
        RecoveryPoint point = goOn();
        assertThat(manifest().cycle(1).orElseThrow().redo()).hasSize(3 * SIZES.length);
        t.driver.process(t.linkTo(Side.RECOVERY), t.call());
        expectAt(point);
        t.write(3);
        RecoveryPoint next = t.cycle();
        assertThat(t.driver.evidence(t.linkTo(Side.RECOVERY), next.sequence(), t.call()))
                .isNotNull();
        expectAt(next);
    }

    /** The evidence of a cycle that came in pieces is that of all of them. */
    @Test
    void whatCameInPiecesIsProved() {
        pause();
        t.write(4);
        RecoveryPoint point = goOn();
        var evidence = (LossEvidence.Digests) t.driver.evidence(t.linkTo(Side.RECOVERY), point.sequence(), t.call());
        assertThat(evidence.target()).isEqualTo(evidence.source()).hasSize(SIZES.length);
    }

    @Test
    void aStopWithoutAPauseGoesOnToo() {
        int[] looked = {0};
        var stopped = t.call(COPY).withCancel(() -> looked[0]++ >= 3);
        assertThatThrownBy(() -> t.driver.replicate(t.linkTo(Side.RECOVERY), 1, Consistency.CRASH_CONSISTENT, stopped))
                .isInstanceOf(SdrException.class);
        t.write(5);
        t.reopen();
        assertThat(Reception.pieces(manifest())).isEqualTo(1);
        RecoveryPoint point = goOn();
        assertThat(frozen()).isZero();
        expectAt(point);
    }

    @Test
    void withoutKnowledgeOfWhatChangedItStartsOverAndSaysSo() {
        pause();
        t.write(5);
        loseTracking();
        t.write(5);
        pause(); // it goes on from its start, and is paused again
        assertThat(t.status(Side.RECOVERY).startedOver()).isPresent();
        t.write(5);
        RecoveryPoint point = goOn();
        assertThat(t.status(Side.RECOVERY).startedOver()).as("told").isPresent();
        assertThat(t.status(Side.RECOVERY).lastCycle().bytesMoved()).isLessThan(2L * 1_000_513);
        expectAt(point);
        t.write(3);
        expectAt(t.cycle());
        assertThat(t.status(Side.RECOVERY).startedOver())
                .as("told of that cycle alone")
                .isEmpty();
    }

    @Test
    void withoutWhatHadArrivedItStartsOver() {
        pause();
        t.write(5);
        t.replicaFolder(Side.RECOVERY).delete(ReplicaFiles.redoName(1, 0, 0));
        assertThatThrownBy(this::goOn)
                .isInstanceOf(RetryableException.class)
                .extracting(e -> ((SdrException) e).code())
                .isEqualTo("UNFINISHED_COPY_DAMAGED");
        expectAt(goOn());
        assertThat(t.status(Side.RECOVERY).startedOver()).isPresent();
    }

    /** A file of the same name that another piece left is not taken for what arrived. */
    @Test
    void whatArrivedIsKnownByItsDigest() {
        pause();
        StorageFolder folder = t.replicaFolder(Side.RECOVERY);
        String name = ReplicaFiles.redoName(1, 0, 0);
        Manifest m = manifest();
        folder.delete(name);
        ReplicaFiles files = new ReplicaFiles(folder, FORMATS, CancelFlag.NEVER);
        try (SegmentWriter other = SegmentWriter.create(folder, name, files.redoHeader(m, 0, 1, "another"))) {
            other.data(0, ByteBuffer.allocate(512));
            String unused = other.finish();
        }
        assertThatThrownBy(this::goOn).hasMessageContaining("UNFINISHED_COPY_DAMAGED");
        expectAt(goOn());
    }

    private RecoveryPoint resynchronising() {
        RecoveryPoint first = t.cycle();
        t.write(6);
        loseTracking();
        t.driver.beginResync(t.linkTo(Side.RECOVERY), TwoSides.RETENTION, false, t.call());
        t.fill();
        pause();
        assertThat(t.status(Side.RECOVERY).points()).containsExactly(first);
        return first;
    }

    @Test
    void aResynchronisationGoesOnAndKeepsThePoints() {
        RecoveryPoint first = resynchronising();
        expectAt(first);
        t.write(5);
        RecoveryPoint second = goOn();
        expectAt(second);
        t.driver.process(t.linkTo(Side.RECOVERY), t.call());
        expectAt(first);
        expectAt(second);
    }

    @Test
    void afterADisasterWhatHadArrivedIsDropped() {
        RecoveryPoint first = resynchronising();
        t.stop();
        t.failOver(JOB, first.id());
        t.driver.commit(t.linkTo(Side.RECOVERY), JOB, t.call());
        assertThat(manifest(Side.RECOVERY).namedFiles()).noneMatch(each -> each.startsWith("redo."));
        t.write(4);
        var plan = t.reverse();
        assertThat(plan).isNotNull();
        expectAt(t.cycle(1, "back"));
    }

    @Test
    void aReplicaThatWasChangedOutsideIsComparedFromTheStart() {
        RecoveryPoint first = t.cycle();
        t.driver.process(t.linkTo(Side.RECOVERY), t.call());
        spoilBase(100);
        t.driver.beginResync(t.linkTo(Side.RECOVERY), TwoSides.RETENTION, false, t.call());
        t.fill();
        pause();
        assertThat(manifest().unfinished()).isPresent();
        t.write(2);
        pause();
        assertThat(Reception.pieces(manifest())).as("the base is what it was").isEqualTo(2);
        spoilBase(650_000);
        t.write(2);
        RecoveryPoint point = goOn();
        assertThat(t.status(Side.RECOVERY).startedOver()).isPresent();
        assertThat(t.status(Side.RECOVERY).points()).doesNotContain(first).contains(point);
        expectAt(point);
    }

    private void spoilBase(long at) {
        t.time.pass(Duration.ofMinutes(1));
        try (var base =
                new RawFormat().open(t.replicaFolder(Side.RECOVERY), ReplicaFiles.baseName(0, "raw"), Access.WRITE)) {
            base.write(at, ByteBuffer.wrap(new byte[] {1, 2, 3, 4, 5}));
            base.flush();
        }
    }

    @Test
    void aReversalThatWasPausedIsTakenBack() {
        RecoveryPoint first = t.cycle();
        t.write(3);
        t.stop();
        t.failOver(JOB, first.id());
        byte[][] left = new byte[SIZES.length][];
        List<DiskRef> old = t.site(Side.PRIMARY).look(t.vms.get(Side.PRIMARY)).disks();
        for (int k = 0; k < SIZES.length; k++) {
            left[k] = t.read(Side.PRIMARY, old.get(k));
        }
        t.driver.commit(t.linkTo(Side.RECOVERY), JOB, t.call());
        t.fill();
        var unused = t.reverse();
        pause();
        assertThat(t.status(Side.PRIMARY).received()).isZero();
        List<DiskRef> back = t.driver.undoReversal(t.linkTo(Side.PRIMARY), t.call());
        t.expect(Side.PRIMARY, back, left, "as it stood");
        assertThat(leftAtSource()).isEmpty();
    }

    @Test
    void thereIsALimitToThePieces() {
        for (int i = 0; i < Unfinished.MOST_PIECES + 5; i++) {
            t.write(1);
            boolean unused = t.pausedCycle(1, COPY, 1);
        }
        assertThat(Reception.pieces(manifest())).isLessThan(Unfinished.MOST_PIECES);
        RecoveryPoint point = goOn();
        expectAt(point);
    }

    @Test
    void whatIsMissingIsRememberedInFewRanges() {
        Random random = new Random(5);
        long size = (1L << 40) + 513;
        RangeSet.Builder many = new RangeSet.Builder();
        for (int i = 0; i < 60_000; i++) {
            many.add((long) (random.nextDouble() * (size - 5000)), 1 + random.nextInt(5000));
        }
        RangeSet all = many.add(size - 1, 1).build();
        RangeSet few = Unfinished.inFewRanges(all, size);
        assertThat(few.count()).isBetween(1, Unfinished.MOST_RANGES);
        assertThat(all.minus(few).isEmpty()).as("nothing is forgotten").isTrue();
        assertThat(few.minus(RangeSet.of(0, size)).isEmpty())
                .as("nothing behind the end")
                .isTrue();
        RangeSet one = RangeSet.of(3, 5);
        assertThat(Unfinished.inFewRanges(one, size)).isSameAs(one);
    }
}
