package io.sdr.core.sync;

import io.sdr.api.Problem;
import io.sdr.api.spi.Extent;
import io.sdr.api.spi.ExtentVisitor;
import io.sdr.api.spi.RangeSet;
import io.sdr.api.spi.StorageException;
import io.sdr.api.spi.StorageFile;
import io.sdr.api.spi.VirtualDisk;
import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * A plain file as a disk to write to. It has no map, so all of it may hold data; a fresh one, made of holes, is written from its
 * beginning to its end, so that zeros need not be written at all.
 */
final class PlainFile implements VirtualDisk {
    private static final int ZERO_BYTES = 256 << 10;

    private final StorageFile file;
    private final String path;
    private final long sizeBytes;
    private final boolean fresh;

    PlainFile(StorageFile file, String path, long sizeBytes, boolean fresh) {
        this.file = file;
        this.path = path;
        this.sizeBytes = sizeBytes;
        this.fresh = fresh;
    }

    @Override
    public long sizeBytes() {
        return sizeBytes;
    }

    @Override
    public void read(long offset, ByteBuffer into) {
        Objects.checkFromIndexSize(offset, into.remaining(), sizeBytes);
        file.read(offset, into);
        if (into.hasRemaining()) {
            throw new StorageException(Problem.of(StorageException.FAILED)
                    .attempted("read " + path)
                    .state("the file became shorter meanwhile")
                    .remedy("let nothing else write to the file, then start again"));
        }
    }

    @Override
    public void write(long offset, ByteBuffer from) {
        Objects.checkFromIndexSize(offset, from.remaining(), sizeBytes);
        file.write(offset, from);
    }

    @Override
    public void zero(long offset, long length) {
        Objects.checkFromIndexSize(offset, length, sizeBytes);
        if (fresh) {
            return;
        }
        ByteBuffer zeros = ByteBuffer.allocate((int) Math.min(ZERO_BYTES, length));
        long end = offset + length;
        for (long at = offset; at < end; at += zeros.limit()) {
            file.write(at, zeros.clear().limit((int) Math.min(zeros.capacity(), end - at)));
        }
    }

    @Override
    public void flush() {
        file.force();
    }

    @Override
    public void extents(long offset, long length, ExtentVisitor visitor) {
        Objects.checkFromIndexSize(offset, length, sizeBytes);
        if (length > 0) {
            visitor.visit(offset, length, Extent.DATA);
        }
    }

    @Override
    public RangeSet ownRanges() {
        return RangeSet.of(0, sizeBytes);
    }

    @Override
    public void close() {
        file.close();
    }

    @Override
    public String toString() {
        return path;
    }
}
