package io.sdr.core.replication;

import io.sdr.api.spi.CancelFlag;
import io.sdr.api.spi.ForwardingDisk;
import io.sdr.api.spi.ProgressListener;
import io.sdr.api.spi.VirtualDisk;
import io.sdr.core.sync.DiskDigest;
import io.sdr.core.sync.RemoteSource;
import io.sdr.core.sync.SyncCounters;
import io.sdr.core.sync.SyncRequest;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;

/** Counts what is read from a disk. */
class CountingDisk extends ForwardingDisk {
    private final AtomicLong bytesRead;

    CountingDisk(VirtualDisk disk, AtomicLong bytesRead) {
        super(disk);
        this.bytesRead = bytesRead;
    }

    /** Counts what is read from a frozen disk, wherever it is read. */
    static VirtualDisk of(VirtualDisk disk, AtomicLong bytesRead) {
        return disk instanceof RemoteSource elsewhere
                ? new CountingSource(elsewhere, bytesRead)
                : new CountingDisk(disk, bytesRead);
    }

    @Override
    public void read(long offset, ByteBuffer into) {
        bytesRead.addAndGet(into.remaining());
        super.read(offset, into);
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
