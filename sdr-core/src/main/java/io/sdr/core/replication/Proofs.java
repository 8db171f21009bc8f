package io.sdr.core.replication;

import io.sdr.api.Consistency;
import io.sdr.api.DiskId;
import io.sdr.api.JobId;
import io.sdr.api.spi.Access;
import io.sdr.api.spi.CancelFlag;
import io.sdr.api.spi.Checkpoint;
import io.sdr.api.spi.DiskRef;
import io.sdr.api.spi.LossEvidence;
import io.sdr.api.spi.ProgressListener;
import io.sdr.api.spi.ReplicaStatus.Role;
import io.sdr.api.spi.VirtualDisk;
import io.sdr.api.spi.WholeDiskDigests;
import io.sdr.core.replication.Manifest.Active;
import io.sdr.core.replication.Manifest.Cycle;
import io.sdr.core.replication.Manifest.Disk;
import io.sdr.core.replication.Manifest.Holder;
import io.sdr.core.replication.Manifest.Layers;
import io.sdr.core.sync.DiskDigest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Shows that both sides hold the same. Pure reads, but for a checkpoint at the source that is given up again. */
final class Proofs {
    private final Relation relation;
    private final Replica replica;

    Proofs(Relation relation) {
        this.relation = relation;
        this.replica = relation.replica();
    }

    LossEvidence lastCycle(long sequence) {
        Manifest m = replica.look(relation.link().item());
        Optional<Cycle> cycle = m.cycle(sequence);
        if (m.received() == sequence && cycle.filter(Cycle::isInPlace).isPresent()) {
            return written(m, cycle.get());
        }
        if (m.received() != sequence || cycle.isEmpty() || cycle.get().redo().isEmpty()) {
            throw Trouble.failed(
                    "EVIDENCE_GONE",
                    "show that cycle " + sequence + " of " + m.item() + " lost nothing",
                    "the newest received cycle is " + m.received()
                            + (cycle.isPresent() ? ", and its segments are gone" : ""),
                    "send another cycle");
        }
        Map<DiskId, String> source = new HashMap<>();
        Map<DiskId, String> target = new HashMap<>();
        for (int k = 0; k < m.disks().size(); k++) {
            DiskId id = m.disks().get(k).id();
            source.put(id, cycle.get().digest(k, m.disks().size()));
            try (RedoReader redo = replica.files().openRedo(m, cycle.get(), k)) {
                target.put(id, redo.remakeDigest());
            }
        }
        boolean unbroken = m.role() == Role.REPLICA && m.broken().isEmpty();
        return new LossEvidence.Digests(sequence, unbroken, source, target);
    }

    /** What was written in place left no segments: whole disks are compared, the source's as of that cycle. */
    private LossEvidence written(Manifest m, Cycle cycle) {
        Map<DiskId, String> source = new HashMap<>();
        Map<DiskId, String> target = new HashMap<>();
        Checkpoint frozen = relation.source()
                .disks()
                .checkpoint(relation.link().source().vm(), cycle.consistency(), relation.contextFor("evidence"));
        long total = 2 * m.disks().stream().mapToLong(Disk::sizeBytes).sum();
        long before = 0;
        try {
            for (int k = 0; k < m.disks().size(); k++) {
                Disk disk = m.disks().get(k);
                try (VirtualDisk one = Relation.frozen(
                                relation.source(), frozen.id(), frozen.disks().get(k), relation.context());
                        VirtualDisk other = replica.files().openBase(disk, Access.READ)) {
                    source.put(disk.id(), digest(one, before, total).sha256());
                    target.put(
                            disk.id(),
                            digest(other, before + disk.sizeBytes(), total).sha256());
                }
                before += 2 * disk.sizeBytes();
            }
        } finally {
            new SourceMarks(relation.source(), relation.link().source(), relation.context()).abandon(frozen.id());
        }
        boolean unbroken = m.role() == Role.REPLICA && m.broken().isEmpty();
        return new LossEvidence.Digests(cycle.sequence(), unbroken, source, target);
    }

    WholeDiskDigests wholeDisks(JobId holder) {
        Manifest m = replica.look(relation.link().item());
        List<Layers> layers = layersOf(m, holder);
        Checkpoint frozen = relation.source()
                .disks()
                .checkpoint(relation.link().source().vm(), Consistency.CRASH_CONSISTENT, relation.contextFor("whole"));
        Map<DiskId, String> source = new HashMap<>();
        Map<DiskId, String> target = new HashMap<>();
        long read = 0;
        try {
            long total = 2 * m.disks().stream().mapToLong(Disk::sizeBytes).sum();
            long before = 0;
            for (int k = 0; k < m.disks().size(); k++) {
                Disk disk = m.disks().get(k);
                DiskRef there = frozen.disks().get(k);
                try (VirtualDisk one = Relation.frozen(relation.source(), frozen.id(), there, relation.context());
                        VirtualDisk other = atPoint(disk, layers.get(k))) {
                    DiskDigest first = digest(one, before, total);
                    DiskDigest second = digest(other, before + disk.sizeBytes(), total);
                    source.put(there.disk(), first.sha256());
                    target.put(disk.id(), second.sha256());
                    read += first.bytesRead() + second.bytesRead();
                }
                before += 2 * disk.sizeBytes();
            }
        } finally {
            new SourceMarks(relation.source(), relation.link().source(), relation.context()).abandon(frozen.id());
        }
        return new WholeDiskDigests(source, target, read);
    }

    private List<Layers> layersOf(Manifest m, JobId holder) {
        Holder held = m.holders().get(holder);
        if (held != null) {
            return held.layers();
        }
        Optional<Active> active = m.active().filter(each -> each.by().equals(Optional.of(holder)));
        if (active.isEmpty() || active.get().layers().isEmpty()) {
            throw Trouble.failed(
                    "NOT_HELD",
                    "compare the disks that job " + holder + " holds of " + m.item(),
                    "it holds none",
                    "compare before they are given back or folded");
        }
        return active.get().layers();
    }

    /** The disk as of the held point: without what the VM wrote since. */
    private VirtualDisk atPoint(Disk disk, Layers layers) {
        return replica.files()
                .format(disk)
                .open(replica.files().folder(), layers.over().orElse(disk.base()), Access.READ);
    }

    private DiskDigest digest(VirtualDisk disk, long before, long total) {
        CancelFlag cancel = relation.context().cancel();
        ProgressListener progress = relation.context().progress();
        return DiskDigest.of(disk, cancel, (done, ignored) -> progress.progress(before + done, total));
    }
}
