package io.sdr.core.sync;

import io.sdr.api.spi.Extent;
import io.sdr.api.spi.VirtualDisk;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Reads a region of both disks and tells which of its cells of 4 KiB differ, neighbours joined, those of zeros apart. A vectorised
 * search finds the next differing byte; the cell around it is taken, and the search goes on behind it: so an equal region costs one
 * search, and what differs is looked at once. One worker's own; allocates nothing while it compares.
 */
final class BlockComparison {
    /** The smallest thing that is told apart, aligned on the disk. */
    static final int CELL_BYTES = 4 << 10;

    private static final ByteBuffer ALL_ZEROS =
            ByteBuffer.allocateDirect(Regions.IO_BYTES).asReadOnlyBuffer();

    private final VirtualDisk source;
    private final Optional<VirtualDisk> stale;
    private final ByteBuffer sourceBuffer;
    private final ByteBuffer staleBuffer;
    private final ByteBuffer zeros = ALL_ZEROS.duplicate();
    private final ByteBuffer zerosAsSource = ALL_ZEROS.duplicate();
    private ByteBuffer is = zeros;
    private long base;
    private int length;

    BlockComparison(VirtualDisk source, Optional<VirtualDisk> stale, SyncWorkers workers) {
        this.source = source;
        this.stale = stale;
        this.sourceBuffer = workers.buffers().apply(Regions.IO_BYTES);
        this.staleBuffer = stale.isPresent() ? workers.buffers().apply(Regions.IO_BYTES) : zeros;
    }

    /** Takes what {@link #compare} finds, in ascending order. */
    interface Visitor {
        /** Bytes that differ; {@link BlockComparison#bytes} gives them. */
        void data(int from, int until);

        /** Bytes that are to be zeros. */
        void zero(int from, int until);
    }

    /** Reads a region of at most {@link Regions#IO_BYTES}. */
    void read(Region region) {
        base = region.offset();
        length = (int) region.length();
        if (region.source() == Extent.DATA) {
            source.read(base, sourceBuffer.clear().limit(length));
            is = sourceBuffer;
        } else {
            is = zerosAsSource;
        }
        if (stale.isPresent() && region.stale() == Extent.DATA) {
            stale.get().read(base, staleBuffer.clear().limit(length));
        }
    }

    /** Compares what was read; gives how many bytes differ, whole cells counted. */
    int compare(Region region, Visitor visitor) {
        ByteBuffer was = region.stale() == Extent.DATA ? staleBuffer : zeros;
        int differing = 0;
        int runFrom = 0;
        int runUntil = 0;
        boolean runZero = false;
        int at = mismatch(is, was, 0, length);
        while (at < length) {
            int from = cellStart(at);
            int until = cellEnd(at);
            boolean zero = isZero(from, until);
            if (from != runUntil || zero != runZero) {
                emit(runFrom, runUntil, runZero, visitor);
                runFrom = from;
                runZero = zero;
            }
            runUntil = until;
            differing += until - from;
            at = mismatch(is, was, until, length);
        }
        emit(runFrom, runUntil, runZero, visitor);
        return differing;
    }

    /** Hands on all that was read, nothing being known of the other side. */
    void all(Visitor visitor) {
        int runFrom = 0;
        boolean runZero = false;
        int at = 0;
        while (at < length) {
            int until = cellEnd(at);
            boolean zero = isZero(at, until);
            if (zero != runZero) {
                emit(runFrom, at, runZero, visitor);
                runFrom = at;
                runZero = zero;
            }
            at = until;
        }
        emit(runFrom, length, runZero, visitor);
    }

    private static void emit(int from, int until, boolean zero, Visitor visitor) {
        if (from < until) {
            if (zero) {
                visitor.zero(from, until);
            } else {
                visitor.data(from, until);
            }
        }
    }

    /** Gives what was read of the source; valid until something else is done here. */
    ByteBuffer bytes(int from, int until) {
        return sourceBuffer.clear().position(from).limit(until);
    }

    /** Finds the first byte from an index on that differs; {@code limit} if there is none. */
    private static int mismatch(ByteBuffer one, ByteBuffer other, int from, int limit) {
        if (from >= limit) {
            return limit;
        }
        int found = one.clear()
                .position(from)
                .limit(limit)
                .mismatch(other.clear().position(from).limit(limit));
        return found < 0 ? limit : from + found;
    }

    private boolean isZero(int from, int until) {
        return mismatch(is, zeros, from, until) == until;
    }

    private int cellStart(int at) {
        return (int) Math.max(0, (base + at) / CELL_BYTES * CELL_BYTES - base);
    }

    private int cellEnd(int at) {
        return (int) Math.min(length, ((base + at) / CELL_BYTES + 1) * CELL_BYTES - base);
    }
}
