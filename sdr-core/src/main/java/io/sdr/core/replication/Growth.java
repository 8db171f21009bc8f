package io.sdr.core.replication;

import io.sdr.core.replication.Manifest.Disk;
import io.sdr.core.replication.Manifest.Resync;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Enlarges the bases of a replica. A manifest names the sizes first; it can be done again from its start. */
final class Growth {
    private static final Logger LOG = LoggerFactory.getLogger(Growth.class);

    private final ReplicaFiles files;

    Growth(ReplicaFiles files) {
        this.files = files;
    }

    static boolean isUnderWay(Manifest m) {
        return m.resync().filter(each -> !each.growing().isEmpty()).isPresent();
    }

    /** Ends what a manifest names. */
    Manifest finish(Manifest m) {
        Resync resync = m.resync().orElseThrow();
        List<Disk> larger = new ArrayList<>();
        for (int k = 0; k < m.disks().size(); k++) {
            Disk disk = m.disks().get(k);
            long size = resync.growing().get(k);
            files.format(disk).grow(files.folder(), disk.base(), size);
            larger.add(disk.withSize(size));
        }
        Manifest.Edit edit = m.edit();
        edit.disks = larger;
        edit.resync = Optional.of(new Resync(resync.dropsPoints(), resync.before(), List.of()));
        if (!resync.dropsPoints()) {
            edit.disks = files.identified(edit.build());
        }
        Manifest done = files.store().publish(edit.build());
        LOG.info("item {}: disks enlarged from {} to {} bytes", m.item(), resync.before(), resync.growing());
        return done;
    }
}
