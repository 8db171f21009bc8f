package io.sdr.core.replication;

import io.sdr.api.CorruptException;
import io.sdr.api.ResyncCause;
import io.sdr.api.spi.ReplicaStatus.Role;
import io.sdr.api.spi.StorageFolder;
import io.sdr.core.format.DiskFormats;
import io.sdr.core.replication.Manifest.Active;
import io.sdr.core.replication.Manifest.Cycle;
import io.sdr.core.replication.Manifest.Layers;
import io.sdr.core.replication.Manifest.Undo;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Makes a replica's base whole from what lies in its folder, without engine or store, and looks through everything else that the
 * manifest names. Alone here a damaged manifest is replaced by the one before it: nobody else may guess. May be run again at any
 * time; run on a folder in which all is well, it changes nothing.
 */
public final class JournalRepair {
    private final StorageFolder folder;
    private final ReplicaFiles files;
    private final Replica replica;
    private final List<String> done = new ArrayList<>();
    private Optional<String> forgotten = Optional.empty();

    /**
     * What was found.
     *
     * @param item the item whose replica it is
     * @param role {@code REPLICA} or {@code ACTIVE}
     * @param applied the cycle at which the base is, whole
     * @param received the newest cycle that was received
     * @param done what was repaired, for people; empty if nothing was wrong
     * @param damaged what is damaged and could not be repaired, for people: points that need it cannot be reached
     * @param forgotten that an older manifest counts, so that the last change of the replica is forgotten, for people; empty if
     *     nothing is
     */
    public record Report(
            String item,
            String role,
            long applied,
            long received,
            List<String> done,
            List<String> damaged,
            Optional<String> forgotten) {
        /** Copies the lists. */
        public Report {
            done = List.copyOf(done);
            damaged = List.copyOf(damaged);
        }
    }

    private JournalRepair(StorageFolder folder, DiskFormats formats) {
        this.folder = folder;
        this.replica = new Replica(folder, formats);
        this.files = replica.files();
    }

    /**
     * Repairs a replica's folder. No engine may be using it.
     *
     * @param folder the folder
     * @return what was found and done; the base is whole
     * @throws io.sdr.api.InvalidRequestException code {@code NO_REPLICA} if it holds no replica
     * @throws CorruptException if the base cannot be made whole; the message names the file
     */
    public static Report repair(StorageFolder folder) {
        return repair(folder, DiskFormats.installed());
    }

    static Report repair(StorageFolder folder, DiskFormats formats) {
        return new JournalRepair(folder, formats).run();
    }

    private Report run() {
        List<Long> generations = files.store().generations();
        if (generations.isEmpty()) {
            throw Trouble.invalid(
                    "NO_REPLICA",
                    "repair " + folder.describe(),
                    "it holds no manifest.<number>",
                    "name the folder of one item's replica");
        }
        folder.force();
        Manifest m;
        try {
            m = files.store().read(generations.get(0));
        } catch (CorruptException e) {
            m = fallBack(generations, e);
        }
        boolean torn = m.isBaseTorn();
        long from = m.applied();
        m = replica.whole(m);
        if (torn) {
            done.add("the base was half-way from cycle " + from + "; it is whole at cycle " + m.applied());
        }
        boolean stays = m.broken().isPresent() && new Marker(files).isTorn(m.lineage());
        if (new Marker(files).exists() && !stays) {
            new Marker(files).remove();
            done.add("the mark beside the base is removed");
        }
        return new Report(m.item().value(), m.role().name(), m.applied(), m.received(), done, damaged(m), forgotten);
    }

