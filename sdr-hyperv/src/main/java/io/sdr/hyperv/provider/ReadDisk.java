package io.sdr.hyperv.provider;

import io.sdr.api.Problem;
import io.sdr.api.spi.ExtentVisitor;
import io.sdr.api.spi.RangeSet;
import io.sdr.api.spi.StorageException;
import io.sdr.api.spi.VirtualDisk;
import java.nio.ByteBuffer;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicBoolean;

/** A disk for reading that says when it is closed. */
final class ReadDisk implements VirtualDisk {
    private final VirtualDisk disk;
    private final Runnable closed;
    private final AtomicBoolean done = new AtomicBoolean();

    ReadDisk(VirtualDisk disk, Runnable closed) {
        this.disk = disk;
        this.closed = closed;
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
        throw forReading();
    }

    @Override
    public void zero(long offset, long length) {
        throw forReading();
    }

    private static StorageException forReading() {
        return new StorageException(Problem.of(StorageException.FAILED)
                .attempted("write to a frozen disk")
                .state("it is for reading")
                .remedy("write to the disk of the VM"));
    }

    @Override
    public void flush() {
        // Nothing is ever written.
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
        if (done.compareAndSet(false, true)) {
            try {
                disk.close();
            } finally {
                closed.run();
            }
        }
    }
}
