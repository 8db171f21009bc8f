package io.sdr.api;

/**
 * An answer to a {@link Prompt}; stored, so it survives a crash.
 *
 * @param kind what is answered
 * @param by who answers
 * @param reason why, for the records
 */
public record Answer(Kind kind, String by, String reason) {
    /** What can be answered. */
    public enum Kind {
        /** Complete the failover. */
        COMPLETE,
        /** Go on although both copies may run. */
        ACCEPT_TWO_RUNNING,
        /** The other side is down: somebody made sure. */
        CONFIRM_DOWN,
        /** Look again. */
        LOOK_AGAIN
    }

    /**
     * Completes a planned failover that waits for the word, as {@link SiteRecovery#completeFailover} does.
     *
     * @param by who says so
     * @return the answer
     */
    public static Answer complete(String by) {
        return new Answer(Kind.COMPLETE, by, "");
    }

    /**
     * Goes on although both copies may run.
     *
     * @param by who decides
     * @param reason why
     * @return the answer
     */
    public static Answer acceptTwoRunning(String by, String reason) {
        return new Answer(Kind.ACCEPT_TWO_RUNNING, by, reason);
    }

    /**
     * Gives the word that the other side is down.
     *
     * @param by who made sure
     * @param how how
     * @return the answer
     */
    public static Answer confirmDown(String by, String how) {
        return new Answer(Kind.CONFIRM_DOWN, by, how);
    }

    /**
     * Makes the job look again.
     *
     * @param by who asks
     * @return the answer
     */
    public static Answer lookAgain(String by) {
        return new Answer(Kind.LOOK_AGAIN, by, "");
    }
}
