package io.sdr.core.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.sdr.api.Side;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Killed before, in and after every step of every operation, in both directions, on real SQLite files: the same end as without.
 * Every commit and every call that changes a site is a moment of death; of the writes and forces of storage one in so many, all of
 * them with {@code -Dsdr.stress=true}. {@code -Dsdr.crash.seed} repeats a run.
 */
class KilledAnywhereTest {
    private static final long SEED = Long.getLong("sdr.crash.seed", 20250101L);
    private static final int ONE_IN = Boolean.getBoolean("sdr.stress") ? 1 : 60;
    private static final int FEWEST = 600;

    private static final Map<String, Integer> COUNTS = new TreeMap<>();

    @TempDir
    static Path folder;

    @BeforeAll
    static void noCounts() {
        COUNTS.clear();
    }

    @ParameterizedTest
    @EnumSource(Deed.class)
    void T11_sameEndAsWithoutDeath(Deed deed) {
        List<String> failures = new ArrayList<>();
        for (Side direction : Side.values()) {
            Stage stage = Stage.prepare(deed, direction, folder, Rig.REAL);
            CrashCases crash = new CrashCases(stage, folder, Rig.REAL);
            List<CrashCases.Case> cases = crash.cases(ONE_IN, SEED);
            cases.forEach(each -> crash.run(each).ifPresent(failures::add));
            COUNTS.merge(deed.kind(), cases.size(), Integer::sum);
        }
        assertThat(failures).as("seed %d", SEED).isEmpty();
    }

    @AfterAll
    static void enoughCases() {
        int all = COUNTS.values().stream().mapToInt(Integer::intValue).sum();
        System.out.println("T11: " + all + " deaths, seed " + SEED + ": " + COUNTS);
        boolean complete = COUNTS.size()
                == Arrays.stream(Deed.values()).map(Deed::kind).distinct().count();
        assertThat(!complete || all >= FEWEST)
                .as("%d deaths, at least %d", all, FEWEST)
                .isTrue();
    }
}
