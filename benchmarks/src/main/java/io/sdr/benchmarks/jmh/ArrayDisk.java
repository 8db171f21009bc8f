package io.sdr.benchmarks.jmh;

import io.sdr.api.spi.Extent;
import io.sdr.api.spi.ExtentVisitor;
import io.sdr.api.spi.RangeSet;
import io.sdr.api.spi.VirtualDisk;
import java.nio.ByteBuffer;

/** A disk in an array, all of which is data; or one of any size that is a hole. Costs a copy per read, as a page cache does. */
final class ArrayDisk implements VirtualDisk {
    private final ByteBuffer content;
    private final long sizeBytes;
    private final Extent extent;

    private ArrayDisk(ByteBuffer content, long sizeBytes, Extent extent) {
        this.content = content;
        this.sizeBytes = sizeBytes;
        this.extent = extent;
    }

    static ArrayDisk of(byte[] content) {
        return new ArrayDisk(ByteBuffer.wrap(content), content.length, Extent.DATA);
    }

    static ArrayDisk hole(long sizeBytes) {
        return new ArrayDisk(ByteBuffer.allocate(0), sizeBytes, Extent.ZERO);
    }

    @Override
    public long sizeBytes() {
        return sizeBytes;
    }

    @Override
    public void read(long offset, ByteBuffer into) {
        int length = into.remaining();
        into.put(into.position(), content, (int) offset, length);
        into.position(into.position() + length);
    }

    @Override
    public void write(long offset, ByteBuffer from) {
        int length = from.remaining();
        content.put((int) offset, from, from.position(), length);
        from.position(from.position() + length);
    }

    @Override
    public void zero(long offset, long length) {
        write(offset, ByteBuffer.allocate((int) length));
    }

    @Override
    public void flush() {}

    @Override
    public void extents(long offset, long length, ExtentVisitor visitor) {
        if (length > 0) {
            visitor.visit(offset, length, extent);
        }
    }

    @Override
    public RangeSet ownRanges() {
        return extent == Extent.DATA ? RangeSet.of(0, sizeBytes) : RangeSet.EMPTY;
    }

    @Override
    public void close() {}
}
