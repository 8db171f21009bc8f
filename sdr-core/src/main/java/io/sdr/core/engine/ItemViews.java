package io.sdr.core.engine;

import io.sdr.api.Denial;
import io.sdr.api.Divergence;
import io.sdr.api.Drill;
import io.sdr.api.Health;
import io.sdr.api.ItemId;
import io.sdr.api.JobId;
import io.sdr.api.JobStatus;
import io.sdr.api.NetworkSettings;
import io.sdr.api.Operation;
import io.sdr.api.Pause;
import io.sdr.api.PendingNote;
import io.sdr.api.Place;
import io.sdr.api.ProtectionState;
import io.sdr.api.ReplicatedItem;
import io.sdr.api.ReplicationInfo;
import io.sdr.api.ReplicationPolicy;
import io.sdr.api.ResyncCause;
import io.sdr.api.SdrException;
import io.sdr.api.Side;
import io.sdr.api.SiteId;
import io.sdr.api.TestFailoverState;
import io.sdr.api.Timekeeper;
import io.sdr.api.VmId;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.DriverCapabilities;
import io.sdr.api.spi.VmObservation;
import io.sdr.core.job.JobEngine;
import io.sdr.core.job.JobRecord;
import io.sdr.core.job.Subject;
import io.sdr.core.operation.ItemState;
import io.sdr.core.operation.Operations;
import io.sdr.core.operation.RequestCodec;
import io.sdr.core.operation.Surroundings;
import io.sdr.core.state.ItemFacts;
import io.sdr.core.state.ItemJob;
import io.sdr.core.state.StateTable;
import io.sdr.core.state.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Snapshots of items, and what the state table says of them. */
final class ItemViews {
    private static final Logger LOG = LoggerFactory.getLogger(ItemViews.class);

    /** There the other side's old disk stands as the last failover left it. */
    private static final Set<ProtectionState> OLD_DISK =
            EnumSet.of(ProtectionState.FAILED_OVER, ProtectionState.REVERSING);

    private static final Duration LOOK_DEADLINE = Duration.ofSeconds(30);

    private final JobEngine jobs;
    private final Surroundings world;
    private final Timekeeper time;

    ItemViews(JobEngine jobs, Surroundings world, Timekeeper time) {
        this.jobs = jobs;
        this.world = world;
        this.time = time;
    }

    /** What is read of an item before its VM is looked at. */
    private record Read(Subject subject, ItemState item, Optional<JobRecord> job) {}

    ReplicatedItem view(Subject subject) {
        return views(List.of(subject)).get(0);
    }

    List<ReplicatedItem> views(List<Subject> subjects) {
        List<Read> all = subjects.stream()
                .map(each -> new Read(each, ItemState.read(each.document()), jobs.holder(each.id())))
                .toList();
        Map<ItemState, Long> looked = new LinkedHashMap<>();
        all.stream()
                .filter(each -> isLookedAt(each.item(), each.job()))
                .forEach(each -> looked.put(each.item(), each.subject().epoch()));
        Set<ItemId> off = seenOff(looked);
        return all.stream()
                .map(each -> view(
                        each.subject(),
                        each.item(),
                        each.job(),
                        facts(each.item(), off.contains(each.item().id()), each.job())))
                .toList();
    }

    private ReplicatedItem view(Subject subject, ItemState item, Optional<JobRecord> job, ItemFacts facts) {
        Set<Operation> allowed = EnumSet.noneOf(Operation.class);
        Map<Operation, Denial> denied = new EnumMap<>(Operation.class);
        for (Operation operation : Operation.values()) {
            Verdict verdict = StateTable.TABLE.verdict(operation, facts);
            if (verdict instanceof Verdict.Denied no) {
                denied.put(operation, no.denial());
            } else {
                allowed.add(operation);
            }
        }
        Map<Side, Place> places = new EnumMap<>(Side.class);
        Map<Side, VmId> vms = new EnumMap<>(Side.class);
        for (Side side : Side.values()) {
            places.put(side, item.place(side));
            item.vm(side).ifPresent(vm -> vms.put(side, vm));
        }
        List<PendingNote> notes = jobs.pendingNotesOf(subject.id()).stream()
                .map(note -> new PendingNote(
                        new SiteId(note.note().site()),
                        note.note().epoch(),
                        note.note().what().toString(),
                        note.queued()))
                .toList();
        Instant now = time.now();
        return new Snapshot(
                new ItemId(subject.id()),
                item.name(),
                now,
                subject.version(),
                item.state(),
                item.active(),
                item.paused(),
                item.testFailover(),
                item.drill(),
                item.divergence(),
                item.divergenceEvidence(),
                item.resyncCause(),
                subject.epoch(),
                places,
                vms,
                replication(item),
                job.filter(each -> each.status().isOpen()).map(each -> new JobId(each.id())),
                job.filter(each -> each.status() == JobStatus.FAILED).map(each -> new JobId(each.id())),
                notes,
                item.policy(),
                item.networks(),
                allowed,
                denied,
                HealthCheck.of(item, job, notes, facts.activeVmSeenOff(), now));
    }

