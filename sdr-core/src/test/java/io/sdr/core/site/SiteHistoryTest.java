package io.sdr.core.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.sdr.testkit.ForgetfulFolder;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SiteHistoryTest {
    private static final int SEEDS = Boolean.getBoolean("sdr.stress") ? 400 : 12;
    private static final int SEEDS_FOR_A_MUTANT = 60;

    static LongStream seeds() {
        return LongStream.range(0, SEEDS);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void frozenDisksAndChangesAreTrue(long seed) {
        try {
            new SiteHistory(seed, UnaryOperator.identity()).run();
        } catch (AssertionError e) {
            throw new AssertionError("seed " + seed, e);
        }
    }

    /** Without these forces a power cut must show: the saved blocks, the record of changes, the text of a checkpoint. */
    @ParameterizedTest
    @ValueSource(strings = {".saved", "changes.1", "state.tmp"})
    void aSiteThatDoesNotForceIsFoundOut(String file) {
        for (long seed = 0; seed < SEEDS_FOR_A_MUTANT; seed++) {
            try {
                new SiteHistory(seed, folder -> new ForgetfulFolder(folder, name -> name.endsWith(file))).run();
            } catch (AssertionError e) {
                assertThat(e).as("seed " + seed).hasMessageNotContaining("questions answered");
                return;
            }
        }
        fail("no history of " + SEEDS_FOR_A_MUTANT + " missed the forces of " + file);
    }
}
