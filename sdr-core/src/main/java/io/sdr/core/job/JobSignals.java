package io.sdr.core.job;

import io.sdr.api.Answer;
import io.sdr.api.InvalidRequestException;
import io.sdr.api.JobStatus;
import io.sdr.api.Problem;
import io.sdr.api.Prompt;
import io.sdr.api.Timekeeper;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What people say to a job, stored in one transaction: an answer, that it be cancelled, that it be tried again. */
final class JobSignals {
    private final JobDefinitions definitions;
    private final Timekeeper time;

    JobSignals(JobDefinitions definitions, Timekeeper time) {
        this.definitions = definitions;
        this.time = time;
    }

    /**
     * Stores an answer.
     *
     * @throws InvalidRequestException code {@code UNKNOWN_JOB}, or {@code ANSWER_NOT_ASKED} if the job does not ask that now
     */
    void answer(JobStore.Transaction tx, String jobId, Answer answer) {
        JobRecord job = tx.requireJob(jobId);
        Set<Answer.Kind> asked = job.prompt().map(Prompt::answers).orElse(Set.of());
        boolean looksAgain =
                answer.kind() == Answer.Kind.LOOK_AGAIN && job.status().isOpen();
        if (!asked.contains(answer.kind()) && !looksAgain) {
            throw new InvalidRequestException(Problem.of("ANSWER_NOT_ASKED")
                    .attempted("answer " + answer.kind() + " to job " + jobId)
                    .state("the job is " + job.status()
                            + (asked.isEmpty() ? " and asks nothing" : " and asks for one of " + asked))
                    .remedy("look at the job's prompts"));
        }
        tx.add(jobId, SignalRecord.of(answer, time.now()));
        if (job.status() == JobStatus.WAITING_FOR_INPUT) {
            tx.update(job.open(JobStatus.RUNNING), job.lease().epoch());
        }
    }

    /** Stores that a job is to be cancelled, if it can be. */
    CancelResult cancel(JobStore.Transaction tx, String jobId, String actor) {
        JobRecord job = tx.requireJob(jobId);
        if (!job.status().isOpen() && !job.isStuck()) {
            return CancelResult.ENDED;
        }
        if (job.decided()) {
            return CancelResult.PAST_DECISION;
        }
        Optional<JobDefinition> definition = definitions.known(tx, job);
        if (definition.isEmpty()) {
            return CancelResult.UNKNOWN_STEPS;
        }
        if (job.cancelRequested()) {
            return CancelResult.ACCEPTED;
        }
        if (isBound(tx, job, definition.get().steps())) {
            return CancelResult.NOTHING_TO_GO_BACK_TO;
        }
        Instant now = time.now();
        JobRecord wanted = job.withCancelRequested(true);
        JobStatus status =
                job.status() == JobStatus.CANCELLING || job.isStuck() ? JobStatus.CANCELLING : JobStatus.RUNNING;
        tx.update(wanted.open(status), job.lease().epoch());
        tx.add(jobId, new SignalRecord(SignalRecord.CANCEL, actor, "", now));
        tx.addEvent(
                now,
                job.subject(),
                Optional.of(jobId),
                JobEvent.JOB_CANCEL_REQUESTED.name(),
                job.kind() + " by " + actor);
        return CancelResult.ACCEPTED;
    }

    private static boolean isBound(JobStore.View view, JobRecord job, List<Step> steps) {
        return view.steps(job.id()).stream()
                .filter(row -> row.phase() == Phase.INTENT || row.phase() == Phase.DONE)
                .anyMatch(row ->
                        row.intent().filter(steps.get(row.number())::isBinding).isPresent());
    }

    /** Stores that a failed job goes on from its first step not done. */
    RetryResult retry(JobStore.Transaction tx, String jobId, String actor) {
        JobRecord job = tx.requireJob(jobId);
        if (!job.isStuck()) {
            return RetryResult.NOT_FAILED;
        }
        Instant now = time.now();
        for (StepRecord step : tx.steps(jobId)) {
            if (step.phase() == Phase.FAILED) {
                tx.put(step.intent().isPresent() ? step.at(Phase.INTENT, "", Optional.empty()) : step.reset());
            }
        }
        tx.update(
                job.withFailure(Optional.empty()).open(JobStatus.RUNNING),
                job.lease().epoch());
        tx.add(jobId, new SignalRecord(SignalRecord.RETRY, actor, "", now));
        tx.addEvent(now, job.subject(), Optional.of(jobId), JobEvent.JOB_RETRIED.name(), job.kind() + " by " + actor);
        return RetryResult.ACCEPTED;
    }
}
