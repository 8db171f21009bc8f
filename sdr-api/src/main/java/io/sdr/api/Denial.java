package io.sdr.api;

import java.util.Set;

/**
 * Why an operation is refused now, and what would make it possible.
 *
 * @param operation the operation
 * @param code stable reason code in {@code UPPER_SNAKE_CASE}
 * @param reason the reason, for people
 * @param remedy what to do, for people
 * @param unlockedBy operations that would lead to a state in which this one is allowed; may be empty
 */
public record Denial(Operation operation, String code, String reason, String remedy, Set<Operation> unlockedBy) {
    /** Copies the set. */
    public Denial {
        unlockedBy = Set.copyOf(unlockedBy);
    }
}
