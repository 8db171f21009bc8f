package io.sdr.core.replication;

import io.sdr.api.Consistency;
import io.sdr.api.ItemId;
import io.sdr.api.SdrException;
import io.sdr.api.spi.Checkpoint;
import io.sdr.api.spi.Contact;
import io.sdr.api.spi.DiskRef;
import io.sdr.api.spi.RangeSet;
import io.sdr.api.spi.ReplicaStatus.Role;
import io.sdr.api.spi.ReplicationDriver.Retention;
import io.sdr.api.spi.ReversalPlan;
import io.sdr.api.spi.ReversalPlan.Method;
import io.sdr.api.spi.VmObservation;
import io.sdr.core.replication.Manifest.Active;
import io.sdr.core.replication.Manifest.Carried;
import io.sdr.core.replication.Manifest.Cycle;
import io.sdr.core.replication.Manifest.Disk;
import io.sdr.core.replication.Manifest.Seed;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the old active side's disks the base of a new replica. They stay as they are, as point 0; the copy that follows is cycle 1.
 * First a manifest remembers how the two sides differ, while the old side's VM still has its disks attached and its tracking can be
 * asked; then the disks are folded or moved and detached; then a manifest says that they are a replica.
 */
final class Reversal {
    private static final Logger LOG = LoggerFactory.getLogger(Reversal.class);

    private final Relation relation;
    private final ItemId item;
    private final Replica replica;

    Reversal(Relation relation) {
        this.relation = relation;
        this.item = relation.link().item();
        this.replica = relation.replica();
    }

    /** How it would be done, and what the first cycle has to know. */
    private record Found(ReversalPlan plan, Seed seed) {}

    ReversalPlan plan() {
        Optional<Manifest> old = replica.look();
        Optional<Seed> begun = old.flatMap(Manifest::seed);
        if (begun.isPresent() && old.get().origin().equals(relation.link().source())) {
            long bytes = begun.get().method() == Method.UNION
                    ? begun.get().ranges().stream().mapToLong(RangeSet::bytes).sum()
                    : old.get().disks().stream().mapToLong(Disk::sizeBytes).sum();
            return new ReversalPlan(begun.get().method(), "the reversal was begun this way", bytes);
        }
        return find().plan();
    }

    private Found find() {
        Optional<Manifest> files = relation.sourceFiles().look();
        if (files.isEmpty()) {
            return findPlain();
        }
        Manifest active = files.get();
        if (active.role() != Role.ACTIVE) {
            throw Trouble.failed(
                    "NOT_COMMITTED",
                    "reverse the replication of " + item,
                    "the files at " + relation.source().id() + " are in role " + active.role(),
                    "commit the failover first");
        }
        List<DiskRef> attached = oldDisks();
        long wholeBytes = active.disks().stream().mapToLong(Disk::sizeBytes).sum();
        if (attached.isEmpty()) {
            return found(Method.FULL, "the old side has no disks", wholeBytes, List.of(), attached);
        }
        checkGeometry(active, attached);
        Optional<List<RangeSet>> here = relation.observe(
                        relation.source(), relation.link().source())
                .flatMap(vm -> ActiveChanges.of(relation, vm.disks()));
        if (here.isEmpty()) {
            return found(Method.COMPARE, "what the active side changed is not known", wholeBytes, List.of(), attached);
        }
        List<RangeSet> there = new ArrayList<>();
        Optional<String> unknown = oldSideChanges(active, there);
        if (unknown.isPresent()) {
            return found(Method.COMPARE, unknown.get(), wholeBytes, List.of(), attached);
        }
        long bytes = 0;
        for (int k = 0; k < there.size(); k++) {
            bytes += there.get(k).union(here.get().get(k)).bytes();
        }
        return found(
                Method.UNION,
                "both sides know what they changed since cycle " + active.received(),
                bytes,
                there,
                attached);
    }

    /** The active VM never was a copy: its disks are its own, and nothing tells how they differ from the old side's. */
    private Found findPlain() {
        List<DiskRef> own = relation.observe(relation.source(), relation.link().source())
                .map(VmObservation::disks)
                .orElse(List.of());
        if (own.isEmpty()) {
            throw Trouble.missing(item, relation.sourceFiles().files().folder());
        }
        long wholeBytes = own.stream().mapToLong(DiskRef::sizeBytes).sum();
        List<DiskRef> attached = oldDisks();
        if (attached.isEmpty()) {
            return found(Method.FULL, "the old side has no disks", wholeBytes, List.of(), attached);
        }
        requireSameGeometry(own.stream().map(Reversal::shape).toList(), attached);
        return found(Method.COMPARE, "the active VM never was a copy", wholeBytes, List.of(), attached);
    }

