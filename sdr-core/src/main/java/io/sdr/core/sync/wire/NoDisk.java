package io.sdr.core.sync.wire;

import io.sdr.api.spi.ExtentVisitor;
import io.sdr.api.spi.RangeSet;
import io.sdr.api.spi.VirtualDisk;
import java.nio.ByteBuffer;

/** Stands for a stale disk of which nothing is used but its size. */
final class NoDisk implements VirtualDisk {
    private final long size;

    NoDisk(long size) {
        this.size = size;
    }

    @Override
    public long sizeBytes() {
        return size;
    }

    @Override
    public void read(long offset, ByteBuffer into) {
        throw new UnsupportedOperationException("nothing of it is used");
    }

    @Override
    public void write(long offset, ByteBuffer from) {
        throw new UnsupportedOperationException("nothing of it is used");
    }

    @Override
    public void zero(long offset, long length) {
        throw new UnsupportedOperationException("nothing of it is used");
    }

    @Override
    public void flush() {
        // nothing was written
    }

    @Override
    public void extents(long offset, long length, ExtentVisitor visitor) {
        throw new UnsupportedOperationException("nothing of it is used");
    }

    @Override
    public RangeSet ownRanges() {
        return RangeSet.of(0, size);
    }

    @Override
    public void close() {
        // nothing is open
    }
}
