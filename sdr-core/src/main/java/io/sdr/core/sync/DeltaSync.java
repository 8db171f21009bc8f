package io.sdr.core.sync;

import io.sdr.api.InvalidRequestException;
import io.sdr.api.Problem;
import io.sdr.api.spi.Extent;
import io.sdr.api.spi.RangeSet;
import io.sdr.api.spi.VirtualDisk;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/**
 * Finds where a stale disk differs from a frozen source and hands the differences to a sink. What tracking and both disks'
 * extents already tell is not read. The rest is compared in blocks of 64 KiB; of a block that differs only the cells of 4 KiB that
 * differ are handed on, neighbours joined; cells of zeros as zero ranges, never as data.
 *
 * <p>Takes two buffers of 256 KiB whatever the size of the disks. If it stops half-way (cancel, or a disk that fails) the sink has
 * a part of the differences, and doing it all again is right.
 */
public final class DeltaSync {
    /** The smallest thing that is handed on, cut by the candidates and the end of the disk. */
    public static final int CELL_BYTES = 4 << 10;

    private static final int BLOCK_BYTES = 64 << 10;
    private static final int IO_BYTES = 256 << 10;
    private static final long WINDOW_BYTES = 64L << 20;
    private static final byte[] ZEROS = new byte[IO_BYTES];

    private final SyncRequest request;
    private final VirtualDisk source;
    private final Optional<VirtualDisk> stale;
    private final ExtentWindow sourceExtents;
    private final ExtentWindow staleExtents;
    private final byte[] sourceBytes = new byte[IO_BYTES];
    private final byte[] staleBytes;
    private final ByteBuffer sourceBuffer = ByteBuffer.wrap(sourceBytes);
    private final ByteBuffer staleBuffer;
    private final Joined joined;

    private long total;
    private long done;
    private long compared;
    private long differing;
    private long holes;

    private DeltaSync(SyncRequest request) {
        this.request = request;
        this.source = request.source();
        this.stale = request.stale();
        this.sourceExtents = new ExtentWindow(Optional.of(source));
        this.staleExtents = new ExtentWindow(stale);
        this.staleBytes = stale.isPresent() ? new byte[IO_BYTES] : ZEROS;
        this.staleBuffer = ByteBuffer.wrap(staleBytes);
        this.joined = new Joined(request.sink(), sourceBuffer);
    }

    /**
     * Runs one sync to its end. Writes nothing but through the sink, and flushes nothing.
     *
     * @param request what to compare, and where differences go
     * @return what was done
     * @throws InvalidRequestException if the disks are of different sizes; nothing was handed on
     * @throws SyncCancelledException if the flag was set
     * @throws io.sdr.api.spi.StorageException if a disk fails
     */
    public static SyncCounters run(SyncRequest request) {
        return new DeltaSync(request).run();
    }

    private SyncCounters run() {
        long size = source.sizeBytes();
        if (stale.isPresent() && stale.get().sizeBytes() != size) {
            throw new InvalidRequestException(Problem.of("DISK_SIZES_DIFFER")
                    .attempted("compare " + source + " with " + stale.get())
                    .state(size + " bytes and " + stale.get().sizeBytes() + " bytes")
                    .remedy("give disks of equal size, or resize the target first"));
        }
        RangeSet candidates = request.candidates().orElseGet(() -> RangeSet.of(0, size));
        if (!candidates.minus(RangeSet.of(0, size)).isEmpty()) {
            throw new IllegalArgumentException("candidates " + candidates + " go beyond " + size + " bytes");
        }
        total = candidates.bytes();
        advance(0);
        candidates.forEach(this::syncRange);
        joined.emit();
        return new SyncCounters(compared, differing, joined.dataBytes(), 0, 0, joined.zeroBytes(), holes, size - total);
    }

    private void advance(long bytes) {
        done += bytes;
        request.progress().progress(done, total);
    }

    private void syncRange(long offset, long length) {
        long end = offset + length;
        long at = offset;
        while (at < end) {
            long windowEnd = Math.min(end, (at / WINDOW_BYTES + 1) * WINDOW_BYTES);
            sourceExtents.load(at, windowEnd - at);
            staleExtents.load(at, windowEnd - at);
            while (at < windowEnd) {
                if (request.cancel().isSet()) {
                    throw new SyncCancelledException("bring a disk up to date with " + source, done);
                }
                long next = step(at);
                advance(next - at);
                at = next;
            }
        }
    }

