package io.sdr.core.replication;

import io.sdr.api.CorruptException;
import io.sdr.api.ResyncCause;
import io.sdr.api.spi.DiskRef;
import io.sdr.api.spi.ReplicaStatus.Role;
import io.sdr.api.spi.ReplicationDriver.Retention;
import io.sdr.api.spi.ResyncPlan;
import io.sdr.api.spi.ResyncPlan.Method;
import io.sdr.api.spi.VmObservation;
import io.sdr.core.replication.Manifest.Disk;
import io.sdr.core.replication.Manifest.Resync;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a replica whose history broke ready for the cycle that brings it back in line. A manifest says so; the base is not touched,
 * except that missing bases are made anew and that disks grow. The cycle that follows compares, is staged like any other and applied
 * later, so that until it is received nothing that was there is lost.
 */
final class Resynchronisation {
    private static final Logger LOG = LoggerFactory.getLogger(Resynchronisation.class);

    private final Relation relation;
    private final Replica replica;

    Resynchronisation(Relation relation) {
        this.relation = relation;
        this.replica = relation.replica();
    }

    /** What the source's disks are, compared with the replica's. */
    private record Sizes(List<DiskRef> source, boolean same, boolean grown, String words) {}

    ResyncPlan plan() {
        Optional<Manifest> found = replica.look();
        long sourceBytes = sourceDisks().stream().mapToLong(DiskRef::sizeBytes).sum();
        if (found.isEmpty() || found.get().disks().isEmpty()) {
            return new ResyncPlan(Method.SEED, "there is no replica", sourceBytes, found.isPresent());
        }
        Manifest m = found.get();
        checkOurs(m);
        Sizes sizes = sizes(m);
        boolean begun = m.resync().isPresent()
                && m.resync().get().growing().isEmpty()
                && sizes.same()
                && missing(m).isEmpty();
        if (sizes.same()) {
            String why =
                    m.broken().map(cause -> "its history is broken: " + cause).orElse("the disks are compared");
            return new ResyncPlan(Method.COMPARE, why, sourceBytes, begun);
        }
        return new ResyncPlan(sizes.grown() ? Method.GROW : Method.IMPOSSIBLE, sizes.words(), sourceBytes, false);
    }

    private List<DiskRef> sourceDisks() {
        return relation.observe(relation.source(), relation.link().source())
                .map(VmObservation::disks)
                .orElseThrow(() -> Trouble.failed(
                        "UNKNOWN_VM",
                        "look at the disks of " + relation.link().source().vm(),
                        "there is no such VM at " + relation.source().id(),
                        "restore the VM, or fail over unplanned"));
    }

    private void checkOurs(Manifest m) {
        if (m.role() != Role.REPLICA || !m.origin().equals(relation.link().source())) {
            throw Trouble.invalid(
                    "RELATION_TAKEN",
                    "resynchronise the replica of " + m.item(),
                    "the files in " + replica.files().folder().describe() + " are in role " + m.role()
                            + ", replicated from " + m.origin().vm() + " at "
                            + m.origin().site(),
                    "disable that protection first");
        }
    }

    private Sizes sizes(Manifest m) {
        List<DiskRef> source = sourceDisks();
        Optional<String> difference = difference(m, source);
        return new Sizes(source, difference.isEmpty(), isGrown(m, source), difference.orElse(""));
    }

    /** Names both sizes of the first disk that differs. */
    static Optional<String> difference(Manifest m, List<DiskRef> source) {
        if (m.disks().size() != source.size()) {
            return Optional.of("the source has " + source.size() + " disks, the replica "
                    + m.disks().size());
        }
        for (int k = 0; k < m.disks().size(); k++) {
            Disk here = m.disks().get(k);
            DiskRef there = source.get(k);
            if (!here.id().equals(there.disk()) || here.sizeBytes() != there.sizeBytes()) {
                return Optional.of("disk " + there.disk() + " has " + there.sizeBytes()
                        + " bytes at the source, the replica's disk " + here.id() + " has " + here.sizeBytes());
            }
        }
        return Optional.empty();
    }

    /** Whether the disks are the same ones, none smaller. */
    static boolean isGrown(Manifest m, List<DiskRef> source) {
        boolean grown = m.disks().size() == source.size();
        for (int k = 0; grown && k < source.size(); k++) {
            grown = m.disks().get(k).id().equals(source.get(k).disk())
                    && m.disks().get(k).sizeBytes() <= source.get(k).sizeBytes();
        }
        return grown;
    }

