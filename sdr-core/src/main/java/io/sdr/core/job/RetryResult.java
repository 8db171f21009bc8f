package io.sdr.core.job;

/** What became of the wish to retry a job. */
public enum RetryResult {
    /** It is stored; the job goes on from its first step not done. */
    ACCEPTED,
    /** The job has not failed, or another one took its place, or it was undone. */
    NOT_FAILED
}
