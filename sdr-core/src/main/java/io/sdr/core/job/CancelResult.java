package io.sdr.core.job;

/** What became of the wish to cancel a job. */
public enum CancelResult {
    /** It is stored; the job undoes what it did, unless its decision turns out to be made already. */
    ACCEPTED,
    /** The job's decision is made: it only goes forward. */
    PAST_DECISION,
    /** The job has given up, by the word of who asked for it, what cancelling would go back to. */
    NOTHING_TO_GO_BACK_TO,
    /** The job has ended. */
    ENDED,
    /** This code does not know the job's steps, so it cannot undo them. */
    UNKNOWN_STEPS
}
