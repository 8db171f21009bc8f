package io.sdr.core.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sdr.api.JobId;
import io.sdr.api.RecoveryPoint;
import io.sdr.api.RetryableException;
import io.sdr.api.Side;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.CancelFlag;
import io.sdr.api.spi.ReplicationDriver.Retention;
import io.sdr.core.replication.Manifest.Holder;
import io.sdr.core.replication.Manifest.Point;
import io.sdr.core.sync.SyncCancelledException;
import io.sdr.testkit.MemoryFolder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Long work on a replica is cancelled at every look at the flag: it ends soon, and leaves a replica that goes on. */
class CancelTest {
    private static final int SIZE = 4 << 20;
    private static final int CHANGED = 1 << 20;
    private static final int CYCLES = 5;
    private static final JobId JOB = new JobId("job-1");
    private static final JobId DRILL = new JobId("drill");

    /** So much may be written, and read of segments, between two looks at the flag: a few records and small files. */
    private static final long SOON_BYTES = 3 << 19;

    private final List<byte[][]> states = new ArrayList<>();
    private final MemoryFolder received = new MemoryFolder();

    /** All cycles received, none applied: data and a long range of zeros over what was data. */
    @BeforeEach
    void build() {
        Random random = new Random(3);
        ReplicaHarness h = new ReplicaHarness(received, SIZE);
        h.establish(ReplicaHarness.KEEP_ALL);
        byte[][] state = {new byte[SIZE]};
        states.add(state);
        for (int i = 1; i <= CYCLES; i++) {
            state = ReplicaHarness.copy(state);
            byte[] data = new byte[CHANGED];
            random.nextBytes(data);
            System.arraycopy(data, 0, state[0], (i % 3) * CHANGED, CHANGED);
            if (i == 4) {
                Arrays.fill(state[0], 0, 2 * CHANGED, (byte) 0);
            }
            h.receive(i, states.get(i - 1), state);
            states.add(state);
        }
    }

    /** Set from one look on. */
    private static final class NthLook implements CancelFlag {
        private final CountingFolder folder;
        private final int set;
        private int looks;
        private long before;
        private long longest;

        NthLook(CountingFolder folder, int set) {
            this.folder = folder;
            this.set = set;
        }

        private void moved() {
            long now = folder.read("redo.") + folder.read("undo.") + folder.written("");
            longest = Math.max(longest, now - before);
            before = now;
        }

        @Override
        public boolean isSet() {
            moved();
            return ++looks >= set;
        }
    }

    /** Does the work again and again, each time stopped one look later; counts the looks. */
    private int cancelledEverywhere(MemoryFolder from, Consumer<Replica> work) {
        for (int n = 1; ; n++) {
            CountingFolder folder = new CountingFolder(from.copy());
            ReplicaHarness h = new ReplicaHarness(folder, SIZE);
            NthLook flag = new NthLook(folder, n);
            try {
                work.accept(new Replica(folder, h.formats, flag));
                flag.moved();
                assertThat(flag.longest).as("bytes moved between two looks").isLessThan(SOON_BYTES);
                return n - 1;
            } catch (RetryableException e) {
                assertThat(e.code()).isEqualTo(SyncCancelledException.CODE);
            }
            flag.moved();
            assertThat(flag.looks).as("looks after look %s said stop", n).isEqualTo(n);
            assertThat(flag.longest).as("bytes moved between two looks").isLessThan(SOON_BYTES);
            work.accept(h.replica);
            allReachable(h);
        }
    }

    private void allReachable(ReplicaHarness h) {
        for (Point point : h.open().points()) {
            Manifest m = h.replica.hold(h.open(), new JobId("look"), point.id(), "t" + point.sequence());
            Holder held = m.holders().get(new JobId("look"));
            assertThat(h.read(held.layers().get(0).run()))
                    .as("point %s", point.sequence())
                    .isEqualTo(states.get((int) point.sequence())[0]);
        }
    }

    private MemoryFolder after(Consumer<Replica> work) {
        MemoryFolder folder = received.copy();
        work.accept(new ReplicaHarness(folder, SIZE).replica);
        return folder;
    }

    private static Manifest open(Replica replica) {
        return replica.open(ReplicaHarness.ITEM);
    }

    private static Manifest process(Replica replica) {
        return replica.process(open(replica), name -> false);
    }

    private static Manifest hold(Replica replica, JobId job, long sequence) {
        Manifest m = open(replica);
        return replica.hold(m, job, m.pointAt(sequence).orElseThrow().id(), job + "@" + sequence);
    }

    @Test
    void applying() {
        int looks = cancelledEverywhere(received, CancelTest::process);
        assertThat(looks).isGreaterThan(CYCLES * 2 * CHANGED / SegmentFormat.MAX_DATA_BYTES);
    }

    @Test
    void applyingWithoutUndo() {
        MemoryFolder folder = after(replica -> {
            Manifest.Edit edit = open(replica).edit();
            edit.retention = new Retention(0, Duration.ZERO);
            edit.points.removeIf(each -> each.sequence() < CYCLES);
            replica.files().store().publish(edit.build());
        });
        cancelledEverywhere(folder, CancelTest::process);
    }

