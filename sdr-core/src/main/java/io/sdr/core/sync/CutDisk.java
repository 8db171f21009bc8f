package io.sdr.core.sync;

import io.sdr.api.spi.ExtentVisitor;
import io.sdr.api.spi.RangeSet;
import io.sdr.api.spi.VirtualDisk;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.OptionalInt;

/** The beginning of a disk, for a source whose size the disk's format cannot have. Closing it closes the disk. */
final class CutDisk implements VirtualDisk {
    private final VirtualDisk disk;
    private final long sizeBytes;

    CutDisk(VirtualDisk disk, long sizeBytes) {
        this.disk = disk;
        this.sizeBytes = sizeBytes;
    }

    @Override
    public long sizeBytes() {
        return sizeBytes;
    }

    @Override
    public OptionalInt sectorBytes() {
        return disk.sectorBytes();
    }

    private void check(long offset, long bytes) {
        Objects.checkFromIndexSize(offset, bytes, sizeBytes);
    }

    @Override
    public void read(long offset, ByteBuffer into) {
        check(offset, into.remaining());
        disk.read(offset, into);
    }

    @Override
    public void write(long offset, ByteBuffer from) {
        check(offset, from.remaining());
        disk.write(offset, from);
    }

    @Override
    public void zero(long offset, long length) {
        check(offset, length);
        // what lies behind the end is zero, so the last sector or block can be given back whole
        disk.zero(offset, offset + length == sizeBytes ? disk.sizeBytes() - offset : length);
    }

    @Override
    public void flush() {
        disk.flush();
    }

    @Override
    public void extents(long offset, long length, ExtentVisitor visitor) {
        check(offset, length);
        disk.extents(offset, length, visitor);
    }

    @Override
    public RangeSet ownRanges() {
        return disk.ownRanges().intersect(RangeSet.of(0, sizeBytes));
    }

    @Override
    public void close() {
        disk.close();
    }

    @Override
    public String toString() {
        return disk.toString();
    }
}
