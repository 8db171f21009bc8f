package io.sdr.core.replication;

import io.sdr.api.spi.VirtualDisk;
import io.sdr.core.sync.ChangeSink;
import java.nio.ByteBuffer;

/** Writes differences to a disk. */
final class DiskSink implements ChangeSink {
    private final VirtualDisk disk;

    DiskSink(VirtualDisk disk) {
        this.disk = disk;
    }

    @Override
    public void data(long offset, ByteBuffer data) {
        disk.write(offset, data);
    }

    @Override
    public void zero(long offset, long length) {
        disk.zero(offset, length);
    }
}
