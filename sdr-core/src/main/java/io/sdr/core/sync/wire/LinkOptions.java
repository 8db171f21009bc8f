package io.sdr.core.sync.wire;

import io.sdr.api.spi.Throttle;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * How a connection is used.
 *
 * @param threads runs each task at once in a thread of its own; up to four a connection
 * @param deadline how long the other end may be silent, or take nothing; the same as the duplex's
 * @param limit how fast bytes are sent
 * @param compression decides what is compressed, made for one connection
 * @param nanoTime tells the time in nanoseconds
 */
public record LinkOptions(
        Executor threads, Duration deadline, Throttle limit, Supplier<Compression> compression, LongSupplier nanoTime) {
    /**
     * The usual: as fast as it can, compressing where measuring says that it pays.
     *
     * @param threads runs each task at once in a thread of its own
     * @param deadline how long the other end may be silent
     */
    public LinkOptions(Executor threads, Duration deadline) {
        this(threads, deadline, Throttle.NONE, MeasuredCompression::new, System::nanoTime);
    }

    /**
     * Limits how fast bytes are sent.
     *
     * @param rate the limit
     * @return options with it
     */
    public LinkOptions limitedTo(Throttle rate) {
        return new LinkOptions(threads, deadline, rate, compression, nanoTime);
    }

    /**
     * Decides otherwise what is compressed.
     *
     * @param choice makes what decides, for one connection
     * @return options with it
     */
    public LinkOptions compressing(Supplier<Compression> choice) {
        return new LinkOptions(threads, deadline, limit, choice, nanoTime);
    }
}
