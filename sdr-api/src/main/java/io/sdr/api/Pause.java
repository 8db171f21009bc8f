package io.sdr.api;

import java.util.Objects;

/**
 * Whether replication of an item is paused, by whom and why.
 *
 * @param by who paused it
 * @param reason the reason; empty where nobody gave one
 */
public record Pause(By by, String reason) {
    /** Not paused. */
    public static final Pause NO = new Pause(By.NOBODY, "");

    /** Who paused. */
    public enum By {
        /** Not paused. */
        NOBODY,
        /** The user. */
        USER,
        /** The system. */
        SYSTEM
    }

    /**
     * Tells whether replication is paused.
     *
     * @return true if somebody, or the system, paused it
     */
    public boolean isPaused() {
        return by != By.NOBODY;
    }

    /** Checks for completeness. */
    public Pause {
        Objects.requireNonNull(by);
        Objects.requireNonNull(reason);
    }
}
