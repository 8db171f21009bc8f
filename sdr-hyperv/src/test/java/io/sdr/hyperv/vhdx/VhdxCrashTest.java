package io.sdr.hyperv.vhdx;

import static org.assertj.core.api.Assertions.assertThat;

import io.sdr.hyperv.blocks.ImageFile;
import io.sdr.hyperv.disk.ParentFinder;
import io.sdr.hyperv.images.CrashScenario;
import java.nio.ByteBuffer;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A process that dies before any write or force leaves a sound file with all that was flushed. */
class VhdxCrashTest {
    private static final int CRASHES = Boolean.getBoolean("sdr.stress") ? 20 : 2;

    /** Says that it logged, and did not: what is torn in its place is not mended. */
    private static final class NoLog extends LogWriter {
        NoLog(ImageFile file, Header header) {
            super(file, header);
        }

        @Override
        void append(SortedMap<Long, ByteBuffer> sectors) {}
    }

    @ParameterizedTest
    @CsvSource({"false, 1", "false, 2", "true, 3", "true, 4"})
    void everyDeathLeavesWhatWasFlushed(boolean layer, long seed) {
        VhdxFormat format = new VhdxFormat();
        new CrashScenario(format, format, layer, seed)
                .run(
                        CRASHES,
                        (storage, where, wrong) -> assertThat(wrong).as(where).isEmpty());
    }

    @Test
    void aWriterWithoutItsLogIsCaught() {
        VhdxFormat mutant = new VhdxFormat(ParentFinder.besideTheChild(), NoLog::new);
        assertThat(new CrashScenario(mutant, new VhdxFormat(), false, 1).run(2, (storage, where, wrong) -> {}))
                .isPositive();
    }
}
