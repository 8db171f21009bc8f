package io.sdr.hyperv.replication;

import io.sdr.api.InvalidRequestException;
import io.sdr.api.OperationFailedException;
import io.sdr.api.Problem;
import io.sdr.api.ReplicationPolicy;
import io.sdr.api.RetryableException;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.Endpoint;
import io.sdr.api.spi.ReplicaLink;
import io.sdr.api.spi.VmObservation;
import io.sdr.hyperv.host.Relation;
import io.sdr.hyperv.host.RelationMode;
import io.sdr.hyperv.host.RelationState;
import java.util.List;
import java.util.Optional;

/** Makes relations and ends them. Each method looks at both sides first and does what is missing. */
final class Relating {
    private final Ends ends;

    Relating(Ends ends) {
        this.ends = ends;
    }

    /** Relates a VM to its replica server, which makes the replica's VM; changed settings of one that is there are set. */
    void establish(ReplicaLink link, ReplicationPolicy wanted, CallContext context) {
        requireSameId(link);
        RelationPolicy policy = RelationPolicy.of(wanted);
        Optional<RelationNote> note = ends.note(link, context);
        Relation source = ends.see(link.source(), context);
        Optional<Relation> target = ends.look(link.target(), context);
        if (note.isPresent()) {
            Ends.requireCurrent(link, note.get(), context);
        } else if (source.mode() != RelationMode.NONE || Ends.isRelated(target)) {
            throw taken(link, source.mode() != RelationMode.NONE ? link.source() : link.target());
        }
        boolean compares = wanted.nativeReplication().usesExistingCopy();
        if (note.isEmpty() && target.isPresent() && !compares) {
            throw new InvalidRequestException(Problem.of("TARGET_EXISTS")
                    .attempted("make a replica of VM " + link.source().vm())
                    .state("site " + link.target().site() + " has a VM of this id already; nothing was changed")
                    .remedy("protect it with NativeReplication.fromExistingCopy(), or delete that VM"));
        }
        if (note.isEmpty()) {
            ends.keep(
                    link,
                    RelationNote.begun(
                            context.epoch(),
                            compares,
                            wanted.nativeReplication().firstCopyAt(),
                            policy),
                    context);
        } else if (!note.get().policy().equals(policy) && source.mode() == RelationMode.PRIMARY) {
            Relation unused = ends.verbs(link.source()).configure(link.source().vm(), policy.settings(), context);
            ends.keep(link, note.get().withPolicy(policy), context);
        }
        relate(link, policy, context);
    }

    /** A replica's VM has the id of its VM: one of another id is somebody else's. */
    static void requireSameId(ReplicaLink link) {
        if (!link.source().vm().equals(link.target().vm())) {
            throw taken(link, link.target());
        }
    }

    /** What is missing of a relation in the link's direction: the primary's part, the replica's VM, its tag, its lock. */
    void relate(ReplicaLink link, RelationPolicy policy, CallContext context) {
        Relation source = ends.see(link.source(), context);
        Optional<Relation> target = ends.look(link.target(), context);
        requireDirection(link, source, target);
        if (target.isPresent() && target.get().mode() == RelationMode.NONE) {
            ends.requireOff(
                    link.target(), target.get(), "make VM " + link.target().vm() + " a replica");
            target = Optional.of(ends.verbs(link.target())
                    .accept(
                            link.target().vm(),
                            ends.verbs(link.source()).serverName(link.source().vm(), context),
                            context));
        }
        if (source.mode() == RelationMode.NONE) {
            source = ends.verbs(link.source())
                    .enable(
                            link.source().vm(),
                            ends.server(link, policy, context),
                            policy.settings(),
                            paths(link, policy, context),
                            context);
        }
        target = ends.look(link.target(), context);
        if (!Ends.isRelated(target)) {
            throw new RetryableException(Problem.of("REPLICA_NOT_THERE")
                    .attempted("find the replica of VM " + link.source().vm())
                    .state("site " + link.target().site() + " does not have it yet")
                    .remedy("it is looked for again"));
        }
        requireDirection(link, source, target);
        settle(link.target(), context);
    }

    private static void requireDirection(ReplicaLink link, Relation source, Optional<Relation> target) {
        if (source.mode() != RelationMode.NONE && source.mode() != RelationMode.PRIMARY) {
            throw Ends.unexpected("replicate from site " + link.source().site(), link.source(), source);
        }
        if (Ends.isRelated(target) && target.orElseThrow().mode() != RelationMode.REPLICA) {
            throw Ends.unexpected("replicate to site " + link.target().site(), link.target(), target.orElseThrow());
        }
    }

