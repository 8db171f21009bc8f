package io.sdr.hyperv.replication;

import io.sdr.api.Consistency;
import io.sdr.api.ItemId;
import io.sdr.api.JobId;
import io.sdr.api.PointId;
import io.sdr.api.RecoveryPoint;
import io.sdr.api.ResyncCause;
import io.sdr.api.SiteId;
import io.sdr.api.VmId;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.CycleStatistics;
import io.sdr.api.spi.DiskRef;
import io.sdr.api.spi.Endpoint;
import io.sdr.api.spi.HeldPoint;
import io.sdr.api.spi.ReplicaLink;
import io.sdr.api.spi.ReplicaStatus;
import io.sdr.api.spi.VmObservation;
import io.sdr.hyperv.host.Relation;
import io.sdr.hyperv.host.RelationMode;
import io.sdr.hyperv.host.RelationPoint;
import io.sdr.hyperv.host.RelationState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What is seen at targets, in the engine's terms. Hyper-V Replica numbers nothing: the number of a cycle is the moment of the last
 * replication in milliseconds, which grows with each.
 */
final class Statuses {
    /** The replica's present content, which is no recovery point of Hyper-V but what a failover without one goes to. */
    static final String LATEST = "latest-";

    private static final Set<RelationState> NOT_WHOLE = EnumSet.of(
            RelationState.DISABLED,
            RelationState.READY_FOR_INITIAL_REPLICATION,
            RelationState.INITIAL_REPLICATION_IN_PROGRESS,
            RelationState.WAITING_FOR_INITIAL_REPLICATION,
            RelationState.WAITING_FOR_START_RESYNCHRONIZE,
            RelationState.RESYNCHRONIZING,
            RelationState.RESYNCHRONIZE_SUSPENDED);

    private final Ends ends;

    Statuses(Ends ends) {
        this.ends = ends;
    }

    Map<ItemId, ReplicaStatus> of(Collection<ReplicaLink> links, CallContext context) {
        Map<SiteId, List<VmId>> asked = new HashMap<>();
        links.forEach(link -> asked.computeIfAbsent(link.target().site(), site -> new ArrayList<>())
                .add(link.target().vm()));
        Map<Endpoint, Relation> seen = new HashMap<>();
        asked.forEach((site, vms) ->
                ends.look(site, vms, context).forEach((vm, relation) -> seen.put(new Endpoint(site, vm), relation)));
        Map<ItemId, ReplicaStatus> statuses = new HashMap<>();
        for (ReplicaLink link : links) {
            CallContext its = context.withItem(link.item());
            statuses.put(link.item(), of(link, Optional.ofNullable(seen.get(link.target())), its));
        }
        return statuses;
    }

    ReplicaStatus of(ReplicaLink link, Optional<Relation> seen, CallContext context) {
        Optional<RelationNote> note = ends.note(link, context);
        if (!Ends.isRelated(seen)) {
            return ReplicaStatus.NONE;
        }
        Relation relation = seen.orElseThrow();
        if (relation.mode() == RelationMode.PRIMARY || relation.state() == RelationState.FAILED_OVER) {
            return active(link, note.map(RelationNote::floor).orElse(0L), context);
        }
        if (relation.mode() != RelationMode.REPLICA || note.isEmpty()) {
            return ReplicaStatus.NONE;
        }
        return replica(link, relation, note.get(), context);
    }

    private ReplicaStatus active(ReplicaLink link, long floor, CallContext context) {
        return new ReplicaStatus(
                ReplicaStatus.Role.ACTIVE,
                floor,
                0,
                0,
                List.of(),
                Map.of(),
                disks(link.target(), context),
                CycleStatistics.NONE,
                Optional.empty(),
                Optional.empty());
    }

    private ReplicaStatus replica(ReplicaLink link, Relation seen, RelationNote note, CallContext context) {
        long received = received(seen, note);
        return new ReplicaStatus(
                ReplicaStatus.Role.REPLICA,
                note.floor(),
                received,
                received,
                points(link, received, context),
                held(link, seen, note, context),
                List.of(),
                CycleStatistics.NONE,
                seen.state() == RelationState.WAITING_FOR_START_RESYNCHRONIZE
                        ? Optional.of(ResyncCause.SOURCE_HISTORY_LOST)
                        : Optional.empty(),
                Optional.empty());
    }

    /** The moment of the last replication in milliseconds; 0 while the replica is no whole copy. */
    static long received(Relation seen, RelationNote note) {
        if (NOT_WHOLE.contains(seen.state())) {
            return 0;
        }
        return seen.lastReplication()
                .map(time -> Math.max(time.toEpochMilli(), note.rest()))
                .orElse(note.rest());
    }

    private List<RecoveryPoint> points(ReplicaLink link, long received, CallContext context) {
        List<RecoveryPoint> points = new ArrayList<>();
        ends.verbs(link.target()).points(link.target().vm(), context).stream()
                .sorted(Comparator.comparing(RelationPoint::time))
                .forEach(each -> points.add(new RecoveryPoint(
                        new PointId(each.id()),
                        each.time().toEpochMilli(),
                        each.time(),
                        each.applicationConsistent()
                                ? Consistency.APPLICATION_CONSISTENT
                                : Consistency.CRASH_CONSISTENT,
                        true,
                        false)));
        if (received > 0) {
            points.add(latest(received));
        }
        return points;
    }

    static RecoveryPoint latest(long received) {
        return new RecoveryPoint(
                new PointId(LATEST + received),
                received,
                Instant.ofEpochMilli(received),
                Consistency.CRASH_CONSISTENT,
                true,
                false);
    }

    /** Which point of Hyper-V's a failover names; none for the latest, whatever has arrived since it was listed. */
    static Optional<String> ofHyperV(PointId point) {
        return point.value().startsWith(LATEST) ? Optional.empty() : Optional.of(point.value());
    }

    private Map<JobId, HeldPoint> held(ReplicaLink link, Relation seen, RelationNote note, CallContext context) {
        Map<JobId, HeldPoint> held = new HashMap<>();
        note.test().ifPresent(test -> held.put(test.holder(), new HeldPoint(test.point(), test.token(), List.of())));
        if (seen.state() == RelationState.FAILED_OVER_WAITING_COMPLETION) {
            note.held()
                    .ifPresent(each -> held.put(
                            each.holder(), new HeldPoint(each.point(), each.token(), disks(link.target(), context))));
        }
        return held;
    }

    List<DiskRef> disks(Endpoint end, CallContext context) {
        VmObservation vm =
                ends.site(end).vms().observe(List.of(end.vm()), context).get(end.vm());
        return vm == null ? List.of() : vm.disks();
    }
}
