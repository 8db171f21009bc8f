package io.sdr.core.replication;

import io.sdr.api.Consistency;
import io.sdr.api.DiskId;
import io.sdr.api.ItemId;
import io.sdr.api.JobId;
import io.sdr.api.PointId;
import io.sdr.api.RecoveryPoint;
import io.sdr.api.ResyncCause;
import io.sdr.api.spi.CycleStatistics;
import io.sdr.api.spi.DiskRef;
import io.sdr.api.spi.Endpoint;
import io.sdr.api.spi.RangeSet;
import io.sdr.api.spi.ReplicaStatus.Role;
import io.sdr.api.spi.ReplicationDriver.Retention;
import io.sdr.api.spi.ReversalPlan;
import io.sdr.core.sync.DeltaSync;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * All that is true of a replica: what is not named here does not exist. Immutable; each change is published as the next
 * generation.
 *
 * @param generation counts the manifests of a folder from 1, over all its lineages
 * @param item the item
 * @param lineage names one life as a replica: numbers of cycles, and segments, mean nothing outside of it
 * @param role what the files are
 * @param origin who is replicated here
 * @param epochFloor changes of a lower epoch are refused
 * @param retention which points to keep
 * @param disks the disks; empty before the first cycle of a new replica
 * @param received newest cycle that is durable for every disk
 * @param applied newest cycle that is whole in the base
 * @param applying the cycle that is being written into the base, or 0
 * @param unwindTo the cycle to which the base is being taken back, or -1
 * @param cycles what is still needed of received cycles, ascending
 * @param undo undo data, ascending and without holes up to {@code applied} (or {@code applying})
 * @param points the recovery points, ascending
 * @param holders what jobs hold
 * @param active the layers of the active VM, in role ACTIVE
 * @param divergence in role ACTIVE, by disk: where the disks differ from the common point, beside what the layers tell
 * @param carried in role ACTIVE: what the VM changed before its disks were replaced by folded ones
 * @param seed after a reversal: how the first cycle finds differences
 * @param broken why no cycle can be received
 * @param resync how the next cycle brings a broken history back in line
 * @param unfinished what has arrived of the next cycle, whose copying was paused
 * @param startedOver that something had arrived of a cycle and was given up
 */