    /** A VM that the relation made is the item's; one that a user brought carries no tag and gets none. Neither may be started. */
    private void settle(Endpoint end, CallContext context) {
        VmObservation vm = observe(end, context)
                .orElseThrow(() -> new RetryableException(Problem.of("REPLICA_NOT_THERE")
                        .attempted("look at VM " + end.vm())
                        .state("site " + end.site() + " does not list it yet")
                        .remedy("it is looked for again")));
        if (!vm.startLocked()) {
            VmObservation unused = ends.site(end).vms().lockStart(end.vm(), context);
        }
    }

    /** Says that the target's VM was made for the item, if the relation made it, and notes which files it made. */
    void tag(ReplicaLink link, RelationNote note, CallContext context) {
        Endpoint end = link.target();
        Optional<VmObservation> vm = observe(end, context);
        if (!note.compares() && vm.isPresent() && vm.get().tag().isEmpty()) {
            RelationNote made = note.withMade(ends.verbs(end).files(end.vm(), context));
            if (!made.equals(note)) {
                ends.keep(link, made, context);
            }
            ends.verbs(end).tagReplica(end.vm(), context);
        }
    }

    private Optional<VmObservation> observe(Endpoint end, CallContext context) {
        return Optional.ofNullable(
                ends.site(end).vms().observe(List.of(end.vm()), context).get(end.vm()));
    }

    private List<String> paths(ReplicaLink link, RelationPolicy policy, CallContext context) {
        List<io.sdr.api.spi.DiskRef> disks =
                observe(link.source(), context).map(VmObservation::disks).orElse(List.of());
        return policy.excluded().stream()
                .map(id -> disks.stream()
                        .filter(disk -> disk.disk().value().equals(id))
                        .findFirst()
                        .orElseThrow(() -> new InvalidRequestException(Problem.of("UNKNOWN_DISK")
                                .attempted("leave disk " + id + " of VM "
                                        + link.source().vm() + " out")
                                .state("it has the disks "
                                        + disks.stream()
                                                .map(each -> each.disk().value())
                                                .toList() + "; nothing was changed")
                                .remedy("name one of them")))
                        .locator())
                .toList();
    }

    private static InvalidRequestException taken(ReplicaLink link, Endpoint end) {
        return new InvalidRequestException(Problem.of("RELATION_TAKEN")
                .attempted("replicate VM " + link.source().vm() + " with Hyper-V Replica")
                .state("VM " + end.vm() + " at site " + end.site()
                        + " is in a relation that this library did not make; nothing was changed")
                .remedy("end that relation on both hosts, then try again"));
    }

    // ---- the other direction

    /** Makes the old side's VM the replica of the one that is active now. */
    void reverse(ReplicaLink link, CallContext context) {
        RelationNote before = ends.note(link.reversed(), context)
                .or(() -> ends.note(link, context))
                .orElseThrow(() -> new OperationFailedException(Problem.of("RELATION_NOT_OURS")
                        .attempted("turn the replication of item " + link.item() + " round")
                        .state("neither site says that this library set it up")
                        .remedy("disable the item and protect the VM anew")));
        RelationPolicy policy = before.policy();
        Relation source = ends.see(link.source(), context);
        Optional<Relation> target = ends.look(link.target(), context);
        if (target.isPresent()) {
            ends.requireOff(link.target(), target.get(), "overwrite the disks of item " + link.item());
        }
        if (source.mode() == RelationMode.PRIMARY
                && target.isPresent()
                && target.get().mode() == RelationMode.REPLICA) {
            begin(link, policy, target.isPresent(), context);
            settle(link.target(), context);
            return;
        }
        boolean failedOver = source.mode() == RelationMode.REPLICA && isFailedOver(source.state());
        if (source.mode() == RelationMode.REPLICA && !failedOver) {
            throw Ends.unexpected("turn the replication round", link.source(), source);
        }
        begin(link, policy, target.isPresent(), context);
        if (failedOver && Ends.isRelated(target)) {
            turn(link, policy, target.orElseThrow(), context);
            settle(link.target(), context);
            return;
        }
        if (source.mode() == RelationMode.REPLICA) { // the other end is gone or has forgotten: a new relation
            Relation unused = ends.verbs(link.source()).remove(link.source().vm(), context);
        }
        relate(link, policy, context);
    }

