package io.sdr.hyperv.replication;

import io.sdr.api.OperationFailedException;
import io.sdr.api.Problem;
import io.sdr.api.ResyncCause;
import io.sdr.api.RetryableException;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.CycleResult;
import io.sdr.api.spi.CycleStatistics;
import io.sdr.api.spi.Endpoint;
import io.sdr.api.spi.ReplicaLink;
import io.sdr.api.spi.ResyncPlan;
import io.sdr.hyperv.host.Relation;
import io.sdr.hyperv.host.RelationMode;
import io.sdr.hyperv.host.RelationState;
import io.sdr.hyperv.host.VmState;
import java.util.Optional;

/**
 * Replication goes on by Hyper-V's own clock. What stopped it is set going again where that is safe; what takes long is begun and
 * looked at again, never waited for.
 */
final class Cycling {
    private final Ends ends;
    private final Relating relating;

    Cycling(Ends ends, Relating relating) {
        this.ends = ends;
        this.relating = relating;
    }

    /** The replication of a number, or what has to come first. */
    CycleResult replicate(ReplicaLink link, long sequence, CallContext context) {
        RelationNote note = ends.requireNote(link, context);
        Ends.requireCurrent(link, note, context);
        Optional<Relation> target = ends.look(link.target(), context);
        if (!Ends.isRelated(target)) {
            return new CycleResult.Gap(
                    ResyncCause.REPLICA_MISSING, "site " + link.target().site() + " has no replica of the VM any more");
        }
        Relation source = ends.see(link.source(), context);
        if (source.mode() == RelationMode.NONE) {
            return new CycleResult.Gap(
                    ResyncCause.SOURCE_HISTORY_LOST,
                    "somebody ended the relation at site " + link.source().site());
        }
        requireReceives(link, source, target.orElseThrow());
        long received = Statuses.received(target.orElseThrow(), note);
        boolean inLine = source.state() == RelationState.REPLICATING
                && target.orElseThrow().state() == RelationState.REPLICATING;
        if (inLine && note.resync().equals(Optional.of(RelationNote.Resync.BEGUN))) {
            ends.keep(link, note.withResync(Optional.empty()), context);
        }
        CycleResult going = goOn(link, source, note, context);
        return going instanceof CycleResult.Gap || received < sequence ? going : received(received);
    }

    /** A replica that failed over receives nothing, and its primary is left alone. */
    private static void requireReceives(ReplicaLink link, Relation source, Relation target) {
        if (source.mode() != RelationMode.PRIMARY) {
            throw Ends.unexpected("replicate item " + link.item(), link.source(), source);
        }
        boolean failedOver = target.state() == RelationState.FAILED_OVER_WAITING_COMPLETION
                || target.state() == RelationState.FAILED_OVER
                || target.state() == RelationState.RECOVERY_IN_PROGRESS;
        if (target.mode() != RelationMode.REPLICA || failedOver) {
            throw Ends.unexpected("replicate item " + link.item(), link.target(), target);
        }
    }

    private static CycleResult received(long received) {
        return new CycleResult.Received(Statuses.latest(received), CycleStatistics.NONE);
    }

    private CycleResult goOn(ReplicaLink link, Relation source, RelationNote note, CallContext context) {
        Endpoint end = link.source();
        return switch (source.state()) {
            case READY_FOR_INITIAL_REPLICATION -> {
                Relation unused = ends.verbs(end).startInitial(end.vm(), note.compares(), note.firstCopyAt(), context);
                yield new CycleResult.Pending("the first copy begins");
            }
            case INITIAL_REPLICATION_IN_PROGRESS, WAITING_FOR_INITIAL_REPLICATION ->
                new CycleResult.Pending("the first copy is under way");
            case REPLICATING, WAITING_FOR_UPDATE_COMPLETION ->
                new CycleResult.Pending("Hyper-V Replica replicates by its own clock");
            case RESYNCHRONIZING -> new CycleResult.Pending("the replica is compared and repaired");
            case SUSPENDED, RESYNCHRONIZE_SUSPENDED -> {
                Relation unused = ends.verbs(end).resume(end.vm(), context);
                yield new CycleResult.Pending("replication goes on");
            }
            case ERROR -> afterError(end, context);
            case WAITING_FOR_START_RESYNCHRONIZE -> resynchronized(link, note, context);
            default -> throw Ends.unexpected("replicate item " + link.item(), end, source);
        };
    }

