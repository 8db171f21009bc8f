package io.sdr.core.sync;

import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import java.util.function.IntFunction;

/**
 * Who works on a sync. The calling thread always does; the executor runs the others. An executor that is busy, or runs nothing
 * before the end, makes the sync slower and not wrong.
 *
 * @param count how many work at once, the calling thread included; each takes two buffers of 128 KiB and a reader of each disk
 * @param executor runs all but one of them; it must not run them in the calling thread
 * @param buffers makes the buffers; direct ones are read into without a copy, and are given back late
 */
public record SyncWorkers(int count, Executor executor, IntFunction<ByteBuffer> buffers) {
    /** The calling thread alone, with buffers on the heap. */
    public static final SyncWorkers CALLER = new SyncWorkers(1, work -> {}, ByteBuffer::allocate);

    private static final int MAX_COUNT = 64;

    /** Checks the count. */
    public SyncWorkers {
        if (count < 1 || count > MAX_COUNT) {
            throw new IllegalArgumentException("not 1 to " + MAX_COUNT + " workers: " + count);
        }
    }

    /**
     * Several workers with direct buffers, for a sync that is the main thing a process does.
     *
     * @param count how many work at once, the calling thread included
     * @param executor runs all but one of them
     * @return the workers
     */
    public static SyncWorkers of(int count, Executor executor) {
        return new SyncWorkers(count, executor, ByteBuffer::allocateDirect);
    }
}
