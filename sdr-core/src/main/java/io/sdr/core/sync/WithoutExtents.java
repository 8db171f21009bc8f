package io.sdr.core.sync;

import io.sdr.api.spi.Extent;
import io.sdr.api.spi.ExtentVisitor;
import io.sdr.api.spi.RangeSet;
import io.sdr.api.spi.VirtualDisk;
import java.nio.ByteBuffer;
import java.util.OptionalInt;

/** A disk all of which counts as data: what is to be proved is read, whatever map or file system say of it. Only read. */
record WithoutExtents(VirtualDisk disk) implements VirtualDisk {
    @Override
    public long sizeBytes() {
        return disk.sizeBytes();
    }

    @Override
    public OptionalInt sectorBytes() {
        return disk.sectorBytes();
    }

    @Override
    public void read(long offset, ByteBuffer into) {
        disk.read(offset, into);
    }

    @Override
    public void write(long offset, ByteBuffer from) {
        throw new UnsupportedOperationException("only read");
    }

    @Override
    public void zero(long offset, long length) {
        throw new UnsupportedOperationException("only read");
    }

    @Override
    public void flush() {
        throw new UnsupportedOperationException("only read");
    }

    @Override
    public void extents(long offset, long length, ExtentVisitor visitor) {
        if (length > 0) {
            visitor.visit(offset, length, Extent.DATA);
        }
    }

    @Override
    public RangeSet ownRanges() {
        return RangeSet.of(0, sizeBytes());
    }

    /** Leaves the disk open: it is its owner's to close. */
    @Override
    public void close() {}

    @Override
    public String toString() {
        return disk.toString();
    }
}
