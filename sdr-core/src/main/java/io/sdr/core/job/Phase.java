package io.sdr.core.job;

/** How far a step is, as stored. */
public enum Phase {
    /** Not begun. */
    PENDING,
    /** Its intent is forced; it may have acted. */
    INTENT,
    /** Its effect was observed. */
    DONE,
    /** It failed for good, until the job is retried. */
    FAILED,
    /** It is being taken back. */
    UNDO_INTENT,
    /** It was taken back; that was looked at. */
    UNDONE,
    /** Not needed in this job. */
    SKIPPED
}
