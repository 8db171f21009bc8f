package io.sdr.testkit;

import io.sdr.api.spi.ExtentVisitor;
import io.sdr.api.spi.RangeSet;
import io.sdr.api.spi.VirtualDisk;
import java.nio.ByteBuffer;
import java.util.OptionalInt;

/** A disk as the guest in a running VM sees it. */
final class GuestDisk implements VirtualDisk {
    private final TrackedDisk disk;

    GuestDisk(TrackedDisk disk) {
        this.disk = disk;
    }

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
        disk.write(offset, from);
    }

    @Override
    public void zero(long offset, long length) {
        disk.zero(offset, length);
    }

    @Override
    public void flush() {
        disk.flush();
    }

    @Override
    public void extents(long offset, long length, ExtentVisitor visitor) {
        disk.extents(offset, length, visitor);
    }

    @Override
    public RangeSet ownRanges() {
        return disk.ownRanges();
    }

    @Override
    public void close() {
        // the VM keeps its disks open
    }
}
