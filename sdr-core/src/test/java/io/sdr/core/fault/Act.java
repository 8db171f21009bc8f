package io.sdr.core.fault;

/** What somebody does about a job that has come to rest. */
enum Act {
    /** Nothing: it has ended. What was wrong is mended, and notes are delivered. */
    NOTHING,
    /** What was wrong is mended; the job goes on by itself. */
    CONTACT,
    /** What was wrong is mended, and the failed job is retried. */
    RETRY,
    /** What was wrong is mended, and the job is cancelled. */
    CANCEL,
    /** The job is cancelled while it is still wrong; then it is mended. */
    CANCEL_BEFORE,
    /** An administrator turns the VM off of which the job asks. */
    TURN_OFF,
    /** What was wrong is mended, and the operation is started anew. */
    AGAIN,
    /** What was wrong is mended; the job ends by itself, or is retried, or is started anew, whatever is possible. */
    FINISH,
    /** What was wrong is mended; the job is cancelled if it has not ended and that is possible, else it is finished. */
    ABANDON
}
