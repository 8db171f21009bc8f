package io.sdr.core.replication;

import io.sdr.api.CorruptException;
import io.sdr.api.JobId;
import io.sdr.api.PointId;
import io.sdr.api.spi.Access;
import io.sdr.api.spi.DiskFormat;
import io.sdr.api.spi.RangeSet;
import io.sdr.api.spi.ReplicaStatus.Role;
import io.sdr.api.spi.VirtualDisk;
import io.sdr.core.replication.Manifest.Active;
import io.sdr.core.replication.Manifest.Cycle;
import io.sdr.core.replication.Manifest.Disk;
import io.sdr.core.replication.Manifest.Holder;
import io.sdr.core.replication.Manifest.Layers;
import io.sdr.core.replication.Manifest.Point;
import io.sdr.core.replication.PointLayers.DamagedSegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Jobs that hold a point: layers over the base, which is read-only meanwhile. Given back, nothing has happened to the base. */
final class Holds {
    private static final Logger LOG = LoggerFactory.getLogger(Holds.class);

    private final ReplicaFiles files;
    private final PointLayers layers;

    Holds(ReplicaFiles files) {
        this.files = files;
        this.layers = new PointLayers(files);
    }

    /** Builds layers for a point and names them in place of those that the job had. The base must be whole. */
    Manifest hold(Manifest m, JobId job, Point point, String token) {
        long number = m.generation() + 1;
        List<Layers> built;
        try {
            built = layers.build(m, job, number, point.sequence());
        } catch (DamagedSegment e) {
            dropUnreachable(m, e);
            throw e.damage();
        }
        Optional<Holder> before = Optional.ofNullable(m.holders().get(job));
        Manifest.Edit edit = m.edit();
        edit.holders.put(job, new Holder(point.id(), point.sequence(), token, number, built));
        Manifest held = files.store().publish(edit.build());
        LOG.info("item {}: job {} holds point {}", m.item(), job, point.id());
        before.ifPresent(old -> layers.delete(m, old.layers()));
        return held;
    }

    /** Points that need the damaged segment cannot be reached any more; newer, or older, ones stay. */
    private void dropUnreachable(Manifest m, DamagedSegment damage) {
        Manifest.Edit edit = m.edit();
        if (damage.isUndo()) {
            edit.points.removeIf(each -> each.sequence() <= damage.sequence());
            PointsKept.dropUnneededUndo(edit);
        } else {
            edit.dropCyclesAfter(damage.sequence() - 1);
        }
        LOG.warn("item {}: a segment is damaged; points that need it are gone", m.item(), damage.damage());
        files.store().publish(edit.build());
    }

    /** Ends a hold. What the VM wrote is gone, or kept aside as disks that hold nothing but what was written. */
    Manifest release(Manifest m, JobId job, boolean keepWrites) {
        Holder holder = m.holders().get(job);
        if (holder == null) {
            return m;
        }
        if (keepWrites) {
            keep(m, job, holder);
        }
        Manifest.Edit edit = m.edit();
        edit.holders.remove(job);
        Manifest released = files.store().publish(edit.build());
        LOG.info("item {}: job {} gave point {} back", m.item(), job, holder.point());
        layers.delete(m, holder.layers());
        return released;
    }

    private void keep(Manifest m, JobId job, Holder holder) {
        for (int k = 0; k < m.disks().size(); k++) {
            Disk disk = m.disks().get(k);
            DiskFormat format = files.format(disk);
            String name = ReplicaFiles.keptName(job, holder.number(), k, disk.format());
            format.delete(files.folder(), name); // from a run that died: the job still holds
            try (VirtualDisk run =
                            format.open(files.folder(), holder.layers().get(k).run(), Access.READ);
                    VirtualDisk kept = format.create(
                            files.folder(), name, ReplicaFiles.shape(disk.sizeBytes(), run.sectorBytes()))) {
                new DiskContent(run).copy(run.ownRanges(), new DiskSink(kept));
                kept.flush();
            }
        }
        files.folder().force();
    }

    /** The one manifest by which the held disks become the active ones. */
    Manifest commit(Manifest m, JobId job, Holder holder) {
        Manifest.Edit edit = m.edit();
        edit.role = Role.ACTIVE;
        edit.divergence.clear();
        for (int k = 0; k < m.disks().size(); k++) {
            edit.divergence.add(divergence(m, holder, k));
        }
        edit.active = Optional.of(new Active(Optional.of(job), holder.layers()));
        edit.holders.remove(job);
        edit.points.clear();
        edit.undo.clear();
        edit.seed = Optional.empty();
        edit.giveUpUnfinished("the replica became the active disks");
        edit.cycles.replaceAll(Cycle::withoutRedo);
        List<Disk> disks = new ArrayList<>();
        m.disks().forEach(each -> disks.add(each.withIdentity(Optional.empty())));
        edit.disks = disks;
        Manifest committed = files.store().publish(edit.build());
        LOG.info("item {}: job {} committed point {}", m.item(), job, holder.point());
        List<String> gone = new ArrayList<>(m.namedFiles());
        gone.removeAll(committed.namedFiles());
        files.delete(gone);
        return committed;
    }

    /** Where the held disk differs from the newest received cycle, beside what the VM writes into its own layer. */
    private RangeSet divergence(Manifest m, Holder holder, int disk) {
        if (m.broken().isPresent()) {
            return RangeSet.of(0, m.disks().get(disk).sizeBytes()); // nothing vouches for the base
        }
        RangeSet.Builder all = new RangeSet.Builder();
        Optional<String> over = holder.layers().get(disk).over();
        if (over.isPresent()) {
            try (VirtualDisk layer = files.format(m.disks().get(disk)).open(files.folder(), over.get(), Access.READ)) {
                all.add(layer.ownRanges());
            }
        }
        for (Cycle each : m.cycles()) {
            if (each.sequence() > m.applied()) {
                all.add(rangesOf(m, each, disk));
            }
        }
        return all.build();
    }

    private RangeSet rangesOf(Manifest m, Cycle cycle, int disk) {
        try (RedoReader redo = files.openRedo(m, cycle, disk)) {
            return redo.ranges();
        } catch (CorruptException e) {
            LOG.warn("item {}: cycle {} is damaged; the whole disk counts as changed", m.item(), cycle.sequence(), e);
            return RangeSet.of(0, m.disks().get(disk).sizeBytes());
        }
    }

    Point pointOf(Manifest m, PointId id) {
        return m.point(id)
                .orElseThrow(() -> Trouble.invalid(
                        "UNKNOWN_POINT",
                        "go to recovery point " + id + " of " + m.item(),
                        "the replica has no such point; nothing was changed",
                        "choose one of those that are listed"));
    }
}
