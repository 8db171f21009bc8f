package io.sdr.hyperv.vhd;

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
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.BiFunction;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
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

    private static FlushAnywhere.Opening opening(BiFunction<BlockTable, ImageFile, BlockTable> change) {
        return (folder, file, before) -> {
            VhdStructure structure = VhdStructure.read(folder.open(file, Access.WRITE), Rules.throwing(file));
            structure.mend();
            BlockTable table = before.apply(change.apply(new VhdTable(structure), structure.file()));
            Optional<VirtualDisk> parent =
                    file.equals("b") ? Optional.of(new VhdFormat().open(folder, "a", Access.READ)) : Optional.empty();
            return new BlockDisk(structure.file(), table, parent, Access.WRITE);
        };
    }

    @ParameterizedTest
    @EnumSource
    void aFlushAtAnyMomentOfANewBlockShowsNothingElse(FlushAnywhere.Case each) {
        assertThat(FlushAnywhere.run(new VhdFormat(), each, opening((table, file) -> table)))
                .isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = "USED_SPACE.*", mode = EnumSource.Mode.MATCH_ANY)
    void spaceThatIsNamedBeforeItIsZeroIsCaught(FlushAnywhere.Case each) {
        assertThat(FlushAnywhere.run(new VhdFormat(), each, opening(HastyTables::namesBeforeZeros)))
                .contains(": 90 at ");
    }

    @ParameterizedTest
    @EnumSource(names = "OVER_PARENT.*", mode = EnumSource.Mode.MATCH_ANY)
    void zerosInPlaceOfTheParentAreCaught(FlushAnywhere.Case each) {
        assertThat(FlushAnywhere.run(
                        new VhdFormat(), each, opening((table, file) -> HastyTables.hidesItsParent(table))))
                .contains(": 0 at ");
    }
}