    private void turn(ReplicaLink link, RelationPolicy policy, Relation target, CallContext context) {
        boolean prepared = target.state() == RelationState.PREPARED_FOR_FAILOVER;
        if (target.mode() == RelationMode.PRIMARY && !prepared) {
            Relation seen =
                    ends.verbs(link.target()).becomeReplica(link.target().vm(), context);
            if (seen.mode() != RelationMode.REPLICA) {
                throw Ends.unexpected("make the old primary a replica", link.target(), seen);
            }
        }
        Relation turned =
                ends.verbs(link.source()).reverse(link.source().vm(), ends.server(link, policy, context), context);
        if (turned.mode() != RelationMode.PRIMARY) {
            throw Ends.unexpected("turn the replication round", link.source(), turned);
        }
    }

    private static boolean isFailedOver(RelationState state) {
        return state == RelationState.FAILED_OVER || state == RelationState.FAILED_OVER_WAITING_COMPLETION;
    }

    /** What an earlier time in this direction left is history: what is held, sent, or asked for begins anew. */
    private void begin(ReplicaLink link, RelationPolicy policy, boolean compares, CallContext context) {
        Optional<RelationNote> there = ends.note(link, context);
        RelationNote fresh = RelationNote.begun(context.epoch(), compares, Optional.empty(), policy)
                .withMade(there.map(RelationNote::made).orElse(List.of()));
        boolean begun = there.isPresent()
                && there.get().floor() >= context.epoch()
                && there.get().held().isEmpty();
        if (!begun) {
            ends.keep(link, fresh, context);
        }
    }

    /** Ends the relation that a reversal made. The old side's disks stay as they are now; nothing replicates. */
    void undoReverse(ReplicaLink link, CallContext context) {
        Optional<Relation> target = ends.look(link.target(), context);
        Optional<Relation> source = ends.look(link.source(), context);
        boolean reversed = source.isPresent() && source.get().mode() == RelationMode.PRIMARY;
        if (reversed) {
            if (source.get().state() == RelationState.INITIAL_REPLICATION_IN_PROGRESS
                    || source.get().state() == RelationState.WAITING_FOR_INITIAL_REPLICATION) {
                Relation unused =
                        ends.verbs(link.source()).stopInitial(link.source().vm(), context);
            }
            Relation unused = ends.verbs(link.source()).remove(link.source().vm(), context);
        }
        if (target.isPresent() && target.get().mode() == RelationMode.REPLICA) {
            Relation unused = ends.verbs(link.target()).remove(link.target().vm(), context);
        }
    }

    // ---- the end

    /**
     * The relation ends at the target. If asked, the VM that it made is deleted, and the files that are noted as made by it; a copy that
     * is active now stays in any case.
     */
    void dissolveTarget(ReplicaLink link, boolean deleteReplica, CallContext context) {
        Endpoint end = link.target();
        Optional<Relation> target = ends.look(end, context);
        Optional<RelationNote> note = ends.note(link, context);
        boolean active = target.isPresent()
                && (target.get().mode() == RelationMode.PRIMARY || target.get().state() == RelationState.FAILED_OVER);
        if (Ends.isRelated(target) && note.isPresent() && note.get().test().isPresent()) {
            Relation unused = ends.verbs(end).stopTest(end.vm(), context);
        }
        if (active) { // before the relation is removed: without it nothing tells that the copy is the active one
            ends.forget(link, context);
        }
        if (Ends.isRelated(target)) {
            Relation unused = ends.verbs(end).remove(end.vm(), context);
        }
        if (deleteReplica && !active && note.isPresent()) {
            deleteMade(end, note.get(), context);
        }
        ends.forget(link, context);
    }

    private void deleteMade(Endpoint end, RelationNote note, CallContext context) {
        Optional<VmObservation> vm = observe(end, context);
        if (vm.isPresent() && vm.get().tag().isPresent()) {
            ends.site(end).vms().deleteTagged(end.vm(), context);
            vm = Optional.empty();
        }
        if (vm.isEmpty()) { // what a VM has that stays is not deleted under it
            note.made().forEach(file -> ends.verbs(end).deleteFile(file, context));
        }
    }

    void dissolveSource(ReplicaLink link, CallContext context) {
        if (Ends.isRelated(ends.look(link.source(), context))) {
            Relation unused = ends.verbs(link.source()).remove(link.source().vm(), context);
        }
    }
}
