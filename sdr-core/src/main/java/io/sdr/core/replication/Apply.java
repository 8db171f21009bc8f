package io.sdr.core.replication;

import io.sdr.api.CorruptException;
import io.sdr.api.ResyncCause;
import io.sdr.api.spi.Access;
import io.sdr.api.spi.VirtualDisk;
import io.sdr.core.replication.Manifest.Cycle;
import io.sdr.core.replication.Manifest.Undo;
import io.sdr.core.sync.ChangeSink;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes received cycles into the base. Undo data is made from the base, forced and named in a manifest before the base is touched,
 * and never made again after that: a base that is half written has no old state to read.
 */
class Apply {
    private static final Logger LOG = LoggerFactory.getLogger(Apply.class);

    private final ReplicaFiles files;
    private final Marker marker;

    Apply(ReplicaFiles files) {
        this.files = files;
        this.marker = new Marker(files);
    }

    /** Whether the base may be written: nobody holds a layer over it. */
    boolean isAllowed(Manifest m) {
        return m.holders().isEmpty();
    }

    /**
     * Applies the next cycle. A damaged segment is found before the base is lost: then the replica falls back to the last cycle that
     * is whole in the base, and the source is asked again.
     */
    Manifest next(Manifest m) {
        long sequence = m.applied() + 1;
        Cycle cycle = m.cycle(sequence)
                .orElseThrow(() -> Trouble.corrupt(
                        files.folder(),
                        ManifestStore.name(m.generation()),
                        "it does not name cycle " + sequence + ", which it says was received"));
        boolean undoNeeded = PointsKept.needUndoFor(m, sequence);
        Undo undo;
        try {
            undo = undoNeeded ? makeUndo(m, cycle) : new Undo(m.applied(), sequence, List.of());
            if (!undoNeeded) {
                verify(m, cycle);
            }
        } catch (CorruptException e) {
            return fallBack(m, sequence, e);
        }
        return finish(begin(m, undo));
    }

    /** Says in a manifest that the base is written from now on. */
    Manifest begin(Manifest m, Undo undo) {
        marker.put(m.lineage(), undo);
        files.folder().force();
        Manifest.Edit edit = m.edit();
        edit.applying = undo.to();
        if (!undo.files().isEmpty()) {
            edit.undo.add(undo);
        }
        return files.store().publish(edit.build());
    }

    private void verify(Manifest m, Cycle cycle) {
        for (int k = 0; k < m.disks().size(); k++) {
            try (RedoReader redo = files.openRedo(m, cycle, k)) {
                redo.replay(files.untilCancelled(SegmentReader.NOWHERE));
            }
        }
    }

    /** Reads what a cycle will overwrite. The base must not have been touched by that cycle. */
    Undo makeUndo(Manifest m, Cycle cycle) {
        List<String> names = new ArrayList<>();
        for (int k = 0; k < m.disks().size(); k++) {
            String name = ReplicaFiles.undoName(m.applied(), cycle.sequence(), k);
            files.folder().delete(name); // unnamed: from a run that died before it touched the base
            try (RedoReader redo = files.openRedo(m, cycle, k);
                    VirtualDisk base = files.openBase(m.disks().get(k), Access.READ);
                    SegmentWriter undo = SegmentWriter.create(
                            files.folder(), name, files.undoHeader(m, k, m.applied(), cycle.sequence()))) {
                DiskContent old = new DiskContent(base);
                ChangeSink kept = files.untilCancelled(undo);
                redo.visitRanges((offset, length) -> old.copy(offset, length, kept));
                undo.finish();
            }
            names.add(name);
        }
        return new Undo(m.applied(), cycle.sequence(), names);
    }

    private Manifest fallBack(Manifest m, long damaged, CorruptException cause) {
        LOG.warn(
                "item {}: cycle {} is damaged; back to cycle {}, the source is asked again",
                m.item(),
                damaged,
                damaged - 1,
                cause);
        Manifest.Edit edit = m.edit();
        edit.dropCyclesAfter(damaged - 1);
        return files.store().publish(edit.build());
    }

    /** Ends an apply that a manifest names, as often as it takes. */
    Manifest finish(Manifest m) {
        Cycle cycle = m.cycle(m.applying())
                .orElseThrow(() -> Trouble.corrupt(
                        files.folder(),
                        ManifestStore.name(m.generation()),
                        "it does not name cycle " + m.applying() + ", which is being applied"));
        try {
            writeRedo(m, cycle);
        } catch (CorruptException e) {
            return takeBack(m, e);
        }
        return end(m);
    }

    /** Writes a cycle into the base, from its start, and forces it. */
    void writeRedo(Manifest m, Cycle cycle) {
        for (int k = 0; k < m.disks().size(); k++) {
            try (RedoReader redo = files.openRedo(m, cycle, k);
                    VirtualDisk base = files.openBase(m.disks().get(k), Access.WRITE)) {
                redo.replay(files.sink(base));
                base.flush();
            }
        }
    }

    private Manifest takeBack(Manifest m, CorruptException cause) {
        boolean possible = m.undo().stream().anyMatch(each -> each.to() == m.applying());
        Manifest.Edit edit = m.edit();
        if (!possible) {
            LOG.error("item {}: cycle {} is damaged while the base holds a part of it", m.item(), m.applying(), cause);
            edit.broken = Optional.of(ResyncCause.REPLICA_SUSPECT);
            edit.points.clear();
            files.store().publish(edit.build());
            throw cause;
        }
        LOG.warn("item {}: cycle {} is damaged; the base is taken back", m.item(), m.applying(), cause);
        edit.unwindTo = m.applied();
        edit.dropCyclesAfter(m.applied());
        return new Unwind(files).finish(files.store().publish(edit.build()));
    }

    private Manifest end(Manifest m) {
        Manifest.Edit edit = m.edit();
        edit.applied = m.applying();
        edit.applying = 0;
        edit.disks = files.identified(m);
        edit.cycles.clear();
        for (Cycle each : m.cycles()) {
            if (each.sequence() > edit.applied) {
                edit.cycles.add(each);
            } else if (each.sequence() == edit.received
                    && (each.sequence() > 1 || m.seed().isPresent())) {
                edit.cycles.add(each); // until the next one is received: evidence is re-made from it
            } else if (each.sequence() == edit.applied || each.sequence() >= edit.received - 1) {
                edit.cycles.add(each.withoutRedo()); // its mark is still needed
            }
        }
        PointsKept.prune(edit);
        Manifest done = files.store().publish(edit.build());
        marker.remove();
        dropUnnamed(m, done);
        LOG.debug("item {}: cycle {} applied", m.item(), done.applied());
        return done;
    }

    private void dropUnnamed(Manifest before, Manifest after) {
        List<String> gone = new ArrayList<>(before.namedFiles());
        gone.removeAll(after.namedFiles());
        files.delete(gone);
    }
}
