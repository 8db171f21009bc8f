package io.sdr.benchmarks.jmh;

import static org.assertj.core.api.Assertions.assertThat;

import io.sdr.core.sync.SyncCounters;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is measured of disk formats does what it is said to do. */
class DiskFormatBenchmarkTest {
    @ParameterizedTest
    @ValueSource(strings = {"raw", "vhdx", "vhd"})
    void allIsReadAndWritten(String format) throws IOException {
        DiskFormatBenchmark benchmark = new DiskFormatBenchmark();
        benchmark.format = format;
        benchmark.workers = 2;
        benchmark.fill();
        SyncCounters all = new SyncCounters(0, 0, DiskFormatBenchmark.BYTES, 0, 0, 0, 0, 0);
        assertThat(benchmark.read()).isEqualTo(all);
        assertThat(benchmark.write()).isEqualTo(all);
        benchmark.delete();
    }

    @Test
    void extentsAreCounted() throws IOException {
        ExtentsBenchmark benchmark = new ExtentsBenchmark();
        benchmark.fill();
        assertThat(benchmark.openAndExtents()).isEqualTo(2L * ExtentsBenchmark.PLACES);
        assertThat(benchmark.open()).isEqualTo(64L << 40);
        benchmark.delete();
    }
}
