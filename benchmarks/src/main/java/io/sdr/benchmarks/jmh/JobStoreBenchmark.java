package io.sdr.benchmarks.jmh;

import io.sdr.core.job.JobRecord;
import io.sdr.core.job.JobStore;
import io.sdr.core.job.Lease;
import io.sdr.core.job.Phase;
import io.sdr.core.job.StepKind;
import io.sdr.core.job.StepRecord;
import io.sdr.core.job.Subject;
import io.sdr.core.job.Values;
import io.sdr.core.store.SqliteStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** The store of jobs on a local disk: what a step costs that is written durably, and what reading a job's steps costs. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class JobStoreBenchmark {
    /** How many steps the job has. */
    static final int STEPS = 20;

    private static final Instant START = Instant.parse("2025-01-01T12:00:00Z");

    private Path folder = Path.of("");
    private @Nullable JobStore store;
    private int attempt;

    /**
     * Opens a store with one job.
     *
     * @throws IOException if there is no room
     */
    @Setup(Level.Trial)
    public void open() throws IOException {
        folder = Files.createTempDirectory("sdr-store");
        store = SqliteStore.open(folder);
        store().write(tx -> {
            tx.insert(new Subject("item-1", 1, 7, "{}"));
            tx.insert(job());
            for (int i = 0; i < STEPS; i++) {
                tx.put(step(i, 0));
            }
            return true;
        });
    }

    /**
     * Deletes the store.
     *
     * @throws IOException if that fails
     */
    @TearDown(Level.Trial)
    public void delete() throws IOException {
        store().close();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path each : files.toList()) {
                Files.delete(each);
            }
        }
        Files.delete(folder);
    }

    private JobStore store() {
        return Objects.requireNonNull(store);
    }

    private static JobRecord job() {
        return new JobRecord(
                "job-1",
                "failover",
                1,
                "item-1",
                Values.of("kind", "planned"),
                "{}",
                7,
                io.sdr.api.JobStatus.RUNNING,
                true,
                false,
                "operator",
                false,
                Optional.empty(),
                Optional.empty(),
                new Lease(Optional.empty(), 1, START),
                START,
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    /** A step as it is after so many attempts. */
    static StepRecord step(int number, int attempts) {
        return new StepRecord(
                "job-1",
                number,
                "step-" + number,
                StepKind.DECISION,
                Phase.DONE,
                attempts,
                true,
                Optional.of(Values.of("attempts", attempts)),
                Optional.of(Values.NONE),
                List.of(),
                "done",
                Optional.of(START),
                Optional.of(START.plusSeconds(attempts)),
                Optional.of(START),
                Optional.empty(),
                attempts,
                -1);
    }

    /**
     * Writes a step, as the engine does before and after each act: it is on the disk when this returns.
     *
     * @return its number of attempts
     */
    @Benchmark
    public int writeStep() {
        StepRecord step = step(++attempt % STEPS, attempt);
        return store().write(tx -> {
            tx.put(step);
            return step.attempt();
        });
    }

    /**
     * Reads all steps of the job.
     *
     * @return the steps
     */
    @Benchmark
    public List<StepRecord> readSteps() {
        return store().read(view -> view.steps("job-1"));
    }
}
