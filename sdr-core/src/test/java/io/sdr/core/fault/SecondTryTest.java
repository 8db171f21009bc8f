package io.sdr.core.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.sdr.api.FailoverPlan;
import io.sdr.api.Job;
import io.sdr.api.JobStatus;
import io.sdr.api.Side;
import io.sdr.testkit.Fault;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An unplanned failover sends the last changes of a source that it shut down: tries that more than once, and never for long. */
class SecondTryTest {
    private static final Duration PATIENCE = Duration.ofHours(4);
    private static final String CHECKPOINT = "disks.checkpoint";

    @TempDir
    private Path folder;

    private FaultWorld world;

    @BeforeEach
    void prepare() {
        world = FaultWorld.fresh(folder.resolve("engine"));
        FaultedOperation.UNPLANNED_SHUTDOWN.prepare(world, Side.PRIMARY);
        world.list();
    }

    @AfterEach
    void close() {
        world.close();
    }

    private Job failOver() {
        Job job = world.engine()
                .failOver(FailoverPlan.unplanned(world.id(), Side.RECOVERY).shutDownFirst());
        JobStatus unused = job.awaitEnd(PATIENCE).status();
        return job;
    }

    private long tries() {
        return world.calls().stream()
                .filter(each -> each.step().equals("send-rest") && each.name().equals(CHECKPOINT))
                .count();
    }

    @Test
    void afterALostAnswerItIsTriedOnceMore() {
        world.site(Side.PRIMARY).faults().at(CHECKPOINT, 1, new Fault.LosesContactFor(Duration.ZERO));
        Job job = failOver();
        assertThat(job.status()).isEqualTo(JobStatus.SUCCEEDED);
        assertThat(tries()).isEqualTo(2);
        assertThat(world.momentAt(Side.RECOVERY)).isEqualTo("now");
    }

    @Test
    void afterTwoLostAnswersItGoesOnWithoutAndSaysSo() {
        world.site(Side.PRIMARY).faults().from(CHECKPOINT, 1, new Fault.LosesContactFor(Duration.ZERO));
        Job job = failOver();
        assertThat(job.status()).isEqualTo(JobStatus.SUCCEEDED_WITH_WARNINGS);
        assertThat(tries()).isEqualTo(2);
        assertThat(job.awaitEnd(PATIENCE).warnings())
                .anyMatch(each -> each.contains("the last changes of the source could not be sent"));
        assertThat(world.momentAt(Side.RECOVERY)).isEqualTo("received");
    }

    @Test
    void whatFailsAtOnceIsTriedForSomeMinutes() {
        world.site(Side.PRIMARY).faults().from(CHECKPOINT, 1, new Fault.Fails());
        var begun = world.time.now();
        Job job = failOver();
        assertThat(job.status()).isEqualTo(JobStatus.SUCCEEDED_WITH_WARNINGS);
        assertThat(tries()).isBetween(10L, 25L);
        assertThat(Duration.between(begun, world.time.now())).isLessThan(Duration.ofMinutes(10));
        assertThat(world.momentAt(Side.RECOVERY)).isEqualTo("received");
    }
}
