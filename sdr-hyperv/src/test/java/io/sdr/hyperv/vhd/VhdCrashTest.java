package io.sdr.hyperv.vhd;

import static org.assertj.core.api.Assertions.assertThat;

import io.sdr.hyperv.disk.ParentFinder;
import io.sdr.hyperv.images.CrashScenario;
import java.time.InstantSource;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A process that dies before any write or force leaves a sound file with all that was flushed. */
class VhdCrashTest {
    private static final int CRASHES = Boolean.getBoolean("sdr.stress") ? 20 : 2;

    /** Tells in its tables of payload that is not durable. */
    private static final class Hasty extends VhdTable {
        Hasty(VhdStructure structure) {
            super(structure);
        }

        @Override
        void forcePayload() {}
    }

    @ParameterizedTest
    @CsvSource({"false, 1", "false, 2", "true, 3", "true, 4"})
    void everyDeathLeavesWhatWasFlushed(boolean layer, long seed) {
        VhdFormat format = new VhdFormat();
        new CrashScenario(format, format, layer, seed)
                .run(
                        CRASHES,
                        (storage, where, wrong) -> assertThat(wrong).as(where).isEmpty());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aWriterThatDoesNotForcePayloadBeforeItsTablesIsCaught(boolean layer) {
        VhdFormat mutant = new VhdFormat(ParentFinder.besideTheChild(), InstantSource.system(), Hasty::new);
        assertThat(new CrashScenario(mutant, new VhdFormat(), layer, 1).run(2, (storage, where, wrong) -> {}))
                .isPositive();
    }
}
