package io.sdr.benchmarks.jmh;

import static org.assertj.core.api.Assertions.assertThat;

import io.sdr.core.sync.SyncCounters;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is measured computes what a plain count gives. */
class SyncBenchmarkTest {
    private static final long BYTES = 64 << 20;
    private static final long PAGES = BYTES / 4096;

    private final SyncBenchmark benchmark = new SyncBenchmark();

    @BeforeEach
    void fill() {
        benchmark.fill();
    }

    @Test
    void comparing() {
        assertThat(benchmark.equal()).isEqualTo(new SyncCounters(BYTES, 0, 0, 0, 0, 0, 0, 0));
        long one = (PAGES + 99) / 100 * 4096;
        assertThat(benchmark.onePerCent()).isEqualTo(new SyncCounters(BYTES, one, one, 0, 0, 0, 0, 0));
        assertThat(benchmark.allPages()).isEqualTo(new SyncCounters(BYTES, BYTES, BYTES, 0, 0, 0, 0, 0));
    }

    @Test
    void zerosAndHoles() {
        assertThat(benchmark.zeroTestOfData()).isEqualTo(new SyncCounters(0, 0, BYTES, 0, 0, 0, 0, 0));
        assertThat(benchmark.zeroTestOfZeros()).isEqualTo(new SyncCounters(0, 0, 0, 0, 0, BYTES, 0, 0));
        assertThat(benchmark.holesOfOneTebibyte()).isEqualTo(new SyncCounters(0, 0, 0, 0, 0, 0, 1L << 40, 0));
    }
}
