package io.sdr.core.format;

import io.sdr.api.spi.Access;
import io.sdr.api.spi.Extent;
import io.sdr.api.spi.ExtentVisitor;
import io.sdr.api.spi.RangeSet;
import io.sdr.api.spi.StorageFile;
import java.nio.ByteBuffer;
import java.util.UUID;

/** A raw file that sdr did not make: all of it may hold data, and it is only read. */
final class ForeignRawDisk extends RawDisk {
    ForeignRawDisk(StorageFile data, String path, long sizeBytes) {
        super(data, path, sizeBytes, Access.READ);
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
        if (length > 0) {
            visitor.visit(offset, length, Extent.DATA);
        }
    }

    @Override
    public RangeSet ownRanges() {
        return RangeSet.of(0, sizeBytes());
    }
}
