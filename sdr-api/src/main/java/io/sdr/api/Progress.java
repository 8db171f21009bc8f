package io.sdr.api;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How far a step is.
 *
 * @param bytesDone bytes dealt with so far
 * @param bytesTotal bytes to deal with, where known
 * @param bytesPerSecond the present rate; 0 while unknown
 */
public record Progress(long bytesDone, OptionalLong bytesTotal, long bytesPerSecond) {
    /** Nothing done, nothing known. */
    public static final Progress NONE = new Progress(0, OptionalLong.empty(), 0);

    /**
     * Estimates the time that is left.
     *
     * @return the time at the present rate, or empty while total or rate are unknown
     */
    public Optional<Duration> remaining() {
        if (bytesTotal.isEmpty() || bytesPerSecond <= 0) {
            return Optional.empty();
        }
        return Optional.of(Duration.ofMillis(
                Math.round(Math.max(0, bytesTotal.getAsLong() - bytesDone) * 1000.0 / bytesPerSecond)));
    }
}
