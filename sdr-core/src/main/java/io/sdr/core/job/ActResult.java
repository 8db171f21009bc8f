package io.sdr.core.job;

import io.sdr.api.Prompt;
import java.time.Duration;
import java.util.Optional;

/** How an act ended. Success is never read from it: the engine observes. */
public sealed interface ActResult {
    /** It did what it could; observe now. */
    record Acted() implements ActResult {}

    /**
     * Not finished: observe and, if still needed, act again later. An act never blocks to poll.
     *
     * @param after how much later; a signal to the job ends the pause
     * @param reason what it waits for
     * @param prompt a question that may be answered meanwhile; the job then counts as waiting for input
     */
    record Again(Duration after, String reason, Optional<Prompt> prompt) implements ActResult {}

    /**
     * It did what it could.
     *
     * @return the result
     */
    static ActResult acted() {
        return new Acted();
    }

    /**
     * Not finished.
     *
     * @param after how much later to look again
     * @param reason what it waits for
     * @return the result
     */
    static ActResult again(Duration after, String reason) {
        return new Again(after, reason, Optional.empty());
    }
}
