package io.sdr.api;

/** The state of a job. */
public enum JobStatus {
    /** It is at work, or will go on by itself. */
    RUNNING,
    /** It waits for a person; see {@link Job#prompts()}. */
    WAITING_FOR_INPUT,
    /** It did what was asked, and that was observed. */
    SUCCEEDED,
    /** It did what was asked; the report names what is worth a look. */
    SUCCEEDED_WITH_WARNINGS,
    /** It did not do what was asked; retry or cancel it. */
    FAILED,
    /** It undoes what it did. */
    CANCELLING,
    /** It was undone. */
    CANCELLED,
    /** Another job took its place. */
    SUPERSEDED;

    /**
     * Tells whether the job still has work to do.
     *
     * @return true for {@link #RUNNING}, {@link #WAITING_FOR_INPUT} and {@link #CANCELLING}
     */
    public boolean isOpen() {
        return this == RUNNING || this == WAITING_FOR_INPUT || this == CANCELLING;
    }

    /**
     * Tells whether the job did what was asked.
     *
     * @return true for the two kinds of success
     */
    public boolean isSuccess() {
        return this == SUCCEEDED || this == SUCCEEDED_WITH_WARNINGS;
    }
}
