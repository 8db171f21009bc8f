package io.sdr.core.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sdr.api.CorruptException;
import io.sdr.api.JobId;
import io.sdr.api.spi.Access;
import io.sdr.api.spi.StorageFile;
import io.sdr.api.spi.StorageFolder;
import io.sdr.core.replication.Manifest.Point;
import io.sdr.testkit.CrashFolder;
import io.sdr.testkit.MemoryFolder;
import io.sdr.testkit.SimulatedDeath;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A byte is flipped in a file of the replica: it is found and named or repaired, and never becomes wrong data. */
class DamageTest {
    private static final int[] SIZES = {90_000, 600};
    private static final JobId JOB = new JobId("job-1");

    private final List<byte[][]> states = new ArrayList<>();
    private final MemoryFolder original = new MemoryFolder();
    private final Random random = new Random(5);

    /** Cycles 1 to 3 applied, 4 and 5 received. */
    @BeforeEach
    void build() {
        ReplicaHarness h = new ReplicaHarness(original, SIZES);
        h.establish(ReplicaHarness.KEEP_ALL);
        byte[][] state = {new byte[SIZES[0]], new byte[SIZES[1]]};
        states.add(state);
        for (int i = 1; i <= 5; i++) {
            state = ReplicaHarness.copy(state);
            random.nextBytes(state[1]);
            byte[] data = new byte[9000];
            random.nextBytes(data);
            System.arraycopy(data, 0, state[0], random.nextInt(SIZES[0] - data.length), data.length);
            h.receive(i, states.get(i - 1), state);
            states.add(state);
            if (i == 3) {
                h.replica.process(h.open(), name -> false);
            }
        }
    }

    static void flip(StorageFolder folder, String name, long at) {
        try (StorageFile file = folder.open(name, Access.WRITE)) {
            ByteBuffer one = ByteBuffer.allocate(1);
            file.read(at, one);
            one.put(0, (byte) (one.get(0) ^ (1 << (at % 8)))).flip();
            file.write(at, one);
            file.force();
        }
    }

    /** Every byte of heads and footers, and some of the data. */
    private static List<Long> places(StorageFolder folder, String name) {
        long size = folder.find(name).orElseThrow().sizeBytes();
        List<Long> all = new ArrayList<>();
        for (long at = 0; at < size; at += at < 300 || at > size - 60 ? (at < 60 || at > size - 60 ? 1 : 3) : 1999) {
            all.add(at);
        }
        return all;
    }

    /** Every point that can still be reached is right. */
    private void reachable(ReplicaHarness h) {
        for (Point point : h.open().points()) {
            try {
                Manifest m = h.replica.hold(h.open(), JOB, point.id(), "t" + point.sequence());
                for (int k = 0; k < SIZES.length; k++) {
                    assertThat(h.read(m.holders().get(JOB).layers().get(k).run()))
                            .as("point %s", point.sequence())
                            .isEqualTo(states.get((int) point.sequence())[k]);
                }
            } catch (CorruptException e) {
                assertThat(h.open().points()).doesNotContain(point);
            }
        }
    }

    @Test
    void receivedCycle() {
        for (int k = 0; k < 2; k++) {
            String name = ReplicaFiles.redoName(4, 0, k);
            for (long at : places(original, name)) {
                ReplicaHarness h = new ReplicaHarness(original.copy(), SIZES);
                flip(h.folder, name, at);
                Manifest m = h.replica.process(h.open(), each -> false);
                assertThat(m.received()).as("flipped %s at %s", name, at).isEqualTo(3);
                assertThat(m.points()).extracting(Point::sequence).containsExactly(1L, 2L, 3L);
                h.receive(4, states.get(3), states.get(4));
                h.receive(5, states.get(4), states.get(5));
                h.replica.process(h.open(), each -> false);
                assertThat(h.read("d0.base.raw")).isEqualTo(states.get(5)[0]);
            }
        }
    }

    @Test
    void receivedCycleWhileHeld() {
        String name = ReplicaFiles.redoName(4, 0, 0);
        for (long at : places(original, name)) {
            ReplicaHarness h = new ReplicaHarness(original.copy(), SIZES);
            Manifest m = h.replica.hold(h.open(), new JobId("drill"), h.open().pointId(3), "t");
            flip(h.folder, name, at);
            assertThatThrownBy(() -> h.replica.hold(h.open(), JOB, m.pointId(5), "t"))
                    .isInstanceOf(CorruptException.class)
                    .hasMessageContaining(name);
            assertThat(h.open().received()).isEqualTo(3);
            reachable(h);
        }
    }

    @Test
    void receivedCycleThatIsFoundWhenTheBaseIsHalfWritten() {
        String name = ReplicaFiles.redoName(4, 0, 1);
        CrashFolder counting = CrashFolder.over(original);
        ReplicaHarness whole = new ReplicaHarness(counting, SIZES);
        whole.replica.process(whole.open(), each -> false);
        for (long death = 1; death < counting.operations(); death++) {
            CrashFolder dying = CrashFolder.over(original);
            dying.dieBefore(death);
            ReplicaHarness h = new ReplicaHarness(dying, SIZES);
            try {
                h.replica.process(h.open(), each -> false);
            } catch (SimulatedDeath e) {
                h.use(dying.afterCrash(death));
            }
            boolean needed = h.open().applied() < 4;
            if (h.folder.find(name).isPresent()) {
                flip(h.folder, name, 300);
            }
            Manifest m = h.replica.process(h.open(), each -> false);
            assertThat(m.received()).as("died at %s", death).isEqualTo(needed ? 3 : 5);
            reachable(h);
        }
    }