    private record Snapshot(
            ItemId id,
            String name,
            Instant asOf,
            long version,
            ProtectionState state,
            Side activeSide,
            Pause paused,
            TestFailoverState testFailover,
            Optional<Drill> drill,
            Divergence divergence,
            String divergenceEvidence,
            Optional<ResyncCause> resyncCause,
            long epoch,
            Map<Side, Place> places,
            Map<Side, VmId> vms,
            Optional<ReplicationInfo> replication,
            Optional<JobId> openJob,
            Optional<JobId> failedJob,
            List<PendingNote> pendingNotes,
            ReplicationPolicy policy,
            NetworkSettings networks,
            Set<Operation> allowedOperations,
            Map<Operation, Denial> deniedOperations,
            Health health)
            implements ReplicatedItem {
        Snapshot {
            places = Map.copyOf(places);
            vms = Map.copyOf(vms);
            pendingNotes = List.copyOf(pendingNotes);
            allowedOperations = Set.copyOf(allowedOperations);
            deniedOperations = Map.copyOf(deniedOperations);
        }

        /** Equal is what tells the same, whenever it was seen; health follows from that and the time. */
        @Override
        public boolean equals(Object other) {
            return other instanceof Snapshot its && told().equals(its.told());
        }

        @Override
        public int hashCode() {
            return told().hashCode();
        }

        private List<Object> told() {
            return List.of(
                    id,
                    name,
                    version,
                    state,
                    activeSide,
                    paused,
                    testFailover,
                    drill,
                    divergence,
                    divergenceEvidence,
                    resyncCause,
                    epoch,
                    places,
                    vms,
                    replication,
                    openJob,
                    failedJob,
                    pendingNotes,
                    policy,
                    networks,
                    allowedOperations,
                    deniedOperations);
        }

        /** One line: whole, it is pages long for what is denied. */
        @Override
        public String toString() {
            return "item " + id + " (" + name + "): " + status();
        }
    }

    private static Optional<ReplicationInfo> replication(ItemState item) {
        return item.replicatesTo()
                .map(to ->
                        new ReplicationInfo(to.other(), to, item.lastReceived(), item.lastApplied(), item.lastPoint()));
    }

    ItemFacts facts(ItemState item, long epoch, Optional<JobRecord> job) {
        boolean off = isLookedAt(item, job) && !seenOff(Map.of(item, epoch)).isEmpty();
        return facts(item, off, job);
    }

    private ItemFacts facts(ItemState item, boolean activeVmSeenOff, Optional<JobRecord> job) {
        boolean points = item.lastPoint().isPresent();
        boolean givenUp =
                job.filter(each -> each.spec().flag(RequestCodec.IN_PLACE)).isPresent();
        boolean oldDisk = OLD_DISK.contains(item.state()) && !givenUp && keepsOldDisks(item);
        return ItemFacts.in(item.state(), item.active())
                .paused(item.paused())
                .testFailover(item.testFailover())
                .divergence(item.divergence())
                .resyncCause(item.resyncCause())
                .sourceShrank(item.sourceShrank())
                .activeVmSeenOff(activeVmSeenOff)
                .job(job.map(ItemViews::itemJob))
                .failoverOrigin(item.holder().map(holder -> item.failoverOrigin()))
                .otherSideStartable(points || oldDisk)
                .pointsPresent(points)
                .unsupported(unsupported(item))
                .storeBehind(item.storeBehind())
                .build();
    }

    private Set<Operation> unsupported(ItemState item) {
        return item.state() == ProtectionState.DISABLED
                ? Set.of() // its sites may have left the engine with it
                : Operations.unsupported(capabilities(item));
    }

    private boolean keepsOldDisks(ItemState item) {
        return capabilities(item).has(DriverCapabilities.Flag.KEEPS_OLD_DISKS);
    }

    private DriverCapabilities capabilities(ItemState item) {
        return world.driver(
                        item.driver(),
                        item.place(Side.PRIMARY).site(),
                        item.place(Side.RECOVERY).site())
                .capabilities();
    }

    /** Whether the VM's power matters for what is allowed. */
    private static boolean isLookedAt(ItemState item, Optional<JobRecord> job) {
        return job.isEmpty()
                && item.state() == ProtectionState.COMMIT_PENDING
                && item.vm(item.active()).isPresent();
    }

    /**
     * The items whose active VM is seen off. Whether a VM runs is looked at, never remembered; and with one call to a site, however
     * many of its VMs are looked at.
     */
    private Set<ItemId> seenOff(Map<ItemState, Long> epochs) {
        Map<SiteId, List<ItemState>> bySite = new LinkedHashMap<>();
        for (ItemState item : epochs.keySet()) {
            bySite.computeIfAbsent(item.place(item.active()).site(), site -> new ArrayList<>())
                    .add(item);
        }
        Set<ItemId> off = new HashSet<>();
        bySite.forEach((site, items) -> {
            ItemState first = items.get(0);
            CallContext call = CallContext.once(
                    first.id(),
                    Objects.requireNonNull(epochs.get(first)),
                    "look-" + first.id(),
                    time.now().plus(LOOK_DEADLINE));
            List<VmId> vms = items.stream()
                    .map(item -> item.vm(item.active()).orElseThrow())
                    .toList();
            try {
                Map<VmId, VmObservation> seen = world.site(site).vms().observe(vms, call);
                for (ItemState item : items) {
                    VmObservation vm = seen.get(item.vm(item.active()).orElseThrow());
                    if (vm != null && !vm.isRunning()) {
                        off.add(item.id());
                    }
                }
            } catch (SdrException e) {
                LOG.debug("site {} does not tell which VMs run", site, e);
            }
        });
        return off;
    }

    private static ItemJob itemJob(JobRecord job) {
        ProtectionState origin = ItemState.read(job.origin()).state();
        return new ItemJob(Operations.operation(job.kind()), job.status(), !job.decided(), origin);
    }
}
