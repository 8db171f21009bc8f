package io.sdr.core.engine;

import io.sdr.api.Answer;
import io.sdr.api.AwaitTimeoutException;
import io.sdr.api.ItemId;
import io.sdr.api.Job;
import io.sdr.api.JobId;
import io.sdr.api.JobOutcome;
import io.sdr.api.JobReport;
import io.sdr.api.JobStatus;
import io.sdr.api.JobStep;
import io.sdr.api.NeedsOperatorException;
import io.sdr.api.Operation;
import io.sdr.api.OperationFailedException;
import io.sdr.api.Problem;
import io.sdr.api.Progress;
import io.sdr.api.Prompt;
import io.sdr.core.job.JobSnapshot;
import io.sdr.core.operation.Operations;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/** A job as the user holds it: nothing but its id; every answer is read afresh. */
final class JobHandle implements Job {
    private static final Duration FOR_EVER = Duration.ofDays(400_000);

    private final Engine engine;
    private final JobId id;
    private final ItemId item;
    private final String kind;

    JobHandle(Engine engine, JobSnapshot snapshot) {
        this.engine = engine;
        this.id = new JobId(snapshot.id());
        this.item = new ItemId(snapshot.record().subject());
        this.kind = snapshot.record().kind();
    }

    @Override
    public JobId id() {
        return id;
    }

    @Override
    public ItemId item() {
        return item;
    }

    @Override
    public String kind() {
        return kind;
    }

    @Override
    public Optional<Operation> operation() {
        return Operations.operation(kind);
    }

    @Override
    public JobStatus status() {
        return now().status();
    }

    @Override
    public List<JobStep> steps() {
        return now().steps();
    }

    @Override
    public Progress progress() {
        return now().progress();
    }

    @Override
    public List<Prompt> prompts() {
        return now().prompts();
    }

    @Override
    public JobOutcome await() {
        return await(FOR_EVER);
    }

    @Override
    public JobOutcome await(Duration patience) {
        until(patience, status -> !status.isOpen() || status == JobStatus.WAITING_FOR_INPUT);
        JobSnapshot snapshot = now();
        if (snapshot.status() == JobStatus.WAITING_FOR_INPUT) {
            throw new NeedsOperatorException(id, snapshot.prompts());
        }
        if (snapshot.status().isSuccess()) {
            return outcome(snapshot);
        }
        throw new OperationFailedException(
                id,
                snapshot.failure()
                        .orElseGet(() -> Problem.of("JOB_" + snapshot.status())
                                .attempted("finish " + kind + " of item " + item)
                                .state("job " + id + " ended " + snapshot.status())
                                .remedy("look at the item's state and at the job's report")));
    }

    @Override
    public JobOutcome awaitEnd(Duration patience) {
        until(patience, status -> !status.isOpen());
        return outcome(now());
    }

    @Override
    public Optional<Prompt> awaitPrompt(Duration patience) {
        until(patience, status -> !status.isOpen() || status == JobStatus.WAITING_FOR_INPUT);
        return now().prompts().stream().findFirst();
    }

    private void until(Duration patience, Predicate<JobStatus> reached) {
        Instant end = engine.timekeeper().now().plus(patience);
        boolean inTime = engine.timekeeper().await(new Condition(reached), end);
        if (!inTime) {
            boolean interrupted = Thread.currentThread().isInterrupted()
                    && engine.timekeeper().now().isBefore(end);
            throw interrupted
                    ? AwaitTimeoutException.interrupted(id, now().present())
                    : new AwaitTimeoutException(id, now().present());
        }
    }

    /** Asked after every task: reads the store again only after it may have changed. */
    private final class Condition implements BooleanSupplier {
        private final Predicate<JobStatus> reached;
        private long read = -1;
        private boolean holds;

        Condition(Predicate<JobStatus> reached) {
            this.reached = reached;
        }

        @Override
        public boolean getAsBoolean() {
            long now = engine.storeChanges();
            if (now != read) {
                holds = reached.test(engine.statusOf(id));
                read = now;
            }
            return holds;
        }
    }

    @Override
    public CompletableFuture<JobOutcome> completion() {
        return engine.completionOf(id).copy();
    }

    @Override
    public void cancel() {
        engine.cancel(id);
    }

    @Override
    public void retry() {
        engine.retry(id);
    }

    @Override
    public void answer(Answer answer) {
        engine.answer(id, answer);
    }

    @Override
    public JobReport report() {
        return Reports.of(now());
    }

    private JobOutcome outcome(JobSnapshot snapshot) {
        return engine.outcomeOf(snapshot);
    }

    private JobSnapshot now() {
        return engine.snapshot(id);
    }

    @Override
    public String toString() {
        return kind + " " + id + " of item " + item;
    }
}
