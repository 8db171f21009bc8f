package io.sdr.testkit;

import io.sdr.api.spi.ExtentVisitor;
import io.sdr.api.spi.RangeSet;
import io.sdr.api.spi.VirtualDisk;
import java.nio.ByteBuffer;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicBoolean;

/** A disk as it was at a checkpoint, for reading. */
final class FrozenDisk implements VirtualDisk {
    private final TrackedDisk disk;
    private final String checkpoint;
    private final AtomicBoolean closed = new AtomicBoolean();

    FrozenDisk(TrackedDisk disk, String checkpoint) {
        this.disk = disk;
        this.checkpoint = checkpoint;
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
        usable();
        disk.readFrozen(checkpoint, offset, into);
    }

    @Override
    public void write(long offset, ByteBuffer from) {
        throw readOnly();
    }

    @Override
    public void zero(long offset, long length) {
        throw readOnly();
    }

    @Override
    public void flush() {
        // nothing was written
    }

    @Override
    public void extents(long offset, long length, ExtentVisitor visitor) {
        usable();
        disk.frozenExtents(checkpoint, offset, length, visitor);
    }

    @Override
    public RangeSet ownRanges() {
        usable();
        return disk.frozenOwnRanges(checkpoint);
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            disk.closeFrozen(checkpoint);
        }
    }

    private void usable() {
        if (closed.get()) {
            throw MemoryStorage.failed("read", "checkpoint " + checkpoint, "it is closed");
        }
    }

    private RuntimeException readOnly() {
        return MemoryStorage.failed("write to", "checkpoint " + checkpoint, "it is frozen");
    }
}
