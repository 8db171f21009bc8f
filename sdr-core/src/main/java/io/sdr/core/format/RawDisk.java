package io.sdr.core.format;

import io.sdr.api.spi.Access;
import io.sdr.api.spi.RangeSet;
import io.sdr.api.spi.StorageException;
import io.sdr.api.spi.StorageFile;
import io.sdr.api.spi.VirtualDisk;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A raw disk: byte n of the disk is byte n of its data file, unless its map says that the disk has it from elsewhere. */
abstract sealed class RawDisk implements VirtualDisk permits ForeignRawDisk, RawBaseDisk, RawLayer {
    /** Bytes of a block of the map. */
    static final int BLOCK = 64 << 10;

    private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(256 << 10).asReadOnlyBuffer();

    private final StorageFile data;
    private final String path;
    private final long sizeBytes;
    private final Access access;
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile boolean broken;

    RawDisk(StorageFile data, String path, long sizeBytes, Access access) {
        this.data = data;
        this.path = path;
        this.sizeBytes = sizeBytes;
        this.access = access;
    }

    /** Gives the number of blocks that begin before an offset: the first block behind a range that ends there. */
    static long blockEnd(long offset) {
        return offset / BLOCK + (offset % BLOCK == 0 ? 0 : 1);
    }

    /** Gives what tells this disk from any other; {@link MapHeader#NO_ID} if it has no map. */
    abstract UUID id();

    @Override
    public final long sizeBytes() {
        return sizeBytes;
    }

    final long blocks() {
        return blockEnd(sizeBytes);
    }

    /** Gives the first block that begins at or behind an offset. */
    static long wholeFrom(long offset) {
        return blockEnd(offset);
    }

    /** Gives the first block that is not wholly before an offset; the disk's short last block ends with the disk. */
    final long wholeUntil(long offset) {
        return offset == sizeBytes ? blocks() : offset / BLOCK;
    }

    /** Gives where a run of blocks ends, in bytes. */
    final long byteEnd(long blockEnd) {
        return blockEnd >= blocks() ? sizeBytes : blockEnd * BLOCK;
    }

    final void checkRange(long offset, long length) {
        Objects.checkFromIndexSize(offset, length, sizeBytes);
    }

    final void checkWritable() {
        if (access != Access.WRITE) {
            throw new IllegalStateException(path + " was opened for reading");
        }
        if (broken) {
            throw RawProblems.reopen(path);
        }
    }

    /** Does what may leave it open what is durable: if it fails, nothing more is written through this object. */
    final void orBreak(Runnable forcing) {
        boolean done = false;
        try {
            forcing.run();
            done = true;
        } finally {
            broken |= !done;
        }
    }

    /** Fills the buffer from the data file. */
    final void readData(long offset, ByteBuffer into) {
        int wanted = into.remaining();
        int got = data.read(offset, into);
        if (got < wanted) {
            throw RawProblems.tooShort(path, offset + got);
        }
    }

    final void writeData(long offset, ByteBuffer from) {
        data.write(offset, from);
    }

    final void writeZeros(long from, long end) {
        long at = from;
        while (at < end) {
            ByteBuffer zeros = ZEROS.duplicate();
            int length = (int) Math.min(zeros.capacity() - at % zeros.capacity(), end - at); // no sector in two parts
            data.write(at, zeros.limit(length));
            at += length;
        }
    }

    final void forceData() {
        data.force();
    }

    /** Fills up to {@code length} bytes of the buffer with zeros. */
    static void fillZeros(ByteBuffer into, int length) {
        int left = length;
        while (left > 0) {
            ByteBuffer zeros = ZEROS.duplicate();
            zeros.limit(Math.min(zeros.capacity(), left));
            left -= zeros.remaining();
            into.put(zeros);
        }
    }

    /** Collects the runs of a map that are in this disk's own file. */
    final RangeSet present(DiskMap map) {
        RangeSet.Builder ranges = new RangeSet.Builder();
        map.forEachRun(0, blocks(), (first, count, kind) -> {
            if (kind != BlockMap.ABSENT) {
                ranges.add(first * BLOCK, byteEnd(first + count) - first * BLOCK);
            }
        });
        return ranges.build();
    }

    /** Leaves the files in the best order when the disk is closed after writing. Failing costs room, never data. */
    void finish() {}

    /** Closes what the disk has open besides its data file. */
    void closeOthers() {}

    @Override
    public final void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        try (data) {
            if (access == Access.WRITE && !broken) {
                finish();
            }
        } catch (StorageException e) {
            Log.OF_DISKS.warn("Not closed in order: {}, without loss of what was flushed: {}", path, e.getMessage());
        } finally {
            closeOthers();
        }
    }

    /** Apart, so that a process that has nothing to log does not load logging. */
    private static final class Log {
        static final Logger OF_DISKS = LoggerFactory.getLogger(RawDisk.class);
    }

    @Override
    public final String toString() {
        return path;
    }
}