    Manifest begin(Retention retention, boolean mayGrow) {
        Optional<Manifest> found = replica.files().store().readForChange();
        if (found.isEmpty()) {
            return replica.establish(
                    relation.link().item(),
                    relation.link().source(),
                    retention,
                    relation.context().epoch(),
                    relation.context().token());
        }
        Manifest m = found.get();
        relation.checkEpoch(m);
        checkOurs(m);
        if (m.disks().isEmpty()) {
            return m; // nothing was received yet: the first copy begins again
        }
        m = wholeOrGivenUp(m);
        Sizes sizes = sizes(m);
        if (!sizes.same() && !(mayGrow && sizes.grown())) {
            throw Trouble.failed(
                    "GEOMETRY",
                    "resynchronise the replica of " + m.item(),
                    sizes.words(),
                    sizes.grown() ? "grow the replica" : "disable the protection and protect the VM again");
        }
        m = ready(m, sizes);
        return replica.whole(m);
    }

    /** Ends what was begun on the base; where damage forbids that, the base counts as changed and the comparison mends it. */
    private Manifest wholeOrGivenUp(Manifest m) {
        try {
            return replica.whole(m);
        } catch (CorruptException e) {
            LOG.warn("item {}: a write into the base cannot be ended; all of it is compared", m.item(), e);
            Manifest now = replica.open(m.item());
            Manifest.Edit edit = now.edit();
            edit.applying = 0;
            edit.unwindTo = -1;
            edit.dropCyclesAfter(now.applied());
            edit.received = now.applied();
            edit.undo.clear();
            edit.points.clear();
            edit.broken = Optional.of(ResyncCause.REPLICA_SUSPECT);
            Manifest given = replica.files().store().publish(edit.build());
            new Marker(replica.files()).remove();
            return given;
        }
    }

    /** Says in a manifest that the next cycle compares; then makes what is missing. */
    private Manifest ready(Manifest m, Sizes sizes) {
        List<Disk> missing = missing(m);
        boolean changed = m.broken().isPresent()
                || !missing.isEmpty()
                || m.resync().map(Resync::dropsPoints).orElse(false)
                || replica.files().differenceOfBase(m, true).isPresent();
        List<Long> before = sizes.same()
                ? m.resync().map(Resync::before).orElse(List.of())
                : m.disks().stream().map(Disk::sizeBytes).toList();
        List<Long> growing = sizes.same()
                ? List.of()
                : sizes.source().stream().map(DiskRef::sizeBytes).toList();
        Resync wanted = new Resync(changed, before, growing);
        Manifest ready = m;
        if (!m.resync().equals(Optional.of(wanted))) {
            Manifest.Edit edit = m.edit();
            edit.resync = Optional.of(wanted);
            edit.giveUpUnfinished("the replica is compared anew");
            edit.broken = changed ? Optional.of(m.broken().orElse(ResyncCause.REPLICA_SUSPECT)) : Optional.empty();
            if (!missing.isEmpty()) {
                edit.points.clear(); // what they are built on is gone
                edit.undo.clear();
            }
            if (!growing.isEmpty() && !changed) {
                withoutIdentity(edit);
            }
            ready = replica.files().store().publish(edit.build());
            replica.files().delete(List.copyOf(unnamed(m, ready)));
            LOG.info("item {}: the replica is ready to be compared, points are kept: {}", m.item(), !changed);
        }
        return missing.isEmpty() ? ready : withBases(ready, missing);
    }

    /** Makes bases that are gone, for the same guest; a manifest knows them afterwards by what they are now. */
    private Manifest withBases(Manifest m, List<Disk> missing) {
        ReplicaFiles files = replica.files();
        for (Disk each : missing) {
            OptionalInt sector = each.identity().map(BaseIdentity::sectorBytes).orElse(OptionalInt.empty());
            files.format(each)
                    .create(files.folder(), each.base(), ReplicaFiles.shape(each.sizeBytes(), sector))
                    .close();
        }
        files.folder().force();
        Manifest.Edit edit = m.edit();
        edit.disks = new ArrayList<>();
        for (Disk each : m.disks()) {
            boolean made = missing.stream().anyMatch(gone -> gone.base().equals(each.base()));
            edit.disks.add(
                    made
                            ? each.withIdentity(Optional.of(
                                    BaseIdentity.of(files.folder(), files.format(each), each.base(), m.generation())))
                            : each);
        }
        return files.store().publish(edit.build());
    }

    private static List<String> unnamed(Manifest before, Manifest after) {
        List<String> gone = new ArrayList<>(before.namedFiles());
        gone.removeAll(after.namedFiles());
        return gone;
    }

    private List<Disk> missing(Manifest m) {
        return m.disks().stream()
                .filter(each -> replica.files().folder().find(each.base()).isEmpty())
                .toList();
    }

    private static void withoutIdentity(Manifest.Edit edit) {
        List<Disk> disks = new ArrayList<>();
        edit.disks.forEach(each -> disks.add(each.withIdentity(Optional.empty())));
        edit.disks = disks;
    }
}
