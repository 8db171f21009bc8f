package io.sdr.api.spi;

/** Tells long work to stop at the next block. Threads are never interrupted inside file calls. */
@FunctionalInterface
public interface CancelFlag {
    /** Never stops. */
    CancelFlag NEVER = () -> false;

    /**
     * Tells whether to stop.
     *
     * @return true once it shall stop
     */
    boolean isSet();
}
