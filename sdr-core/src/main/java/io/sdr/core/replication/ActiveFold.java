package io.sdr.core.replication;

import io.sdr.api.Consistency;
import io.sdr.api.spi.Access;
import io.sdr.api.spi.Checkpoint;
import io.sdr.api.spi.DiskRef;
import io.sdr.api.spi.RangeSet;
import io.sdr.api.spi.ReplicaStatus.Role;
import io.sdr.api.spi.VirtualDisk;
import io.sdr.api.spi.VmObservation;
import io.sdr.core.replication.Manifest.Active;
import io.sdr.core.replication.Manifest.Carried;
import io.sdr.core.replication.Manifest.Cycle;
import io.sdr.core.replication.Manifest.Disk;
import io.sdr.core.replication.Manifest.Layers;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Folds the layers of an active VM that is off and cannot be started meanwhile. Before the other side has received anything the VM
 * gets a fresh layer, which tells what it writes. Later the site's tracking tells: but it follows disks, and folding replaces them.
 * So what changed up to now is asked and kept first, and a new mark is made on the folded disks before the VM can write to them.
 */
final class ActiveFold {
    private static final Logger LOG = LoggerFactory.getLogger(ActiveFold.class);

    private final Relation relation;
    private final Replica replica;

    /** Takes the relation whose target is the active side. */
    ActiveFold(Relation relation) {
        this.relation = relation;
        this.replica = relation.cancellableReplica();
    }

    Manifest run(Manifest found) {
        Optional<VmObservation> vm =
                relation.observe(relation.target(), relation.link().target());
        if (vm.isEmpty() || vm.get().isRunning() || !found.holders().isEmpty()) {
            return found;
        }
        Manifest m = withGrownDisks(found, vm.get());
        Optional<String> mark = relation.sourceFiles()
                .look()
                .filter(back -> back.role() == Role.REPLICA
                        && back.received() > 0
                        && back.origin().equals(relation.link().target()))
                .flatMap(back -> back.cycle(back.received()))
                .map(Cycle::mark);
        boolean layered = !layers(m).isEmpty();
        if (mark.isEmpty()) {
            return layered && isWorthwhile(m) ? replica.fold(m, true) : m;
        }
        Manifest now = m;
        if (layered) {
            if (!vm.get().disks().equals(Relation.activeDisks(m, relation.target()))) {
                return m; // it has other disks: whoever gave them to it knows why
            }
            now = replica.fold(carry(m, mark.get()), false);
        }
        return markFolded(now, vm.get());
    }

    /** A folded disk that somebody enlarged is still the same disk. */
    private Manifest withGrownDisks(Manifest m, VmObservation vm) {
        List<DiskRef> ours = Relation.activeDisks(m, relation.target());
        if (!layers(m).isEmpty()
                || ours.equals(vm.disks())
                || ours.size() != vm.disks().size()) {
            return m;
        }
        List<Disk> larger = new ArrayList<>();
        for (int k = 0; k < ours.size(); k++) {
            DiskRef now = vm.disks().get(k);
            boolean same = now.locator().equals(ours.get(k).locator())
                    && now.sizeBytes() >= ours.get(k).sizeBytes();
            if (!same) {
                return m;
            }
            larger.add(m.disks().get(k).withSize(now.sizeBytes()));
        }
        Manifest.Edit edit = m.edit();
        edit.disks = larger;
        return replica.files().store().publish(edit.build());
    }

    private static List<Layers> layers(Manifest m) {
        return m.active().map(Active::layers).orElse(List.of());
    }

    private boolean isWorthwhile(Manifest m) {
        List<Layers> all = layers(m);
        for (int k = 0; k < all.size(); k++) {
            Layers each = all.get(k);
            if (each.over().isPresent()) {
                return true;
            }
            try (VirtualDisk run = replica.files()
                    .format(m.disks().get(k))
                    .open(replica.files().folder(), each.run(), Access.READ)) {
                if (!run.ownRanges().isEmpty()) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Keeps what changed since the newest cycle that the other side has. */
    private Manifest carry(Manifest m, String mark) {
        Checkpoint now = checkpoint("carry." + m.generation());
        List<RangeSet> ranges = new ArrayList<>();
        SourceMarks marks = marks();
        Optional<String> unknown;
        try {
            marks.keep(mark);
            unknown = new TrackedChanges(relation.target(), m.carried(), relation.context()).since(mark, now, ranges);
        } finally {
            marks.abandon(now.id());
        }
        Manifest.Edit edit = m.edit();
        edit.carried = unknown.isPresent()
                ? Optional.empty()
                : Optional.of(new Carried(mark, ranges, now.time(), Optional.empty()));
        unknown.ifPresent(why -> LOG.warn("item {}: {}; the next cycle will not know either", m.item(), why));
        return replica.files().store().publish(edit.build());
    }

    /** Makes a mark on the folded disks, so that what is carried and what is tracked from here on meet. */
    private Manifest markFolded(Manifest m, VmObservation vm) {
        if (m.carried().isEmpty()
                || m.carried().get().from().isPresent()
                || !layers(m).isEmpty()) {
            return m;
        }
        Carried carried = m.carried().get();
        Manifest.Edit edit = m.edit();
        if (vm.mayHaveStartedAfter(carried.time())) {
            edit.carried = Optional.empty(); // it may have written what nothing tells of
            return replica.files().store().publish(edit.build());
        }
        if (!vm.disks().equals(Relation.activeDisks(m, relation.target()))) {
            relation.target().vms().attach(vm.vm(), Relation.activeDisks(m, relation.target()), relation.context());
        }
        Checkpoint mark = checkpoint("folded." + m.generation());
        marks().keep(mark.id());
        edit.carried =
                Optional.of(new Carried(carried.since(), carried.ranges(), carried.time(), Optional.of(mark.id())));
        return replica.files().store().publish(edit.build());
    }

    private Checkpoint checkpoint(String purpose) {
        return relation.target()
                .disks()
                .checkpoint(relation.link().target().vm(), Consistency.CRASH_CONSISTENT, relation.contextFor(purpose));
    }

    private SourceMarks marks() {
        return new SourceMarks(relation.target(), relation.link().target(), relation.context());
    }
}