    private Manifest fallBack(List<Long> generations, CorruptException cause) {
        if (generations.size() < 2) {
            throw cause;
        }
        long damaged = generations.get(0);
        Manifest before = files.store().read(generations.get(1));
        Manifest.Edit edit = before.edit();
        edit.generation = damaged + 1;
        whatTheMarkerTells(before, edit);
        if (before.role() == Role.ACTIVE) {
            dropFoldedLayers(before, edit);
        }
        Manifest now = files.store().publish(edit.build());
        folder.delete(ManifestStore.name(damaged));
        done.add(ManifestStore.name(damaged) + " is damaged; " + ManifestStore.name(before.generation())
                + " counts again");
        forgotten = Optional.of("the last change of the replica, which only " + ManifestStore.name(damaged)
                + " told, is forgotten: "
                + ManifestStore.name(before.generation()) + " counts again. It was one of: a cycle that was received"
                + " or applied, points that were dropped, a copy that was built or taken away, a commit, a reversal,"
                + " or that cycles of earlier decisions are refused");
        return now;
    }

    /** The damaged manifest may have said that the base is being written: then the marker says so, too. */
    private void whatTheMarkerTells(Manifest before, Manifest.Edit edit) {
        if (new Marker(files).isTorn(before.lineage())) {
            edit.broken = Optional.of(ResyncCause.REPLICA_SUSPECT);
            edit.applying = 0;
            edit.unwindTo = -1;
            edit.applied = before.received();
            edit.cycles.clear();
            edit.undo.clear();
            edit.points.clear();
            edit.giveUpUnfinished("the disks were being replaced in place");
            return;
        }
        Optional<Undo> marker = new Marker(files).read(before.lineage());
        if (marker.isEmpty() || before.isBaseTorn()) {
            return;
        }
        long from = marker.get().from();
        long to = marker.get().to();
        if (from == before.applied() && before.cycle(to).isPresent()) {
            edit.applying = to;
            if (!marker.get().files().isEmpty()) {
                edit.undo.add(marker.get());
            }
        } else if (to == before.applied() && from < to) {
            edit.unwindTo = from;
            edit.dropCyclesAfter(from);
        }
    }

    /** Layers that are gone were folded before: the damaged manifest had dropped them. */
    private void dropFoldedLayers(Manifest before, Manifest.Edit edit) {
        List<Layers> layers = before.active().map(Active::layers).orElse(List.of());
        if (!layers.isEmpty() && layers.stream().noneMatch(each -> isThere(each.run()))) {
            edit.active = Optional.of(new Active(before.active().flatMap(Active::by), List.of()));
            done.add("the layers over the base are gone; they had been folded into it");
        }
    }

    private boolean isThere(String file) {
        return folder.find(file).isPresent();
    }

    private List<String> damaged(Manifest m) {
        List<String> all = new ArrayList<>();
        m.broken().ifPresent(cause -> all.add("no cycle can be received: " + cause));
        if (new Marker(files).isTorn(m.lineage())) {
            all.add("the base is being written over in place: the job that does it, or a resynchronisation, makes it"
                    + " whole");
        }
        if (m.role() == Role.REPLICA) {
            files.differenceOfBase(m, true).ifPresent(all::add);
        }
        for (int k = 0; k < m.disks().size(); k++) {
            int disk = k;
            for (Cycle each : m.cycles()) {
                if (!each.redo().isEmpty()) {
                    look(() -> remakeDigest(files.openRedo(m, each, disk)), all);
                }
            }
            m.unfinished().ifPresent(each -> look(() -> remakeDigest(files.openRedo(m, each, disk)), all));
            for (Undo each : m.undo()) {
                look(
                        () -> {
                            try (SegmentReader undo = files.openUndo(m, each, disk)) {
                                undo.remakeDigest();
                            }
                        },
                        all);
            }
        }
        return all;
    }

    private static void remakeDigest(RedoReader opened) {
        try (RedoReader redo = opened) {
            redo.remakeDigest();
        }
    }

    private static void look(Runnable reading, List<String> damaged) {
        try {
            reading.run();
        } catch (CorruptException e) {
            damaged.add(e.problem().attempted() + ": " + e.problem().state());
        }
    }
}