    private static String shape(DiskRef disk) {
        return disk.disk() + " of " + disk.sizeBytes() + " bytes";
    }

    private static Found found(
            Method method, String reason, long bytes, List<RangeSet> ranges, List<DiskRef> original) {
        return new Found(new ReversalPlan(method, reason, bytes), new Seed(method, ranges, original));
    }

    private List<DiskRef> oldDisks() {
        Optional<VmObservation> vm =
                relation.observe(relation.target(), relation.link().target());
        if (vm.isPresent() && vm.get().isRunning()) {
            throw Trouble.failed(
                    "OLD_SIDE_RUNS",
                    "make the disks of " + vm.get().vm() + " at "
                            + relation.target().id() + " a replica",
                    "the VM runs",
                    "find out why, then shut it down");
        }
        List<DiskRef> attached = vm.map(VmObservation::disks).orElse(List.of());
        Optional<Manifest> old = replica.look();
        if (old.isEmpty() || old.get().role() != Role.ACTIVE || old.get().seed().isPresent()) {
            return attached;
        }
        long there = IntStream.range(0, old.get().disks().size())
                .filter(disk -> isThere(old.get(), disk))
                .count();
        if (there == 0) {
            return List.of();
        }
        if (there < old.get().disks().size()) {
            throw Trouble.failed(
                    "OLD_DISKS_INCOMPLETE",
                    "make the old disks of " + item + " at " + relation.target().id() + " a replica",
                    "files of " + (old.get().disks().size() - there) + " of its "
                            + old.get().disks().size() + " disks are gone from "
                            + replica.files().folder().describe(),
                    "bring them back, or delete the rest, too, so that all disks are copied anew");
        }
        // nothing attached, but files of ours: a reversal was taken back, and nobody attached them again
        return attached.isEmpty() ? Relation.activeDisks(old.get(), relation.target()) : attached;
    }

    /** Somebody may have deleted a disk; a base without the layers over it is none. */
    private boolean isThere(Manifest old, int disk) {
        Stream<String> layers = old.active().map(Active::layers).orElse(List.of()).stream()
                .skip(disk)
                .limit(1)
                .flatMap(each -> Stream.concat(Stream.of(each.run()), each.over().stream()));
        return Stream.concat(Stream.of(old.disks().get(disk).base()), layers)
                .allMatch(each -> replica.files().folder().find(each).isPresent());
    }

    private void checkGeometry(Manifest active, List<DiskRef> attached) {
        requireSameGeometry(
                active.disks().stream()
                        .map(each -> each.id() + " of " + each.sizeBytes() + " bytes")
                        .toList(),
                attached);
    }

    private void requireSameGeometry(List<String> active, List<DiskRef> attached) {
        List<String> old = attached.stream().map(Reversal::shape).toList();
        if (!active.equals(old)) {
            throw Trouble.failed(
                    "GEOMETRY",
                    "reverse the replication of " + item,
                    "the active disks are " + active + ", the old ones " + old,
                    "give the old VM disks of the same sizes, or none");
        }
    }

    /** Asks the old side's tracking for what it changed since the newest cycle that had arrived; says why if it does not know. */
    private Optional<String> oldSideChanges(Manifest active, List<RangeSet> ranges) {
        Optional<String> mark = active.cycle(active.received()).map(Cycle::mark);
        if (mark.isEmpty()) {
            return Optional.of("the common point has no mark");
        }
        Optional<VmObservation> vm =
                relation.observe(relation.target(), relation.link().target());
        if (vm.isEmpty() || vm.get().disks().isEmpty()) {
            return Optional.of("the old disks are attached to no VM, so nothing tells what changed on them");
        }
        SourceMarks marks = new SourceMarks(relation.target(), relation.link().target(), relation.context());
        marks.keep(mark.get()); // the answer that made it a mark may have been lost with the failover
        Checkpoint now = relation.target()
                .disks()
                .checkpoint(
                        relation.link().target().vm(), Consistency.CRASH_CONSISTENT, relation.contextFor("reversal"));
        try {
            Optional<Carried> carried = replica.look().flatMap(Manifest::carried);
            return new TrackedChanges(relation.target(), carried, relation.context())
                    .since(mark.get(), now, ranges)
                    .map(why -> "what the old side changed is not known: " + why);
        } finally {
            marks.abandon(now.id());
        }
    }

