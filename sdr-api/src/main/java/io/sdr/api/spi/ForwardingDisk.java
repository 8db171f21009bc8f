package io.sdr.api.spi;

import java.nio.ByteBuffer;
import java.util.OptionalInt;

/** A disk that hands every call on to another one; see {@link ForwardingFolder}. As thread-safe as the inner one. */
public class ForwardingDisk implements VirtualDisk {
    private final VirtualDisk inner;

    /**
     * Puts itself before a disk.
     *
     * @param inner the disk that does the work
     */
    protected ForwardingDisk(VirtualDisk inner) {
        this.inner = inner;
    }

    @Override
    public long sizeBytes() {
        return inner.sizeBytes();
    }

    @Override
    public OptionalInt sectorBytes() {
        return inner.sectorBytes();
    }

    @Override
    public void read(long offset, ByteBuffer into) {
        inner.read(offset, into);
    }

    @Override
    public void write(long offset, ByteBuffer from) {
        inner.write(offset, from);
    }

    @Override
    public void zero(long offset, long length) {
        inner.zero(offset, length);
    }

    @Override
    public void grow(long newSizeBytes) {
        inner.grow(newSizeBytes);
    }

    @Override
    public void flush() {
        inner.flush();
    }

    @Override
    public void extents(long offset, long length, ExtentVisitor visitor) {
        inner.extents(offset, length, visitor);
    }

    @Override
    public RangeSet ownRanges() {
        return inner.ownRanges();
    }

    @Override
    public void close() {
        inner.close();
    }
}
