package io.sdr.api.spi;

import java.time.Instant;

/** Whether a site answers. */
public sealed interface Contact {
    /**
     * It answers.
     *
     * @param siteClock its clock
     */
    record Reachable(Instant siteClock) implements Contact {}

    /**
     * It does not.
     *
     * @param reason why, as far as known
     */
    record Unreachable(String reason) implements Contact {}
}
