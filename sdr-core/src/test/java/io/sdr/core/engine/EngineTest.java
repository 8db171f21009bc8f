package io.sdr.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sdr.api.AwaitTimeoutException;
import io.sdr.api.DisableRequest;
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
import io.sdr.api.Timekeeper;
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
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
        return build(time);
    }

    private SiteRecovery build(Timekeeper timekeeper) {
        return SiteRecovery.builder()
                .site(east)
                .site(west)
                .dataDirectory(folder.resolve("store"))
                .withoutScheduler()
                .timekeeper(timekeeper)
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

    private Job waiting() {
        protect().await();
        Job job = engine.failOver(FailoverPlan.planned(VM, Side.RECOVERY).waitForComplete());
        assertThat(job.awaitPrompt(LONG)).isPresent();
        return job;
    }

    @Test
    void aFutureEndsExceptionallyWhenTheEngineIsClosed() {
        CompletableFuture<JobOutcome> future = waiting().completion();
        engine.close();
        assertThat(future).isCompletedExceptionally();
        assertThatThrownBy(future::join)
                .cause()
                .isInstanceOfSatisfying(
                        RetryableException.class, e -> assertThat(e.code()).isEqualTo("ENGINE_CLOSED"));
        engine = build();
    }

    /** It may wait for another job, and that one's end is told by the same events. */
    @Test
    void whatDependsOnAFutureHoldsUpNoEvents() {
        List<Boolean> amidstEvents = new ArrayList<>();
        Job job = protect();
        CompletableFuture<Void> after = job.completion()
                .thenRun(() -> amidstEvents.add(StackWalker.getInstance()
                        .walk(frames ->
                                frames.anyMatch(frame -> frame.getClassName().equals(EventPump.class.getName())))));
        job.await();
        assertThat(time.await(after::isDone, time.now().plus(LONG))).isTrue();
        assertThat(amidstEvents).containsExactly(false);
    }

    @Test
    void anInterruptIsToldApartFromATimeOut() {
        JobId id = waiting().id();
        engine.close();
        engine = build(new EndsOnInterrupt(time));
        Job job = engine.job(id);
        Thread.currentThread().interrupt();
        try {
            assertThatThrownBy(() -> job.awaitEnd(LONG))
                    .isInstanceOfSatisfying(
                            AwaitTimeoutException.class,
                            e -> assertThat(e.code()).isEqualTo("AWAIT_INTERRUPTED"));
        } finally {
            assertThat(Thread.interrupted()).as("its status is kept").isTrue();
        }
        assertThatThrownBy(() -> job.awaitEnd(LONG))
                .isInstanceOfSatisfying(
                        AwaitTimeoutException.class, e -> assertThat(e.code()).isEqualTo("AWAIT_TIMEOUT"));
    }

    /** Ends a wait as the system's timekeeper does. */
    private record EndsOnInterrupt(Timekeeper time) implements Timekeeper {
        @Override
        public Instant now() {
            return time.now();
        }

        @Override
        public long nanos() {
            return time.nanos();
        }

        @Override
        public void execute(Runnable task) {
            time.execute(task);
        }

        @Override
        public Cancellation schedule(Duration delay, Runnable task) {
            return time.schedule(delay, task);
        }

        @Override
        public boolean await(BooleanSupplier condition, Instant until) {
            return Thread.currentThread().isInterrupted() ? condition.getAsBoolean() : time.await(condition, until);
        }

        @Override
        public void signal() {
            time.signal();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "sdr.engine", "sdr."})
    void theEnginesOwnNamesAreNotForListeners(String name) {
        assertThatThrownBy(() -> engine.subscribe(name, event -> {}))
                .isInstanceOfSatisfying(
                        InvalidRequestException.class, e -> assertThat(e.code()).isEqualTo("INVALID_NAME"));
    }

    @Test
    void aNameListensOnce() {
        Subscription first = engine.subscribe("log", event -> {});
        assertThatThrownBy(() -> engine.subscribe("log", event -> {}))
                .isInstanceOfSatisfying(
                        InvalidRequestException.class, e -> assertThat(e.code()).isEqualTo("LISTENER_EXISTS"));
        first.close();
        engine.subscribe("log", event -> {}).close();
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

    /** What an earlier protection left at a side that was given up is cleaned before the next one looks there. */
    @Test
    void protectingDeliversFirstWhatWaitsForItsSites() {
        engine.protect(ProtectionRequest.of("sql").from("east").to("west").as(VM))
                .await();
        west.loseContact();
        Job job = engine.disable(DisableRequest.deletingReplica(VM));
        assertThat(job.awaitEnd(LONG).status()).isEqualTo(JobStatus.FAILED);
        var unused = engine.forgetUnreachable(VM, Side.RECOVERY);
        engine.job(job.id()).awaitEnd(LONG);
        west.restoreContact();
        assertThat(engine.disabledItems().get(0).pendingNotes()).isNotEmpty();

        Job again = engine.protect(
                ProtectionRequest.of("sql").from("east").to("west").as(new ItemId("vm-again")));
        assertThat(engine.disabledItems().get(0).pendingNotes()).isEmpty();
        again.await();
        assertThat(west.allVms()).as("the placeholder of the first one is gone").hasSize(1);
    }
}
