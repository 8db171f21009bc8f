package io.sdr.core.sync;

import io.sdr.api.spi.CancelFlag;
import io.sdr.api.spi.Extent;
import io.sdr.api.spi.RangeSet;
import io.sdr.api.spi.VirtualDisk;
import java.util.Optional;

/**
 * Cuts the candidates into regions and gives them to whoever asks next, in ascending order. What both disks know to be zero is
 * passed over here. A part of both disks' extents is kept at a time, asked for before anything in that part is given out.
 * Thread-safe.
 */
final class Regions {
    /** What is read at once, at most: larger reads leave the processor's own cache, and cost the kernel up to three times as much. */
    static final int IO_BYTES = 128 << 10;

    private static final long WINDOW_BYTES = 64L << 20;

    private final SyncRequest request;
    private final long[] bounds; // start0, end0, start1, end1, ...
    private final ExtentWindow sourceExtents;
    private final ExtentWindow staleExtents;
    private final boolean comparing;
    private final long total;
    private int range;
    private long at;
    private long windowEnd;
    private long number;
    private long done;
    private long holes;
    private boolean stopped;

    Regions(SyncRequest request, RangeSet candidates) {
        this.request = request;
        this.bounds = new long[candidates.count() * 2];
        int[] used = {0};
        candidates.forEach((offset, length) -> {
            bounds[used[0]++] = offset;
            bounds[used[0]++] = offset + length;
        });
        Optional<VirtualDisk> stale = request.stale();
        this.sourceExtents = new ExtentWindow(Optional.of(request.source()));
        this.staleExtents = new ExtentWindow(stale);
        this.comparing = stale.isPresent();
        this.total = candidates.bytes();
        this.at = bounds.length == 0 ? 0 : bounds[0];
        this.windowEnd = at;
        advance(0);
    }

    /**
     * Gives the next region.
     *
     * @param region takes it
     * @return false if there is none, or somebody has {@link #stop stopped} it all
     * @throws SyncCancelledException if the flag is set
     */
    synchronized boolean next(Region region) {
        while (!stopped && range < bounds.length) {
            if (at == bounds[range + 1]) {
                range += 2;
                at = range < bounds.length ? bounds[range] : at;
                windowEnd = at;
                continue;
            }
            if (at == windowEnd) {
                load();
            }
            CancelFlag cancel = request.cancel();
            if (cancel.isSet()) {
                throw new SyncCancelledException("bring a disk up to date with " + request.source(), done);
            }
            if (give(region)) {
                return true;
            }
        }
        return false;
    }

    private void load() {
        windowEnd = Math.min(bounds[range + 1], (at / WINDOW_BYTES + 1) * WINDOW_BYTES);
        sourceExtents.load(at, windowEnd - at);
        staleExtents.load(at, windowEnd - at);
    }

    /** Takes what begins here and is of one kind on both sides; false if there is nothing to do for it. */
    private boolean give(Region region) {
        Extent source = sourceExtents.kindAt(at);
        Extent stale = staleExtents.kindAt(at);
        long end = Math.min(sourceExtents.end(), staleExtents.end());
        boolean zeros = source == Extent.ZERO && (!comparing || stale == Extent.ZERO);
        if (zeros && comparing) {
            holes += end - at;
            advance(end - at);
            at = end;
            return false;
        }
        if (!zeros) {
            end = Math.min(end, (at / IO_BYTES + 1) * IO_BYTES);
        }
        region.set(at, end - at, source, stale, number++);
        at = end;
        return true;
    }

    /** Tells that a region was dealt with. */
    synchronized void done(Region region) {
        advance(region.length());
    }

    private void advance(long bytes) {
        done += bytes;
        request.progress().progress(done, total);
    }

    /** Gives out no more. */
    synchronized void stop() {
        stopped = true;
    }

    synchronized long holes() {
        return holes;
    }
}
