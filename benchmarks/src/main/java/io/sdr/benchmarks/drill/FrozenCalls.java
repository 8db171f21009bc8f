package io.sdr.benchmarks.drill;

import io.sdr.api.DiskId;
import io.sdr.api.spi.CallContext;

/** {@link FrozenCopies} of a site in another process. */
public interface FrozenCalls {
    /**
     * Copies a frozen disk; done already: nothing.
     *
     * @param checkpoint the checkpoint
     * @param disk one of its disks
     * @param context the call
     * @return the copy's file, in the folder of the copies
     */
    String copy(String checkpoint, DiskId disk, CallContext context);

    /**
     * Deletes the copies of a checkpoint that was given up; done already: nothing.
     *
     * @param checkpoint the checkpoint
     */
    void delete(String checkpoint);
}
