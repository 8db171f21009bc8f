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
import io.sdr.api.Side;
import io.sdr.api.SiteId;
import io.sdr.api.VmId;
import io.sdr.core.job.JobEngine;
import io.sdr.core.job.JobRecord;
import io.sdr.core.job.Subject;
import io.sdr.core.operation.ItemState;
import io.sdr.core.operation.Operations;
import io.sdr.core.state.ItemFacts;
import io.sdr.core.state.ItemJob;
import io.sdr.core.state.StateTable;
import io.sdr.core.state.Verdict;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Snapshots of items, and what the state table says of them. */
final class ItemViews {
    private final JobEngine jobs;

    ItemViews(JobEngine jobs) {
        this.jobs = jobs;
    }

    ReplicatedItem view(Subject subject) {
        ItemState item = ItemState.read(subject.document());
        Optional<JobRecord> job = jobs.holder(subject.id());
        ItemFacts facts = facts(item, job);
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

    ItemFacts facts(ItemState item, Optional<JobRecord> job) {
        boolean points = item.lastPoint().isPresent();
        return ItemFacts.in(item.state(), item.active())
                .paused(item.paused())
                .testFailover(item.testFailover())
                .divergence(item.divergence())
                .resyncCause(item.resyncCause())
                .job(job.map(ItemViews::itemJob))
                .failoverOrigin(item.holder().map(holder -> item.failoverOrigin()))
                .otherSideStartable(points)
                .pointsPresent(points)
                .unsupported(Operations.NOT_YET)
                .build();
    }

    private static ItemJob itemJob(JobRecord job) {
        ProtectionState origin = ItemState.read(job.origin()).state();
        return new ItemJob(Operations.operation(job.kind()), job.status(), !job.decided(), origin);
    }
}
