package io.sdr.core.replication;

import io.sdr.api.JobId;
import io.sdr.api.spi.Access;
import io.sdr.api.spi.DiskFormat;
import io.sdr.api.spi.RangeSet;
import io.sdr.api.spi.VirtualDisk;
import io.sdr.core.replication.Manifest.Active;
import io.sdr.core.replication.Manifest.Disk;
import io.sdr.core.replication.Manifest.Layers;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the layers of an active VM that is off into its base. What they told of changes is kept as divergence, first; as long as
 * the manifest names the layers, readers prefer them, so folding can be done again from its start.
 */
final class Fold {
    private static final Logger LOG = LoggerFactory.getLogger(Fold.class);

    private final ReplicaFiles files;

    Fold(ReplicaFiles files) {
        this.files = files;
    }

    boolean isNeeded(Manifest m) {
        return m.active().isPresent() && !m.active().get().layers().isEmpty();
    }

    /**
     * Folds. The VM must be off, and nobody may hold a layer over the base.
     *
     * @param freshLayer whether new writes go to a new, empty layer: needed as long as nothing else would tell of them
     */
    Manifest run(Manifest m, boolean freshLayer) {
        List<Layers> old = m.active().orElseThrow().layers();
        Manifest known = remember(m, old);
        for (int k = 0; k < old.size(); k++) {
            Disk disk = m.disks().get(k);
            DiskFormat format = files.format(disk);
            Layers layers = old.get(k);
            List<String> over = List.of(layers.over().orElse(layers.run()));
            try (VirtualDisk base = format.openUnderLayers(files.folder(), disk.base(), over);
                    VirtualDisk top = format.open(files.folder(), layers.run(), Access.READ)) {
                new DiskContent(top).copy(ranges(format, layers), files.sink(base));
                base.flush();
            }
        }
        Manifest.Edit edit = known.edit();
        Optional<JobId> by = known.active().orElseThrow().by();
        edit.active = Optional.of(new Active(by, freshLayer ? newLayers(known, by) : List.of()));
        Manifest folded = files.store().publish(edit.build());
        LOG.info("item {}: layers folded into the base", m.item());
        return folded;
    }

    private Manifest remember(Manifest m, List<Layers> old) {
        Manifest.Edit edit = m.edit();
        boolean news = false;
        for (int k = 0; k < old.size(); k++) {
            RangeSet before = k < edit.divergence.size() ? edit.divergence.get(k) : RangeSet.EMPTY;
            RangeSet after = before.union(ranges(files.format(m.disks().get(k)), old.get(k)));
            news |= !after.equals(before);
            if (k < edit.divergence.size()) {
                edit.divergence.set(k, after);
            } else {
                edit.divergence.add(after);
            }
        }
        return news ? files.store().publish(edit.build()) : m;
    }

    /** All that the layers of one disk may change. */
    RangeSet ranges(DiskFormat format, Layers layers) {
        RangeSet all;
        try (VirtualDisk run = format.open(files.folder(), layers.run(), Access.READ)) {
            all = run.ownRanges();
        }
        if (layers.over().isPresent()) {
            try (VirtualDisk over = format.open(files.folder(), layers.over().get(), Access.READ)) {
                all = all.union(over.ownRanges());
            }
        }
        return all;
    }

    private List<Layers> newLayers(Manifest m, Optional<JobId> by) {
        JobId owner = by.orElse(new JobId("active"));
        List<Layers> fresh = new ArrayList<>();
        for (int k = 0; k < m.disks().size(); k++) {
            Disk disk = m.disks().get(k);
            String run = ReplicaFiles.runName(owner, m.generation() + 1, k, disk.format());
            files.format(disk).delete(files.folder(), run); // unnamed: from a run that died
            files.format(disk).createLayer(files.folder(), run, disk.base()).close();
            fresh.add(new Layers(Optional.empty(), run));
        }
        files.folder().force();
        return fresh;
    }
}
