package io.sdr.api.spi;

/** Keeps long work to a rate. Thread-safe. */
@FunctionalInterface
public interface Throttle {
    /** Lets everything pass. */
    Throttle NONE = (bytes, cancel) -> {};

    /**
     * Waits until so many bytes may be sent.
     *
     * @param bytes how many
     * @param cancel ends the wait early; whoever asks looks at it again
     * @throws io.sdr.api.SdrException if the thread is interrupted; its flag is set again
     */
    void take(long bytes, CancelFlag cancel);
}
