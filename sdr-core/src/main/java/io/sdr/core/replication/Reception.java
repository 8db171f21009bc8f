package io.sdr.core.replication;

import io.sdr.api.Consistency;
import io.sdr.api.spi.CycleStatistics;
import io.sdr.api.spi.RangeSet;
import io.sdr.api.spi.VirtualDisk;
import io.sdr.core.replication.Manifest.Cycle;
import io.sdr.core.replication.Manifest.Disk;
import io.sdr.core.replication.Manifest.Point;
import io.sdr.core.replication.Manifest.Unfinished;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Receives one cycle: a segment for each disk under a temporary name, then all of them under their own, then one manifest, which is
 * the acknowledgement. Died before that: run again with the same checkpoint, it goes on where the parts end. Paused before that, the
 * manifest names what has arrived as a piece of an unfinished cycle, to which the next run adds another one.
 */
class Reception {
    private final ReplicaFiles files;
    private final Manifest manifest;
    private final long sequence;
    private final String checkpoint;
    private final List<Disk> compared;
    private final Optional<String> token;
    private final int piece;
    private final List<String> digests = new ArrayList<>();

    /**
     * Prepares.
     *
     * @param checkpoint names the frozen state that is sent: parts of another one are of no use
     */
    Reception(ReplicaFiles files, Manifest manifest, long sequence, String checkpoint) {
        this(files, manifest, sequence, checkpoint, List.of(), Optional.empty());
    }

    /**
     * Prepares.
     *
     * @param checkpoint names the frozen state that is sent: parts of another one are of no use
     * @param compared the disks with the identity of the bases that nothing vouched for and that this cycle is compared with; empty
     *     where older points stay valid
     * @param token the token of the call that sends it
     */
    Reception(
            ReplicaFiles files,
            Manifest manifest,
            long sequence,
            String checkpoint,
            List<Disk> compared,
            Optional<String> token) {
        this.files = files;
        this.manifest = manifest;
        this.sequence = sequence;
        this.checkpoint = checkpoint;
        this.compared = List.copyOf(compared);
        this.token = token;
        this.piece = pieces(manifest);
    }

    /** How many pieces have arrived of the next cycle. */
    static int pieces(Manifest m) {
        return m.unfinished().map(each -> each.redo().size() / m.disks().size()).orElse(0);
    }

    /**
     * Opens the next disk's segment, in order of the disks. An earlier run's part is gone on with.
     *
     * @param source the frozen disk
     */
    SegmentWriter open(int disk, VirtualDisk source) {
        String name = ReplicaFiles.redoName(sequence, piece, disk);
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
        Unfinished all = withThisPiece(mark, List.of(), statistics);
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
        edit.cycles.add(
                new Cycle(sequence, mark, time, consistency, all.statistics(), all.digests(), all.redo(), token));
        edit.unfinished = Optional.empty();
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

    /**
     * Leaves the cycle unfinished: what has arrived is durable on return, and the next run goes on from it. Nothing is received.
     *
     * @param mark the source's change mark
     * @param missing by disk: what has not arrived
     */
    Manifest leave(String mark, List<RangeSet> missing, CycleStatistics statistics) {
        Unfinished all = withThisPiece(mark, missing, statistics);
        Manifest.Edit edit = manifest.edit();
        edit.unfinished = Optional.of(all);
        if (!compared.isEmpty()) {
            edit.disks = new ArrayList<>(compared); // what has arrived fits to these bases alone
        }
        return files.store().publish(edit.build());
    }

    /** Whether the cycle may be left unfinished once more. */
    boolean mayBeLeft() {
        return piece + 1 < Unfinished.MOST_PIECES;
    }

    private Unfinished withThisPiece(String mark, List<RangeSet> missing, CycleStatistics statistics) {
        if (digests.size() != manifest.disks().size()) {
            throw new IllegalStateException(
                    "only " + digests.size() + " of " + manifest.disks().size() + " disks");
        }
        List<String> names = publishSegments();
        Optional<Unfinished> before = manifest.unfinished();
        return new Unfinished(
                mark,
                missing,
                concat(before.map(Unfinished::digests), digests),
                concat(before.map(Unfinished::redo), names),
                before.map(Unfinished::statistics)
                        .map(each -> sum(each, statistics))
                        .orElse(statistics));
    }

    private static List<String> concat(Optional<List<String>> before, List<String> more) {
        return Stream.concat(before.stream().flatMap(List::stream), more.stream())
                .toList();
    }

    private static CycleStatistics sum(CycleStatistics one, CycleStatistics other) {
        return new CycleStatistics(
                one.bytesRead() + other.bytesRead(),
                one.bytesMoved() + other.bytesMoved(),
                one.changedBytes() + other.changedBytes());
    }

    /** Gives the segments their names; durable. */
    List<String> publishSegments() {
        List<String> names = new ArrayList<>();
        for (int k = 0; k < manifest.disks().size(); k++) {
            String name = ReplicaFiles.redoName(sequence, piece, k);
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
