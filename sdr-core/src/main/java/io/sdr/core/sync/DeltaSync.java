package io.sdr.core.sync;

import io.sdr.api.InvalidRequestException;
import io.sdr.api.Problem;
import io.sdr.api.spi.RangeSet;
import io.sdr.api.spi.VirtualDisk;
import io.sdr.core.format.ManyReaders;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Finds where a stale disk differs from a frozen source and hands the differences to a sink. What tracking and both disks'
 * extents already tell is not read. The rest is read in regions of up to 128 KiB, which workers pull, and compared; the cells of
 * 4 KiB that differ are handed on, neighbours joined; cells of zeros as zero ranges, never as data.
 *
 * <p>Takes two buffers of 128 KiB a worker whatever the size of the disks. If it stops half-way (cancel, or a disk that fails) the
 * sink has a part of the differences, and doing it all again is right.
 */
public final class DeltaSync {
    /** The smallest thing that is handed on, cut by the candidates and the end of the disk. */
    public static final int CELL_BYTES = BlockComparison.CELL_BYTES;

    private final SyncRequest request;
    private final Regions regions;
    private final Turns turns = new Turns();
    private final AtomicLong compared = new AtomicLong();
    private final AtomicLong differing = new AtomicLong();
    private final AtomicLong moved = new AtomicLong();
    private final AtomicLong zeroed = new AtomicLong();

    private DeltaSync(SyncRequest request, RangeSet candidates) {
        this.request = request;
        this.regions = new Regions(request, candidates);
    }

    /**
     * Runs one sync to its end. Writes nothing but through the sink, and flushes nothing. When it returns or throws no worker is
     * at work any more.
     *
     * @param request what to compare, and where differences go
     * @return what was done
     * @throws InvalidRequestException if the disks are of different sizes; nothing was handed on
     * @throws SyncCancelledException if the flag was set
     * @throws io.sdr.api.spi.StorageException if a disk fails
     */
    public static SyncCounters run(SyncRequest request) {
        VirtualDisk source = request.source();
        long size = source.sizeBytes();
        if (request.stale().isPresent() && request.stale().get().sizeBytes() != size) {
            VirtualDisk stale = request.stale().get();
            throw new InvalidRequestException(Problem.of("DISK_SIZES_DIFFER")
                    .attempted("compare " + source + " with " + stale)
                    .state(size + " bytes and " + stale.sizeBytes() + " bytes")
                    .remedy("give disks of equal size, or resize the target first"));
        }
        RangeSet candidates = request.candidates().orElseGet(() -> RangeSet.of(0, size));
        if (!candidates.minus(RangeSet.of(0, size)).isEmpty()) {
            throw new IllegalArgumentException("candidates " + candidates + " go beyond " + size + " bytes");
        }
        if (source instanceof RemoteSource elsewhere) {
            return elsewhere.differences(request);
        }
        return new DeltaSync(request, candidates).run(size - candidates.bytes());
    }

    private SyncCounters run(long knownUnchanged) {
        new Crew(request.workers(), this::stop).run(this::work);
        return new SyncCounters(
                compared.get(), differing.get(), moved.get(), 0, 0, zeroed.get(), regions.holes(), knownUnchanged);
    }

    private void stop() {
        regions.stop();
        turns.stop();
    }

    /** What each worker does, in a thread of its own. */
    private void work(boolean first) {
        try (WorkerDisk source = WorkerDisk.of(request.source(), first)) {
            if (request.stale().isEmpty()) {
                new DeltaWorker(request, source.disk()).run(this);
                return;
            }
            try (WorkerDisk stale = WorkerDisk.of(request.stale().get(), first)) {
                new DeltaWorker(request, source.disk(), stale.disk()).run(this);
            }
        }
    }

    Regions regions() {
        return regions;
    }

    Turns turns() {
        return turns;
    }

    void add(SyncCounters worker) {
        compared.addAndGet(worker.bytesCompared());
        differing.addAndGet(worker.bytesDiffering());
        moved.addAndGet(worker.bytesMoved());
        zeroed.addAndGet(worker.zeroBytes());
    }

    /** A disk as one worker reads it: the first one through the disk itself, others through readers of their own. */
    private record WorkerDisk(VirtualDisk disk, boolean own) implements AutoCloseable {
        static WorkerDisk of(VirtualDisk disk, boolean first) {
            return !first && disk instanceof ManyReaders many
                    ? new WorkerDisk(many.openReader(), true)
                    : new WorkerDisk(disk, false);
        }

        @Override
        public void close() {
            if (own) {
                disk.close();
            }
        }
    }
}
