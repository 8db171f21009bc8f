package io.sdr.core.replication;

import io.sdr.api.Consistency;
import io.sdr.api.ItemId;
import io.sdr.api.JobId;
import io.sdr.api.PointId;
import io.sdr.api.ResyncCause;
import io.sdr.api.SiteId;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.CycleResult;
import io.sdr.api.spi.CycleStatistics;
import io.sdr.api.spi.DiskRef;
import io.sdr.api.spi.DriverCapabilities;
import io.sdr.api.spi.DriverCapabilities.Flag;
import io.sdr.api.spi.HeldPoint;
import io.sdr.api.spi.LossEvidence;
import io.sdr.api.spi.ReplicaLink;
import io.sdr.api.spi.ReplicaStatus;
import io.sdr.api.spi.ReplicaStatus.Role;
import io.sdr.api.spi.ReplicationDriver;
import io.sdr.api.spi.ResyncPlan;
import io.sdr.api.spi.ReversalPlan;
import io.sdr.api.spi.SiteProvider;
import io.sdr.api.spi.WholeDiskDigests;
import io.sdr.core.format.DiskFormats;
import io.sdr.core.replication.Manifest.Holder;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * sdr's own replication between two sites. Remembers nothing: what is true lies in the manifests at the target, and at the source in
 * what the site lists.
 */
final class SdrReplicationDriver implements ReplicationDriver {
    private final SiteProvider one;
    private final SiteProvider other;
    private final DiskFormats formats;
    private final Differences differences;

    SdrReplicationDriver(SiteProvider one, SiteProvider other, DiskFormats formats, Differences differences) {
        this.one = one;
        this.other = other;
        this.formats = formats;
        this.differences = differences;
    }

    private SiteProvider site(SiteId id) {
        if (one.id().equals(id)) {
            return one;
        }
        if (other.id().equals(id)) {
            return other;
        }
        throw Trouble.invalid(
                "UNKNOWN_SITE",
                "replicate with site " + id,
                "this driver connects " + one.id() + " and " + other.id(),
                "name one of these");
    }

    private Relation relation(ReplicaLink link, CallContext context) {
        return new Relation(link, site(link.source().site()), site(link.target().site()), formats, context);
    }

    @Override
    public DriverCapabilities capabilities() {
        return new DriverCapabilities(Set.of(
                Flag.POINTS_SURVIVE_RESYNC,
                Flag.UNION_REVERSE,
                Flag.GROW_REPLICA,
                Flag.FULL_DOWNLOAD,
                Flag.REPLACE_IN_PLACE,
                Flag.FAILOVER_DURING_TEST,
                Flag.KEEPS_TARGET_WRITES,
                Flag.COMPARES_DISKS,
                Flag.NAMES_CYCLES,
                Flag.KEEPS_OLD_DISKS));
    }

    @Override
    public Map<ItemId, ReplicaStatus> status(Collection<ReplicaLink> links, CallContext context) {
        Map<ItemId, ReplicaStatus> all = new HashMap<>();
        for (ReplicaLink link : links) {
            all.put(link.item(), status(relation(link, context)));
        }
        return all;
    }

    private static ReplicaStatus status(Relation relation) {
        Replica replica = relation.replica();
        Optional<Manifest> found = replica.look();
        while (found.isPresent()) {
            Manifest m = found.get();
            Optional<ResyncCause> broken = m.broken();
            if (broken.isEmpty() && m.role() == Role.REPLICA && !m.isBaseTorn()) {
                broken = replica.files()
                        .differenceOfBase(m, false)
                        .map(what -> replica.files().causeOf(m));
            }
            Optional<Manifest> now = broken.equals(m.broken()) ? found : replica.look();
            if (now.map(Manifest::generation).equals(Optional.of(m.generation()))) {
                return status(relation, m, broken);
            }
            found = now; // the base was being written while it was looked at
        }
        return ReplicaStatus.NONE;
    }