    /** Deals with what begins at an offset and is of one kind on both sides; gives where it ended. */
    private long step(long at) {
        Extent sourceKind = sourceExtents.kindAt(at);
        Extent staleKind = staleExtents.kindAt(at);
        long end = Math.min(sourceExtents.end(), staleExtents.end());
        if (sourceKind == Extent.ZERO && stale.isEmpty()) {
            joined.zero(at, end - at);
            return end;
        }
        if (sourceKind == Extent.ZERO && staleKind == Extent.ZERO) {
            holes += end - at;
            return end;
        }
        end = Math.min(end, (at / IO_BYTES + 1) * IO_BYTES);
        int length = (int) (end - at);
        byte[] is = ZEROS;
        if (sourceKind == Extent.DATA) {
            source.read(at, sourceBuffer.clear().limit(length));
            is = sourceBytes;
        }
        byte[] was = ZEROS;
        if (stale.isPresent()) {
            if (staleKind == Extent.DATA) {
                stale.get().read(at, staleBuffer.clear().limit(length));
                was = staleBytes;
            }
            compared += length;
        }
        handOn(at, length, is, was);
        joined.emitData();
        return end;
    }

    /** Hands on the cells that differ, or all of them if nothing is known of the stale side. */
    private void handOn(long offset, int length, byte[] is, byte[] was) {
        boolean comparing = stale.isPresent();
        int at = 0;
        while (at < length) {
            int blockEnd = cut(offset, at, BLOCK_BYTES, length);
            if (comparing && Arrays.equals(is, at, blockEnd, was, at, blockEnd)) {
                at = blockEnd;
                continue;
            }
            while (at < blockEnd) {
                int cellEnd = cut(offset, at, CELL_BYTES, blockEnd);
                if (!comparing || !Arrays.equals(is, at, cellEnd, was, at, cellEnd)) {
                    differing += comparing ? cellEnd - at : 0;
                    if (Arrays.equals(is, at, cellEnd, ZEROS, at, cellEnd)) {
                        joined.zero(offset + at, cellEnd - at);
                    } else {
                        joined.data(offset + at, at, cellEnd - at);
                    }
                }
                at = cellEnd;
            }
        }
    }

    /** Where the unit that holds a byte of the buffer ends in the buffer; units are aligned on the disk. */
    private static int cut(long offset, int at, int unit, int limit) {
        long end = ((offset + at) / unit + 1) * unit - offset;
        return (int) Math.min(end, limit);
    }

    /** Joins neighbours of one kind and counts what goes out. */
    private static final class Joined {
        private final ChangeSink sink;
        private final ByteBuffer buffer;
        private boolean zero;
        private long start;
        private long length;
        private int bufferAt;
        private long dataBytes;
        private long zeroBytes;

        Joined(ChangeSink sink, ByteBuffer buffer) {
            this.sink = sink;
            this.buffer = buffer;
        }

        void zero(long offset, long bytes) {
            add(true, offset, bytes, 0);
        }

        void data(long offset, int at, int bytes) {
            add(false, offset, bytes, at);
        }

        private void add(boolean isZero, long offset, long bytes, int at) {
            if (length > 0 && zero == isZero && start + length == offset) {
                length += bytes;
                return;
            }
            emit();
            zero = isZero;
            start = offset;
            length = bytes;
            bufferAt = at;
        }

        /** Data goes out before its buffer is used again; zeros may wait for more of them. */
        void emitData() {
            if (!zero) {
                emit();
            }
        }

        void emit() {
            if (length == 0) {
                return;
            }
            if (zero) {
                sink.zero(start, length);
                zeroBytes += length;
            } else {
                sink.data(start, buffer.clear().position(bufferAt).limit((int) (bufferAt + length)));
                dataBytes += length;
            }
            length = 0;
        }

        long dataBytes() {
            return dataBytes;
        }

        long zeroBytes() {
            return zeroBytes;
        }
    }
}
