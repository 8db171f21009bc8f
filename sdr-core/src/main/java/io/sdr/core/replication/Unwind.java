package io.sdr.core.replication;

import io.sdr.api.CorruptException;
import io.sdr.api.ResyncCause;
import io.sdr.api.spi.Access;
import io.sdr.api.spi.VirtualDisk;
import io.sdr.core.replication.Manifest.Undo;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Takes the base back to an older cycle by its undo data. A manifest says so first; it can be done again from its start. */
final class Unwind {
    private final ReplicaFiles files;

    Unwind(ReplicaFiles files) {
        this.files = files;
    }

    /** Takes a base that is whole back; every cycle behind the given one is dropped. */
    Manifest to(Manifest m, long sequence) {
        Manifest.Edit edit = m.edit();
        edit.dropCyclesAfter(sequence);
        if (m.applied() <= sequence) {
            return files.store().publish(edit.build());
        }
        edit.unwindTo = sequence;
        new Marker(files).put(m.lineage(), new Undo(sequence, m.applied(), List.of()));
        files.folder().force();
        return finish(files.store().publish(edit.build()));
    }

    /** Ends what a manifest names. */
    Manifest finish(Manifest m) {
        List<Undo> steps = new ArrayList<>(m.undo());
        steps.removeIf(each -> each.from() < m.unwindTo());
        try {
            for (int k = 0; k < m.disks().size(); k++) {
                try (VirtualDisk base = files.openBase(m.disks().get(k), Access.WRITE)) {
                    for (int i = steps.size() - 1; i >= 0; i--) {
                        try (SegmentReader undo = files.openUndo(m, steps.get(i), k)) {
                            undo.replay(files.sink(base));
                        }
                    }
                    base.flush();
                }
            }
        } catch (CorruptException e) {
            Manifest.Edit edit = m.edit();
            edit.broken = Optional.of(ResyncCause.REPLICA_SUSPECT);
            edit.points.clear();
            files.store().publish(edit.build());
            throw e;
        }
        Manifest.Edit edit = m.edit();
        edit.applied = m.unwindTo();
        edit.applying = 0;
        edit.unwindTo = -1;
        edit.undo.removeAll(steps);
        edit.disks = files.identified(m);
        Manifest done = files.store().publish(edit.build());
        new Marker(files).remove();
        steps.forEach(each -> files.delete(each.files()));
        return done;
    }
}
