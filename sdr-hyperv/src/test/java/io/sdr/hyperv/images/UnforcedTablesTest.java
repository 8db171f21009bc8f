package io.sdr.hyperv.images;

import static org.assertj.core.api.Assertions.assertThat;

import io.sdr.api.spi.DiskFormat;
import io.sdr.testkit.contract.DriverHistory;
import io.sdr.testkit.contract.DriverWorld;
import io.sdr.testkit.contract.SimulatedDriverWorld;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Random histories notice formats that forget to force their tables. */
class UnforcedTablesTest {
    private static final int FIRST_SEED = 3;
    private static final int LAST_SEED = 12;
    private static final int ACTS = 20;

    @ParameterizedTest
    @CsvSource({"vhdx, 1048576, 4194304", "vhd, 1536, 2048"})
    void tablesThatAreNotForcedAreFound(String name, long tablesFrom, long tablesEnd) {
        DiskFormat format = ModelTest.format(name);
        assertThat(LongStream.rangeClosed(FIRST_SEED, LAST_SEED)
                        .anyMatch(seed -> fails(format, tablesFrom, tablesEnd, seed)))
                .isTrue();
    }

    private static boolean fails(DiskFormat format, long tablesFrom, long tablesEnd, long seed) {
        String ending = "." + format.name();
        try (DriverWorld world = SimulatedDriverWorld.withPowerCut(
                format, storage -> new UnforcedTables(storage, ending, tablesFrom, tablesEnd))) {
            int unused = DriverHistory.run(world, seed, ACTS);
            return false;
        } catch (AssertionError found) {
            return true;
        }
    }
}
