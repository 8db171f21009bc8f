package io.sdr.core.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.sdr.api.JobStatus;
import io.sdr.core.store.SqliteStore;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real threads and a real clock; nothing here depends on how fast they are. */
class SystemTimekeeperTest {
    private static final Duration LONG = Duration.ofMinutes(5);

    @TempDir
    Path folder;

    private static Instant later(SystemTimekeeper time) {
        return time.now().plus(LONG);
    }

    @Test
    void awaitIsWokenBySignals() {
        try (SystemTimekeeper time = new SystemTimekeeper(2)) {
            AtomicBoolean done = new AtomicBoolean();
            time.schedule(Duration.ofMillis(20), () -> {
                done.set(true);
                time.signal();
            });
            assertThat(time.await(done::get, later(time))).isTrue();
            assertThat(time.await(() -> false, time.now())).isFalse();
        }
    }

    @Test
    void aScheduledTaskCanBeTakenBackAndThreadsAreDaemons() {
        try (SystemTimekeeper time = new SystemTimekeeper(2)) {
            AtomicInteger ran = new AtomicInteger();
            AtomicBoolean daemon = new AtomicBoolean();
            AtomicBoolean done = new AtomicBoolean();
            time.schedule(Duration.ofDays(1), ran::incrementAndGet).cancel();
            time.execute(() -> {
                daemon.set(Thread.currentThread().isDaemon());
                done.set(true);
                time.signal();
            });
            assertThat(time.await(done::get, later(time))).isTrue();
            assertThat(daemon).isTrue();
            assertThat(ran).hasValue(0);
        }
    }

    @Test
    void anInterruptEndsTheWaitAndIsKept() {
        try (SystemTimekeeper time = new SystemTimekeeper(1)) {
            Thread.currentThread().interrupt();
            assertThat(time.await(() -> false, later(time))).isFalse();
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void nothingBeginsAfterClose() {
        SystemTimekeeper time = new SystemTimekeeper(1);
        time.close();
        AtomicInteger ran = new AtomicInteger();
        time.execute(ran::incrementAndGet);
        time.schedule(Duration.ZERO, ran::incrementAndGet).cancel();
        assertThat(ran).hasValue(0);
    }

    @Test
    @Tag("smoke")
    void manyJobsRunAtOnceEachInOrder() {
        int jobs = 40;
        Set<String> world = ConcurrentHashMap.newKeySet();
        List<String> wrong = new ArrayList<>();
        ToyStep first = step("a", world, wrong, "");
        JobDefinition toy = ToyDefinition.of("toy", first, step("b", world, wrong, "a"), step("c", world, wrong, "b"));
        AtomicInteger ids = new AtomicInteger();
        try (SystemTimekeeper time = new SystemTimekeeper(8);
                SqliteStore store = SqliteStore.open(folder);
                JobEngine engine =
                        new JobEngine(store, List.of(toy), time, () -> "j" + ids.incrementAndGet(), Limits.DEFAULT)) {
            engine.start();
            List<String> started = new ArrayList<>();
            for (int i = 0; i < jobs; i++) {
                started.add(engine.createSubject("s" + i, 0, "calm", "toy", Values.NONE, "eve")
                        .id());
            }
            assertThat(time.await(() -> engine.openJobs().isEmpty(), later(time)))
                    .isTrue();
            assertThat(started)
                    .allSatisfy(id -> assertThat(engine.snapshot(id).status()).isEqualTo(JobStatus.SUCCEEDED));
        }
        assertThat(wrong).isEmpty();
        assertThat(world).hasSize(3 * jobs);
    }

    private static ToyStep step(String name, Set<String> world, List<String> wrong, String before) {
        return new ToyStep(name)
                .observe((intent, context) ->
                        world.contains(context.job() + name) ? Observation.done(Values.NONE) : Observation.notDone())
                .act((intent, context) -> {
                    if (!before.isEmpty() && !world.contains(context.job() + before)) {
                        synchronized (wrong) {
                            wrong.add(context.job() + ": " + name + " before " + before);
                        }
                    }
                    world.add(context.job() + name);
                    return ActResult.acted();
                });
    }

    @Test
    void closeWaitsForTheCallUnderWayAndTheNextEngineGoesOn() throws InterruptedException {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch leave = new CountDownLatch(1);
        AtomicBoolean left = new AtomicBoolean();
        AtomicBoolean done = new AtomicBoolean();
        JobDefinition toy = ToyDefinition.of(
                "toy",
                new ToyStep("a")
                        .observe(
                                (intent, context) -> done.get() ? Observation.done(Values.NONE) : Observation.notDone())
                        .act((intent, context) -> {
                            inside.countDown();
                            awaitQuietly(leave);
                            left.set(true);
                            return ActResult.acted();
                        }));
        try (SystemTimekeeper time = new SystemTimekeeper(2);
                SqliteStore store = SqliteStore.open(folder)) {
            JobEngine engine = new JobEngine(store, List.of(toy), time, () -> "j", Limits.DEFAULT);
            engine.start();
            engine.createSubject("s", 0, "calm", "toy", Values.NONE, "eve");
            inside.await();
            Thread closer = new Thread(engine::close);
            closer.start();
            leave.countDown();
            closer.join();
            assertThat(left).isTrue();
            done.set(true);
            try (JobEngine next = new JobEngine(store, List.of(toy), time, () -> "k", Limits.DEFAULT)) {
                next.start();
                assertThat(time.await(() -> next.openJobs().isEmpty(), later(time)))
                        .isTrue();
                assertThat(next.snapshot("j").status()).isEqualTo(JobStatus.SUCCEEDED);
            }
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
