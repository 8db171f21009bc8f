package io.sdr.core.replication;

import io.sdr.api.Consistency;
import io.sdr.api.CorruptException;
import io.sdr.api.RecoveryPoint;
import io.sdr.api.ResyncCause;
import io.sdr.api.spi.Checkpoint;
import io.sdr.api.spi.CycleResult;
import io.sdr.api.spi.CycleStatistics;
import io.sdr.api.spi.DiskRef;
import io.sdr.api.spi.Extent;
import io.sdr.api.spi.RangeSet;
import io.sdr.api.spi.ReplicaStatus.Role;
import io.sdr.api.spi.ReversalPlan;
import io.sdr.api.spi.VirtualDisk;
import io.sdr.core.format.RawFormat;
import io.sdr.core.replication.Manifest.Carried;
import io.sdr.core.replication.Manifest.Disk;
import io.sdr.core.replication.Manifest.Point;
import io.sdr.core.replication.Manifest.Resync;
import io.sdr.core.replication.Manifest.Seed;
import io.sdr.core.replication.Manifest.Unfinished;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One cycle: checkpoint, what changed, send, durable for every disk. Idempotent by its number: one that was received changes nothing.
 * Died in the middle, the same call finds its checkpoint again and goes on where the parts end; a call with another token takes a
 * new checkpoint and starts over, because the moment that it stands for is another. A copy of whole disks that was cancelled, as a
 * pause does, goes on with what changed since and what is missing, whatever the token.
 */
final class CycleRun {
    private static final Logger LOG = LoggerFactory.getLogger(CycleRun.class);

    private final Relation relation;
    private final Differences differences;
    private final Replica replica;
    private final SourceMarks marks;

    CycleRun(Relation relation, Differences differences) {
        this.relation = relation;
        this.differences = differences;
        this.replica = relation.replica();
        this.marks = new SourceMarks(relation.source(), relation.link().source(), relation.context());
    }

    CycleResult run(long sequence, Consistency consistency) {
        return run(sequence, consistency, Way.STAGED);
    }

    /** A cycle that sends everything without comparing. */
    CycleResult runWhole(long sequence) {
        return run(sequence, Consistency.CRASH_CONSISTENT, Way.STAGED_WHOLE);
    }

    /** A cycle that is written straight into the base. */
    CycleResult runInPlace(long sequence, boolean whole) {
        return run(sequence, Consistency.CRASH_CONSISTENT, whole ? Way.IN_PLACE_WHOLE : Way.IN_PLACE);
    }

    private CycleResult run(long sequence, Consistency consistency, Way way) {
        Optional<Manifest> found = replica.files().store().readForChange();
        if (found.isEmpty()) {
            return gap(ResyncCause.REPLICA_MISSING, "there is no replica in " + place());
        }
        Manifest m = found.get();
        relation.checkEpoch(m);
        if (m.role() != Role.REPLICA || !m.origin().equals(relation.link().source())) {
            return gap(
                    ResyncCause.REPLICA_MISSING,
                    "the files in " + place() + " are in role " + m.role() + ", replicated from "
                            + m.origin().vm() + " at " + m.origin().site());
        }
        if (sequence <= m.received()) {
            settle(m);
            return new CycleResult.Received(pointOf(m, sequence), CycleStatistics.NONE);
        }
        if (way.inPlace()) {
            checkSequence(m, sequence);
            return run(m, sequence, consistency, way);
        }
        m = comparedIfTorn(m);
        try {
            m = replica.whole(m);
            if (!dropsPoints(m)) {
                replica.checkBase(m);
            }
        } catch (CorruptException e) {
            ResyncCause cause = replica.look().flatMap(Manifest::broken).orElse(ResyncCause.REPLICA_SUSPECT);
            return gap(cause, e.problem().attempted() + ": " + e.problem().state());
        }
        checkSequence(m, sequence);
        return run(m, sequence, consistency, way);
    }

    /** The first copy of a reversal was begun in place and given up: nothing vouches for the disks, and all of them is compared. */
    private Manifest comparedIfTorn(Manifest m) {
        boolean torn = m.seed().isPresent()
                && m.received() == 0
                && m.broken().isPresent()
                && m.points().isEmpty()
                && m.resync().isEmpty();
        if (!torn) {
            return m;
        }
        Manifest.Edit edit = m.edit();
        edit.resync = Optional.of(new Resync(true, List.of(), List.of()));
        return replica.files().store().publish(edit.build());
    }

