package io.sdr.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sdr.api.AwaitTimeoutException;
import io.sdr.api.FailoverPlan;
import io.sdr.api.InvalidRequestException;
import io.sdr.api.ItemId;
import io.sdr.api.Job;
import io.sdr.api.JobId;
import io.sdr.api.JobOutcome;
import io.sdr.api.JobStatus;
import io.sdr.api.NeedsOperatorException;
import io.sdr.api.ProtectionRequest;
import io.sdr.api.RecoveryEvent;
import io.sdr.api.ReplicateNowRequest;
import io.sdr.api.RetryableException;
import io.sdr.api.Side;
import io.sdr.api.Site;
import io.sdr.api.SiteId;
import io.sdr.api.SiteRecovery;
import io.sdr.api.Subscription;
import io.sdr.testkit.InMemorySite;
import io.sdr.testkit.MemoryFolder;
import io.sdr.testkit.SiteOptions;
import io.sdr.testkit.VirtualTime;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the entry point itself does: handles, futures, listeners, closing and opening again. */
class EngineTest {
    private static final ItemId VM = new ItemId("vm");
    private static final Duration LONG = Duration.ofHours(1);

    @TempDir
    private Path folder;

    private final VirtualTime time = new VirtualTime();
    private final SplittableRandom random = new SplittableRandom(3);
    private InMemorySite east;
    private InMemorySite west;
    private SiteRecovery engine;

    @BeforeEach
    void open() {
        east = InMemorySite.open(SiteOptions.named("east").time(time), new MemoryFolder());
        west = InMemorySite.open(SiteOptions.named("west").time(time), new MemoryFolder());
        east.powerOn(east.createVm("sql", 200_000).id());
        engine = build();
    }

    private SiteRecovery build() {
        return SiteRecovery.builder()
                .site(east)
                .site(west)
                .dataDirectory(folder.resolve("store"))
                .withoutScheduler()
                .timekeeper(time)
                .random(random)
                .actor("tester")
                .build();
    }

    @AfterEach
    void close() {
        engine.close();
        east.close();
        west.close();
    }

    private Job protect() {
        return engine.protect(
                ProtectionRequest.of("sql").from("east").to("west").as(VM));
    }

    @Test
    @Tag("smoke")
    void theLifeCycleOfOneJob() {
        Job job = protect();
        assertThat(job.status()).isEqualTo(JobStatus.RUNNING);
        assertThat(engine.openJobs()).extracting(Job::id).containsExactly(job.id());
        JobOutcome outcome = job.await();
        assertThat(outcome.status()).isEqualTo(JobStatus.SUCCEEDED);
        assertThat(outcome.report().actor()).isEqualTo("tester");
        assertThat(outcome.report().ended()).isPresent();
        assertThat(engine.openJobs()).isEmpty();
        assertThat(engine.jobs(VM, Optional.empty(), 10)).extracting(Job::id).containsExactly(job.id());
        assertThat(engine.items()).hasSize(1);
        assertThat(engine.sites()).containsExactly(new SiteId("east"), new SiteId("west"));
    }

    @Test
    void aFutureEndsWithTheJobAndNobodyElseCanEndIt() {
        Job job = protect();
        CompletableFuture<JobOutcome> mine = job.completion();
        mine.complete(null);
        CompletableFuture<JobOutcome> other = job.completion();
        assertThat(other).isNotDone();
        job.await();
        assertThat(time.await(other::isDone, time.now().plus(LONG))).isTrue();
        assertThat(other.join().status()).isEqualTo(JobStatus.SUCCEEDED);
        assertThat(job.completion().join().status()).isEqualTo(JobStatus.SUCCEEDED);
    }

