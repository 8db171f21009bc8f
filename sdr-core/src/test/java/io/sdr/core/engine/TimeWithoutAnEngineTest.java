package io.sdr.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.sdr.api.FailoverPlan;
import io.sdr.api.ItemId;
import io.sdr.api.Job;
import io.sdr.api.JobStatus;
import io.sdr.api.JobStep;
import io.sdr.api.ProtectionRequest;
import io.sdr.api.Request;
import io.sdr.api.Side;
import io.sdr.api.SiteRecovery;
import io.sdr.testkit.InMemorySite;
import io.sdr.testkit.MemoryFolder;
import io.sdr.testkit.SiteOptions;
import io.sdr.testkit.VirtualTime;
import java.nio.file.Path;
import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A step in which an engine dies is tried by the next one, however late that comes. */
class TimeWithoutAnEngineTest {
    private static final ItemId VM = new ItemId("vm");
    private static final Duration LONG = Duration.ofHours(1);

    @TempDir
    private Path folder;

    private final VirtualTime time = new VirtualTime();
    private final SplittableRandom random = new SplittableRandom(3);
    private final InMemorySite east =
            InMemorySite.open(SiteOptions.named("east").time(time), new MemoryFolder());
    private final InMemorySite west =
            InMemorySite.open(SiteOptions.named("west").time(time), new MemoryFolder());

    @AfterEach
    void close() {
        east.close();
        west.close();
    }

    private SiteRecovery engine(String diesAt) {
        SiteRecovery.Builder builder = SiteRecovery.builder()
                .site(east)
                .site(west)
                .dataDirectory(folder.resolve("store"))
                .withoutScheduler()
                .timekeeper(time)
                .random(random);
        ((EngineBuilder) builder).observing(new StoreObserver() {
            @Override
            public void stepIntended(String job, String step) {
                if (step.equals(diesAt)) {
                    throw new IllegalStateException("dies at " + step);
                }
            }
        });
        return builder.build();
    }

    @ParameterizedTest
    @CsvSource({"shut-down-source, true", "send-rest, true", "shut-down-source, false"})
    void itIsTriedHoweverLate(String step, boolean unplanned) {
        east.powerOn(east.createVm("sql", 200_000).id());
        Job job;
        try (SiteRecovery dies = engine(step)) {
            dies.protect(ProtectionRequest.of("sql").from("east").to("west").as(VM))
                    .await();
            Request plan = unplanned
                    ? FailoverPlan.unplanned(dies.item(VM), Side.RECOVERY).shutDownFirst()
                    : FailoverPlan.planned(dies.item(VM), Side.RECOVERY);
            job = dies.start(plan);
            Job open = job;
            assertThat(time.await(
                            () -> status(open, step) == JobStep.Status.RUNNING,
                            time.now().plus(LONG)))
                    .isTrue();
        }
        time.pass(Duration.ofDays(3));
        try (SiteRecovery next = engine("none")) {
            Job goesOn = next.job(job.id());
            assertThat(goesOn.awaitEnd(LONG).status()).isEqualTo(JobStatus.SUCCEEDED);
            assertThat(status(goesOn, step)).isEqualTo(JobStep.Status.SUCCEEDED);
        }
    }

    private static JobStep.Status status(Job job, String step) {
        return job.steps().stream()
                .filter(each -> each.name().equals(step))
                .findFirst()
                .orElseThrow()
                .status();
    }
}
