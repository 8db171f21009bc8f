package io.sdr.core.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.sdr.api.Side;
import io.sdr.core.job.MemoryTempDir;
import io.sdr.core.stress.Shard;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Killed before, in and after every step of every operation, in both directions, on real SQLite files: the same end as without,
 * and for one in so many life goes on: a cycle and further operations work, and no more marks stand than without a death. Every
 * commit and every call that changes a site is a moment of death; of the writes and forces of storage one in so many. With
 * {@code -Dsdr.stress=true} all of them, every life goes on, and one of twenty parts of this is run: {@code -Dsdr.stress.shard=3/20}
 * chooses it, {@code 1/1} is all. {@code -Dsdr.crash.seed} repeats a run, {@code -Dsdr.crash.deeds} takes those alone that match.
 */
@Tag("long")
class KilledAnywhereTest {
    private static final long SEED = Long.getLong("sdr.crash.seed", 20250101L);
    private static final boolean STRESS = Boolean.getBoolean("sdr.stress");
    private static final int ONE_IN = STRESS ? 1 : 60;
    private static final int ONE_IN_GOES_ON = STRESS ? 1 : 6;
    private static final Shard SHARD = STRESS ? Shard.ofStressRun() : Shard.parse("1/1");
    private static final String ONLY = System.getProperty("sdr.crash.deeds", ".*");
    private static final int FEWEST = 1500;

    private static final Map<String, Integer> COUNTS = new ConcurrentSkipListMap<>();
    private static final AtomicLong LIVES = new AtomicLong();

    @TempDir(factory = MemoryTempDir.class)
    static Path folder;

    @BeforeAll
    static void noCounts() {
        COUNTS.clear();
        LIVES.set(0);
    }

    static Stream<Deed> deeds() {
        return Arrays.stream(Deed.values()).filter(deed -> deed.name().matches(ONLY));
    }

    @ParameterizedTest
    @MethodSource("deeds")
    void T11_sameEndAsWithoutDeath(Deed deed) {
        assertThat(Directions.both(folder, (direction, place) -> failures(deed, direction, place)))
                .as("seed %d", SEED)
                .isEmpty();
    }

    private static List<String> failures(Deed deed, Side direction, Path place) {
        Stage stage = Stage.prepare(deed, direction, place, Rig.REAL);
        CrashCases crash = new CrashCases(stage, place, Rig.REAL);
        List<CrashCases.Case> cases = SHARD.take(crash.cases(ONE_IN, ONE_IN_GOES_ON, SEED));
        COUNTS.merge(deed.kind(), cases.size(), Integer::sum);
        LIVES.addAndGet(cases.stream().filter(CrashCases.Case::goesOn).count());
        return cases.stream().flatMap(each -> crash.run(each).stream()).toList();
    }

    @AfterAll
    static void enoughCases() {
        int all = COUNTS.values().stream().mapToInt(Integer::intValue).sum();
        System.out.println("T11: " + all + " deaths, seed " + SEED + ", part " + SHARD.number() + " of " + SHARD.of()
                + ", " + LIVES + " lives went on: " + COUNTS);
        boolean complete = COUNTS.size()
                == Arrays.stream(Deed.values()).map(Deed::kind).distinct().count();
        assertThat(!complete || STRESS || all >= FEWEST)
                .as("%d deaths, at least %d", all, FEWEST)
                .isTrue();
    }
}
