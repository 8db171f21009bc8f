package io.sdr.core.replication;

import io.sdr.api.CorruptException;
import io.sdr.api.spi.DiskRef;
import io.sdr.api.spi.RangeSet;
import io.sdr.api.spi.ReplicaStatus.Role;
import io.sdr.core.replication.Manifest.Active;
import io.sdr.core.replication.Manifest.Layers;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the disks of an active VM that once were a replica differ from the newest cycle that the replica had received: the maps of
 * its layers tell, and what was remembered of layers that were folded. Nothing else is kept, so nothing is lost in a crash.
 */
final class ActiveChanges {
    private static final Logger LOG = LoggerFactory.getLogger(ActiveChanges.class);

    private ActiveChanges() {}

    /**
     * Gives the ranges by disk.
     *
     * @param attached what the VM has attached; other disks than ours tell nothing
     * @return the ranges, or empty if they cannot be told
     */
    static Optional<List<RangeSet>> of(Relation relation, List<DiskRef> attached) {
        Replica files = relation.sourceFiles();
        Optional<Manifest> found = files.look();
        if (found.isEmpty()
                || found.get().role() != Role.ACTIVE
                || found.get().divergence().isEmpty()) {
            return Optional.empty();
        }
        Manifest m = found.get();
        List<Layers> layers = m.active().map(Active::layers).orElse(List.of());
        if (layers.isEmpty() || !attached.equals(Relation.activeDisks(m, relation.source()))) {
            return Optional.empty();
        }
        try {
            Fold fold = new Fold(files.files());
            List<RangeSet> all = new ArrayList<>();
            for (int k = 0; k < m.disks().size(); k++) {
                RangeSet own = fold.ranges(files.files().format(m.disks().get(k)), layers.get(k));
                all.add(m.divergence().get(k).union(own));
            }
            return Optional.of(all);
        } catch (CorruptException e) {
            LOG.warn("item {}: a layer's map is damaged; disks are compared as a whole", m.item(), e);
            return Optional.empty();
        }
    }
}
