package io.sdr.core.replication;

import io.sdr.api.ResyncCause;
import io.sdr.api.spi.Access;
import io.sdr.api.spi.Checkpoint;
import io.sdr.api.spi.CycleStatistics;
import io.sdr.api.spi.RangeSet;
import io.sdr.api.spi.VirtualDisk;
import io.sdr.core.replication.Manifest.Cycle;
import io.sdr.core.replication.Manifest.Point;
import io.sdr.core.sync.ChangeSink;
import io.sdr.core.sync.SyncRequest;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A cycle that is written straight into the base, by the caller's word: what the base held is given up. A manifest says so, and a
 * mark beside the base, both forced before the first write; until the manifest at the end, the replica is broken and has no points,
 * so nobody can hold it and no other cycle follows. Died in the middle, it is run again: it compares everything then, or writes
 * everything.
 */
final class InPlaceCycle {
    private final Relation relation;
    private final Differences differences;
    private final Replica replica;
    private final ReplicaFiles files;

    InPlaceCycle(Relation relation, Differences differences) {
        this.relation = relation;
        this.differences = differences;
        this.replica = relation.cancellableReplica();
        this.files = replica.files();
    }

    /** Whether the base is torn, so that nothing that was known of it counts. */
    static boolean isUnderWay(Manifest m) {
        return m.broken().isPresent();
    }

    /**
     * Writes it.
     *
     * @param candidates by disk: where source and base can differ; an empty element means everything
     * @param whole whether everything there is written, without comparing
     */
    Manifest run(
            Manifest manifest,
            long sequence,
            Checkpoint checkpoint,
            List<Optional<RangeSet>> candidates,
            boolean whole) {
        Manifest torn = tear(manifest);
        AtomicLong read = new AtomicLong();
        AtomicLong moved = new AtomicLong();
        long total = 0;
        for (int k = 0; k < torn.disks().size(); k++) {
            total += bytes(torn, candidates, k);
        }
        long before = 0;
        for (int k = 0; k < torn.disks().size(); k++) {
            write(torn, k, checkpoint, candidates.get(k), whole, read, moved, before, total);
            before += bytes(torn, candidates, k);
        }
        return mend(torn, sequence, checkpoint, new CycleStatistics(read.get(), moved.get(), total));
    }

    private static long bytes(Manifest m, List<Optional<RangeSet>> candidates, int disk) {
        return candidates
                .get(disk)
                .map(RangeSet::bytes)
                .orElse(m.disks().get(disk).sizeBytes());
    }

    /** From here on nothing of what was there can be gone to; durable on return. */
    private Manifest tear(Manifest manifest) {
        if (!manifest.holders().isEmpty()) {
            throw Trouble.failed(
                    "REPLICA_HELD",
                    "replace the disks of " + manifest.item() + " in place",
                    "jobs hold them: " + manifest.holders().keySet() + "; nothing was changed",
                    "end them first");
        }
        new Marker(files).putTorn(manifest.lineage());
        files.folder().force();
        Manifest.Edit edit = manifest.edit();
        edit.broken = Optional.of(ResyncCause.REPLICA_SUSPECT);
        edit.applied = manifest.received();
        edit.applying = 0;
        edit.unwindTo = -1;
        edit.cycles.clear();
        edit.undo.clear();
        edit.points.clear();
        edit.resync = Optional.empty();
        edit.giveUpUnfinished("the disks are replaced in place");
        Manifest torn = files.store().publish(edit.build());
        List<String> gone = new ArrayList<>(manifest.namedFiles());
        gone.removeAll(torn.namedFiles());
        files.delete(gone);
        return torn;
    }

    private void write(
            Manifest m,
            int disk,
            Checkpoint checkpoint,
            Optional<RangeSet> candidates,
            boolean whole,
            AtomicLong read,
            AtomicLong moved,
            long before,
            long total) {
        try (VirtualDisk source = CountingDisk.of(
                        Relation.frozen(
                                relation.source(),
                                checkpoint.id(),
                                checkpoint.disks().get(disk),
                                relation.context()),
                        read);
                VirtualDisk base = files.openBase(m.disks().get(disk), Access.WRITE)) {
            differences.find(new SyncRequest(
                    source,
                    whole ? Optional.empty() : Optional.of(new CountingDisk(base, read)),
                    new ThrottledSink(counted(new DiskSink(base), moved), relation.context()),
                    candidates,
                    relation.context().cancel(),
                    (bytes, ignored) -> relation.context().progress().progress(before + bytes, total)));
            base.flush();
        }
    }

    private static ChangeSink counted(DiskSink sink, AtomicLong moved) {
        return new ChangeSink() {
            @Override
            public void data(long offset, ByteBuffer data) {
                moved.addAndGet(data.remaining());
                sink.data(offset, data);
            }

            @Override
            public void zero(long offset, long length) {
                sink.zero(offset, length);
            }
        };
    }

    /** All is there: the replica is whole again, with one point. */
    private Manifest mend(Manifest torn, long sequence, Checkpoint checkpoint, CycleStatistics statistics) {
        Manifest.Edit edit = torn.edit();
        edit.broken = Optional.empty();
        edit.received = sequence;
        edit.applied = sequence;
        edit.cycles.add(new Cycle(
                sequence,
                checkpoint.id(),
                checkpoint.time(),
                checkpoint.consistency(),
                statistics,
                Collections.nCopies(torn.disks().size(), Cycle.IN_PLACE),
                List.of(),
                Optional.of(relation.context().token())));
        edit.points.add(
                new Point(torn.pointId(sequence), sequence, checkpoint.time(), checkpoint.consistency(), false));
        edit.disks = files.identified(torn);
        Manifest whole = files.store().publish(edit.build());
        new Marker(files).remove();
        return whole;
    }
}