    private Checkpoint checkpoint(Manifest m, long sequence, Consistency consistency) {
        return relation.source()
                .disks()
                .checkpoint(
                        relation.link().source().vm(),
                        consistency,
                        relation.contextFor("cycle." + sequence + "." + m.lineage() + part(m)));
    }

    /** A cycle that goes on after a pause, or begins again, is sent as of another moment: the checkpoint before is but a mark now. */
    private static String part(Manifest m) {
        int pieces = Reception.pieces(m);
        String again = m.startedOver().map(each -> ".g" + each.times()).orElse("");
        return again + (pieces > 0 ? ".p" + pieces : "");
    }

    private static boolean dropsPoints(Manifest m) {
        return m.resync().map(Resync::dropsPoints).orElse(false);
    }

    private void checkSequence(Manifest m, long sequence) {
        if (sequence != m.received() + 1) {
            throw Trouble.retry(
                    "CYCLE_OUT_OF_ORDER",
                    "receive cycle " + sequence + " of " + m.item(),
                    "the newest whole one is " + m.received() + ", so " + (m.received() + 1) + " comes next");
        }
    }

    private CycleResult run(Manifest manifest, long sequence, Consistency consistency, Way way) {
        Checkpoint checkpoint = checkpoint(manifest, sequence, consistency);
        Manifest m = manifest.disks().isEmpty()
                ? replica.defineDisks(manifest, newDisks(checkpoint), sectors(checkpoint))
                : manifest;
        Optional<String> geometry = Resynchronisation.difference(m, checkpoint.disks());
        if (geometry.isPresent()) {
            marks.abandon(checkpoint.id());
            boolean shrank = !Resynchronisation.isGrown(m, checkpoint.disks());
            LOG.warn("item {}: no cycle can be received: {}", m.item(), geometry.get());
            return new CycleResult.Gap(ResyncCause.GEOMETRY, geometry.get(), shrank);
        }
        List<Optional<RangeSet>> candidates = new ArrayList<>();
        boolean goesOn = m.unfinished().isPresent() && !way.inPlace();
        Optional<String> lost = goesOn ? rest(m, checkpoint, way, candidates) : Optional.empty();
        if (lost.isPresent()) {
            marks.abandon(checkpoint.id());
            return run(startOver(m, lost.get()), sequence, consistency, way);
        }
        boolean everything = way.inPlace()
                ? InPlaceCycle.isUnderWay(m) || !isFirstOfReversal(m)
                : way.whole() && m.received() + m.points().size() > 0;
        if (goesOn) {
            LOG.info("item {}: cycle {} goes on where it was left", m.item(), sequence);
        } else if (everything) {
            m.disks().forEach(each -> candidates.add(Optional.empty()));
        } else if (m.resync().isPresent()) {
            candidates.addAll(resyncCandidates(m, checkpoint));
        } else if (sequence == 1) {
            candidates.addAll(firstCandidates(m, checkpoint));
        } else {
            Optional<String> unknown = changedSince(m, checkpoint, candidates);
            if (unknown.isPresent()) {
                marks.abandon(checkpoint.id());
                return gap(ResyncCause.SOURCE_HISTORY_LOST, unknown.get());
            }
        }
        if (way.inPlace()) {
            Manifest replaced =
                    new InPlaceCycle(relation, differences).run(m, sequence, checkpoint, candidates, way.whole());
            settle(replaced);
            return received(replaced, sequence);
        }
        Manifest received;
        try {
            received = transfer(m, sequence, checkpoint, candidates, way.whole());
        } catch (CorruptException e) {
            Manifest whole = replica.dropDamagedCycles(m);
            checkSequence(whole, sequence);
            if (!whole.unfinished().equals(m.unfinished())) {
                throw Trouble.retry(
                        "UNFINISHED_COPY_DAMAGED",
                        "go on with cycle " + sequence + " of " + m.item(),
                        "what had arrived of it is damaged; it starts over: "
                                + e.problem().state());
            }
            throw e;
        }
        settle(received);
        return received(received, sequence);
    }

