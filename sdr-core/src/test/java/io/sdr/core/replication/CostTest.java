package io.sdr.core.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.sdr.api.JobId;
import io.sdr.api.Side;
import io.sdr.api.spi.ReplicationDriver.Retention;
import io.sdr.testkit.MemoryFolder;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What a changed byte costs at the target, counted file by file. */
class CostTest {
    private static final int SIZE = 8 << 20;
    private static final int CHANGED = 2 << 20;
    private static final int READ_AT_ONCE = 128 << 10;

    private final CountingFolder folder = new CountingFolder(new MemoryFolder());
    private final ReplicaHarness h = new ReplicaHarness(folder, SIZE);
    private final Random random = new Random(1);

    private byte[][] changed(byte[][] from) {
        byte[][] next = ReplicaHarness.copy(from);
        byte[] data = new byte[CHANGED];
        random.nextBytes(data);
        System.arraycopy(data, 0, next[0], 1 << 20, CHANGED);
        return next;
    }

    private void cyclesAndApply() {
        byte[][] zero = {new byte[SIZE]};
        byte[][] one = changed(zero);
        h.receive(1, zero, one);
        h.replica.process(h.open(), name -> false);
        byte[][] two = changed(one);
        folder.reset();
        h.receive(2, one, two);
        h.replica.process(h.open(), name -> false);
    }

    @Test
    void aCycleIsWrittenThreeTimesAndItsOldContentReadOnce() {
        h.establish(ReplicaHarness.KEEP_ALL);
        cyclesAndApply();
        assertThat(folder.written("")).isBetween(3L * CHANGED, 32L * CHANGED / 10);
        assertThat(folder.read("d0.base")).isBetween((long) CHANGED, 12L * CHANGED / 10);
        assertThat(folder.read("redo.")).isBetween((long) CHANGED, 12L * CHANGED / 10);
        assertThat(folder.read("undo.")).isZero();
    }

    @Test
    void withoutPointsItIsWrittenTwice() {
        h.establish(new Retention(0, Duration.ZERO));
        cyclesAndApply();
        assertThat(folder.written("")).isLessThan(22L * CHANGED / 10);
        assertThat(folder.read("d0.base")).isLessThan(2L * CHANGED / 10);
    }

    @Test
    void aPausedFirstCopyIsNotSentTwice() {
        TwoSides t = new TwoSides(5, SIZE);
        t.start();
        t.fill();
        t.driver.establish(t.linkTo(Side.RECOVERY), TwoSides.RETENTION, t.call());
        assertThat(t.pausedCycle(1, "copy", SIZE / 2 / READ_AT_ONCE)).isTrue();
        long before = bytesOf(t, 0);
        assertThat(before).isBetween(4L * SIZE / 10, 6L * SIZE / 10);
        t.write(10); // at most 20 KB each
        var unused = t.cycle(1, "copy");
        assertThat(bytesOf(t, 1))
                .as("what was missing, and what changed")
                .isBetween(SIZE - before, SIZE - before + CHANGED / 8);
        assertThat(t.status(Side.RECOVERY).lastCycle().bytesMoved())
                .as("what is told")
                .isBetween((long) SIZE, (long) SIZE + CHANGED / 8);
    }

    private static long bytesOf(TwoSides t, int piece) {
        return t.replicaFolder(Side.RECOVERY)
                .find(ReplicaFiles.redoName(1, piece, 0))
                .orElseThrow()
                .sizeBytes();
    }

    @Test
    void goingToTheLatestPointCostsNothingAndToAnOlderOneWhatChanged() {
        h.establish(ReplicaHarness.KEEP_ALL);
        cyclesAndApply();
        folder.reset();
        h.replica.hold(h.open(), new JobId("job-1"), h.open().pointId(2), "t1");
        assertThat(folder.written("")).isLessThan(CHANGED / 10);
        folder.reset();
        h.replica.hold(h.open(), new JobId("job-1"), h.open().pointId(1), "t2");
        assertThat(folder.written("")).isBetween((long) CHANGED, 12L * CHANGED / 10);
    }
}