    private CycleResult afterError(Endpoint end, CallContext context) {
        Relation resumed = ends.verbs(end).resume(end.vm(), context);
        if (resumed.state() == RelationState.ERROR) {
            throw new RetryableException(Problem.of("REPLICATION_FAILED")
                    .attempted("replicate VM " + end.vm())
                    .state("Hyper-V Replica at site " + end.site() + " stopped with an error, health "
                            + resumed.health())
                    .remedy("look into that host's event log; it is resumed again from time to time"));
        }
        return new CycleResult.Pending("replication goes on after an error");
    }

    private CycleResult resynchronized(ReplicaLink link, RelationNote note, CallContext context) {
        if (note.resync().isEmpty()) {
            return new CycleResult.Gap(
                    ResyncCause.SOURCE_HISTORY_LOST,
                    "Hyper-V Replica at site " + link.source().site() + " asks for a resynchronisation");
        }
        Relation unused = ends.verbs(link.source()).resynchronize(link.source().vm(), context);
        return new CycleResult.Pending("the replica is compared and repaired");
    }

    void pause(ReplicaLink link, CallContext context) {
        Relation source = ends.see(link.source(), context);
        boolean goes = switch (source.state()) {
            case REPLICATING, RESYNCHRONIZING, INITIAL_REPLICATION_IN_PROGRESS, ERROR -> true;
            default -> false;
        };
        if (goes && source.mode() == RelationMode.PRIMARY) {
            Relation unused = ends.verbs(link.source()).suspend(link.source().vm(), context);
        }
    }

    // ---- before a decision

    /** Sends the last changes of a source that is off, by preparing its failover; it cannot be started until that is taken back. */
    CycleResult sendRest(ReplicaLink link, long sequence, CallContext context) {
        RelationNote note = ends.requireNote(link, context);
        Ends.requireCurrent(link, note, context);
        Relation source = ends.see(link.source(), context);
        ends.requireOff(link.source(), source, "send the last changes of item " + link.item());
        Relation target = ends.see(link.target(), context);
        requireReceives(link, source, target);
        if (source.state() != RelationState.PREPARED_FOR_FAILOVER) {
            if (source.state() != RelationState.REPLICATING) {
                return goOn(link, source, note, context);
            }
            source = ends.verbs(link.source()).prepareFailover(link.source().vm(), context);
        }
        if (source.state() != RelationState.PREPARED_FOR_FAILOVER) {
            return new CycleResult.Pending("the last changes are sent");
        }
        if (note.rest() < sequence) {
            ends.keep(link, note.withRest(sequence), context);
        }
        return received(Math.max(sequence, Statuses.received(ends.see(link.target(), context), note)));
    }

    void takeBackRest(ReplicaLink link, CallContext context) {
        Optional<Relation> source = ends.look(link.source(), context);
        if (source.isEmpty() || source.get().state() != RelationState.PREPARED_FOR_FAILOVER) {
            return;
        }
        Relation after = ends.verbs(link.source()).stopFailover(link.source().vm(), context);
        if (after.state() == RelationState.PREPARED_FOR_FAILOVER) {
            throw new RetryableException(Problem.of("STILL_PREPARED")
                    .attempted("let VM " + link.source().vm() + " be started again")
                    .state("Hyper-V Replica at site " + link.source().site() + " still holds its failover prepared")
                    .remedy("it is taken back again"));
        }
    }

    /** Hyper-V's word that everything was sent: the primary is prepared, and it is off. */
    String evidence(ReplicaLink link, CallContext context) {
        Relation source = ends.see(link.source(), context);
        if (source.state() != RelationState.PREPARED_FOR_FAILOVER || source.power() != VmState.OFF) {
            throw new OperationFailedException(Problem.of("LOSS_NOT_EXCLUDED")
                    .attempted("show that nothing of item " + link.item() + " is lost")
                    .state("VM " + link.source().vm() + " is " + source.power() + " and its relation " + source.state()
                            + ", not prepared; nothing was decided")
                    .remedy("start the planned failover again"));
        }
        return source.state() + " at site " + link.source().site();
    }

    // ---- resynchronising

