package io.sdr.core.replication;

import io.sdr.api.spi.DiskFormat;
import io.sdr.api.spi.ReplicaStatus.Role;
import io.sdr.api.spi.StorageFolder;
import io.sdr.core.replication.Manifest.Cycle;
import io.sdr.core.replication.Manifest.Disk;
import java.util.Comparator;
import java.util.Optional;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Removes a replica's files. Its manifests go last, so that it can be done again from its start. */
final class Dissolution {
    private static final Logger LOG = LoggerFactory.getLogger(Dissolution.class);

    private final Replica replica;
    private final Predicate<String> layerInUse;

    /**
     * Prepares.
     *
     * @param layerInUse layers that a VM has attached stay, although nothing names them
     */
    Dissolution(Replica replica, Predicate<String> layerInUse) {
        this.replica = replica;
        this.layerInUse = layerInUse;
    }

    /** Removes everything but the disks; of a replica those, too, if asked, unless a user brought them. */
    void remove(Manifest manifest, boolean deleteReplica) {
        Manifest m = manifest;
        ReplicaFiles files = replica.files();
        if (m.role() == Role.REPLICA) {
            if (!m.holders().isEmpty()) {
                throw Trouble.failed(
                        "REPLICA_HELD",
                        "remove the replica of " + m.item(),
                        "jobs hold it: " + m.holders().keySet(),
                        "end them first");
            }
            if (m.broken().isEmpty()) {
                m = replica.whole(m);
            }
            Manifest.Edit edit = m.edit();
            edit.points.clear();
            edit.undo.clear();
            edit.cycles.replaceAll(Cycle::withoutRedo);
            edit.received = m.applied();
            edit.cycles.removeIf(each -> each.sequence() > edit.received);
            edit.giveUpUnfinished("the replica is removed");
            m = files.store().publish(edit.build());
        }
        if (!new Cleanup(files).runAll(m, layerInUse)) {
            throw Trouble.retry(
                    "REPLICA_IN_USE", "remove the replica of " + m.item(), "some of its files cannot be deleted");
        }
        for (Disk disk : m.disks()) {
            if (deleteReplica && m.role() == Role.REPLICA && !disk.brought()) {
                delete(m, disk);
            }
        }
        if (deleteReplica && m.role() == Role.REPLICA && m.disks().isEmpty()) {
            removeUnnamedBases();
        }
        new Marker(files).remove();
        files.store().deleteAll();
    }

    /** What somebody has put in the place of a base is not the replica's to delete. */
    private void delete(Manifest m, Disk disk) {
        StorageFolder folder = replica.files().folder();
        DiskFormat format = replica.files().format(disk);
        boolean foreign = disk.identity()
                .filter(each -> each.isOfAnother(folder, format, disk.base()))
                .isPresent();
        if (foreign) {
            LOG.warn(
                    "item {}: {}/{} stays: it is not the disk that the replica had there",
                    m.item(),
                    folder.describe(),
                    disk.base());
        } else {
            format.delete(folder, disk.base());
        }
    }

    /** The first copy failed while it made its bases: no manifest names them yet. Files beside a base go before it. */
    private void removeUnnamedBases() {
        replica.files().folder().list().stream()
                .map(StorageFolder.Entry::name)
                .filter(ReplicaFiles::isBase)
                .sorted(Comparator.reverseOrder())
                .forEach(replica.files().folder()::delete);
    }

    /** Removes what there is; nothing is done. */
    void removeIfThere(boolean deleteReplica) {
        Optional<Manifest> found = replica.files().store().readForChange();
        found.ifPresentOrElse(
                m -> remove(m, deleteReplica), () -> replica.files().store().deleteAll());
    }
}