    /** How much the old side's tracking says was changed there since the newest cycle that had arrived. */
    OptionalLong unreplicated() {
        Optional<Manifest> active = relation.sourceFiles().look();
        List<RangeSet> ranges = new ArrayList<>();
        if (active.isEmpty() || oldSideChanges(active.get(), ranges).isPresent()) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(ranges.stream().mapToLong(RangeSet::bytes).sum());
    }

    void begin(Retention retention) {
        begin(retention, this::find);
    }

    /** The same without a look at the other side: whoever reverses later compares. */
    void keepAsItStood(Retention retention) {
        begin(retention, this::findAlone);
    }

    private Found findAlone() {
        List<DiskRef> attached = oldDisks();
        if (attached.isEmpty()) {
            throw Trouble.failed(
                    "NOTHING_TO_START",
                    "start " + item + " from its old disks",
                    "the old VM at " + relation.target().id() + " has none; nothing was changed",
                    "bring the other side back");
        }
        long bytes = attached.stream().mapToLong(DiskRef::sizeBytes).sum();
        return found(Method.COMPARE, "the other side was not asked", bytes, List.of(), attached);
    }

    private void begin(Retention retention, Supplier<Found> find) {
        Optional<Manifest> found = replica.files().store().readForChange();
        found.ifPresent(relation::checkEpoch);
        if (found.isPresent() && found.get().role() == Role.REPLICA) {
            if (!found.get().origin().equals(relation.link().source())
                    || found.get().seed().isEmpty()) {
                throw Trouble.invalid(
                        "RELATION_TAKEN",
                        "make the old disks of " + item + " a replica",
                        "there is a replica of " + found.get().origin().vm() + " at "
                                + found.get().origin().site(),
                        "disable that protection first");
            }
            return;
        }
        Manifest prepared = found.isPresent() && found.get().seed().isPresent()
                ? found.get()
                : prepare(found, retention, find.get());
        if (prepared.role() == Role.REPLICA) {
            return;
        }
        Manifest inPlace = bringInPlace(prepared);
        publishReplica(inPlace, retention);
    }

    /** Remembers how the sides differ, as long as the old side's VM has its disks. */
    private Manifest prepare(Optional<Manifest> found, Retention retention, Found how) {
        LOG.info(
                "item {}: reversal {} -> {} by {}: {}",
                item,
                relation.source().id(),
                relation.target().id(),
                how.plan().method(),
                how.plan().reason());
        boolean full = how.plan().method() == Method.FULL;
        long epoch = relation.context().epoch();
        long generation = found.map(Manifest::generation).orElse(0L) + 1;
        Manifest.Edit edit = found.map(Manifest::edit)
                .orElseGet(() -> Manifest.empty(
                                0,
                                item,
                                Replica.lineage(
                                        epoch, generation, relation.context().token()),
                                full ? Role.REPLICA : Role.ACTIVE,
                                relation.link().source(),
                                epoch,
                                retention)
                        .edit());
        edit.seed = Optional.of(how.seed());
        edit.origin = relation.link().source();
        if (full) {
            edit.role = Role.REPLICA;
            edit.retention = retention;
            edit.lineage = lineage(generation);
            edit.startOver();
            edit.disks = new ArrayList<>();
        } else if (found.isEmpty()) {
            edit.disks = broughtDisks(how.seed().original());
        }
        return replica.files().store().publish(edit.build());
    }

    private static List<Disk> broughtDisks(List<DiskRef> original) {
        List<Disk> disks = new ArrayList<>();
        for (DiskRef each : original) {
            disks.add(new Disk(
                    each.disk(),
                    each.format(),
                    each.sizeBytes(),
                    ReplicaFiles.baseName(disks.size(), each.format()),
                    true,
                    Optional.empty()));
        }
        return disks;
    }

    /** Folds or moves the old disks to where a base lies, and takes them from the VM. */
    private Manifest bringInPlace(Manifest prepared) {
        Manifest m = prepared;
        Fold fold = new Fold(replica.files());
        if (fold.isNeeded(m)) {
            if (!m.holders().isEmpty()) {
                throw Trouble.failed(
                        "REPLICA_HELD",
                        "make the old disks of " + item + " a replica",
                        "jobs hold layers over them: " + m.holders().keySet(),
                        "end them first");
            }
            m = fold.run(m, false);
        }
        if (relation.observe(relation.target(), relation.link().target()).isPresent()) {
            relation.target().vms().attach(relation.link().target().vm(), List.of(), relation.context());
        }
        moveToFolder(m);
        return m;
    }

