package io.sdr.core.engine;

import java.time.Duration;
import java.util.List;

/** How long replication waits before it tries again: 1, 2, 4, 8, 10, then every 30 minutes. */
final class RetryLadder {
    private static final List<Duration> STEPS = List.of(
            Duration.ofMinutes(1),
            Duration.ofMinutes(2),
            Duration.ofMinutes(4),
            Duration.ofMinutes(8),
            Duration.ofMinutes(10),
            Duration.ofMinutes(30));

    private RetryLadder() {}

    /** The pause after so many failures in a row, at least one. */
    static Duration after(int failures) {
        return STEPS.get(Math.min(Math.max(failures, 1), STEPS.size()) - 1);
    }
}
