package io.sdr.core.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.sdr.api.Job;
import io.sdr.api.JobStatus;
import io.sdr.api.Side;
import io.sdr.testkit.Fault;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Applying the first copy meets a full disk: it gives up at once, by name, and goes on when there is room. */
class FullApplyTest {
    @TempDir
    Path folder;

    @Test
    void givesUpAtOnceAndGoesOnByRetry() {
        FaultWorld.Made first;
        try (FaultWorld world = FaultWorld.fresh(folder.resolve("clean"))) {
            world.list();
            FaultedOperation.done(FaultedOperation.PROTECT.start(world));
            first = world.calls().stream()
                    .filter(call ->
                            call.step().equals("first-point") && call.name().equals("storage.create"))
                    .findFirst()
                    .orElseThrow();
        }
        try (FaultWorld world = FaultWorld.fresh(folder.resolve("full"))) {
            world.list();
            world.site(Side.RECOVERY).faults().from(first.name(), first.nth(), new Fault.StorageFull());
            Job job = FaultedOperation.PROTECT.start(world);
            assertThat(job.awaitEnd(Duration.ofHours(1)).status()).isEqualTo(JobStatus.FAILED);
            assertThat(job.report().steps().toString()).contains("STORAGE_FULL");
            world.site(Side.RECOVERY).faults().clear();
            job.retry();
            FaultedOperation.done(job);
        }
    }
}
