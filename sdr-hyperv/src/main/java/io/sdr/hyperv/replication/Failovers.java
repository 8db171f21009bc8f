package io.sdr.hyperv.replication;

import io.sdr.api.InvalidRequestException;
import io.sdr.api.JobId;
import io.sdr.api.PointId;
import io.sdr.api.Problem;
import io.sdr.api.RetryableException;
import io.sdr.api.VmId;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.Endpoint;
import io.sdr.api.spi.HeldPoint;
import io.sdr.api.spi.ReplicaLink;
import io.sdr.hyperv.host.Relation;
import io.sdr.hyperv.host.RelationMode;
import io.sdr.hyperv.host.RelationState;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * Failovers and tests at the replica's host. Who failed over, and to which point, is noted before the verb: whether it happened is
 * read from the relation's state alone.
 */
final class Failovers {
    private static final Set<RelationState> TEST_FROM =
            EnumSet.of(RelationState.REPLICATING, RelationState.SUSPENDED, RelationState.WAITING_FOR_UPDATE_COMPLETION);
    private static final Set<RelationState> FAILOVER_FROM = EnumSet.of(
            RelationState.REPLICATING,
            RelationState.SUSPENDED,
            RelationState.WAITING_FOR_UPDATE_COMPLETION,
            RelationState.RESYNCHRONIZING);

    private final Ends ends;
    private final Statuses statuses;

    Failovers(Ends ends, Statuses statuses) {
        this.ends = ends;
        this.statuses = statuses;
    }

    /** Brings the replica to a point. Another one than before: the failover is taken back first, and what was written is lost. */
    HeldPoint bringTo(ReplicaLink link, JobId holder, PointId point, CallContext context) {
        Endpoint end = link.target();
        RelationNote note = ends.requireNote(link, context);
        Ends.requireCurrent(link, note, context);
        Relation seen = requireReplica(link, "bring item " + link.item() + " to point " + point, context);
        RelationNote.Holding wanted = new RelationNote.Holding(holder, context.token(), point);
        boolean there = seen.state() == RelationState.FAILED_OVER_WAITING_COMPLETION
                && note.held().equals(Optional.of(wanted));
        if (there) {
            return new HeldPoint(point, context.token(), statuses.disks(end, context));
        }
        ends.requireOff(end, seen, "bring item " + link.item() + " to point " + point);
        if (!isFailedOver(seen.state()) && !FAILOVER_FROM.contains(seen.state())) {
            throw Ends.unexpected("bring item " + link.item() + " to point " + point, end, seen);
        }
        note = withoutTest(link, note, context);
        if (isFailedOver(seen.state())) {
            seen = ends.verbs(end).stopFailover(end.vm(), context);
            requireDone(!isFailedOver(seen.state()), link, seen);
        }
        if (!note.held().equals(Optional.of(wanted))) {
            ends.keep(link, note.withHeld(Optional.of(wanted)), context);
        }
        seen = ends.verbs(end).startFailover(end.vm(), Statuses.ofHyperV(point), context);
        requireDone(seen.state() == RelationState.FAILED_OVER_WAITING_COMPLETION, link, seen);
        return new HeldPoint(point, context.token(), statuses.disks(end, context));
    }

    /** A failover ends a test first: Hyper-V would take the test's VM for what is to be taken back. */
    private RelationNote withoutTest(ReplicaLink link, RelationNote note, CallContext context) {
        if (note.test().isEmpty()) {
            return note;
        }
        stopTest(link, note.test().get(), context);
        RelationNote without = note.withTest(Optional.empty());
        ends.keep(link, without, context);
        return without;
    }

    private static boolean isFailedOver(RelationState state) {
        return state == RelationState.FAILED_OVER_WAITING_COMPLETION || state == RelationState.RECOVERY_IN_PROGRESS;
    }

    private static void requireDone(boolean done, ReplicaLink link, Relation seen) {
        if (!done) {
            throw new RetryableException(Problem.of("FAILOVER_UNDER_WAY")
                    .attempted("go on with the failover of item " + link.item())
                    .state("Hyper-V Replica of VM " + link.target().vm() + " is still " + seen.state())
                    .remedy("it is looked at again"));
        }
    }

    private Relation requireReplica(ReplicaLink link, String attempted, CallContext context) {
        Relation seen = ends.see(link.target(), context);
        if (seen.mode() != RelationMode.REPLICA || seen.state() == RelationState.FAILED_OVER) {
            throw Ends.unexpected(attempted, link.target(), seen);
        }
        return seen;
    }

