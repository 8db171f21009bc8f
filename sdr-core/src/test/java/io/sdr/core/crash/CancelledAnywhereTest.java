package io.sdr.core.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.sdr.api.Side;
import io.sdr.core.job.MemoryTempDir;
import io.sdr.core.stress.Shard;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Cancelled at each step before the decision, in both directions: all is as before, the replica is whole, replication goes on. And
 * killed while it is undone: where most is to be undone at every commit and every call that changes a site, so before the intent
 * of each undoing, after it, in the act, after it, and after the outcome; at the other moments of cancelling at one of them.
 * With {@code -Dsdr.stress=true} at all, and one of twenty parts of this is run: {@code -Dsdr.stress.shard=3/20} chooses it,
 * {@code 1/1} is all. {@code -Dsdr.crash.seed} repeats a run.
 */
@Tag("long")
class CancelledAnywhereTest {
    private static final long SEED = Long.getLong("sdr.crash.seed", 20250102L);
    private static final boolean STRESS = Boolean.getBoolean("sdr.stress");
    private static final int ONE_IN = STRESS ? 1 : 60;
    private static final int INSIDE = STRESS ? 4 : 1;
    private static final int DEATHS = STRESS ? Integer.MAX_VALUE : 1;
    private static final int ONE_IN_GOES_ON = STRESS ? 1 : 8;
    private static final Shard SHARD = STRESS ? Shard.ofStressRun() : Shard.parse("1/1");
    private static final String ONLY = System.getProperty("sdr.crash.deeds", ".*");
    private static final int FEWEST_MOMENTS = 180;
    private static final int FEWEST_DEATHS = 800;

    private static final Map<Deed, Integer> MOMENTS = new ConcurrentSkipListMap<>();
    private static final Map<Deed, Integer> ALL_DEATHS = new ConcurrentSkipListMap<>();

    @TempDir(factory = MemoryTempDir.class)
    static Path folder;

    @BeforeAll
    static void noCounts() {
        MOMENTS.clear();
        ALL_DEATHS.clear();
    }

    static Stream<Deed> cancellable() {
        return Arrays.stream(Deed.values())
                .filter(deed -> deed.lastToCancel().isPresent())
                .filter(deed -> deed.name().matches(ONLY));
    }

    @ParameterizedTest
    @MethodSource("cancellable")
    void T09_T11_asBefore(Deed deed) {
        assertThat(Directions.both(folder, (direction, place) -> failures(deed, direction, place)))
                .as("seed %d", SEED)
                .isEmpty();
    }

    private static List<String> failures(Deed deed, Side direction, Path place) {
        List<String> failures = new ArrayList<>();
        Stage stage = Stage.prepare(deed, direction, place, Rig.REAL);
        CancelCases cancel = new CancelCases(stage, place, Rig.REAL, INSIDE, SEED);
        for (CancelCases.Moment moment : cancel.moments()) {
            CancelCases.Reference reference;
            try {
                reference = cancel.reference(moment);
            } catch (AssertionError | RuntimeException e) {
                failures.add(deed + " from " + direction + ", cancelled at " + moment + ": " + e);
                continue;
            }
            List<CrashCases.Case> cases = SHARD.take(
                    cancel.cases(reference, ONE_IN, moment.last() ? Integer.MAX_VALUE : DEATHS, ONE_IN_GOES_ON, SEED));
            cases.forEach(each -> cancel.run(reference, each).ifPresent(failures::add));
            MOMENTS.merge(deed, 1, Integer::sum);
            ALL_DEATHS.merge(deed, cases.size(), Integer::sum);
        }
        return failures;
    }

    @AfterAll
    static void enoughCases() {
        int moments = MOMENTS.values().stream().mapToInt(Integer::intValue).sum();
        int deaths = ALL_DEATHS.values().stream().mapToInt(Integer::intValue).sum();
        Map<Deed, String> each = new TreeMap<>();
        MOMENTS.forEach((deed, count) -> each.put(deed, count + "/" + ALL_DEATHS.get(deed)));
        System.out.println("Cancel: " + moments + " moments, " + deaths + " deaths, seed " + SEED + ", part "
                + SHARD.number() + " of " + SHARD.of() + ": " + each);
        boolean complete = ONLY.equals(".*") && !STRESS;
        assertThat(!complete || (moments >= FEWEST_MOMENTS && deaths >= FEWEST_DEATHS))
                .as("%d moments, %d deaths, at least %d, %d", moments, deaths, FEWEST_MOMENTS, FEWEST_DEATHS)
                .isTrue();
    }
}
