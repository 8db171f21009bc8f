package io.sdr.core.sync;

import io.sdr.api.spi.CancelFlag;
import io.sdr.api.spi.ProgressListener;
import io.sdr.api.spi.VirtualDisk;

/**
 * A frozen disk that lies at another host. It can be read from here, which is for a few bytes; what looks at all of it is done there,
 * and only what differs comes over.
 */
public interface RemoteSource extends VirtualDisk {
    /**
     * Finds where a stale disk here differs from this one, as {@link DeltaSync#run} does.
     *
     * @param request what to compare, and where differences go
     * @return what was done
     */
    SyncCounters differences(SyncRequest request);

    /**
     * Digests the disk there, as {@link DiskDigest#of} does.
     *
     * @param cancel looked at now and then
     * @param progress hears how far it is
     * @return the digest
     */
    DiskDigest digest(CancelFlag cancel, ProgressListener progress);
}
