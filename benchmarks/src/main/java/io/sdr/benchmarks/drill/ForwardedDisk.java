package io.sdr.benchmarks.drill;

import io.sdr.api.spi.ExtentVisitor;
import io.sdr.api.spi.RangeSet;
import io.sdr.api.spi.VirtualDisk;
import java.nio.ByteBuffer;
import java.util.OptionalInt;

/** A disk whose calls all go to another one, but for those that are overridden. */
abstract class ForwardedDisk implements VirtualDisk {
    final VirtualDisk disk;

    ForwardedDisk(VirtualDisk disk) {
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
    public void extents(long offset, long length, ExtentVisitor visitor) {
        disk.extents(offset, length, visitor);
    }

    @Override
    public RangeSet ownRanges() {
        return disk.ownRanges();
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
    public void close() {
        disk.close();
    }
}
