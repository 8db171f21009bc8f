package io.sdr.core.sync;

import io.sdr.api.spi.VirtualDisk;
import java.nio.ByteBuffer;

/**
 * Writes differences into a disk, and flushes now and then. The last flush is the caller's.
 */
public final class DiskSink implements ChangeSink {
    /** Flushed after so many bytes of data, so that the end does not wait for all of them. */
    static final long FLUSH_BYTES = 2L << 30;

    private final VirtualDisk disk;
    private long unflushed;

    /**
     * Writes into a disk.
     *
     * @param disk the disk, open for writing
     */
    public DiskSink(VirtualDisk disk) {
        this.disk = disk;
    }

    @Override
    public void data(long offset, ByteBuffer data) {
        unflushed += data.remaining();
        disk.write(offset, data);
        if (unflushed >= FLUSH_BYTES) {
            disk.flush();
            unflushed = 0;
        }
    }

    @Override
    public void zero(long offset, long length) {
        disk.zero(offset, length);
    }
}
