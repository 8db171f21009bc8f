package io.sdr.core.state;

import io.sdr.api.Denial;

/** Whether an operation is allowed now. */
public sealed interface Verdict {
    /**
     * Tells whether it is.
     *
     * @return true for {@link Allowed}
     */
    default boolean isAllowed() {
        return this instanceof Allowed;
    }

    /**
     * It is allowed.
     *
     * @param supersedes whether it takes the place of the job that holds the item now
     * @param confirmation what a person has to accept; {@link Confirmation#NONE} in most cases
     */
    record Allowed(boolean supersedes, Confirmation confirmation) implements Verdict {}

    /**
     * It is not.
     *
     * @param denial why, and what would make it possible
     */
    record Denied(Denial denial) implements Verdict {}
}
