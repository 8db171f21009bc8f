package io.sdr.core.sync;

import io.sdr.api.spi.CancelFlag;
import io.sdr.api.spi.Extent;
import io.sdr.api.spi.VirtualDisk;
import java.util.Optional;

/** One worker of a sync: pulls regions until there are no more. */
final class DeltaWorker implements BlockComparison.Visitor {
    private final ChangeSink sink;
    private final RateLimit limit;
    private final CancelFlag cancel;
    private final boolean comparing;
    private final boolean inOrder;
    private final BlockComparison blocks;
    private final Region region = new Region();
    private long compared;
    private long differing;
    private long moved;
    private long zeroed;

    DeltaWorker(SyncRequest request, VirtualDisk source) {
        this(request, source, Optional.empty());
    }

    DeltaWorker(SyncRequest request, VirtualDisk source, VirtualDisk stale) {
        this(request, source, Optional.of(stale));
    }

    private DeltaWorker(SyncRequest request, VirtualDisk source, Optional<VirtualDisk> stale) {
        this.sink = request.sink();
        this.limit = request.limit();
        this.cancel = request.cancel();
        this.comparing = stale.isPresent();
        this.inOrder = !sink.inAnyOrder();
        this.blocks = new BlockComparison(source, stale, request.workers());
    }

    void run(DeltaSync sync) {
        Regions regions = sync.regions();
        while (regions.next(region)) {
            if (!region(sync.turns())) {
                return;
            }
            regions.done(region);
        }
        sync.add(new SyncCounters(compared, differing, moved, 0, 0, zeroed, 0, 0));
    }

    private boolean region(Turns turns) {
        boolean known = region.source() == Extent.ZERO && !comparing;
        if (!known) {
            limit.take(bytesToRead(), cancel);
            blocks.read(region);
        }
        if (inOrder && !turns.await(region.number())) {
            return false;
        }
        if (known) {
            sink.zero(region.offset(), region.length());
            zeroed += region.length();
        } else if (comparing) {
            compared += region.length();
            differing += blocks.compare(region, this);
        } else {
            blocks.all(this);
        }
        if (inOrder) {
            turns.pass();
        }
        return true;
    }

    private long bytesToRead() {
        long bytes = region.source() == Extent.DATA ? region.length() : 0;
        return bytes + (comparing && region.stale() == Extent.DATA ? region.length() : 0);
    }

    @Override
    public void data(int from, int until) {
        limit.take(until - from, cancel);
        sink.data(region.offset() + from, blocks.bytes(from, until));
        moved += until - from;
    }

    @Override
    public void zero(int from, int until) {
        sink.zero(region.offset() + from, until - from);
        zeroed += until - from;
    }
}
