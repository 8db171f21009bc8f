package io.sdr.benchmarks.jmh;

import static org.assertj.core.api.Assertions.assertThat;

import io.sdr.api.spi.ReplicaStatus;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is measured leaves the disks that the guest's writes make. */
class ReplicaBenchmarkTest {
    private final ReplicaBenchmark benchmark = new ReplicaBenchmark();

    @BeforeEach
    void make() {
        benchmark.make();
    }

    @AfterEach
    void close() {
        benchmark.close();
    }

    @Test
    void pagesDiffer() {
        int differing = 0;
        for (int at = 0; at < ReplicaBenchmark.BYTES; at += ReplicaBenchmark.PAGE) {
            differing += benchmark.guest(true)[at] == benchmark.guest(false)[at] ? 0 : 1;
        }
        // of a changed page's first byte one in 256 stays what it was by chance
        assertThat(differing).isBetween(ReplicaBenchmark.CHANGED * 9 / 10, ReplicaBenchmark.CHANGED);
    }

    @Test
    void apply() {
        ReplicaStatus status = benchmark.apply();
        assertThat(status.applied()).isEqualTo(status.received()).isEqualTo(2);
        assertThat(benchmark.read(benchmark.newest().disks().get(0))).isEqualTo(benchmark.guest(false));
    }

    @Test
    void layer() {
        assertThat(benchmark.read(benchmark.layer().disks().get(0))).isEqualTo(benchmark.guest(true));
    }

    @Test
    void commit() {
        ReplicaStatus status = benchmark.commit();
        assertThat(status.role()).isEqualTo(ReplicaStatus.Role.ACTIVE);
        assertThat(status.points()).isEmpty();
        assertThat(benchmark.read(status.activeDisks().get(0))).isEqualTo(benchmark.guest(false));
    }
}
