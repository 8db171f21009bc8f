package io.sdr.core.job;

import java.time.Duration;

/** How an undo ended. */
public sealed interface UndoResult {
    /** The effect is gone; that was looked at. */
    record Undone() implements UndoResult {}

    /**
     * Not finished: try again later.
     *
     * @param after how much later
     * @param reason what it waits for
     */
    record Again(Duration after, String reason) implements UndoResult {}

    /** The decision was made after all: the job is past the point of no return and goes forward. */
    record PastDecision() implements UndoResult {}

    /**
     * The effect is gone.
     *
     * @return the result
     */
    static UndoResult undone() {
        return new Undone();
    }
}
