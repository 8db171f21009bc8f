package io.sdr.hyperv.provider;

import io.sdr.api.OperationFailedException;
import io.sdr.api.Problem;
import io.sdr.api.RetryableException;
import io.sdr.api.spi.VirtualDisk;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Which checkpoints are being read in this process: one is given up only when all its disks are closed, for merging changes the very
 * files that are read. Thread-safe.
 */
final class OpenHandles {
    private final Map<String, Integer> open = new HashMap<>();
    private final Set<String> closing = new HashSet<>();

    /** Opens a disk of a checkpoint; closing it gives the checkpoint free. */
    VirtualDisk open(String checkpoint, Supplier<VirtualDisk> disk) {
        synchronized (this) {
            if (closing.contains(checkpoint)) {
                throw new RetryableException(Problem.of("CHECKPOINT_GONE")
                        .attempted("read checkpoint " + checkpoint)
                        .state("it is being given up")
                        .remedy("make a new checkpoint"));
            }
            open.merge(checkpoint, 1, Integer::sum);
        }
        try {
            return new ReadDisk(disk.get(), () -> close(checkpoint));
        } catch (RuntimeException e) {
            close(checkpoint);
            throw e;
        }
    }

    private synchronized void close(String checkpoint) {
        open.computeIfPresent(checkpoint, (key, count) -> count == 1 ? null : count - 1);
    }

    /** Gives a checkpoint up while nobody opens it. Refused with code {@code CHECKPOINT_IN_USE} while somebody reads it. */
    void whileClosed(String checkpoint, Runnable act) {
        synchronized (this) {
            if (open.containsKey(checkpoint)) {
                throw new OperationFailedException(Problem.of("CHECKPOINT_IN_USE")
                        .attempted("release checkpoint " + checkpoint)
                        .state(open.get(checkpoint) + " of its disks are open; nothing was changed")
                        .remedy("close the frozen disks first"));
            }
            closing.add(checkpoint);
        }
        try {
            act.run();
        } finally {
            synchronized (this) {
                closing.remove(checkpoint);
            }
        }
    }
}