    private static ReplicaStatus status(Relation relation, Manifest m, Optional<ResyncCause> broken) {
        Map<JobId, HeldPoint> held = new HashMap<>();
        m.holders().forEach((job, holder) -> held.put(job, heldPoint(relation, m, holder)));
        return new ReplicaStatus(
                m.role(),
                m.epochFloor(),
                m.received(),
                m.applied(),
                m.recoveryPoints(),
                held,
                m.role() == Role.ACTIVE ? Relation.activeDisks(m, relation.target()) : List.of(),
                m.cycle(m.received()).map(Manifest.Cycle::statistics).orElse(CycleStatistics.NONE),
                broken,
                m.startedOver().filter(each -> each.sequence() >= m.received()).map(Manifest.StartedOver::why),
                m.cycle(m.received()).flatMap(Manifest.Cycle::token));
    }

    private static HeldPoint heldPoint(Relation relation, Manifest m, Holder holder) {
        List<DiskRef> disks = new ArrayList<>();
        for (int k = 0; k < m.disks().size(); k++) {
            disks.add(Relation.ref(
                    m,
                    m.disks().get(k),
                    relation.target(),
                    holder.layers().get(k).run()));
        }
        return new HeldPoint(holder.point(), holder.token(), disks);
    }

    @Override
    public void establish(ReplicaLink link, Retention retention, CallContext context) {
        Relation relation = relation(link, context);
        relation.checkInTime();
        relation.replica().look().ifPresent(relation::checkEpoch);
        relation.replica().establish(link.item(), link.source(), retention, context.epoch(), context.token());
    }

    @Override
    public CycleResult replicate(ReplicaLink link, long sequence, Consistency consistency, CallContext context) {
        return new CycleRun(relation(link, context), differences).run(sequence, consistency);
    }

    @Override
    public CycleResult downloadAll(ReplicaLink link, long sequence, CallContext context) {
        return new CycleRun(relation(link, context), differences).runWhole(sequence);
    }

    @Override
    public CycleResult replaceInPlace(ReplicaLink link, long sequence, boolean whole, CallContext context) {
        return new CycleRun(relation(link, context), differences).runInPlace(sequence, whole);
    }

    @Override
    public void keepAsItStood(ReplicaLink link, Retention retention, CallContext context) {
        new Reversal(relation(link, context)).keepAsItStood(retention);
    }

    @Override
    public ResyncPlan planResync(ReplicaLink link, CallContext context) {
        return new Resynchronisation(relation(link, context)).plan();
    }

    @Override
    public void beginResync(ReplicaLink link, Retention retention, boolean grow, CallContext context) {
        Manifest unused = new Resynchronisation(relation(link, context)).begin(retention, grow);
    }

    @Override
    public void pause(ReplicaLink link, CallContext context) {
        Relation relation = relation(link, context);
        relation.replica().look().filter(m -> m.role() == Role.REPLICA).ifPresent(m -> {
            relation.checkEpoch(m);
            new CycleRun(relation, differences).settle(m);
        });
    }

    @Override
    public void process(ReplicaLink link, CallContext context) {
        Relation relation = relation(link, context);
        relation.cancellableReplica().process(relation.open(), relation.layersInUse(relation.target(), link.target()));
    }

    @Override
    public void closeReception(ReplicaLink link, long floor, CallContext context) {
        Relation relation = relation(link, context);
        relation.checkInTime();
        relation.replica().raiseFloor(relation.open(), floor);
    }

    @Override
    public HeldPoint bringTo(ReplicaLink link, JobId holder, PointId point, CallContext context) {
        Relation relation = relation(link, context);
        relation.checkInTime();
        Manifest m = relation.cancellableReplica().hold(relation.open(), holder, point, context.token());
        return heldPoint(
                relation, m, Optional.ofNullable(m.holders().get(holder)).orElseThrow());
    }

    @Override
    public HeldPoint bringToUnverified(ReplicaLink link, JobId holder, PointId point, CallContext context) {
        Relation relation = relation(link, context);
        relation.checkInTime();
        Manifest m = relation.cancellableReplica().holdUnverified(relation.open(), holder, point, context.token());
        return heldPoint(
                relation, m, Optional.ofNullable(m.holders().get(holder)).orElseThrow());
    }

