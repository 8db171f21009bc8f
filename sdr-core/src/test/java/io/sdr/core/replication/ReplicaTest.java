package io.sdr.core.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sdr.api.InvalidRequestException;
import io.sdr.api.JobId;
import io.sdr.api.PointId;
import io.sdr.api.spi.ReplicaStatus.Role;
import io.sdr.api.spi.ReplicationDriver.Retention;
import io.sdr.testkit.MemoryFolder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The replica without any trouble. */
class ReplicaTest {
    private static final JobId JOB = new JobId("job-1");
    private static final int[] SIZES = {300_000, 65_536, 513};

    private final Random random = new Random(7);
    private final List<byte[][]> states = new ArrayList<>();
    private final ReplicaHarness h = new ReplicaHarness(new MemoryFolder(), SIZES);

    private void cycles(int count) {
        if (states.isEmpty()) {
            states.add(new byte[][] {new byte[SIZES[0]], new byte[SIZES[1]], new byte[SIZES[2]]});
        }
        for (int i = 0; i < count; i++) {
            byte[][] next = ReplicaHarness.copy(states.get(states.size() - 1));
            for (byte[] disk : next) {
                int from = random.nextInt(disk.length);
                int length = Math.min(disk.length - from, random.nextInt(40_000));
                byte[] data = new byte[length];
                if (random.nextInt(4) > 0) {
                    random.nextBytes(data);
                }
                System.arraycopy(data, 0, disk, from, length);
            }
            h.receive(states.size(), states.get(states.size() - 1), next);
            states.add(next);
        }
    }

    private void holdsPoint(PointId point, long sequence) {
        Manifest m = h.replica.hold(h.open(), JOB, point, "token-" + point);
        for (int k = 0; k < SIZES.length; k++) {
            assertThat(h.read(m.holders().get(JOB).layers().get(k).run()))
                    .as("disk %s of point %s", k, point)
                    .isEqualTo(states.get((int) sequence)[k]);
        }
    }

    @Test
    void everyPointIsReachedFromEveryOther() {
        h.establish(ReplicaHarness.KEEP_ALL);
        cycles(4);
        h.replica.process(h.open(), name -> false);
        cycles(1);
        holdsPoint(h.open().pointId(3), 3);
        cycles(2);
        for (long to : new long[] {7, 1, 5, 4, 6, 2, 3}) {
            holdsPoint(h.open().pointId(to), to);
        }
        assertThat(h.open().applied()).isEqualTo(4);
        h.replica.release(h.open(), JOB, false);
        h.replica.process(h.open(), name -> false);
        assertThat(h.open().applied()).isEqualTo(7);
        assertThat(h.folder.list()).noneMatch(each -> each.name().startsWith("layer."));
        assertThat(h.read("d0.base.raw")).isEqualTo(states.get(7)[0]);
    }

    @Test
    void commitLeavesNoPointsAndFoldingKeepsTheContent() {
        h.establish(ReplicaHarness.KEEP_ALL);
        cycles(5);
        h.replica.process(h.open(), name -> false);
        holdsPoint(h.open().pointId(2), 2);
        String run = h.open().holders().get(JOB).layers().get(0).run();
        h.write(run, 1000, new byte[] {1, 2, 3});
        byte[] expected = states.get(2)[0].clone();
        System.arraycopy(new byte[] {1, 2, 3}, 0, expected, 1000, 3);

        h.replica.commit(h.open(), JOB);
        h.replica.commit(h.open(), JOB);
        Manifest m = h.open();
        assertThat(m.role()).isEqualTo(Role.ACTIVE);
        assertThat(m.points()).isEmpty();
        assertThat(h.folder.list()).noneMatch(each -> each.name().startsWith("undo."));
        assertThat(h.read(run)).isEqualTo(expected);

        m = h.replica.fold(m, true);
        assertThat(m.divergence().get(0).contains(1000)).isTrue();
        assertThat(h.read(m.active().orElseThrow().layers().get(0).run())).isEqualTo(expected);
        m = h.replica.fold(m, false);
        assertThat(h.read("d0.base.raw")).isEqualTo(expected);
        assertThat(h.read("d1.base.raw")).isEqualTo(states.get(2)[1]);
        h.replica.process(m, name -> false);
        assertThat(h.folder.list()).noneMatch(each -> each.name().startsWith("layer."));
    }

    @Test
    void pointsAreThinnedAndUndoIsJoined() {
        h.establish(new Retention(3, Duration.ofMinutes(15)));
        for (int i = 0; i < 64; i++) {
            cycles(1);
            h.replica.process(h.open(), name -> false);
        }
        Manifest m = h.open();
        assertThat(m.points()).extracting(Manifest.Point::sequence).containsExactly(30L, 45L, 60L, 64L);
        assertThat(m.undo()).hasSizeLessThan(8);
        for (long each : new long[] {30, 45, 60, 64}) {
            holdsPoint(m.pointId(each), each);
        }
    }

    @Test
    void withoutPointsNoUndoIsWritten() {
        h.establish(new Retention(0, Duration.ZERO));
        cycles(3);
        h.replica.process(h.open(), name -> false);
        assertThat(h.open().points()).hasSize(1);
        assertThat(h.folder.list()).noneMatch(each -> each.name().startsWith("undo."));
        holdsPoint(h.open().pointId(3), 3);
    }

    @Test
    void anUnknownPointIsRefused() {
        h.establish(ReplicaHarness.KEEP_ALL);
        cycles(1);
        assertThatThrownBy(() -> h.replica.hold(h.open(), JOB, new PointId("nonsense"), "t"))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("nonsense");
    }

    @Test
    void whatWasWrittenCanBeKeptAside() {
        h.establish(ReplicaHarness.KEEP_ALL);
        cycles(2);
        holdsPoint(h.open().pointId(1), 1);
        Manifest m = h.open();
        h.write(m.holders().get(JOB).layers().get(0).run(), 70_000, new byte[] {9, 9});
        long number = m.holders().get(JOB).number();
        h.replica.release(m, JOB, true);
        byte[] kept = h.read(ReplicaFiles.keptName(JOB, number, 0, "raw"));
        assertThat(kept[70_000]).isEqualTo((byte) 9);
        assertThat(h.open().holders()).isEmpty();
    }
}
