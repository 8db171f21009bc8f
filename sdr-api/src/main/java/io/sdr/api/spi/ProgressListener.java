package io.sdr.api.spi;

/** Hears how far long work is. Called often, from any thread; must be quick. */
@FunctionalInterface
public interface ProgressListener {
    /** Hears nothing. */
    ProgressListener NONE = (done, total) -> {};

    /**
     * Takes the progress.
     *
     * @param bytesDone bytes dealt with so far
     * @param bytesTotal bytes to deal with; negative while unknown
     */
    void progress(long bytesDone, long bytesTotal);
}
