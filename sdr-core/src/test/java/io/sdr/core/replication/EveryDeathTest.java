package io.sdr.core.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.sdr.api.JobId;
import io.sdr.api.spi.ReplicaStatus.Role;
import io.sdr.core.replication.Manifest.Point;
import io.sdr.testkit.CrashFolder;
import io.sdr.testkit.MemoryFolder;
import io.sdr.testkit.SimulatedDeath;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** An item with three disks dies before every single write and force of every act; each time the act is asked for again. */
class EveryDeathTest {
    private static final int[] SIZES = {70_000, 65_536, 513};
    private static final JobId JOB = new JobId("job-1");
    private static final JobId OTHER = new JobId("job-2");

    private final List<byte[][]> states = new ArrayList<>();
    private final Random random = new Random(3);

    EveryDeathTest() {
        byte[][] state = {new byte[SIZES[0]], new byte[SIZES[1]], new byte[SIZES[2]]};
        states.add(state);
        for (int i = 0; i < 6; i++) {
            state = ReplicaHarness.copy(state);
            for (byte[] disk : state) {
                byte[] data = new byte[1 + random.nextInt(Math.min(disk.length, 9000) - 1)];
                random.nextBytes(data);
                System.arraycopy(data, 0, disk, random.nextInt(disk.length - data.length), data.length);
            }
            states.add(state);
        }
    }

    /** One thing that is done to a replica. */
    private interface Act {
        void run(ReplicaHarness h);
    }

    private Act receive(int sequence) {
        return h -> h.receive(sequence, states.get(sequence - 1), states.get(sequence));
    }

    private static Act hold(JobId job, long sequence) {
        return h -> h.replica.hold(h.open(), job, h.open().pointId(sequence), "t" + sequence);
    }

    private List<Act> acts() {
        Act process = h -> h.replica.process(h.open(), name -> false);
        return List.of(
                h -> h.establish(ReplicaHarness.KEEP_ALL),
                receive(1),
                process,
                receive(2),
                receive(3),
                process,
                hold(JOB, 1),
                receive(4),
                hold(JOB, 2),
                hold(OTHER, 4),
                h -> h.replica.release(h.open(), JOB, true),
                h -> h.replica.release(h.open(), OTHER, false),
                receive(5),
                process,
                receive(6),
                hold(JOB, 4),
                h -> h.replica.commit(h.open(), JOB));
    }

    @Test
    void everyActSurvivesEveryDeath() {
        int deaths = 0;
        List<Act> acts = acts();
        MemoryFolder now = new MemoryFolder();
        for (int i = 0; i < acts.size(); i++) {
            CrashFolder whole = CrashFolder.over(now);
            acts.get(i).run(new ReplicaHarness(whole, SIZES));
            for (long death = 1; death <= whole.operations(); death++) {
                deaths++;
                dieAndGoOn(i, acts.get(i), now, death);
            }
            now = whole.afterOrderlyEnd();
            verify(i, now);
        }
        assertThat(deaths).isGreaterThan(700);
    }

    private void dieAndGoOn(int index, Act act, MemoryFolder before, long death) {
        CrashFolder dying = CrashFolder.over(before);
        dying.dieBefore(death);
        try {
            act.run(new ReplicaHarness(dying, SIZES));
        } catch (SimulatedDeath expected) {
            // goes on below
        }
        MemoryFolder found = dying.afterCrash(index * 10_000L + death);
        try {
            act.run(new ReplicaHarness(found, SIZES));
            verify(index, found);
        } catch (RuntimeException | AssertionError e) {
            String log = String.join("\n", dying.log());
            throw new AssertionError("act " + index + ", died at " + death + " of\n" + log, e);
        }
    }

    private void verify(int index, MemoryFolder folder) {
        ReplicaHarness h = new ReplicaHarness(folder, SIZES);
        if (index == 0) {
            return;
        }
        Manifest m = h.open();
        if (m.role() == Role.ACTIVE) {
            for (int k = 0; k < SIZES.length; k++) {
                assertThat(h.read(m.active().orElseThrow().layers().get(k).run()))
                        .isEqualTo(states.get(4)[k]);
            }
            return;
        }
        assertThat(m.points()).hasSize((int) m.received());
        JobId verifier = new JobId("verifier");
        for (Point point : m.points()) {
            Manifest held = h.replica.hold(h.open(), verifier, point.id(), "v" + point.sequence());
            for (int k = 0; k < SIZES.length; k++) {
                assertThat(h.read(held.holders().get(verifier).layers().get(k).run()))
                        .as("disk %s of point %s", k, point.sequence())
                        .isEqualTo(states.get((int) point.sequence())[k]);
            }
        }
    }
}
