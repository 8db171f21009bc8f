package io.sdr.core.job;

/** Hears how far a step is. */
@FunctionalInterface
public interface StepProgress {
    /**
     * Takes the progress.
     *
     * @param bytesDone bytes dealt with so far
     * @param bytesTotal bytes to deal with; negative while unknown
     */
    void progress(long bytesDone, long bytesTotal);
}
