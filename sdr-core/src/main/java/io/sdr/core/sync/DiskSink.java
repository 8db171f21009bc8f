package io.sdr.core.sync;

import io.sdr.api.spi.VirtualDisk;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Writes differences into a disk, in any order and from several threads, and flushes now and then. The last flush is the caller's.
 */
public final class DiskSink implements ChangeSink {
    /** Flushed after so many bytes of data, so that the end does not wait for all of them. */
    static final long FLUSH_BYTES = 2L << 30;

    private final VirtualDisk disk;
    private final long flushBytes;
    private final AtomicLong unflushed = new AtomicLong();

    /**
     * Writes into a disk.
     *
     * @param disk the disk, open for writing
     */
    public DiskSink(VirtualDisk disk) {
        this(disk, FLUSH_BYTES);
    }

    /** Writes into a disk that is flushed after so many bytes of data. */
    DiskSink(VirtualDisk disk, long flushBytes) {
        this.disk = disk;
        this.flushBytes = flushBytes;
    }

    @Override
    public boolean inAnyOrder() {
        return true;
    }

    @Override
    public void data(long offset, ByteBuffer data) {
        int length = data.remaining();
        disk.write(offset, data);
        if (unflushed.addAndGet(length) >= flushBytes && unflushed.getAndSet(0) >= flushBytes) {
            disk.flush();
        }
    }

    @Override
    public void zero(long offset, long length) {
        disk.zero(offset, length);
    }
}
