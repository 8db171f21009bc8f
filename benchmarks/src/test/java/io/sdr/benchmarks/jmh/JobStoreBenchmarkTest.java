package io.sdr.benchmarks.jmh;

import static org.assertj.core.api.Assertions.assertThat;

import io.sdr.core.job.StepRecord;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is measured stores and gives back what was written. */
class JobStoreBenchmarkTest {
    @Test
    void stepsAreThoseWrittenLast() throws IOException {
        JobStoreBenchmark benchmark = new JobStoreBenchmark();
        benchmark.open();
        try {
            List<StepRecord> expected = new ArrayList<>();
            for (int i = 0; i < JobStoreBenchmark.STEPS; i++) {
                expected.add(JobStoreBenchmark.step(i, 0));
            }
            assertThat(benchmark.readSteps()).isEqualTo(expected);
            for (int attempt = 1; attempt <= JobStoreBenchmark.STEPS + 3; attempt++) {
                assertThat(benchmark.writeStep()).isEqualTo(attempt);
                int number = attempt % JobStoreBenchmark.STEPS;
                expected.set(number, JobStoreBenchmark.step(number, attempt));
            }
            assertThat(benchmark.readSteps()).isEqualTo(expected);
        } finally {
            benchmark.delete();
        }
    }
}
