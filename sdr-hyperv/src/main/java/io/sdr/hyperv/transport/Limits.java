package io.sdr.hyperv.transport;

import io.sdr.api.spi.CancelFlag;
import java.time.Duration;

/**
 * What one exchange may take.
 *
 * @param patience how long to wait for the end, from now, measured by a clock that never jumps; positive
 * @param outputBytes how much of standard output is read at most; more ends the exchange
 * @param cancel is looked at several times a second
 */
public record Limits(Duration patience, int outputBytes, CancelFlag cancel) {
    /** A request is at most this long, in bytes. */
    public static final int REQUEST_BYTES = 1 << 20;

    /** Standard output is read up to this many bytes by default. */
    public static final int OUTPUT_BYTES = 16 << 20;

    /** Of standard error this many bytes are kept; the rest is read and thrown away, so that the far side never blocks on it. */
    public static final int ERROR_BYTES = 64 << 10;

    /** Checks the numbers. */
    public Limits {
        if (patience.isNegative() || patience.isZero()) {
            throw new IllegalArgumentException("patience must be positive: " + patience);
        }
        if (outputBytes < 1) {
            throw new IllegalArgumentException("outputBytes must be positive: " + outputBytes);
        }
    }

    /**
     * Gives the usual limits.
     *
     * @param patience how long to wait
     * @param cancel when to give up
     * @return limits with {@link #OUTPUT_BYTES}
     */
    public static Limits within(Duration patience, CancelFlag cancel) {
        return new Limits(patience, OUTPUT_BYTES, cancel);
    }
}