    /** What is still to be sent of a cycle of which something has arrived; says why if that cannot be told. */
    private Optional<String> rest(Manifest m, Checkpoint checkpoint, Way way, List<Optional<RangeSet>> candidates) {
        Unfinished begun = m.unfinished().orElseThrow();
        if (way.whole()) {
            return Optional.of("all of it is asked for");
        }
        Optional<String> otherBase = dropsPoints(m) ? replica.files().differenceOfBase(m, true) : Optional.empty();
        if (otherBase.isPresent()) {
            return otherBase;
        }
        marks.keep(begun.mark()); // nobody may have come to that when it was paused
        List<RangeSet> changed = new ArrayList<>();
        Optional<String> unknown = new TrackedChanges(relation.source(), carried(), relation.context())
                .since(begun.mark(), checkpoint, changed);
        for (int k = 0; k < changed.size(); k++) {
            candidates.add(Optional.of(begun.rest(k, changed.get(k))));
        }
        return unknown;
    }

    private Manifest startOver(Manifest m, String why) {
        LOG.warn("item {}: the copy that was paused starts over: {}", m.item(), why);
        Manifest.Edit edit = m.edit();
        edit.giveUpUnfinished(why);
        Manifest again = replica.files().store().publish(edit.build());
        replica.files().delete(m.unfinished().orElseThrow().redo());
        return again;
    }

    /** Only then it is known where the two sides differ. */
    private static boolean isFirstOfReversal(Manifest m) {
        return m.received() == 0 && m.seed().map(Seed::method).equals(Optional.of(ReversalPlan.Method.UNION));
    }

    private CycleResult received(Manifest received, long sequence) {
        Manifest.Cycle cycle = received.cycle(sequence).orElseThrow();
        LOG.info(
                "item {}: cycle {} received, {} -> {}, {} bytes moved",
                received.item(),
                sequence,
                relation.source().id(),
                relation.target().id(),
                cycle.statistics().bytesMoved());
        return new CycleResult.Received(pointOf(received, sequence), cycle.statistics());
    }

    private Optional<Carried> carried() {
        return relation.sourceFiles().look().flatMap(Manifest::carried);
    }

    /** What no cycle needs any more at the source, and after the first cycle of a reversal at the target, is given up. */
    void settle(Manifest m) {
        marks.settle(m, this::carried);
        if (m.received() == 1 && m.seed().isPresent()) {
            // the old side is a replica now: the marks of its time as a source tell nothing any more
            new SourceMarks(relation.target(), relation.link().target(), relation.context()).giveUpAllIfPossible();
        }
    }

    private static List<Disk> newDisks(Checkpoint checkpoint) {
        List<Disk> disks = new ArrayList<>();
        for (DiskRef each : checkpoint.disks()) {
            disks.add(new Disk(
                    each.disk(),
                    each.format(),
                    each.sizeBytes(),
                    ReplicaFiles.baseName(disks.size(), each.format()),
                    false,
                    Optional.empty()));
        }
        return disks;
    }

    private List<OptionalInt> sectors(Checkpoint checkpoint) {
        String withoutSectors = new RawFormat().name();
        List<OptionalInt> sectors = new ArrayList<>();
        for (int k = 0; k < checkpoint.disks().size(); k++) {
            if (checkpoint.disks().get(k).format().equals(withoutSectors)) {
                sectors.add(OptionalInt.empty()); // and no call to the source
                continue;
            }
            try (VirtualDisk source = frozen(checkpoint, k)) {
                sectors.add(source.sectorBytes());
            }
        }
        return sectors;
    }

    /** Everything, except where disks only grew: what changed since the last cycle, and what was added. */
    private List<Optional<RangeSet>> resyncCandidates(Manifest m, Checkpoint checkpoint) {
        List<Long> before = m.resync().map(Resync::before).orElse(List.of());
        List<Optional<RangeSet>> known = new ArrayList<>();
        boolean onlyGrew = !before.isEmpty()
                && !dropsPoints(m)
                && m.received() > 0
                && changedSince(m, checkpoint, known).isEmpty();
        List<Optional<RangeSet>> candidates = new ArrayList<>();
        for (int k = 0; k < m.disks().size(); k++) {
            if (onlyGrew) {
                RangeSet all = known.get(k).orElseThrow();
                long added = m.disks().get(k).sizeBytes() - before.get(k);
                candidates.add(Optional.of(added > 0 ? all.union(RangeSet.of(before.get(k), added)) : all));
            } else {
                candidates.add(Optional.empty());
            }
        }
        return candidates;
    }

