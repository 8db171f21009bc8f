package io.sdr.core.job;

import io.sdr.api.JobStatus;
import io.sdr.api.Problem;
import io.sdr.api.Prompt;
import java.time.Instant;
import java.util.Optional;

/**
 * A job, as stored.
 *
 * @param id its id
 * @param kind the kind of its definition
 * @param specVersion the version of the definition's steps
 * @param subject the subject's id
 * @param spec what was asked
 * @param origin the subject's document when the job was created
 * @param originEpoch the subject's epoch when the job was created
 * @param status its state
 * @param holds whether it is the subject's job: it is open, or failed and waits for retry or cancel
 * @param decided whether its decision was observed
 * @param actor who started it
 * @param cancelRequested whether somebody wants it cancelled
 * @param failure why it failed or is being undone
 * @param prompt what it asks now
 * @param lease who works on it
 * @param started when it was created
 * @param ended when it ended
 * @param supersedes the job whose place it took
 * @param supersededBy the job that took its place
 */
public record JobRecord(
        String id,
        String kind,
        int specVersion,
        String subject,
        Values spec,
        String origin,
        long originEpoch,
        JobStatus status,
        boolean holds,
        boolean decided,
        String actor,
        boolean cancelRequested,
        Optional<Problem> failure,
        Optional<Prompt> prompt,
        Lease lease,
        Instant started,
        Optional<Instant> ended,
        Optional<String> supersedes,
        Optional<String> supersededBy) {
    /** Failed, and still the subject's job. */
    boolean isStuck() {
        return status == JobStatus.FAILED && holds;
    }

    JobRecord open(JobStatus value) {
        return with(value, true, Optional.empty(), failure, Optional.empty());
    }

    JobRecord asking(Prompt value) {
        return with(JobStatus.WAITING_FOR_INPUT, true, Optional.empty(), failure, Optional.of(value));
    }

    JobRecord withFailure(Optional<Problem> value) {
        return with(status, holds, ended, value, prompt);
    }

    JobRecord end(JobStatus value, boolean stays, Instant now) {
        return with(value, stays, Optional.of(now), failure, Optional.empty());
    }

    JobRecord withDecided() {
        return copy(status, holds, true, cancelRequested, failure, prompt, lease, ended, supersededBy);
    }

    JobRecord withCancelRequested(boolean value) {
        return copy(status, holds, decided, value, failure, prompt, lease, ended, supersededBy);
    }

    /** The same job under another lease. */
    public JobRecord withLease(Lease value) {
        return copy(status, holds, decided, cancelRequested, failure, prompt, value, ended, supersededBy);
    }

    JobRecord withSupersededBy(String value) {
        return copy(status, holds, decided, cancelRequested, failure, prompt, lease, ended, Optional.of(value));
    }

    private JobRecord with(
            JobStatus newStatus,
            boolean newHolds,
            Optional<Instant> newEnded,
            Optional<Problem> newFailure,
            Optional<Prompt> newPrompt) {
        return copy(
                newStatus, newHolds, decided, cancelRequested, newFailure, newPrompt, lease, newEnded, supersededBy);
    }

    /** Everything that changes in the life of a job; the rest is fixed when it is created. */
    private JobRecord copy(
            JobStatus newStatus,
            boolean newHolds,
            boolean newDecided,
            boolean newCancelRequested,
            Optional<Problem> newFailure,
            Optional<Prompt> newPrompt,
            Lease newLease,
            Optional<Instant> newEnded,
            Optional<String> newSupersededBy) {
        return new JobRecord(
                id,
                kind,
                specVersion,
                subject,
                spec,
                origin,
                originEpoch,
                newStatus,
                newHolds,
                newDecided,
                actor,
                newCancelRequested,
                newFailure,
                newPrompt,
                newLease,
                started,
                newEnded,
                supersedes,
                newSupersededBy);
    }
}
