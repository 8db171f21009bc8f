package io.sdr.core.replication;

import io.sdr.api.Consistency;
import io.sdr.api.spi.CycleStatistics;
import io.sdr.api.spi.VirtualDisk;
import io.sdr.core.replication.Manifest.Cycle;
import io.sdr.core.replication.Manifest.Disk;
import io.sdr.core.replication.Manifest.Point;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Receives one cycle: a segment for each disk under a temporary name, then all of them under their own, then one manifest, which is
 * the acknowledgement. Died before that: run again with the same checkpoint, it goes on where the parts end.
 */
class Reception {
    private final ReplicaFiles files;
    private final Manifest manifest;
    private final long sequence;
    private final String checkpoint;
    private final List<Disk> compared;
    private final List<String> digests = new ArrayList<>();

    /**
     * Prepares.
     *
     * @param checkpoint names the frozen state that is sent: parts of another one are of no use
     */
    Reception(ReplicaFiles files, Manifest manifest, long sequence, String checkpoint) {
        this(files, manifest, sequence, checkpoint, List.of());
    }

    /**
     * Prepares.
     *
     * @param checkpoint names the frozen state that is sent: parts of another one are of no use
     * @param compared the disks with the identity of the bases that nothing vouched for and that this cycle is compared with; empty
     *     where older points stay valid
     */
    Reception(ReplicaFiles files, Manifest manifest, long sequence, String checkpoint, List<Disk> compared) {
        this.files = files;
        this.manifest = manifest;
        this.sequence = sequence;
        this.checkpoint = checkpoint;
        this.compared = List.copyOf(compared);
    }

    /**
     * Opens the next disk's segment, in order of the disks. An earlier run's part is gone on with.
     *
     * @param source the frozen disk
     */
    SegmentWriter open(int disk, VirtualDisk source) {
        String name = ReplicaFiles.redoName(sequence, disk);
        String part = name + ReplicaFiles.PART;
        if (files.folder().find(name).isPresent()) {
            // whole, but the manifest does not name it: it died before the acknowledgement
            files.folder().delete(part);
            files.folder().publish(name, part);
        }
        SegmentHeader header = files.redoHeader(manifest, disk, sequence, checkpoint);
        return SegmentWriter.resume(files.folder(), part, header, source)
                .orElseGet(() -> SegmentWriter.create(files.folder(), part, header));
    }

    /** Ends a disk's segment. */
    void whole(SegmentWriter writer) {
        digests.add(writer.finish());
    }

    /**
     * Acknowledges: durable on return, for every disk.
     *
     * @param mark the source's change mark
     */
    Manifest acknowledge(String mark, Instant time, Consistency consistency, CycleStatistics statistics) {
        if (digests.size() != manifest.disks().size()) {
            throw new IllegalStateException(
                    "only " + digests.size() + " of " + manifest.disks().size() + " disks");
        }
        List<String> names = publishSegments();
        Manifest.Edit edit = manifest.edit();
        List<String> dropped = new ArrayList<>();
        edit.cycles.replaceAll(each -> {
            if (each.sequence() > manifest.applied()) {
                return each;
            }
            dropped.addAll(each.redo());
            return each.withoutRedo();
        });
        edit.cycles.removeIf(each -> each.sequence() < sequence - 1 && each.sequence() < manifest.applied());
        edit.cycles.add(new Cycle(sequence, mark, time, consistency, statistics, digests, names));
        edit.points.add(new Point(manifest.pointId(sequence), sequence, time, consistency, false));
        edit.received = sequence;
        edit.resync = Optional.empty();
        if (!compared.isEmpty()) {
            edit.points.removeIf(each -> each.sequence() < sequence);
            edit.undo.forEach(each -> dropped.addAll(each.files()));
            edit.undo.clear();
            edit.broken = Optional.empty();
            edit.disks = new ArrayList<>(compared);
        }
        Manifest received = files.store().publish(edit.build());
        files.delete(dropped);
        return received;
    }

    /** Gives the segments their names; durable. */
    List<String> publishSegments() {
        List<String> names = new ArrayList<>();
        for (int k = 0; k < manifest.disks().size(); k++) {
            String name = ReplicaFiles.redoName(sequence, k);
            if (!files.folder().publish(name + ReplicaFiles.PART, name)) {
                throw Trouble.retry(
                        "REPLICA_CHANGED",
                        "name " + files.folder().describe() + "/" + name,
                        "it exists: somebody else receives the same cycle");
            }
            names.add(name);
        }
        files.folder().force();
        return names;
    }
}