    /** Takes back what a job holds: a failover, or a test. */
    void giveBack(ReplicaLink link, JobId holder, boolean keepWrites, CallContext context) {
        if (keepWrites) {
            throw new InvalidRequestException(Problem.of("NOT_SUPPORTED")
                    .attempted("keep what the copy of item " + link.item() + " wrote")
                    .state("Hyper-V Replica drops it when a failover is taken back; nothing was changed")
                    .remedy("commit the failover, or cancel it with droppingTargetWrites"));
        }
        Optional<RelationNote> noted = ends.note(link, context);
        if (noted.isEmpty()) {
            return;
        }
        RelationNote note = noted.get();
        if (note.test().filter(test -> test.holder().equals(holder)).isPresent()) {
            stopTest(link, note.test().get(), context);
            ends.keep(link, note.withTest(Optional.empty()), context);
            return;
        }
        if (note.held().filter(held -> held.holder().equals(holder)).isEmpty()) {
            return;
        }
        Relation seen = ends.see(link.target(), context);
        if (seen.mode() == RelationMode.REPLICA && isFailedOver(seen.state())) {
            ends.requireOff(link.target(), seen, "take the failover of item " + link.item() + " back");
            seen = ends.verbs(link.target()).stopFailover(link.target().vm(), context);
            requireDone(!isFailedOver(seen.state()), link, seen);
        }
        ends.keep(link, note.withHeld(Optional.empty()), context);
    }

    /** Accepts what a job holds. Its points are gone then. */
    void commit(ReplicaLink link, JobId holder, CallContext context) {
        Relation seen = ends.see(link.target(), context);
        boolean committed = seen.mode() == RelationMode.PRIMARY || seen.state() == RelationState.FAILED_OVER;
        if (!committed) {
            RelationNote note = ends.requireNote(link, context);
            boolean held =
                    note.held().filter(each -> each.holder().equals(holder)).isPresent();
            if (!held || seen.state() != RelationState.FAILED_OVER_WAITING_COMPLETION) {
                throw Ends.unexpected("commit what job " + holder + " holds", link.target(), seen);
            }
            seen = ends.verbs(link.target()).completeFailover(link.target().vm(), context);
            requireDone(seen.state() == RelationState.FAILED_OVER, link, seen);
        }
        ends.note(link, context)
                .filter(note -> note.held().isPresent())
                .ifPresent(note -> ends.keep(link, note.withHeld(Optional.empty()), context));
    }

    // ---- tests

    VmId openTest(ReplicaLink link, JobId drill, PointId point, CallContext context) {
        Endpoint end = link.target();
        RelationNote note = ends.requireNote(link, context);
        Relation seen = requireReplica(link, "test item " + link.item() + " at point " + point, context);
        if (!TEST_FROM.contains(seen.state())) {
            throw Ends.unexpected("test item " + link.item(), end, seen);
        }
        if (note.test().filter(test -> !test.holder().equals(drill)).isPresent()) {
            note = withoutTest(link, note, context); // a forced cleanup left it behind: an item has one test at a time
        }
        if (note.test().isEmpty()) {
            ends.keep(
                    link, note.withTest(Optional.of(new RelationNote.Holding(drill, context.token(), point))), context);
        }
        PointId chosen = note.test().map(RelationNote.Holding::point).orElse(point);
        VmId test = ends.verbs(end).startTest(end.vm(), Statuses.ofHyperV(chosen), context);
        ends.verbs(end).tagTest(test, drill, context);
        return test;
    }

    private void stopTest(ReplicaLink link, RelationNote.Holding test, CallContext context) {
        Endpoint end = link.target();
        ends.site(end).testObjects().made(test.holder(), context).vms().stream()
                .filter(io.sdr.api.spi.VmObservation::isRunning)
                .forEach(vm -> {
                    if (ends.site(end).vms().turnOff(vm.vm(), context).isRunning()) {
                        throw new RetryableException(Problem.of("TEST_VM_RUNNING")
                                .attempted("end the test of item " + link.item())
                                .state("VM " + vm.vm() + " does not go off")
                                .remedy("it is powered off again"));
                    }
                });
        Relation unused = ends.verbs(end).stopTest(end.vm(), context);
    }
}
