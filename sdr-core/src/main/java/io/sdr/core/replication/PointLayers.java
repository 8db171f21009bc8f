package io.sdr.core.replication;

import io.sdr.api.CorruptException;
import io.sdr.api.JobId;
import io.sdr.api.spi.DiskFormat;
import io.sdr.api.spi.VirtualDisk;
import io.sdr.core.replication.Manifest.Cycle;
import io.sdr.core.replication.Manifest.Disk;
import io.sdr.core.replication.Manifest.Layers;
import io.sdr.core.replication.Manifest.Undo;
import io.sdr.core.sync.ChangeSink;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Builds the layers that bring the base to a point: from undo data, newest to oldest, or from received cycles, oldest to newest; over
 * that an empty one for the VM. Their cost is what changed between the point and the base. They exist once a manifest names them.
 */
final class PointLayers {
    private final ReplicaFiles files;

    PointLayers(ReplicaFiles files) {
        this.files = files;
    }

    /** Builds the layers of all disks, durable on return. */
    List<Layers> build(Manifest m, JobId job, long number, long sequence) {
        List<Layers> all = new ArrayList<>();
        for (int k = 0; k < m.disks().size(); k++) {
            Disk disk = m.disks().get(k);
            DiskFormat format = files.format(disk);
            String over = ReplicaFiles.overName(job, number, k, disk.format());
            String run = ReplicaFiles.runName(job, number, k, disk.format());
            format.delete(files.folder(), run); // unnamed: from a run that died
            format.delete(files.folder(), over);
            boolean needed = sequence != m.applied();
            if (needed) {
                try (VirtualDisk layer = format.createLayer(files.folder(), over, disk.base())) {
                    fill(m, k, sequence, layer);
                    layer.flush();
                }
            }
            format.createLayer(files.folder(), run, needed ? over : disk.base()).close();
            all.add(new Layers(needed ? Optional.of(over) : Optional.empty(), run));
        }
        files.folder().force();
        return all;
    }

    private void fill(Manifest m, int disk, long sequence, VirtualDisk layer) {
        ChangeSink sink = files.sink(layer);
        if (sequence > m.applied()) {
            for (Cycle each : m.cycles()) {
                if (each.sequence() > m.applied() && each.sequence() <= sequence) {
                    try (RedoReader redo = files.openRedo(m, each, disk)) {
                        redo.replay(sink);
                    } catch (CorruptException e) {
                        throw new DamagedSegment(e, each.sequence(), false);
                    }
                }
            }
            return;
        }
        for (int i = m.undo().size() - 1; i >= 0; i--) {
            Undo each = m.undo().get(i);
            if (each.from() >= sequence) {
                try (SegmentReader undo = files.openUndo(m, each, disk)) {
                    undo.replay(sink);
                } catch (CorruptException e) {
                    throw new DamagedSegment(e, each.from(), true);
                }
            }
        }
    }

    void delete(Manifest m, List<Layers> layers) {
        for (int k = 0; k < layers.size(); k++) {
            DiskFormat format = files.format(m.disks().get(k));
            format.delete(files.folder(), layers.get(k).run());
            layers.get(k).over().ifPresent(over -> format.delete(files.folder(), over));
        }
    }

    /** A segment that a layer needs is damaged: no layer was named. */
    static final class DamagedSegment extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final CorruptException cause;
        private final long sequence;
        private final boolean undo;

        DamagedSegment(CorruptException cause, long sequence, boolean undo) {
            super(cause);
            this.cause = cause;
            this.sequence = sequence;
            this.undo = undo;
        }

        CorruptException damage() {
            return cause;
        }

        /** The damaged cycle; for undo data the state that it would bring back. */
        long sequence() {
            return sequence;
        }

        boolean isUndo() {
            return undo;
        }
    }
}
