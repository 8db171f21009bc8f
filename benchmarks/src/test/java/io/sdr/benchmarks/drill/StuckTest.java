package io.sdr.benchmarks.drill;

import static org.assertj.core.api.Assertions.assertThat;

import io.sdr.api.JobStep;
import io.sdr.api.Problem;
import io.sdr.api.Progress;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class StuckTest {
    private static final String FULL = Problem.of("STORAGE_FULL")
            .attempted("write layer.1")
            .state("IOException: No space left on device")
            .remedy("make room on that volume, then retry")
            .describe();

    private static Optional<Stuck> of(JobStep.Status status, String detail) {
        JobStep done = step("decide", JobStep.Status.SUCCEEDED, "");
        return Stuck.of(DrillStep.UNPLANNED_FAILOVER, List.of(done, step("build-copy", status, detail)));
    }

    private static JobStep step(String name, JobStep.Status status, String detail) {
        return new JobStep(
                name, status, Optional.empty(), Optional.empty(), new Progress(0, OptionalLong.empty(), 0), detail);
    }

    @Test
    void aFullDiskIsToldWithWhatToDo() {
        Stuck stuck = of(JobStep.Status.WAITING, FULL).orElseThrow();

        assertThat(stuck.isFull()).isTrue();
        assertThat(stuck.failure().problem().describe())
                .isEqualTo(
                        "Could not go on with unplanned-failover/build-copy: Could not write layer.1: IOException: No space"
                                + " left on device. To do: make room there, then run the same command again [STORAGE_FULL]");
    }

    @Test
    void otherTroubleMayPass() {
        Stuck stuck = of(JobStep.Status.WAITING, FULL.replace("STORAGE_FULL", "STORAGE_MISSING"))
                .orElseThrow();

        assertThat(stuck.isFull()).isFalse();
        assertThat(stuck.failure().problem().describe()).contains("remove the cause, then run the same command again");
    }

    @Test
    void whatWaitsForSomethingElseIsNotStuck() {
        assertThat(of(JobStep.Status.WAITING, "waits for the guest to shut down"))
                .isEmpty();
        assertThat(of(JobStep.Status.WAITING, "")).isEmpty();
        assertThat(of(JobStep.Status.RUNNING, FULL)).isEmpty();
    }
}
