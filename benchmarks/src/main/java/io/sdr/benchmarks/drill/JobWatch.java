package io.sdr.benchmarks.drill;

import io.sdr.api.AwaitTimeoutException;
import io.sdr.api.InvalidRequestException;
import io.sdr.api.ItemId;
import io.sdr.api.Job;
import io.sdr.api.JobStatus;
import io.sdr.api.JobStep;
import io.sdr.api.NeedsOperatorException;
import io.sdr.api.OperationNotAllowedException;
import io.sdr.api.Progress;
import io.sdr.api.Prompt;
import io.sdr.api.SiteRecovery;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Finds the job of a step, waits for it and shows how far it is. */
final class JobWatch {
    /** Of each job of the drill its actor tells which step started it. */
    private static final String ACTOR = "drill ";

    private static final Duration LOOK_EVERY = Duration.ofMillis(200);
    /** A job that shows no change for so long is given up. */
    private static final Duration PATIENCE = Duration.ofMinutes(30);

    /** One that shows no change because something fails again and again: here nobody is at work to remove the cause. */
    private static final Duration PATIENCE_WITH_TROUBLE = Duration.ofMinutes(1);

    private static final int JOBS = 200;

    private final SiteRecovery engine;
    private final DrillConsole console;

    JobWatch(SiteRecovery engine, DrillConsole console) {
        this.engine = engine;
        this.console = console;
    }

    static String actor(DrillStep step) {
        return ACTOR + step.label();
    }

    /** The job that an earlier run started for a step. One that failed is set going again. */
    Optional<Job> find(ItemId item, DrillStep step) {
        return newest(item, step)
                .filter(job -> job.status() != JobStatus.CANCELLED)
                .filter(job -> job.status() != JobStatus.FAILED || isRetried(job));
    }

    /** Throws why the job of a step failed, if one did: it may stand in the way of another. */
    void throwFailure(ItemId item, DrillStep step) {
        newest(item, step).filter(job -> job.status() == JobStatus.FAILED).ifPresent(Job::await);
    }

    private Optional<Job> newest(ItemId item, DrillStep step) {
        try {
            return engine.jobs(item, Optional.empty(), JOBS).stream()
                    .filter(job -> job.report().actor().equals(actor(step)))
                    .findFirst();
        } catch (InvalidRequestException e) {
            if (!e.code().equals("UNKNOWN_ITEM")) {
                throw e;
            }
            return Optional.empty();
        }
    }

    /** A job whose failure was undone is not tried again: another one takes its place. */
    private static boolean isRetried(Job job) {
        try {
            job.retry();
            return true;
        } catch (OperationNotAllowedException e) {
            return false;
        }
    }

    static boolean isReadyToComplete(Job job) {
        return job.prompts().stream().anyMatch(prompt -> prompt instanceof Prompt.ReadyToComplete);
    }

    /** Waits for the end of a step's job, or for what ends the step before that. */
    void await(DrillStep step, Job job) {
        String last = "";
        long changed = System.nanoTime();
        while (true) {
            try {
                job.awaitEnd(LOOK_EVERY);
                job.await(); // throws the cause of a failure
                return;
            } catch (AwaitTimeoutException e) {
                if (step == DrillStep.PLANNED_FAILOVER_DELTA && isReadyToComplete(job)) {
                    return;
                }
                if (job.status() == JobStatus.WAITING_FOR_INPUT && !isReadyToComplete(job)) {
                    throw new NeedsOperatorException(job.id(), job.prompts());
                }
                String now = describe(job);
                if (!now.equals(last)) {
                    last = now;
                    changed = System.nanoTime();
                }
                long since = changed;
                if (System.nanoTime() - since > PATIENCE.toNanos()) {
                    throw e;
                }
                Stuck.of(step, job.steps()).ifPresent(stuck -> {
                    if (stuck.isFull() || System.nanoTime() - since > PATIENCE_WITH_TROUBLE.toNanos()) {
                        throw stuck.failure();
                    }
                });
                console.show(step, presentStep(job.steps()), job.progress());
            }
        }
    }

    private static String describe(Job job) {
        Progress progress = job.progress();
        StringBuilder text = new StringBuilder().append(job.status()).append(progress.bytesDone());
        job.steps().forEach(step -> text.append(step.status()));
        return text.toString();
    }

    private static String presentStep(List<JobStep> steps) {
        return steps.stream()
                .filter(step -> step.status() == JobStep.Status.RUNNING || step.status() == JobStep.Status.WAITING)
                .map(JobStep::name)
                .findFirst()
                .orElse("");
    }
}
