package io.sdr.core.format;

import io.sdr.api.spi.Access;
import io.sdr.api.spi.Extent;
import io.sdr.api.spi.ExtentVisitor;
import io.sdr.api.spi.RangeSet;
import io.sdr.api.spi.StorageFile;
import java.nio.ByteBuffer;
import java.util.UUID;

/**
 * A raw disk over a parent. A block that its map leaves out is the parent's, whatever the data file holds there; so a block is
 * written whole at first, and is recorded in the map file only at a flush, when its data was forced.
 */
final class RawLayer extends RawDisk {
    private final DiskMap map;
    private final RawDisk parent;
    private final Object lock = new Object();
    private final ByteBuffer edge;
    private boolean changed;

    RawLayer(StorageFile data, String path, DiskMap map, RawDisk parent, Access access) {
        super(data, path, map.header().sizeBytes(), access);
        this.map = map;
        this.parent = parent;
        this.edge = ByteBuffer.allocate(access == Access.WRITE ? BLOCK : 0);
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
            into.limit(into.position() + length);
            switch (run.kind()) {
                case BlockMap.DATA -> readData(at, into);
                case BlockMap.ZERO -> fillZeros(into, length);
                default -> parent.read(at, into);
            }
            into.limit(limit);
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
        long end = offset + from.remaining();
        if (map.isAll(offset / BLOCK, blockEnd(end), BlockMap.DATA)) {
            writeData(offset, from);
            return;
        }
        synchronized (lock) {
            checkWritable();
            long at = offset;
            while (at < end) {
                at += writePart(at, from);
            }
            map.set(offset / BLOCK, blockEnd(end), BlockMap.DATA);
            changed = true;
        }
    }

    /**
     * Writes up to the next place where something must be written beside the data for a block to be whole; that block is put
     * together first and written at once, so that a crash never leaves a sector of which one part is older than the other.
     */
    private long writePart(long at, ByteBuffer from) {
        long block = at / BLOCK;
        long end = at + from.remaining();
        long blockEnd = byteEnd(block + 1);
        int kind = map.run(block, block + 1).kind();
        if (kind == BlockMap.DATA || (at == block * BLOCK && end >= blockEnd)) {
            long lastWhole = wholeUntil(end) > block ? byteEnd(wholeUntil(end)) : end;
            return write(at, from, (int) ((kind == BlockMap.DATA ? Math.min(end, blockEnd) : lastWhole) - at));
        }
        edge.clear().limit((int) (blockEnd - block * BLOCK));
        if (kind == BlockMap.ABSENT) {
            parent.read(block * BLOCK, edge);
        } else {
            fillZeros(edge, edge.remaining());
        }
        int length = (int) (Math.min(end, blockEnd) - at);
        edge.put((int) (at - block * BLOCK), from, from.position(), length);
        from.position(from.position() + length);
        writeData(block * BLOCK, edge.flip());
        return length;
    }

    private long write(long at, ByteBuffer from, int length) {
        int limit = from.limit();
        from.limit(from.position() + length);
        try {
            writeData(at, from);
        } finally {
            from.limit(limit);
        }
        return length;
    }

    @Override
    public void zero(long offset, long length) {
        checkRange(offset, length);
        checkWritable();
        long end = offset + length;
        synchronized (lock) {
            checkWritable();
            long whole = wholeFrom(offset);
            long wholeEnd = wholeUntil(end);
            if (whole < wholeEnd) {
                zeroPart(offset, whole * BLOCK);
                map.forEachRun(whole, wholeEnd, this::zeroBlocks);
                zeroPart(byteEnd(wholeEnd), end);
            } else {
                long middle = Math.min(end, whole * BLOCK); // at most two blocks, neither of them whole
                zeroPart(offset, middle);
                zeroPart(middle, end);
            }
        }
    }

    private void zeroBlocks(long first, long count, int kind) {
        if (kind == BlockMap.DATA) {
            markZero(first, first + count);
        } else if (kind == BlockMap.ABSENT) {
            long from = first * BLOCK;
            parent.extents(from, byteEnd(first + count) - from, (at, length, extent) -> {
                if (extent == Extent.DATA) {
                    markZero(at / BLOCK, blockEnd(at + length));
                }
            });
        }
    }

    private void markZero(long first, long end) {
        map.set(first, end, BlockMap.ZERO);
        changed = true;
    }

    /** Zeroes a range inside one block. */
    private void zeroPart(long from, long end) {
        if (from >= end) {
            return;
        }
        long block = from / BLOCK;
        int kind = map.run(block, block + 1).kind();
        if (kind == BlockMap.ZERO || (kind == BlockMap.ABSENT && parentIsZero(from, end))) {
            return;
        }
        if (kind == BlockMap.ABSENT) {
            edge.clear().limit((int) (byteEnd(block + 1) - block * BLOCK));
            parent.read(block * BLOCK, edge);
            fillZeros(edge.position((int) (from - block * BLOCK)), (int) (end - from));
            writeData(block * BLOCK, edge.rewind());
            map.set(block, block + 1, BlockMap.DATA);
            changed = true;
        } else {
            writeZeros(from, end);
        }
    }

    private boolean parentIsZero(long from, long end) {
        boolean[] zero = {true};
        parent.extents(from, end - from, (at, length, extent) -> zero[0] &= extent == Extent.ZERO);
        return zero[0];
    }

    @Override
    public void flush() {
        checkWritable();
        synchronized (lock) {
            checkWritable();
            orBreak(() -> {
                forceData();
                if (changed && map.recordDifferences(0, 0)) {
                    map.force();
                }
                changed = false;
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
                if (kind == BlockMap.ABSENT) {
                    parent.extents(from, until - from, visitor);
                } else {
                    visitor.visit(from, until - from, kind == BlockMap.DATA ? Extent.DATA : Extent.ZERO);
                }
            });
        }
    }

    @Override
    public RangeSet ownRanges() {
        return present(map);
    }

    @Override
    void finish() {
        map.forceSeal();
    }

    @Override
    void closeOthers() {
        try (parent) {
            map.close();
        }
    }
}