    @Test
    void joiningUndo() {
        MemoryFolder folder = after(replica -> {
            Manifest.Edit edit = process(replica).edit();
            edit.points.removeIf(each -> each.sequence() > 1 && each.sequence() < CYCLES - 1);
            replica.files().store().publish(edit.build());
        });
        int looks = cancelledEverywhere(folder, CancelTest::process);
        assertThat(looks).isGreaterThan(2);
    }

    @Test
    void layerForAnOlderPoint() {
        int looks = cancelledEverywhere(after(CancelTest::process), replica -> hold(replica, JOB, 1));
        assertThat(looks).isGreaterThan(CYCLES);
    }

    @Test
    void layerForANewerPoint() {
        MemoryFolder folder = received.copy();
        Replica first = new ReplicaHarness(folder, SIZE).replica;
        hold(first, DRILL, 1);
        int looks = cancelledEverywhere(folder, replica -> hold(replica, JOB, CYCLES));
        assertThat(looks).isGreaterThan(CYCLES);
    }

    @Test
    void folding() {
        MemoryFolder folder = after(replica -> {
            process(replica);
            Manifest held = hold(replica, JOB, 2);
            replica.commit(held, JOB);
        });
        int looks = cancelledEverywhere(folder, replica -> replica.fold(open(replica), false));
        assertThat(looks).isGreaterThan(2);
        ReplicaHarness h = new ReplicaHarness(folder, SIZE);
        h.replica.fold(h.open(), false);
        assertThat(h.read("d0.base.raw")).isEqualTo(states.get(2)[0]);
    }

    /** A cycle is cancelled half way into the base, without undo data; then points are wanted: none is shown that is not there. */
    @Test
    void applyingWhenMorePointsAreWanted() {
        MemoryFolder folder = new MemoryFolder();
        ReplicaHarness h = new ReplicaHarness(folder, SIZE);
        h.establish(new Retention(0, Duration.ZERO));
        h.receive(1, states.get(0), states.get(1));
        h.receive(2, states.get(1), states.get(2));
        h.replica.process(h.open(), name -> false);
        h.receive(3, states.get(2), states.get(3));
        Replica cancelled = new Replica(folder, h.formats, () -> h.open().applying() == 3);
        isCancelled(() -> cancelled.process(h.open(), name -> false));
        assertThat(h.open().applying()).isEqualTo(3);

        h.establish(ReplicaHarness.KEEP_ALL);
        Manifest m = h.replica.process(h.open(), name -> false);
        assertThat(m.applied()).isEqualTo(3);
        for (Point point : m.points()) {
            Manifest held = h.replica.hold(h.open(), JOB, point.id(), "point " + point.sequence());
            assertThat(h.read(held.holders().get(JOB).layers().get(0).run()))
                    .as("point %s", point.id())
                    .isEqualTo(states.get((int) point.sequence())[0]);
        }
        assertThat(m.points()).hasSize(1);
    }

    /** The flag of the call reaches the work. */
    @Test
    void everyLongCallOfTheDriver() {
        TwoSides t = new TwoSides(7, 700_000);
        t.driver.establish(t.linkTo(Side.RECOVERY), TwoSides.RETENTION, t.call());
        t.start();
        t.write(20);
        RecoveryPoint first = t.cycle();
        isCancelled(() -> t.driver.process(t.linkTo(Side.RECOVERY), cancelled(t)));
        isCancelled(() -> t.driver.tidy(t.linkTo(Side.RECOVERY), cancelled(t)));
        isCancelled(() -> t.driver.bringTo(t.linkTo(Side.RECOVERY), JOB, first.id(), cancelled(t)));
        t.driver.process(t.linkTo(Side.RECOVERY), t.call());
        t.write(20);
        t.cycle();
        t.driver.process(t.linkTo(Side.RECOVERY), t.call());
        isCancelled(() -> t.driver.bringTo(t.linkTo(Side.RECOVERY), JOB, first.id(), cancelled(t)));
        t.stop();
        t.failOver(JOB, first.id());
        t.driver.commit(t.linkTo(Side.RECOVERY), JOB, t.call());
        t.write(5);
        t.stop();
        isCancelled(() -> t.driver.tidy(t.linkTo(Side.RECOVERY), cancelled(t)));
        t.driver.tidy(t.linkTo(Side.RECOVERY), t.call());
        t.expect(Side.RECOVERY, t.status(Side.RECOVERY).activeDisks(), t.guest, "folded after a cancel");
    }

    private static CallContext cancelled(TwoSides t) {
        CallContext call = t.call();
        return new CallContext(
                call.item(), call.epoch(), call.token(), 1, call.notAfter(), () -> true, call.progress());
    }

    private static void isCancelled(ThrowingCallable work) {
        assertThatThrownBy(work)
                .isInstanceOf(RetryableException.class)
                .extracting(e -> ((RetryableException) e).code())
                .isEqualTo(SyncCancelledException.CODE);
    }
}
