package io.sdr.core.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sdr.api.FailoverPlan;
import io.sdr.api.Job;
import io.sdr.api.JobStatus;
import io.sdr.api.OperationNotAllowedException;
import io.sdr.api.ReplicateNowRequest;
import io.sdr.api.Side;
import io.sdr.testkit.Fault;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A job that failed without having moved the item anywhere blocks nothing. */
class FailedCycleTest {
    @TempDir
    Path folder;

    @Test
    void anotherOperationIsPossible_retryIsNot() {
        try (FaultWorld world = FaultWorld.fresh(folder.resolve("engine"))) {
            FaultedOperation.REPLICATE_NOW.prepare(world, Side.PRIMARY);
            world.site(Side.PRIMARY).faults().at("disks.checkpoint", 1, new Fault.Refuses("NOT_TODAY"));
            Job failed = world.engine().replicateNow(ReplicateNowRequest.crashConsistent(world.id()));
            assertThat(failed.awaitEnd(Duration.ofHours(1)).status()).isEqualTo(JobStatus.FAILED);
            assertThatThrownBy(failed::retry).isInstanceOf(OperationNotAllowedException.class);
            FaultedOperation.done(world.engine().replicateNow(ReplicateNowRequest.crashConsistent(world.id())));
            FaultedOperation.done(world.engine()
                    .failOver(FailoverPlan.unplanned(world.id(), Side.RECOVERY).shutDownFirst()));
        }
    }
}
