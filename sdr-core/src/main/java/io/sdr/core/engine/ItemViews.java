package io.sdr.core.engine;

import io.sdr.api.Denial;
import io.sdr.api.ItemId;
import io.sdr.api.JobId;
import io.sdr.api.Operation;
import io.sdr.api.PendingNote;
import io.sdr.api.Place;
import io.sdr.api.ProtectionState;
import io.sdr.api.ReplicatedItem;
import io.sdr.api.ReplicationInfo;
import io.sdr.api.SdrException;
import io.sdr.api.Side;
import io.sdr.api.SiteId;
import io.sdr.api.Timekeeper;
import io.sdr.api.VmId;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.CancelFlag;
import io.sdr.api.spi.ProgressListener;
import io.sdr.api.spi.VmObservation;
import io.sdr.core.job.JobEngine;
import io.sdr.core.job.JobRecord;
import io.sdr.core.job.Subject;
import io.sdr.core.operation.ItemState;
import io.sdr.core.operation.Operations;
import io.sdr.core.operation.Surroundings;
import io.sdr.core.state.ItemFacts;
import io.sdr.core.state.ItemJob;
import io.sdr.core.state.StateTable;
import io.sdr.core.state.Verdict;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Snapshots of items, and what the state table says of them. */
final class ItemViews {
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

    ReplicatedItem view(Subject subject) {
        ItemState item = ItemState.read(subject.document());
        Optional<JobRecord> job = jobs.holder(subject.id());
        ItemFacts facts = facts(item, subject.epoch(), job);
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
        return new ReplicatedItem(
                new ItemId(subject.id()),
                item.name(),
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
                notes,
                item.policy(),
                item.networks(),
                allowed,
                denied);
    }

    private static Optional<ReplicationInfo> replication(ItemState item) {
        return item.replicatesTo()
                .map(to ->
                        new ReplicationInfo(to.other(), to, item.lastReceived(), item.lastApplied(), item.lastPoint()));
    }

    ItemFacts facts(ItemState item, long epoch, Optional<JobRecord> job) {
        boolean points = item.lastPoint().isPresent();
        return ItemFacts.in(item.state(), item.active())
                .paused(item.paused())
                .testFailover(item.testFailover())
                .divergence(item.divergence())
                .resyncCause(item.resyncCause())
                .sourceShrank(item.sourceShrank())
                .activeVmSeenOff(job.isEmpty() && isActiveVmSeenOff(item, epoch))
                .job(job.map(ItemViews::itemJob))
                .failoverOrigin(item.holder().map(holder -> item.failoverOrigin()))
                .otherSideStartable(points || OLD_DISK.contains(item.state()))
                .pointsPresent(points)
                .unsupported(unsupported(item))
                .build();
    }

    private Set<Operation> unsupported(ItemState item) {
        if (item.state() == ProtectionState.DISABLED) {
            return Set.of(); // its sites may have left the engine with it
        }
        return Operations.unsupported(world.driver(
                        item.driver(),
                        item.place(Side.PRIMARY).site(),
                        item.place(Side.RECOVERY).site())
                .capabilities());
    }

    /** Whether the VM runs is looked at, never remembered; and only where it matters for what is allowed. */
    private boolean isActiveVmSeenOff(ItemState item, long epoch) {
        Optional<VmId> vm = item.vm(item.active());
        if (item.state() != ProtectionState.COMMIT_PENDING || vm.isEmpty()) {
            return false;
        }
        CallContext call = new CallContext(
                item.id(),
                epoch,
                "look-" + item.id(),
                1,
                time.now().plus(LOOK_DEADLINE),
                CancelFlag.NEVER,
                ProgressListener.NONE);
        try {
            VmObservation seen = world.site(item.place(item.active()).site())
                    .vms()
                    .observe(List.of(vm.get()), call)
                    .get(vm.get());
            return seen != null && !seen.isRunning();
        } catch (SdrException e) {
            return false; // not seen
        }
    }

    private static ItemJob itemJob(JobRecord job) {
        ProtectionState origin = ItemState.read(job.origin()).state();
        return new ItemJob(Operations.operation(job.kind()), job.status(), !job.decided(), origin);
    }
}