    @Override
    public void giveBack(ReplicaLink link, JobId holder, boolean keepWrites, CallContext context) {
        Relation relation = relation(link, context);
        relation.checkInTime();
        Optional<Manifest> found = relation.replica().files().store().readForChange();
        if (found.isPresent()) {
            relation.checkEpoch(found.get());
            relation.replica().release(found.get(), holder, keepWrites);
        }
    }

    @Override
    public void commit(ReplicaLink link, JobId holder, CallContext context) {
        Relation relation = relation(link, context);
        relation.checkInTime();
        relation.replica().commit(relation.open(), holder);
    }

    @Override
    public void tidy(ReplicaLink link, CallContext context) {
        Relation relation = relation(link, context);
        Optional<Manifest> found = relation.replica().files().store().readForChange();
        if (found.isEmpty()) {
            return;
        }
        Manifest m = found.get();
        relation.checkEpoch(m);
        if (m.role() == Role.ACTIVE && m.seed().isEmpty()) {
            m = new ActiveFold(relation).run(m);
        }
        m = relation.cancellableReplica().process(m, relation.layersInUse(relation.target(), link.target()));
        if (m.role() == Role.REPLICA && m.received() > 0) {
            // a call that failed or came late, or a death, may have left checkpoints and marks on either side
            new CycleRun(relation, differences).settle(m);
            if (m.seed().isPresent()) {
                new SourceMarks(relation.target(), link.target(), context).giveUpAllIfPossible();
            }
        }
    }

    @Override
    public OptionalLong unreplicated(ReplicaLink link, CallContext context) {
        return new Reversal(relation(link, context)).unreplicated();
    }

    @Override
    public ReversalPlan planReversal(ReplicaLink link, CallContext context) {
        return new Reversal(relation(link, context)).plan();
    }

    @Override
    public void beginReversal(ReplicaLink link, Retention retention, CallContext context) {
        new Reversal(relation(link, context)).begin(retention);
    }

    @Override
    public List<DiskRef> undoReversal(ReplicaLink link, CallContext context) {
        return new Reversal(relation(link, context)).undo();
    }

    @Override
    public LossEvidence evidence(ReplicaLink link, long sequence, CallContext context) {
        return new Proofs(relation(link, context)).lastCycle(sequence);
    }

    @Override
    public WholeDiskDigests compareWhole(ReplicaLink link, JobId holder, CallContext context) {
        return new Proofs(relation(link, context)).wholeDisks(holder);
    }

    @Override
    public void keepAsDisks(ReplicaLink link, CallContext context) {
        Relation relation = relation(link, context);
        Replica replica = relation.cancellableReplica();
        replica.files()
                .store()
                .readForChange()
                .filter(m -> m.role() == Role.REPLICA)
                .ifPresent(m -> {
                    relation.checkEpoch(m);
                    replica.keepAsDisks(m);
                });
    }

    @Override
    public void dissolveTarget(ReplicaLink link, boolean deleteReplica, CallContext context) {
        Relation relation = relation(link, context);
        relation.replica().look().ifPresent(relation::checkEpoch);
        new Dissolution(relation.replica(), relation.layersInUse(relation.target(), link.target()))
                .removeIfThere(deleteReplica);
        new SourceMarks(relation.target(), link.target(), context).giveUpAllBut(Set.of());
    }

    @Override
    public void dissolveSource(ReplicaLink link, CallContext context) {
        Relation relation = relation(link, context);
        relation.sourceFiles().look().ifPresent(relation::checkEpochAtSource);
        new SourceMarks(relation.source(), link.source(), context).giveUpAllBut(Set.of());
        // what an active VM has attached stays; only what made it part of a relation goes
        new Dissolution(relation.sourceFiles(), relation.layersInUse(relation.source(), link.source()))
                .removeIfThere(false);
    }
}
