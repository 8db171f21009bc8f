package io.sdr.core.replication;

import io.sdr.api.spi.Extent;
import io.sdr.api.spi.RangeSet;
import io.sdr.api.spi.VirtualDisk;
import io.sdr.core.sync.ChangeSink;
import java.nio.ByteBuffer;

/** Hands what a disk holds in some ranges to a sink: data as data, what is known to be zero as zeros. */
final class DiskContent {
    private static final int CHUNK_BYTES = 256 << 10;

    private final VirtualDisk disk;
    private final ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES);

    DiskContent(VirtualDisk disk) {
        this.disk = disk;
    }

    void copy(RangeSet ranges, ChangeSink sink) {
        ranges.forEach((offset, length) -> copy(offset, length, sink));
    }

    void copy(long offset, long length, ChangeSink sink) {
        disk.extents(offset, length, (at, bytes, extent) -> {
            if (extent == Extent.ZERO) {
                sink.zero(at, bytes);
            } else {
                copyData(at, bytes, sink);
            }
        });
    }

    private void copyData(long offset, long length, ChangeSink sink) {
        for (long done = 0; done < length; ) {
            int n = (int) Math.min(CHUNK_BYTES, length - done);
            chunk.clear().limit(n);
            disk.read(offset + done, chunk);
            sink.data(offset + done, chunk.flip());
            done += n;
        }
    }
}
