package io.sdr.core.format;

import io.sdr.api.spi.Access;
import io.sdr.api.spi.ExtentVisitor;
import io.sdr.api.spi.RangeSet;
import io.sdr.api.spi.StorageFile;
import io.sdr.api.spi.VirtualDisk;
import java.nio.ByteBuffer;
import java.util.UUID;
import java.util.function.Supplier;

/** A raw file that sdr did not make: it is only read, and all of it may hold data that its file system does not know to be holes. */
final class ForeignRawDisk extends RawDisk implements ManyReaders {
    private final StorageFile data;
    private final Supplier<StorageFile> again;

    ForeignRawDisk(StorageFile data, String path, long sizeBytes, Supplier<StorageFile> again) {
        super(data, path, sizeBytes, Access.READ);
        this.data = data;
        this.again = again;
    }

    @Override
    public VirtualDisk openReader() {
        return new ForeignRawDisk(again.get(), toString(), sizeBytes(), again);
    }

    @Override
    UUID id() {
        return MapHeader.NO_ID;
    }

    @Override
    public void read(long offset, ByteBuffer into) {
        checkRange(offset, into.remaining());
        readData(offset, into);
    }

    @Override
    public void write(long offset, ByteBuffer from) {
        checkWritable();
    }

    @Override
    public void zero(long offset, long length) {
        checkWritable();
    }

    @Override
    public void flush() {
        checkWritable();
    }

    @Override
    public void extents(long offset, long length, ExtentVisitor visitor) {
        checkRange(offset, length);
        data.extents(offset, length, visitor);
    }

    @Override
    public RangeSet ownRanges() {
        return RangeSet.of(0, sizeBytes());
    }
}
