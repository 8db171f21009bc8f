package io.sdr.core.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sdr.core.job.JobStore;
import io.sdr.core.job.Subject;
import io.sdr.core.store.SqliteCrash.Moment;
import io.sdr.testkit.SimulatedDeath;
import io.sdr.testkit.SimulatedProcess;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A power cut at any moment leaves a store that opens, with every commit that returned and none that did not begin. */
class SqliteCrashTest {
    private static final int COMMITS = 5;
    private static final int SEEDS = 8;

    @TempDir
    Path folder;

    /** Subjects of several pages each, so that a commit writes many. */
    private static void commit(JobStore store, int number) {
        store.write(tx -> tx.insert(new Subject("s" + number, 1, number, "x".repeat(9000))));
    }

    private static Set<String> found(Path folder) {
        try (SqliteStore store = SqliteStore.open(folder)) {
            Set<String> ids = new TreeSet<>();
            for (Subject each : store.read(JobStore.View::subjects)) {
                assertThat(each.document()).hasSize(9000).containsOnlyOnce("x".repeat(9000));
                ids.add(each.id());
            }
            return ids;
        }
    }

    private static Set<String> first(int count) {
        Set<String> ids = new TreeSet<>();
        for (int i = 1; i <= count; i++) {
            ids.add("s" + i);
        }
        return ids;
    }

    @ParameterizedTest
    @EnumSource(value = Moment.class, mode = EnumSource.Mode.EXCLUDE, names = "NEVER")
    void everyReturnedCommitIsFoundWhole(Moment moment) {
        boolean checkpoint = moment == Moment.IN_CHECKPOINT || moment == Moment.AFTER_CHECKPOINT;
        Map<Moment, Set<Boolean>> kept = new EnumMap<>(Moment.class);
        for (int at = 1; at <= (checkpoint ? COMMITS / 2 : COMMITS); at++) {
            for (int seed = 0; seed < SEEDS; seed++) {
                String name = moment + "-" + at + "-" + seed;
                SqliteCrash crash = SqliteCrash.open(folder.resolve(name), new SimulatedProcess(), 2);
                crash.dieAt(moment, at);
                int returned = run(crash);
                crash.cutPower(folder.resolve(name + "-found"), seed);
                Set<String> found = found(folder.resolve(name + "-found"));
                assertThat(found).as(name).isIn(first(returned), first(returned + 1));
                kept.computeIfAbsent(moment, any -> new TreeSet<>()).add(found.size() > returned);
            }
        }
        Set<Boolean> possible = switch (moment) {
            case BEFORE_COMMIT -> Set.of(false);
            case IN_COMMIT -> Set.of(false, true);
            default -> Set.of(true);
        };
        assertThat(kept.get(moment)).as("whether the last commit was found").isEqualTo(possible);
    }

    /** Gives the number of commits that returned. */
    private static int run(SqliteCrash crash) {
        int returned = 0;
        try {
            for (int i = 1; i <= COMMITS; i++) {
                commit(crash.store(), i);
                returned = i;
            }
        } catch (SimulatedDeath expected) {
            assertThat(crash.store().isOpen()).isFalse();
        }
        assertThat(returned).isLessThan(COMMITS + 1);
        return returned;
    }

    @Test
    void aStoreThatDidNotForceItsCommitsWouldBeCaught() {
        int lost = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            SqliteCrash crash = SqliteCrash.open(folder.resolve("lazy-" + seed), new SimulatedProcess(), 100);
            Runnable forget = crash.forgetForces();
            run(crash);
            forget.run();
            crash.cutPower(folder.resolve("lazy-found-" + seed), seed);
            if (found(folder.resolve("lazy-found-" + seed)).size() < COMMITS) {
                lost++;
            }
        }
        assertThat(lost).isPositive();
    }

    @Test
    void whatTheOldProcessDoesAfterItsDeathHasNoEffect() {
        SqliteCrash crash = SqliteCrash.open(folder.resolve("a"), new SimulatedProcess(), 2);
        commit(crash.store(), 1);
        crash.cutPower(folder.resolve("b"), 1);
        assertThatThrownBy(() -> commit(crash.store(), 2)).hasMessageContaining("STORE_CLOSED");
        assertThat(found(folder.resolve("b"))).isEqualTo(first(1));
        assertThat(List.of(crash.commits(), crash.checkpoints())).containsExactly(1, 0);
    }
}
