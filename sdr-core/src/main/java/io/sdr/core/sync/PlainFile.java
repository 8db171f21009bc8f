package io.sdr.core.sync;

import io.sdr.api.Problem;
import io.sdr.api.spi.ExtentVisitor;
import io.sdr.api.spi.RangeSet;
import io.sdr.api.spi.StorageException;
import io.sdr.api.spi.StorageFile;
import io.sdr.api.spi.VirtualDisk;
import io.sdr.core.format.ManyReaders;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * A plain file as a disk to write to. It has no map, so all of it may hold data that its file system does not know
 * to be holes; a fresh one, made of holes, is written from its
 * beginning to its end, so that zeros need not be written at all.
 */
final class PlainFile implements VirtualDisk, ManyReaders {
    private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(256 << 10).asReadOnlyBuffer();

    private final StorageFile file;
    private final String path;
    private final long sizeBytes;
    private final boolean fresh;
    private final Supplier<StorageFile> again;

    PlainFile(StorageFile file, String path, long sizeBytes, boolean fresh, Supplier<StorageFile> again) {
        this.file = file;
        this.path = path;
        this.sizeBytes = sizeBytes;
        this.fresh = fresh;
        this.again = again;
    }

    @Override
    public VirtualDisk openReader() {
        return new PlainFile(again.get(), path, sizeBytes, fresh, again);
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
        ByteBuffer zeros = ZEROS.duplicate();
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
        file.extents(offset, length, visitor);
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