    ResyncPlan planResync(ReplicaLink link, long diskBytes, CallContext context) {
        Optional<Relation> target = ends.look(link.target(), context);
        boolean begun = ends.note(link, context)
                .flatMap(RelationNote::resync)
                .filter(RelationNote.Resync.BEGUN::equals)
                .isPresent();
        return target.isEmpty()
                ? new ResyncPlan(ResyncPlan.Method.SEED, "there is no replica", diskBytes, false)
                : new ResyncPlan(
                        ResyncPlan.Method.COMPARE, "Hyper-V Replica reads and compares both sides", diskBytes, begun);
    }

    /** Asks for it and begins it; a relation that is broken at either side is made anew, over the disks that are there. */
    void beginResync(ReplicaLink link, CallContext context) {
        RelationNote note = ends.requireNote(link, context);
        Ends.requireCurrent(link, note, context);
        Optional<Relation> target = ends.look(link.target(), context);
        Relation source = ends.see(link.source(), context);
        if (note.resync().equals(Optional.of(RelationNote.Resync.BEGUN))) {
            return;
        }
        if (note.resync().isEmpty()) {
            boolean anew = !Ends.isRelated(target) || source.mode() == RelationMode.NONE;
            note = (anew ? anew(note, target.isPresent()) : note).withResync(Optional.of(RelationNote.Resync.ASKED));
            ends.keep(link, note, context);
        }
        resynchronise(link, source, target, note, context);
        // Read again: a replica that was made anew is noted with its files.
        ends.keep(link, ends.requireNote(link, context).withResync(Optional.of(RelationNote.Resync.BEGUN)), context);
    }

    private static RelationNote anew(RelationNote note, boolean compares) {
        return RelationNote.begun(note.floor(), compares, Optional.empty(), note.policy())
                .withMade(note.made());
    }

    private void resynchronise(
            ReplicaLink link, Relation source, Optional<Relation> target, RelationNote note, CallContext context) {
        if (!Ends.isRelated(target) || source.mode() == RelationMode.NONE) {
            anew(link, source, target, note, context);
            return;
        }
        if (source.mode() != RelationMode.PRIMARY) {
            throw Ends.unexpected("resynchronise item " + link.item(), link.source(), source);
        }
        switch (source.state()) {
            case RESYNCHRONIZING, INITIAL_REPLICATION_IN_PROGRESS, WAITING_FOR_INITIAL_REPLICATION -> {}
            case READY_FOR_INITIAL_REPLICATION -> { // it was made anew and not finished
                relating.relate(link, note.policy(), context);
                relating.tag(link, note, context);
            }
            case WAITING_FOR_START_RESYNCHRONIZE, RESYNCHRONIZE_SUSPENDED, SUSPENDED, ERROR -> {
                Relation unused =
                        ends.verbs(link.source()).resynchronize(link.source().vm(), context);
            }
            case REPLICATING -> {
                Relation unused =
                        ends.verbs(link.source()).suspend(link.source().vm(), context);
                unused = ends.verbs(link.source()).resynchronize(link.source().vm(), context);
            }
            default -> throw Ends.unexpected("resynchronise item " + link.item(), link.source(), source);
        }
    }

    private void anew(
            ReplicaLink link, Relation source, Optional<Relation> target, RelationNote note, CallContext context) {
        if (target.isPresent()) {
            ends.requireOff(link.target(), target.get(), "make the replica of item " + link.item() + " anew");
            if (target.get().mode() != RelationMode.REPLICA && target.get().mode() != RelationMode.NONE) {
                throw Ends.unexpected("make the replica anew", link.target(), target.get());
            }
        }
        if (source.mode() != RelationMode.PRIMARY && source.mode() != RelationMode.NONE) {
            throw Ends.unexpected("make the replica anew", link.source(), source);
        }
        if (source.mode() == RelationMode.PRIMARY && !Ends.isRelated(target)) {
            Relation unused = ends.verbs(link.source()).remove(link.source().vm(), context);
        } else if (source.mode() == RelationMode.NONE && Ends.isRelated(target)) {
            Relation unused = ends.verbs(link.target()).remove(link.target().vm(), context);
        }
        relating.relate(link, note.policy(), context);
        relating.tag(link, note, context);
    }
}
