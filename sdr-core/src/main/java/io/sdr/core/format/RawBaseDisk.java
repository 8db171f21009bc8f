package io.sdr.core.format;

import io.sdr.api.spi.Access;
import io.sdr.api.spi.Extent;
import io.sdr.api.spi.ExtentVisitor;
import io.sdr.api.spi.RangeSet;
import io.sdr.api.spi.StorageFile;
import java.nio.ByteBuffer;
import java.util.UUID;

/**
 * A raw disk without a parent. What its map leaves out reads as zeros, and is zeros in the data file too: a block is forced into
 * the map before anything is written to it, and leaves the map only when its zeros were forced.
 *
 * <p>Writes that go forwards would force the map at every block. So blocks ahead of such a writer are recorded with those that it
 * writes, as many as it wrote so far, within a limit; what it did not reach leaves the map when the disk is closed, or flushed
 * after the writer went elsewhere. A crash before leaves them in: more than was written, never less.
 */
final class RawBaseDisk extends RawDisk implements ExpectsWrites {
    /** The most blocks that are recorded ahead: 16 MiB. */
    static final long MAX_AHEAD = 256;

    private final DiskMap map;
    private final Object lock = new Object();
    private long aheadFirst;
    private long aheadEnd;
    private long ahead;
    private boolean zeroed;

    RawBaseDisk(StorageFile data, String path, DiskMap map, Access access) {
        super(data, path, map.header().sizeBytes(), access);
        this.map = map;
    }

    @Override
    UUID id() {
        return map.header().id();
    }

    @Override
    public void read(long offset, ByteBuffer into) {
        checkRange(offset, into.remaining());
        int limit = into.limit();
        long at = offset;
        while (into.hasRemaining()) {
            long end = at + into.remaining();
            BlockMap.Run run = map.run(at / BLOCK, blockEnd(end));
            int length = (int) (Math.min(end, byteEnd(run.end())) - at);
            if (run.kind() == BlockMap.DATA) {
                into.limit(into.position() + length);
                readData(at, into);
                into.limit(limit);
            } else {
                fillZeros(into, length);
            }
            at += length;
        }
    }

    @Override
    public void write(long offset, ByteBuffer from) {
        checkRange(offset, from.remaining());
        checkWritable();
        if (!from.hasRemaining()) {
            return;
        }
        long first = offset / BLOCK;
        long end = blockEnd(offset + from.remaining());
        if (!map.isAll(first, end, BlockMap.DATA)) {
            synchronized (lock) {
                checkWritable();
                if (!map.isRecorded(first, end)) {
                    long until = recordUntil(first, end);
                    map.recordAhead(first, until);
                    map.force();
                    map.believeAhead(first, until);
                    aheadFirst = first;
                    aheadEnd = until;
                }
                map.set(first, end, BlockMap.DATA); // before the write: a flush in between must not take the block out
            }
        }
        writeData(offset, from);
    }

    /** Decides how far to record ahead of a write to blocks that are not recorded. */
    private long recordUntil(long first, long end) {
        boolean forwards = first >= aheadEnd && first - aheadEnd <= ahead;
        ahead = forwards ? Math.min(MAX_AHEAD, ahead + (first - aheadFirst)) : 0;
        return Math.min(blocks(), end + ahead);
    }

    @Override
    public void expectWrites(RangeSet ranges) {
        checkWritable();
        ranges.forEach(this::checkRange);
        if (ranges.isEmpty()) {
            return;
        }
        synchronized (lock) {
            ranges.forEach((offset, length) -> map.recordAhead(offset / BLOCK, blockEnd(offset + length)));
            map.force();
            ranges.forEach((offset, length) -> map.believeAhead(offset / BLOCK, blockEnd(offset + length)));
        }
    }

    /** Overwrites with zeros what is mapped, since Java has no call to give space back; whole blocks leave the map when flushed. */
    @Override
    public void zero(long offset, long length) {
        checkRange(offset, length);
        checkWritable();
        if (length == 0) {
            return;
        }
        long end = offset + length;
        synchronized (lock) {
            checkWritable();
            map.forEachRun(offset / BLOCK, blockEnd(end), (first, count, kind) -> {
                if (kind == BlockMap.DATA) {
                    writeZeros(Math.max(offset, first * BLOCK), Math.min(end, byteEnd(first + count)));
                }
            });
            long whole = wholeFrom(offset);
            if (whole < wholeUntil(end)) {
                map.set(whole, wholeUntil(end), BlockMap.ABSENT);
                zeroed = true;
            }
        }
    }

    @Override
    public void flush() {
        checkWritable();
        synchronized (lock) {
            checkWritable();
            orBreak(() -> {
                forceData();
                zeroed = false;
                map.recordDifferences(aheadFirst, aheadEnd);
            });
        }
    }

    @Override
    public void extents(long offset, long length, ExtentVisitor visitor) {
        checkRange(offset, length);
        if (length > 0) {
            long end = offset + length;
            map.forEachRun(offset / BLOCK, blockEnd(end), (first, count, kind) -> {
                long from = Math.max(offset, first * BLOCK);
                long until = Math.min(end, byteEnd(first + count));
                visitor.visit(from, until - from, kind == BlockMap.DATA ? Extent.DATA : Extent.ZERO);
            });
        }
    }

    @Override
    public RangeSet ownRanges() {
        return present(map);
    }

    /** Takes out of the map what was recorded ahead for nothing. */
    @Override
    void finish() {
        synchronized (lock) {
            if (!zeroed) { // zeros that were not forced must stay in the map
                map.recordDifferences(0, 0);
            }
            map.forceSeal();
        }
    }

    @Override
    void closeOthers() {
        map.close();
    }
}