    @Test
    void listenersHearEveryEventOnceInOrderAndGoOnAfterARestart() {
        List<RecoveryEvent> heard = new ArrayList<>();
        Subscription subscription = engine.subscribe("log", heard::add);
        protect().await();
        time.runFor(Duration.ofSeconds(1));
        int soFar = heard.size();
        assertThat(soFar).isPositive();
        assertThat(heard).extracting(RecoveryEvent::sequence).isSorted().doesNotHaveDuplicates();
        subscription.close();
        engine.replicateNow(ReplicateNowRequest.crashConsistent(VM)).await();
        assertThat(heard).hasSize(soFar);
        engine.close();
        engine = build();
        engine.subscribe("log", heard::add);
        time.runFor(Duration.ofSeconds(1));
        assertThat(heard.size()).isGreaterThan(soFar);
        assertThat(heard).extracting(RecoveryEvent::sequence).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void aListenerThatThrowsHearsOfTheSameEventAgain() {
        List<Long> heard = new ArrayList<>();
        engine.subscribe("shaky", event -> {
            heard.add(event.sequence());
            if (heard.size() == 1) {
                throw new IllegalStateException("not now");
            }
        });
        protect().await();
        time.runFor(Duration.ofMinutes(1));
        assertThat(heard.get(0)).isEqualTo(heard.get(1));
        assertThat(heard.subList(1, heard.size())).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void anOpenJobGoesOnInTheNextEngine() {
        Job job = protect();
        engine.close();
        engine = build();
        assertThat(engine.job(job.id()).await().status()).isEqualTo(JobStatus.SUCCEEDED);
    }

    @Test
    void whoAwaitsAJobHearsAtOnceThatTheEngineWasClosed() {
        protect().await();
        Job failover = engine.failOver(FailoverPlan.planned(VM, Side.RECOVERY).waitForComplete());
        assertThatThrownBy(failover::await).isInstanceOf(NeedsOperatorException.class);
        Instant start = time.now();
        for (int minute = 1; minute <= 60; minute++) {
            time.schedule(Duration.ofMinutes(minute), () -> {});
        }
        time.schedule(Duration.ofMinutes(2), engine::close);
        assertThatThrownBy(() -> failover.awaitEnd(Duration.ofHours(1))).isInstanceOf(RetryableException.class);
        assertThat(time.now()).isBefore(start.plus(Duration.ofMinutes(3)));
    }

    @Test
    void awaitingAJobThatAsksThrowsInsteadOfHanging() {
        protect().await();
        Job failover = engine.failOver(FailoverPlan.planned(VM, Side.RECOVERY).waitForComplete());
        assertThatThrownBy(failover::await).isInstanceOf(NeedsOperatorException.class);
        assertThatThrownBy(() -> failover.awaitEnd(Duration.ofMinutes(10)))
                .isInstanceOf(AwaitTimeoutException.class)
                .hasMessageContaining("ready-to-complete");
        engine.completeFailover(VM).await();
        assertThat(engine.item(VM).activeSide()).isEqualTo(Side.RECOVERY);
    }

    @Test
    void twoEnginesDoNotShareAStoreButShareAJvm() {
        assertThatThrownBy(this::build)
                .isInstanceOf(RetryableException.class)
                .extracting(e -> ((RetryableException) e).code())
                .isEqualTo("STORE_LOCKED");
        try (SiteRecovery other = SiteRecovery.builder()
                .site(east)
                .site(west)
                .dataDirectory(folder.resolve("other"))
                .withoutScheduler()
                .timekeeper(time)
                .build()) {
            assertThat(other.items()).isEmpty();
        }
    }

    @Test
    void theBuilderRefusesWhatDoesNotFit() {
        assertThatThrownBy(() -> SiteRecovery.builder().site(east).site(east))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("DUPLICATE_SITE");
        Site plain = () -> new SiteId("plain");
        assertThatThrownBy(() -> SiteRecovery.builder().site(plain))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("UNKNOWN_SITE_KIND");
        assertThatThrownBy(() -> SiteRecovery.builder().site(east).build())
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("NO_DATA_DIRECTORY");
        assertThatThrownBy(() -> engine.job(new JobId("nobody")))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("UNKNOWN_JOB");
    }
}
