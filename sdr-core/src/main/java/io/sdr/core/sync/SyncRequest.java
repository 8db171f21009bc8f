package io.sdr.core.sync;

import io.sdr.api.spi.CancelFlag;
import io.sdr.api.spi.ProgressListener;
import io.sdr.api.spi.RangeSet;
import io.sdr.api.spi.VirtualDisk;
import java.util.Optional;

/**
 * What a sync shall do: bring whatever {@code sink} stands for from the content of {@code stale} to that of {@code source}.
 *
 * @param source the frozen disk that is right
 * @param stale the disk as it is at the target; empty when nothing of it can be used: then every byte of the candidates is
 *     sent, holes as zeros
 * @param sink takes the differences
 * @param candidates only bytes in here can differ; the rest is known to be unchanged. Empty for the whole disk
 * @param cancel looked at between blocks
 * @param progress hears how far it is, in bytes of the candidates
 * @param workers who does it
 * @param limit how fast disks may be read and written
 */
public record SyncRequest(
        VirtualDisk source,
        Optional<VirtualDisk> stale,
        ChangeSink sink,
        Optional<RangeSet> candidates,
        CancelFlag cancel,
        ProgressListener progress,
        SyncWorkers workers,
        RateLimit limit) {
    /**
     * A request that the calling thread does alone, as fast as it can.
     *
     * @param source the frozen disk that is right
     * @param stale the disk as it is at the target, if anything of it can be used
     * @param sink takes the differences
     * @param candidates only bytes in here can differ; empty for the whole disk
     * @param cancel looked at between blocks
     * @param progress hears how far it is, in bytes of the candidates
     */
    public SyncRequest(
            VirtualDisk source,
            Optional<VirtualDisk> stale,
            ChangeSink sink,
            Optional<RangeSet> candidates,
            CancelFlag cancel,
            ProgressListener progress) {
        this(source, stale, sink, candidates, cancel, progress, SyncWorkers.CALLER, RateLimit.NONE);
    }

    /**
     * Lets others work on it, too.
     *
     * @param others who does it
     * @return a request with them
     */
    public SyncRequest by(SyncWorkers others) {
        return new SyncRequest(source, stale, sink, candidates, cancel, progress, others, limit);
    }

    /**
     * Limits how fast disks are read and written.
     *
     * @param rate the limit
     * @return a request with it
     */
    public SyncRequest limitedTo(RateLimit rate) {
        return new SyncRequest(source, stale, sink, candidates, cancel, progress, workers, rate);
    }
}