    @Test
    void undo() {
        for (String name : List.of(ReplicaFiles.undoName(1, 2, 0), ReplicaFiles.undoName(1, 2, 1))) {
            for (long at : places(original, name)) {
                ReplicaHarness h = new ReplicaHarness(original.copy(), SIZES);
                flip(h.folder, name, at);
                assertThatThrownBy(() -> h.replica.hold(h.open(), JOB, h.open().pointId(1), "t"))
                        .isInstanceOf(CorruptException.class)
                        .hasMessageContaining(name);
                assertThat(h.open().points()).extracting(Point::sequence).containsExactly(2L, 3L, 4L, 5L);
                reachable(h);
            }
        }
    }

    @Test
    void manifest() {
        List<Long> generations = new ManifestStore(original).generations();
        String name = ManifestStore.name(generations.get(0));
        for (long at : places(original, name)) {
            ReplicaHarness h = new ReplicaHarness(original.copy(), SIZES);
            flip(h.folder, name, at);
            assertThatThrownBy(h::open).isInstanceOf(CorruptException.class).hasMessageContaining(name);
            JournalRepair.Report report = JournalRepair.repair(h.folder, h.formats);
            assertThat(report.done()).anyMatch(each -> each.contains(name));
            assertThat(report.damaged()).isEmpty();
            assertThat(report.received()).isEqualTo(4);
            assertThat(report.forgotten())
                    .hasValueSatisfying(text -> assertThat(text).contains(name));
            assertThat(JournalRepair.repair(h.folder, h.formats).forgotten()).isEmpty();
            reachable(h);
        }
    }

    @Test
    void manifestAtAnyMomentOfAnApply() {
        CrashFolder counting = CrashFolder.over(original);
        ReplicaHarness whole = new ReplicaHarness(counting, SIZES);
        whole.replica.process(whole.open(), each -> false);
        for (long death = 1; death < counting.operations(); death++) {
            CrashFolder dying = CrashFolder.over(original);
            dying.dieBefore(death);
            ReplicaHarness h = new ReplicaHarness(dying, SIZES);
            try {
                h.replica.process(h.open(), each -> false);
            } catch (SimulatedDeath e) {
                h.use(dying.afterCrash(death));
            }
            long highest = new ManifestStore(h.folder).generations().get(0);
            flip(h.folder, ManifestStore.name(highest), 200);
            JournalRepair.Report report = JournalRepair.repair(h.folder, h.formats);
            assertThat(report.damaged()).as("died at %s", death).isEmpty();
            assertThat(h.read("d0.base.raw")).as("died at %s", death).isEqualTo(states.get((int) report.applied())[0]);
            reachable(h);
            assertThat(JournalRepair.repair(h.folder, h.formats).done()).isEmpty();
        }
    }

    @Test
    void base() {
        for (String name : List.of("d0.base.raw", "d1.base.raw.map")) {
            for (long at : places(original, name)) {
                ReplicaHarness h = new ReplicaHarness(original.copy(), SIZES);
                flip(h.folder, name, at);
                assertThatThrownBy(() -> h.replica.process(h.open(), each -> false))
                        .isInstanceOf(CorruptException.class)
                        .hasMessageContaining(name.replace(".map", ""))
                        .extracting(e -> ((CorruptException) e).code())
                        .isEqualTo("REPLICA_SUSPECT");
                assertThat(h.open().broken()).isPresent();
            }
        }
    }

    @Test
    void part() {
        ReplicaHarness h = new ReplicaHarness(original, SIZES);
        byte[][] next = ReplicaHarness.copy(states.get(5));
        random.nextBytes(next[0]);
        String part = ReplicaFiles.redoName(6, 0, 0) + ReplicaFiles.PART;
        try (var source = h.disk(next[0]);
                SegmentWriter writer = h.newReception(h.open(), 6).open(0, source)) {
            writer.data(0, ByteBuffer.wrap(next[0], 0, 20_480));
            writer.zero(24_576, 4096); // pushes the data out
            writer.zero(40_960, 4096);
        }
        ReplicaHarness lied = new ReplicaHarness(original.copy(), SIZES);
        lied.receive(6, states.get(5), next); // the source holds no zeros there: nothing of the part is used
        lied.replica.process(lied.open(), each -> false);
        assertThat(lied.read("d0.base.raw")).isEqualTo(next[0]);
        for (long at : places(original, part)) {
            ReplicaHarness damaged = new ReplicaHarness(original.copy(), SIZES);
            flip(damaged.folder, part, at);
            damaged.receive(6, states.get(5), next);
            damaged.replica.process(damaged.open(), each -> false);
            assertThat(damaged.read("d0.base.raw")).isEqualTo(next[0]);
        }
    }
}
