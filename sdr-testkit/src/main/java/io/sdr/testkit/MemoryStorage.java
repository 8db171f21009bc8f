package io.sdr.testkit;

import io.sdr.api.Problem;
import io.sdr.api.spi.StorageException;
import java.time.Instant;

/** What the folders of one {@link MemoryFolder} tree share: the lock, the room and a clock that steps with every change. */
final class MemoryStorage {
    static final long DEFAULT_ROOM = 1L << 50;

    private static final Instant START = Instant.parse("2024-01-01T00:00:00Z");

    final boolean remembers;
    long roomBytes = DEFAULT_ROOM;
    long usedBytes;
    private long changes;

    MemoryStorage(boolean remembers, long changes) {
        this.remembers = remembers;
        this.changes = changes;
    }

    Instant tick() {
        return START.plusMillis(++changes);
    }

    long changes() {
        return changes;
    }

    static StorageException missing(String what, String file) {
        return new StorageException(Problem.of(StorageException.MISSING)
                .attempted(what + " " + file)
                .state("it is not there")
                .remedy("put the file back, or name another one"));
    }

    static StorageException failed(String what, String file, String why) {
        return new StorageException(Problem.of(StorageException.FAILED)
                .attempted(what + " " + file)
                .state(why)
                .remedy("check the storage, then retry"));
    }

    static StorageException full(String what, String file) {
        return new StorageException(Problem.of(StorageException.FULL)
                .attempted(what + " " + file)
                .state("no space left")
                .remedy("make room on that volume, then retry"));
    }
}
