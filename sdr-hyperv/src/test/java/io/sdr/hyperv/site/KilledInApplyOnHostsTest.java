package io.sdr.hyperv.site;

import static org.assertj.core.api.Assertions.assertThat;

import io.sdr.api.FailoverPlan;
import io.sdr.api.JobOutcome;
import io.sdr.api.PointId;
import io.sdr.api.ProtectionState;
import io.sdr.api.RecoveryPoint;
import io.sdr.api.RecoveryPointSelector;
import io.sdr.api.Side;
import io.sdr.api.TestCleanupRequest;
import io.sdr.api.TestNetwork;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * T18 on simulated hosts and under VMM: an item with three disks, whose engine is killed in every apply, at another change of the
 * replica's files each time. The next engine applies the rest, and a drill at a point by chance holds what the guest had written
 * then. Of the changes one in so many, all with {@code -Dsdr.stress=true}. {@code -Dsdr.crash.seed} repeats a run.
 */
@Tag("long")
class KilledInApplyOnHostsTest {
    private static final long SEED = Long.getLong("sdr.crash.seed", 20250118L);
    private static final boolean STRESS = Boolean.getBoolean("sdr.stress");
    private static final int DEATHS = 15;
    private static final List<Long> THREE_DISKS = List.of(2_097_152L, 1_048_576L, 1_048_576L);

    @TempDir(factory = FastTempDir.class)
    private Path folder;

    @ParameterizedTest
    @EnumSource(
            value = TraceKind.class,
            names = {"ON_HOSTS_FROM_PRIMARY", "UNDER_VMM_FROM_PRIMARY"})
    void T18_killedInEveryApply(TraceKind kind) {
        SplittableRandom random = new SplittableRandom(SEED);
        Countdown countdown = new Countdown();
        Map<PointId, List<byte[]>> truth = new LinkedHashMap<>();
        try (MortalLife life = new MortalLife(kind.open(folder), countdown, THREE_DISKS)) {
            life.protect();
            life.runDue();
            cycles(life, truth);
            countdown.next(Integer.MAX_VALUE);
            life.runDue();
            int changes = countdown.seen;
            assertThat(changes).as("changes in an apply").isGreaterThan(DEATHS);
            int deaths = STRESS ? changes : DEATHS;
            int killed = 0;
            for (int i = 0; i < deaths; i++) {
                cycles(life, truth);
                int before = life.deaths();
                int from = (int) ((long) changes * i / deaths);
                int to = (int) ((long) changes * (i + 1) / deaths);
                countdown.next(1 + from + random.nextInt(to - from));
                life.runDue();
                killed += life.deaths() - before;
                countdown.next(Integer.MAX_VALUE);
                drill(life, truth, random);
            }
            System.out.println("T18 " + kind + ": " + killed + " deaths in " + deaths + " applies of three disks with "
                    + changes + " changes of files, seed " + SEED);
            assertThat(killed).as("deaths").isGreaterThan(deaths * 2 / 3);
            Side to = life.item().activeSide().other();
            JobOutcome unused = life.done(() -> life.engine()
                    .failOver(FailoverPlan.unplanned(MortalLife.ITEM, to).shutDownFirst()));
            assertThat(life.item().state()).isEqualTo(ProtectionState.COMMIT_PENDING);
            life.verify();
        }
    }

    /** Two cycles that wait to be applied. */
    private static void cycles(MortalLife life, Map<PointId, List<byte[]>> truth) {
        for (int i = 0; i < 2; i++) {
            life.write(5);
            life.cycle();
            List<RecoveryPoint> points = points(life);
            truth.put(points.get(points.size() - 1).id(), life.remember());
        }
    }

    private static List<RecoveryPoint> points(MortalLife life) {
        return life.engine().recoveryPoints(MortalLife.ITEM);
    }

    private static void drill(MortalLife life, Map<PointId, List<byte[]>> truth, SplittableRandom random) {
        List<PointId> known = new ArrayList<>(points(life).stream()
                .map(RecoveryPoint::id)
                .filter(truth::containsKey)
                .toList());
        assertThat(known).as("points").hasSizeGreaterThan(1);
        PointId point = known.get(random.nextInt(known.size()));
        Side other = life.item().activeSide().other();
        JobOutcome tested = life.done(() -> life.engine()
                .failOver(FailoverPlan.test(MortalLife.ITEM, other, TestNetwork.none())
                        .at(RecoveryPointSelector.exactly(point))));
        assertThat(life.difference(other, life.testVm(), truth.get(point)))
                .as("point %s after %s", point, tested.status())
                .isEmpty();
        JobOutcome unused =
                life.done(() -> life.engine().cleanUpTest(TestCleanupRequest.removingEverything(MortalLife.ITEM)));
    }

    /** Lets the process die before a change of a file, or of a folder. */
    private static final class Countdown implements MortalProcess.Watcher {
        private int seen;
        private int deadly = Integer.MAX_VALUE;

        /** Counts from here. */
        void next(int change) {
            seen = 0;
            deadly = change;
        }

        @Override
        public boolean diesBefore(MortalProcess.Act act) {
            boolean dies = act.changes() && act.way() != MortalProcess.Way.SCRIPT && ++seen == deadly;
            deadly = dies ? Integer.MAX_VALUE : deadly;
            return dies;
        }

        @Override
        public boolean diesAfter(MortalProcess.Act act) {
            return false;
        }
    }
}