    /** Moves disks that still lie where the user had them; there already is done. */
    private void moveToFolder(Manifest m) {
        List<DiskRef> original = m.seed().map(Seed::original).orElse(List.of());
        for (int k = 0; k < m.disks().size(); k++) {
            Disk disk = m.disks().get(k);
            if (disk.brought()
                    && k < original.size()
                    && replica.files().folder().find(disk.base()).isEmpty()) {
                relation.target().disks().moveToReplicaFolder(original.get(k), item, disk.base(), relation.context());
            }
        }
    }

    private void publishReplica(Manifest inPlace, Retention retention) {
        Manifest unused = replica.becomeReplica(
                inPlace,
                lineage(inPlace.generation() + 1),
                relation.link().source(),
                retention,
                relation.context().epoch(),
                now());
    }

    private String lineage(long generation) {
        return Replica.lineage(
                relation.context().epoch(), generation, relation.context().token());
    }

    private Instant now() {
        return relation.target().contact(relation.context()) instanceof Contact.Reachable reachable
                ? reachable.siteClock()
                : Instant.EPOCH;
    }

    /** Takes it back: the disks are as they stood when it was begun, though they lie in the replica's folder now. */
    List<DiskRef> undo() {
        Optional<Manifest> found = replica.files().store().readForChange();
        if (found.isEmpty()) {
            giveUpWhatTheOldSideWasAskedWith(Optional.empty());
            return relation.observe(relation.target(), relation.link().target())
                    .map(VmObservation::disks)
                    .orElse(List.of());
        }
        Manifest m = found.get();
        relation.checkEpoch(m);
        if (m.role() == Role.ACTIVE) {
            if (m.seed().isPresent()) {
                moveToFolder(m);
                Manifest.Edit edit = m.edit();
                edit.seed = Optional.empty();
                m = replica.files().store().publish(edit.build());
            }
            tidyUp(m);
            return Relation.activeDisks(m, relation.target());
        }
        if (!m.origin().equals(relation.link().source()) || m.seed().isEmpty()) {
            throw Trouble.failed(
                    "NOT_REVERSED",
                    "take a reversal of " + item + " back",
                    "the replica at " + relation.target().id() + " was not made by one",
                    "disable the protection instead");
        }
        return takeBack(m);
    }

    /** Who took it back before may have died before he had tidied up, and nobody else will look after this side. */
    private void tidyUp(Manifest m) {
        boolean ignored = new Cleanup(replica.files())
                .runAll(
                        m,
                        relation.layersInUse(relation.target(), relation.link().target()));
        sourceMarks().giveUpAllIfPossible();
        giveUpWhatTheOldSideWasAskedWith(m.carried());
    }

    /** The checkpoint that the old side's changes were read from, if it could not be given up then; a later reversal needs the rest. */
    private void giveUpWhatTheOldSideWasAskedWith(Optional<Carried> carried) {
        try {
            Set<String> needed = new HashSet<>(
                    relation.sourceFiles().look().map(Manifest::neededMarks).orElse(Set.of()));
            carried.filter(each -> needed.contains(each.since()))
                    .flatMap(Carried::from)
                    .ifPresent(needed::add);
            new SourceMarks(relation.target(), relation.link().target(), relation.context()).giveUpAllBut(needed);
        } catch (SdrException e) {
            LOG.warn(
                    "item {}: marks at {} stay until the next reversal",
                    item,
                    relation.target().id(),
                    e);
        }
    }

    private SourceMarks sourceMarks() {
        return new SourceMarks(relation.source(), relation.link().source(), relation.context());
    }

    private List<DiskRef> takeBack(Manifest manifest) {
        SourceMarks marks = sourceMarks();
        if (manifest.pointAt(0).isEmpty() && manifest.seed().orElseThrow().method() != Method.FULL) {
            marks.giveUpAllIfPossible();
            return List.of(); // they were replaced in place: how they stood was given up by the caller's word
        }
        if (manifest.seed().orElseThrow().method() == Method.FULL) {
            new Dissolution(replica, name -> false).remove(manifest, true);
            marks.giveUpAllIfPossible();
            return List.of();
        }
        Manifest m = replica.becomeActive(replica.unwind(manifest, 0));
        marks.giveUpAllIfPossible();
        giveUpWhatTheOldSideWasAskedWith(m.carried());
        return Relation.activeDisks(m, relation.target());
    }
}
