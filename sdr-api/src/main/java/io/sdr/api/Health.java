package io.sdr.api;

import java.util.List;

/**
 * An item's health with its reasons.
 *
 * @param level the worst level of the reasons
 * @param reasons why; empty when normal
 */
public record Health(Level level, List<Reason> reasons) {
    /** How healthy. */
    public enum Level {
        /** All is well. */
        NORMAL,
        /** Look at it. */
        WARNING,
        /** Act. */
        CRITICAL,
        /** Nothing replicates that could be judged. */
        NOT_APPLICABLE
    }

    /**
     * Why the health is not normal.
     *
     * @param level how bad
     * @param code stable, in {@code UPPER_SNAKE_CASE}
     * @param cause what is wrong
     * @param advice what to do
     */
    public record Reason(Level level, String code, String cause, String advice) {}

    /** Copies the list. */
    public Health {
        reasons = List.copyOf(reasons);
    }
}
