package io.sdr.core.replication;

import io.sdr.api.SdrException;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.Checkpoint;
import io.sdr.api.spi.CycleStatistics;
import io.sdr.api.spi.RangeSet;
import io.sdr.api.spi.VirtualDisk;
import io.sdr.core.replication.Manifest.Unfinished;
import io.sdr.core.sync.SyncCancelledException;
import io.sdr.core.sync.SyncRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends what one cycle changes, disk by disk. Cancelled on the way, a copy that may be left unfinished is left so: what has arrived
 * is kept, and what has not is written down with it. Used once.
 */
final class Transfer {
    private static final Logger LOG = LoggerFactory.getLogger(Transfer.class);

    private final ReplicaFiles files;
    private final Manifest manifest;
    private final Reception reception;
    private final IntFunction<VirtualDisk> frozen;
    private final List<Optional<RangeSet>> candidates;
    private final Differences differences;
    private final CallContext context;

    private final AtomicLong bytesRead = new AtomicLong();
    private final long total;
    private final List<RangeSet> missing = new ArrayList<>();
    private long done;
    private long moved;
    private boolean arrived;
    private Optional<SyncCancelledException> stopped = Optional.empty();

    /**
     * Prepares.
     *
     * @param frozen opens a disk of the checkpoint
     * @param candidates by disk: where source and replica can differ; an empty element means everywhere
     */
    Transfer(
            ReplicaFiles files,
            Manifest manifest,
            Reception reception,
            IntFunction<VirtualDisk> frozen,
            List<Optional<RangeSet>> candidates,
            Differences differences,
            CallContext context) {
        this.files = files;
        this.manifest = manifest;
        this.reception = reception;
        this.frozen = frozen;
        this.candidates = List.copyOf(candidates);
        this.differences = differences;
        this.context = context;
        long bytes = 0;
        for (int k = 0; k < manifest.disks().size(); k++) {
            bytes += candidate(k).bytes();
        }
        total = bytes;
    }

    /**
     * Sends, and acknowledges.
     *
     * @param whole whether everything is sent, without comparing
     * @param mayBeLeft whether the cycle is left unfinished if the call is cancelled
     * @throws SyncCancelledException if it was cancelled; the cycle is not received
     */
    Manifest run(Checkpoint checkpoint, boolean whole, boolean mayBeLeft) {
        try {
            for (int k = 0; k < manifest.disks().size(); k++) {
                send(k, whole, mayBeLeft && reception.mayBeLeft());
            }
            if (stopped.isPresent() && arrived) {
                Manifest left = reception.leave(checkpoint.id(), missing, statistics());
                LOG.info(
                        "item {}: cycle {} is left unfinished, {} bytes of it have arrived",
                        left.item(),
                        left.received() + 1,
                        left.unfinished()
                                .map(Unfinished::statistics)
                                .orElseThrow()
                                .bytesMoved());
            }
        } catch (SdrException e) {
            if (stopped.isEmpty() || stopped.get() == e) {
                throw e;
            }
            LOG.warn("item {}: what has arrived of a copy that was cancelled cannot be kept", manifest.item(), e);
            stopped.get().addSuppressed(e);
        }
        if (stopped.isPresent()) {
            throw stopped.get();
        }
        return reception.acknowledge(checkpoint.id(), checkpoint.time(), checkpoint.consistency(), statistics());
    }

    private CycleStatistics statistics() {
        return new CycleStatistics(
                bytesRead.get(),
                moved,
                total - missing.stream().mapToLong(RangeSet::bytes).sum());
    }

    private RangeSet candidate(int disk) {
        return candidates
                .get(disk)
                .orElseGet(() -> RangeSet.of(0, manifest.disks().get(disk).sizeBytes()));
    }

    private void send(int disk, boolean whole, boolean mayBeLeft) {
        try (VirtualDisk source = CountingDisk.of(frozen.apply(disk), bytesRead);
                SegmentWriter segment = reception.open(disk, source)) {
            if (stopped.isEmpty()) {
                try {
                    find(disk, source, segment, whole);
                } catch (SyncCancelledException e) {
                    stopped = Optional.of(e);
                }
            }
            if (stopped.isPresent() && !mayBeLeft) {
                throw stopped.get();
            }
            reception.whole(segment);
            RangeSet left =
                    stopped.isEmpty() ? RangeSet.EMPTY : candidate(disk).minus(RangeSet.of(0, segment.coveredTo()));
            missing.add(Unfinished.inFewRanges(left, manifest.disks().get(disk).sizeBytes()));
            moved += segment.bytes();
            arrived |= segment.coveredTo() > 0;
        }
        done += candidate(disk).bytes();
    }

    private void find(int disk, VirtualDisk source, SegmentWriter segment, boolean whole) {
        long covered = segment.coveredTo();
        Optional<RangeSet> left = covered == 0
                ? candidates.get(disk)
                : Optional.of(candidate(disk).minus(RangeSet.of(0, covered)));
        Optional<VirtualDisk> stale = whole ? Optional.empty() : ReceivedView.open(files, manifest, disk);
        long before = manifest.unfinished()
                .map(each -> each.statistics().changedBytes())
                .orElse(0L);
        try {
            differences.find(new SyncRequest(
                    source,
                    stale.map(each -> new CountingDisk(each, bytesRead)),
                    new ThrottledSink(segment, context),
                    left,
                    context.cancel(),
                    (bytes, ignored) -> context.progress().progress(before + done + bytes, before + total)));
        } finally {
            stale.ifPresent(VirtualDisk::close);
        }
    }
}
