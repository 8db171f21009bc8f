package io.sdr.core.replication;

import io.sdr.api.spi.ExtentVisitor;
import io.sdr.api.spi.RangeSet;
import io.sdr.api.spi.VirtualDisk;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;

/** Counts what is read from a disk. */
final class CountingDisk implements VirtualDisk {
    private final VirtualDisk disk;
    private final AtomicLong bytesRead;

    CountingDisk(VirtualDisk disk, AtomicLong bytesRead) {
        this.disk = disk;
        this.bytesRead = bytesRead;
    }

    @Override
    public long sizeBytes() {
        return disk.sizeBytes();
    }

    @Override
    public void read(long offset, ByteBuffer into) {
        bytesRead.addAndGet(into.remaining());
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
        disk.close();
    }
}
