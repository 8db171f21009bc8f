package io.sdr.testkit;

import io.sdr.api.spi.ExtentVisitor;
import io.sdr.api.spi.RangeSet;
import io.sdr.api.spi.VirtualDisk;
import java.nio.ByteBuffer;
import java.util.OptionalInt;

/** A disk that the engine uses: every call goes through the site's gate. */
final class GatedDisk implements VirtualDisk {
    private final VirtualDisk disk;
    private final Faults faults;
    private final String about;
    private final Runnable onClose;

    GatedDisk(VirtualDisk disk, Faults faults, String about, Runnable onClose) {
        this.disk = disk;
        this.faults = faults;
        this.about = about;
        this.onClose = onClose;
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
        faults.run("disk.read", Faults.Kind.STORAGE_READ, about, () -> disk.read(offset, into));
    }

    @Override
    public void write(long offset, ByteBuffer from) {
        faults.run("disk.write", Faults.Kind.STORAGE_CHANGE, about, () -> disk.write(offset, from));
    }

    @Override
    public void zero(long offset, long length) {
        faults.run("disk.zero", Faults.Kind.STORAGE_CHANGE, about, () -> disk.zero(offset, length));
    }

    @Override
    public void flush() {
        faults.run("disk.flush", Faults.Kind.STORAGE_CHANGE, about, disk::flush);
    }

    @Override
    public void extents(long offset, long length, ExtentVisitor visitor) {
        faults.run("disk.extents", Faults.Kind.STORAGE_READ, about, () -> disk.extents(offset, length, visitor));
    }

    @Override
    public RangeSet ownRanges() {
        return faults.pass("disk.ownRanges", Faults.Kind.STORAGE_READ, about, disk::ownRanges);
    }

    @Override
    public void close() {
        disk.close();
        onClose.run();
    }
}
