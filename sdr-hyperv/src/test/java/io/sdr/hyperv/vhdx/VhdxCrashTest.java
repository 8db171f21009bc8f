package io.sdr.hyperv.vhdx;

import static org.assertj.core.api.Assertions.assertThat;

import io.sdr.api.spi.Access;
import io.sdr.api.spi.VirtualDisk;
import io.sdr.hyperv.blocks.BlockDisk;
import io.sdr.hyperv.blocks.BlockTable;
import io.sdr.hyperv.blocks.ImageFile;
import io.sdr.hyperv.blocks.Rules;
import io.sdr.hyperv.disk.ParentFinder;
import io.sdr.hyperv.images.CrashScenario;
import io.sdr.hyperv.images.FlushAnywhere;
import io.sdr.hyperv.images.HastyTables;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

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

    private static FlushAnywhere.Opening opening(BiFunction<BlockTable, ImageFile, BlockTable> change) {
        return (folder, file, before) -> {
            Structure structure = Structure.read(folder.open(file, Access.WRITE), Rules.throwing(file));
            structure.applyLog();
            BlockTable table = before.apply(change.apply(new VhdxTable(structure, LogWriter::new), structure.file()));
            Optional<VirtualDisk> parent =
                    file.equals("b") ? Optional.of(new VhdxFormat().open(folder, "a", Access.READ)) : Optional.empty();
            return new BlockDisk(structure.file(), table, parent, Access.WRITE);
        };
    }

    @ParameterizedTest
    @EnumSource
    void aFlushAtAnyMomentOfANewBlockShowsNothingElse(FlushAnywhere.Case each) {
        assertThat(FlushAnywhere.run(new VhdxFormat(), each, opening((table, file) -> table)))
                .isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = "USED_SPACE.*", mode = EnumSource.Mode.MATCH_ANY)
    void spaceThatIsNamedBeforeItIsZeroIsCaught(FlushAnywhere.Case each) {
        assertThat(FlushAnywhere.run(new VhdxFormat(), each, opening(HastyTables::namesBeforeZeros)))
                .contains(": 90 at ");
    }

    @ParameterizedTest
    @EnumSource(names = "OVER_PARENT.*", mode = EnumSource.Mode.MATCH_ANY)
    void zerosInPlaceOfTheParentAreCaught(FlushAnywhere.Case each) {
        assertThat(FlushAnywhere.run(
                        new VhdxFormat(), each, opening((table, file) -> HastyTables.hidesItsParent(table))))
                .contains(": 0 at ");
    }
}