record Manifest(
        long generation,
        ItemId item,
        String lineage,
        Role role,
        Endpoint origin,
        long epochFloor,
        Retention retention,
        List<Disk> disks,
        long received,
        long applied,
        long applying,
        long unwindTo,
        List<Cycle> cycles,
        List<Undo> undo,
        List<Point> points,
        Map<JobId, Holder> holders,
        Optional<Active> active,
        List<RangeSet> divergence,
        Optional<Carried> carried,
        Optional<Seed> seed,
        Optional<ResyncCause> broken,
        Optional<Resync> resync,
        Optional<Unfinished> unfinished,
        Optional<StartedOver> startedOver) {

    /**
     * A disk.
     *
     * @param id its id
     * @param format the format of its base
     * @param sizeBytes its size
     * @param base the base's main file
     * @param brought whether the file was a user's disk, which is never deleted
     * @param identity what the base looked like when it was last written; empty in role ACTIVE
     */
    record Disk(
            DiskId id, String format, long sizeBytes, String base, boolean brought, Optional<BaseIdentity> identity) {
        Disk withSize(long bytes) {
            return new Disk(id, format, bytes, base, brought, identity);
        }

        Disk withIdentity(Optional<BaseIdentity> value) {
            return new Disk(id, format, sizeBytes, base, brought, value);
        }
    }

    /**
     * A received cycle. It came in one piece, or in several if its copying was paused; a later piece wins.
     *
     * @param sequence its number
     * @param mark the change mark at the source
     * @param time when it was taken
     * @param consistency what it promises
     * @param statistics what it cost
     * @param digests by piece, and in each by disk: what was sent, digested at the source
     * @param redo the segments in the same order; empty once dropped
     * @param token the token of the call that made it whole; empty where it was made before tokens were kept
     */
    record Cycle(
            long sequence,
            String mark,
            Instant time,
            Consistency consistency,
            CycleStatistics statistics,
            List<String> digests,
            List<String> redo,
            Optional<String> token) {
        /** Stands for the digest of a segment that there never was. */
        static final String IN_PLACE = "in-place";

        Cycle {
            digests = List.copyOf(digests);
            redo = List.copyOf(redo);
        }

        /** Whether it was written straight into the base, so that there never were segments. */
        boolean isInPlace() {
            return !digests.isEmpty() && digests.stream().allMatch(IN_PLACE::equals);
        }

        /** What was sent of a disk, in words that are the same if and only if all its pieces are. */
        String digest(int disk, int disks) {
            return IntStream.range(0, digests.size())
                    .filter(i -> i % disks == disk)
                    .mapToObj(digests::get)
                    .collect(Collectors.joining(RedoReader.BETWEEN_PIECES));
        }

        Cycle withoutRedo() {
            return new Cycle(sequence, mark, time, consistency, statistics, digests, List.of(), token);
        }
    }

    /**
     * What has arrived of the cycle after {@code received}. It is no cycle: it is never applied, nobody can go to it, and where the
     * state that it builds on changes it is given up.
     *
     * @param mark the change mark at the source: what is not missing arrived as it was then
     * @param missing by disk: what has still to come, beside what changes after the mark
     * @param digests as of a {@link Cycle}
     * @param redo as of a {@link Cycle}
     * @param statistics what it cost so far
     */
    record Unfinished(
            String mark, List<RangeSet> missing, List<String> digests, List<String> redo, CycleStatistics statistics) {
        /** So many pieces at most: each is read again whenever the cycle is gone on with. */
        static final int MOST_PIECES = 64;

        /** So many ranges of a disk are remembered at most; where there are more, they are joined, and more is compared. */
        static final int MOST_RANGES = 4096;

        private static final int LARGEST_BLOCK_BYTES = 1 << 30;

        Unfinished {
            missing = List.copyOf(missing);
            digests = List.copyOf(digests);
            redo = List.copyOf(redo);
        }

        /** What is to be sent of a disk: what is missing, and what changed since the mark. */
        RangeSet rest(int disk, RangeSet changed) {
            return missing.get(disk).union(changed);
        }

        /** The same bytes and some more, in few ranges. */
        static RangeSet inFewRanges(RangeSet ranges, long sizeBytes) {
            RangeSet few = ranges;
            for (int block = DeltaSync.CELL_BYTES;
                    few.count() > MOST_RANGES && block < LARGEST_BLOCK_BYTES;
                    block *= 2) {
                few = ranges.aligned(block, sizeBytes);
            }
            return few.count() > MOST_RANGES ? RangeSet.of(0, sizeBytes) : few;
        }
    }

    /**
     * What had arrived of a cycle was given up, and the cycle begins again.
     *
     * @param times how often that happened in this lineage
     * @param sequence the cycle, when it happened last
     * @param why for people
     */
    record StartedOver(long times, long sequence, String why) {}

    /**
     * Undo data.
     *
     * @param from the state that it brings back
     * @param to the state that it starts from
     * @param files the segments by disk
     */
    record Undo(long from, long to, List<String> files) {
        Undo {
            files = List.copyOf(files);
        }
    }

    /**
     * A recovery point.
     *
     * @param id its id
     * @param sequence its cycle
     * @param time when
     * @param consistency what it promises
     * @param pinned whether no retention drops it
     */
    record Point(PointId id, long sequence, Instant time, Consistency consistency, boolean pinned) {}

    /**
     * The layers of one disk.
     *
     * @param over brings the base to the point; empty if the base is at it
     * @param run takes the VM's writes
     */
    record Layers(Optional<String> over, String run) {}

    /**
     * What a job holds.
     *
     * @param point the point
     * @param sequence its cycle
     * @param token the token of the call that built it
     * @param number tells this pair of layers from others of the job
     * @param layers by disk
     */
    record Holder(PointId point, long sequence, String token, long number, List<Layers> layers) {
        Holder {
            layers = List.copyOf(layers);
        }
    }

    /**
     * The active VM's disks.
     *
     * @param by the job that committed
     * @param layers by disk: the layers over the base; empty once folded into it
     */
    record Active(Optional<JobId> by, List<Layers> layers) {
        Active {
            layers = List.copyOf(layers);
        }
    }

    /**
     * What an active VM changed before its disks were replaced by folded ones.
     *
     * @param since the mark from which on
     * @param ranges the ranges by disk
     * @param time the moment up to which; the VM was off
     * @param from the mark on the folded disks from which on the site tells again; empty until it is made
     */
    record Carried(String since, List<RangeSet> ranges, Instant time, Optional<String> from) {
        Carried {
            ranges = List.copyOf(ranges);
        }
    }

    /**
     * How the first cycle of a reversal finds differences.
     *
     * @param method how
     * @param ranges by disk: where the old side changed since the common point, for {@link ReversalPlan.Method#UNION}
     * @param original the disks as the VM had them attached
     */
    record Seed(ReversalPlan.Method method, List<RangeSet> ranges, List<DiskRef> original) {
        Seed {
            ranges = List.copyOf(ranges);
            original = List.copyOf(original);
        }
    }

    /**
     * That the next cycle brings the replica back in line.
     *
     * @param dropsPoints whether nothing vouches for the base, so that no older point survives that cycle
     * @param before by disk: the sizes before the disks were enlarged; empty if they were not
     * @param growing by disk: the sizes to which the disks are being enlarged; empty once they have them
     */
    record Resync(boolean dropsPoints, List<Long> before, List<Long> growing) {
        Resync {
            before = List.copyOf(before);
            growing = List.copyOf(growing);
        }
    }

    Manifest {
        disks = List.copyOf(disks);
        cycles = List.copyOf(cycles);
        undo = List.copyOf(undo);
        points = List.copyOf(points);
        holders = Map.copyOf(holders);
        divergence = Candidates.bounded(divergence, disks);
    }

    Optional<Cycle> cycle(long sequence) {
        return cycles.stream().filter(each -> each.sequence() == sequence).findFirst();
    }

    Optional<Point> point(PointId id) {
        return points.stream().filter(each -> each.id().equals(id)).findFirst();
    }

    Optional<Point> pointAt(long sequence) {
        return points.stream().filter(each -> each.sequence() == sequence).findFirst();
    }

    /**
     * The marks from which the source may tell what changed, best first: that of the newest cycle, and should damage have thrown the
     * replica back to it, that of the applied one, since which more has changed.
     */
    List<String> usableMarks() {
        return List.copyOf(new LinkedHashSet<>(Stream.of(cycle(received), cycle(applied))
                .flatMap(Optional::stream)
                .map(Cycle::mark)
                .toList()));
    }

    /** Those, the mark of the cycle before, to which the newest may have to give way, and that of what has arrived of the next one. */
    Set<String> neededMarks() {
        Set<String> needed = new LinkedHashSet<>(usableMarks());
        cycle(received - 1).map(Cycle::mark).ifPresent(needed::add);
        unfinished.map(Unfinished::mark).ifPresent(needed::add);
        return needed;
    }

    /** The base is not at a point: a write into it was named and not yet its end. */
    boolean isBaseTorn() {
        return applying > 0 || unwindTo >= 0;
    }

    /** The point of a cycle in this lineage. */
    PointId pointId(long sequence) {
        return new PointId(lineage + "." + sequence);
    }

    RecoveryPoint asRecoveryPoint(Point point) {
        return new RecoveryPoint(
                point.id(),
                point.sequence(),
                point.time(),
                point.consistency(),
                point.sequence() <= applied,
                point.pinned());
    }

    List<RecoveryPoint> recoveryPoints() {
        return points.stream().map(this::asRecoveryPoint).toList();
    }

    /** Every segment and main file of a layer that this manifest names. */
    Set<String> namedFiles() {
        Set<String> names = new LinkedHashSet<>();
        cycles.forEach(each -> names.addAll(each.redo()));
        unfinished.ifPresent(each -> names.addAll(each.redo()));
        undo.forEach(each -> names.addAll(each.files()));
        holders.values().forEach(each -> each.layers().forEach(layer -> add(names, layer)));
        active.ifPresent(each -> each.layers().forEach(layer -> add(names, layer)));
        return names;
    }

    private static void add(Set<String> names, Layers layers) {
        layers.over().ifPresent(names::add);
        names.add(layers.run());
    }

    Edit edit() {
        return new Edit(this);
    }

    /** Collects changes for the next manifest. */
    static final class Edit {
        private final Manifest from;
        long generation;
        String lineage;
        Role role;
        Endpoint origin;
        long epochFloor;
        Retention retention;
        List<Disk> disks;
        long received;
        long applied;
        long applying;
        long unwindTo;
        List<Cycle> cycles;
        List<Undo> undo;
        List<Point> points;
        Map<JobId, Holder> holders;
        Optional<Active> active;
        List<RangeSet> divergence;
        Optional<Carried> carried;
        Optional<Seed> seed;
        Optional<ResyncCause> broken;
        Optional<Resync> resync;
        Optional<Unfinished> unfinished;
        Optional<StartedOver> startedOver;

        Edit(Manifest from) {
            this.from = from;
            generation = from.generation + 1;
            lineage = from.lineage;
            role = from.role;
            origin = from.origin;
            epochFloor = from.epochFloor;
            retention = from.retention;
            disks = new ArrayList<>(from.disks);
            received = from.received;
            applied = from.applied;
            applying = from.applying;
            unwindTo = from.unwindTo;
            cycles = new ArrayList<>(from.cycles);
            undo = new ArrayList<>(from.undo);
            points = new ArrayList<>(from.points);
            holders = new TreeMap<>(Comparator.comparing(JobId::value));
            holders.putAll(from.holders);
            active = from.active;
            divergence = new ArrayList<>(from.divergence);
            carried = from.carried;
            seed = from.seed;
            broken = from.broken;
            resync = from.resync;
            unfinished = from.unfinished;
            startedOver = from.startedOver;
        }

        /** Forgets everything of the lineage before; the disks stay. */
        void startOver() {
            received = 0;
            applied = 0;
            applying = 0;
            unwindTo = -1;
            cycles.clear();
            undo.clear();
            points.clear();
            active = Optional.empty();
            divergence.clear();
            carried = Optional.empty();
            broken = Optional.empty();
            resync = Optional.empty();
            unfinished = Optional.empty();
            startedOver = Optional.empty();
        }

        /** Gives up what has arrived of the next cycle, if anything has. */
        void giveUpUnfinished(String why) {
            if (unfinished.isPresent()) {
                long times = startedOver.map(StartedOver::times).orElse(0L) + 1;
                startedOver = Optional.of(new StartedOver(times, received + 1, why));
                unfinished = Optional.empty();
            }
        }

        /** Drops every received cycle behind one, with its point, and what has arrived of the next. */
        void dropCyclesAfter(long sequence) {
            giveUpUnfinished("the replica went back to cycle " + sequence);
            cycles.removeIf(each -> each.sequence() > sequence);
            points.removeIf(each -> each.sequence() > sequence);
            received = Math.min(received, sequence);
        }

        Manifest build() {
            return new Manifest(
                    generation,
                    from.item,
                    lineage,
                    role,
                    origin,
                    epochFloor,
                    retention,
                    disks,
                    received,
                    applied,
                    applying,
                    unwindTo,
                    cycles,
                    undo,
                    points,
                    holders,
                    active,
                    divergence,
                    carried,
                    seed,
                    broken,
                    resync,
                    unfinished,
                    startedOver);
        }
    }

    /** A replica that has received nothing. */
    static Manifest empty(
            long generation,
            ItemId item,
            String lineage,
            Role role,
            Endpoint origin,
            long epochFloor,
            Retention retention) {
        return new Manifest(
                generation,
                item,
                lineage,
                role,
                origin,
                epochFloor,
                retention,
                List.of(),
                0,
                0,
                0,
                -1,
                List.of(),
                List.of(),
                List.of(),
                Map.of(),
                Optional.empty(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }
}
