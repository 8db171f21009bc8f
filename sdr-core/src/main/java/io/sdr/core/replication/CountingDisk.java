package io.sdr.core.replication;

import io.sdr.api.spi.CancelFlag;
import io.sdr.api.spi.ExtentVisitor;
import io.sdr.api.spi.ProgressListener;
import io.sdr.api.spi.RangeSet;
import io.sdr.api.spi.VirtualDisk;
import io.sdr.core.sync.DiskDigest;
import io.sdr.core.sync.RemoteSource;
import io.sdr.core.sync.SyncCounters;
import io.sdr.core.sync.SyncRequest;
import java.nio.ByteBuffer;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicLong;

/** Counts what is read from a disk. */
class CountingDisk implements VirtualDisk {
    private final VirtualDisk disk;
    private final AtomicLong bytesRead;

    CountingDisk(VirtualDisk disk, AtomicLong bytesRead) {
        this.disk = disk;
        this.bytesRead = bytesRead;
    }

    /** Counts what is read from a frozen disk, wherever it is read. */
    static VirtualDisk of(VirtualDisk disk, AtomicLong bytesRead) {
        return disk instanceof RemoteSource elsewhere
                ? new CountingSource(elsewhere, bytesRead)
                : new CountingDisk(disk, bytesRead);
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
        bytesRead.addAndGet(into.remaining());
        disk.read(offset, into);
    }

    @Override
    public void write(long offset, ByteBuffer from) {
        disk.write(offset, from);
    }

    @Override
    public void zero(long offset, long length) {
        disk.zero(offset, length);
    }

    @Override
    public void flush() {
        disk.flush();
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
        disk.close();
    }

    /** A frozen disk that is read at another host. */
    private static final class CountingSource extends CountingDisk implements RemoteSource {
        private final RemoteSource source;
        private final AtomicLong bytesRead;

        CountingSource(RemoteSource source, AtomicLong bytesRead) {
            super(source, bytesRead);
            this.source = source;
            this.bytesRead = bytesRead;
        }

        @Override
        public SyncCounters differences(SyncRequest request) {
            SyncCounters counters = source.differences(request);
            long sentWhole = Math.max(0, counters.bytesMoved() - counters.bytesDiffering());
            bytesRead.addAndGet(counters.bytesCompared() + sentWhole);
            return counters;
        }

        @Override
        public DiskDigest digest(CancelFlag cancel, ProgressListener progress) {
            return source.digest(cancel, progress);
        }
    }
}