    /** What the first cycle of a replica must look at, by disk; an empty element means everything. */
    private List<Optional<RangeSet>> firstCandidates(Manifest m, Checkpoint checkpoint) {
        List<Optional<RangeSet>> candidates = new ArrayList<>();
        boolean union = m.seed().map(Seed::method).equals(Optional.of(ReversalPlan.Method.UNION));
        boolean compare = m.seed().map(Seed::method).equals(Optional.of(ReversalPlan.Method.COMPARE));
        Optional<List<RangeSet>> active = union ? ActiveChanges.of(relation, checkpoint.disks()) : Optional.empty();
        for (int k = 0; k < m.disks().size(); k++) {
            if (active.isPresent()) {
                RangeSet old = m.seed().orElseThrow().ranges().get(k);
                candidates.add(Optional.of(old.union(active.get().get(k))));
            } else if (union || compare) {
                candidates.add(Optional.empty());
            } else {
                candidates.add(Optional.of(dataOf(checkpoint, k)));
            }
        }
        return candidates;
    }

    private RangeSet dataOf(Checkpoint checkpoint, int disk) {
        RangeSet.Builder data = new RangeSet.Builder();
        try (VirtualDisk source = frozen(checkpoint, disk)) {
            source.extents(0, source.sizeBytes(), (offset, length, extent) -> {
                if (extent == Extent.DATA) {
                    data.add(offset, length);
                }
            });
        }
        return data.build();
    }

    private Optional<String> changedSince(Manifest m, Checkpoint checkpoint, List<Optional<RangeSet>> candidates) {
        TrackedChanges tracked = new TrackedChanges(relation.source(), carried(), relation.context());
        Optional<String> unknown = Optional.of("the manifest names no mark of cycle " + m.received());
        for (String mark : m.usableMarks()) {
            marks.keep(mark); // a lost answer may have left it a checkpoint
            List<RangeSet> ranges = new ArrayList<>();
            unknown = tracked.since(mark, checkpoint, ranges);
            if (unknown.isEmpty()) {
                ranges.forEach(each -> candidates.add(Optional.of(each)));
                return Optional.empty();
            }
        }
        return unknown;
    }

    private Manifest transfer(
            Manifest m, long sequence, Checkpoint checkpoint, List<Optional<RangeSet>> candidates, boolean whole) {
        List<Disk> compared = dropsPoints(m) ? replica.files().identified(m) : List.of();
        Reception reception = new Reception(
                replica.files(),
                m,
                sequence,
                stateOf(checkpoint, compared),
                compared,
                Optional.of(relation.context().token()));
        return new Transfer(
                        replica.files(),
                        m,
                        reception,
                        disk -> frozen(checkpoint, disk),
                        candidates,
                        differences,
                        relation.context())
                .run(checkpoint, whole, isLongCopy(m) && !whole);
    }

    /** What is sent again if it is given up, is more than what a cycle usually sends. */
    private static boolean isLongCopy(Manifest m) {
        return m.received() == 0 || m.resync().isPresent() || m.unfinished().isPresent();
    }

    /** Names what is sent, and where it is compared with a base that was changed outside, that base, too. */
    private static String stateOf(Checkpoint checkpoint, List<Disk> compared) {
        String state = checkpoint.id() + "@" + checkpoint.time();
        return compared.isEmpty()
                ? state
                : state + "#" + compared.stream().map(Disk::identity).toList().hashCode();
    }

    private VirtualDisk frozen(Checkpoint checkpoint, int disk) {
        return Relation.frozen(
                relation.source(), checkpoint.id(), checkpoint.disks().get(disk), relation.context());
    }

    private static RecoveryPoint pointOf(Manifest m, long sequence) {
        Optional<Point> point = m.pointAt(sequence);
        if (point.isPresent()) {
            return m.asRecoveryPoint(point.get());
        }
        // thinned out since: what is known of it is its number
        Manifest.Cycle nearest = m.cycles().get(0);
        return new RecoveryPoint(
                m.pointId(sequence), sequence, nearest.time(), Consistency.CRASH_CONSISTENT, true, false);
    }

    private CycleResult gap(ResyncCause cause, String detail) {
        LOG.warn("item {}: no cycle can be received: {}, {}", relation.link().item(), cause, detail);
        return new CycleResult.Gap(cause, detail);
    }

    private String place() {
        return replica.files().folder().describe() + " at " + relation.target().id();
    }
}
