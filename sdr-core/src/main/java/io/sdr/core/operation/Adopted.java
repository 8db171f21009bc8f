package io.sdr.core.operation;

import io.sdr.api.Finding;
import io.sdr.api.InvalidRequestException;
import io.sdr.api.ItemId;
import io.sdr.api.JobId;
import io.sdr.api.OperationFailedException;
import io.sdr.api.Problem;
import io.sdr.api.ProtectionState;
import io.sdr.api.ResyncCause;
import io.sdr.api.Side;
import io.sdr.api.SiteId;
import io.sdr.api.TestFailoverState;
import io.sdr.api.VmId;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.EpochRecord;
import io.sdr.api.spi.ReplicaStatus;
import io.sdr.api.spi.SiteCatalogue;
import io.sdr.core.job.Note;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What becomes of an item whose engine lost its store, found at one of its sites. Who is active the decisions say; what is at this
 * side its files say; the record tells the rest. A job that was under way is gone: the item becomes what it can rest in.
 *
 * @param item the item
 * @param epoch its epoch: no lower than any number that was used here
 * @param notes what waits for sites: what waited before, and what the lost engine may not have come to do
 * @param findings what is worth knowing
 * @param lastSign the newest sign of life of the engine that kept it
 * @param signsDue whether an engine that lives gives such signs: it writes nothing about an item whose cycles do not run
 */
public record Adopted(
        ItemState item, long epoch, List<Note> notes, List<Finding> findings, Instant lastSign, boolean signsDue) {
    /** Copies the lists. */
    public Adopted {
        notes = List.copyOf(notes);
        findings = List.copyOf(findings);
    }

    /**
     * Looks at an item.
     *
     * @param id the item
     * @param at the site that is looked at
     * @param world the sites
     * @param call the call
     * @return what it becomes
     * @throws io.sdr.api.SdrException if it cannot be adopted from there; nothing is changed
     */
    public static Adopted find(ItemId id, SiteId at, Surroundings world, CallContext call) {
        SiteCatalogue catalogue = world.site(at).catalogue();
        String json = catalogue
                .document(id, CatalogueRecord.NAME, call)
                .orElseThrow(() -> new InvalidRequestException(Problem.of("NO_RECORD")
                        .attempted("adopt item " + id + " from site " + at)
                        .state("its catalogue has no record of the item")
                        .remedy("adopt the item from its other site; a protection that never came to stand is removed"
                                + " by hand")));
        CatalogueRecord record = CatalogueRecord.read(id, json);
        ItemState item = record.item();
        for (Side side : Side.values()) {
            world.site(item.place(side).site()); // the engine has to know it, though it need not answer
        }
        Side here = record.sideAt(at)
                .orElseThrow(() -> new OperationFailedException(Problem.of("FOREIGN_RECORD")
                        .attempted("adopt item " + id + " from site " + at)
                        .state("its record names the sites "
                                + item.place(Side.PRIMARY).site() + " and "
                                + item.place(Side.RECOVERY).site())
                        .remedy("find out how the record came there")));
        EpochRecord decision = decision(id, catalogue, call);
        long highest = catalogue.readHighest(id, call).orElseThrow().epoch();
        ReplicaStatus status = world.driver(
                        item.driver(),
                        item.place(Side.PRIMARY).site(),
                        item.place(Side.RECOVERY).site())
                .status(List.of(item.linkTo(here)), call)
                .getOrDefault(id, ReplicaStatus.NONE);
        long epoch = Math.max(Math.max(highest, record.epoch()), status.epochFloor());
        return new Look(record, here, decision, status, world, call).adopted(epoch);
    }

    /** The newest decision that named somebody; numbers that were used up in vain are passed over. */
    private static EpochRecord decision(ItemId id, SiteCatalogue catalogue, CallContext call) {
        Optional<EpochRecord> newest = catalogue.readHighest(id, call);
        for (long n = newest.map(EpochRecord::epoch).orElse(0L); n > 0; n--) {
            Optional<EpochRecord> each = catalogue.read(id, n, call);
            if (each.filter(one -> one.kind() == EpochRecord.Kind.ACTIVATE).isPresent()) {
                return each.get();
            }
        }
        throw new OperationFailedException(Problem.of("NO_DECISION")
                .attempted("adopt item " + id)
                .state("the catalogue has no decision on who is active")
                .remedy("adopt the item from its other site"));
    }

    /** One item, seen from one side. */
    private record Look(
            CatalogueRecord record,
            Side here,
            EpochRecord decision,
            ReplicaStatus files,
            Surroundings world,
            CallContext call) {

        Adopted adopted(long epoch) {
            ItemState old = record.item();
            // a record that knows a later number knows decisions that were never told to this site
            Side active = record.epoch() > decision.epoch() ? old.active() : decision.to();
            ItemState item = withDrill(
                    active == here ? activeHere(old.withActive(active)) : passiveHere(old.withActive(active)));
            List<Finding> findings = new ArrayList<>();
            if (item.state() != old.state() || active != old.active()) {
                findings.add(new Finding(
                        Finding.Severity.INFO,
                        "ADOPTED_IN_OTHER_STATE",
                        "item " + item.id(),
                        "the record says " + old.state() + " at " + old.active() + "; by decisions and files it is "
                                + item.state() + " at " + active,
                        "",
                        "look at the item"));
            }
            if (active == here) {
                lockedVm(item).ifPresent(findings::add);
            }
            boolean signsDue = BackgroundCycle.isWanted(item);
            return new Adopted(item, epoch, notes(item, active, epoch), findings, lastSign(), signsDue);
        }

        private Instant lastSign() {
            Instant newest = record.writtenAt();
            for (io.sdr.api.RecoveryPoint point : files.points()) {
                newest = point.time().isAfter(newest) ? point.time() : newest;
            }
            return newest;
        }

        /** Whether the record was written under the newest decision or after it. */
        private boolean isCurrent() {
            return record.epoch() >= decision.epoch();
        }

        // ---- the side that is left is not active

        private ItemState passiveHere(ItemState item) {
            if (files.role() == ReplicaStatus.Role.REPLICA) {
                ItemState replica = Scene.remember(
                        item.withoutFailover().withReplicationTo(here).withoutCycles(), files);
                Optional<ResyncCause> cause = whyNotInLine(item);
                return cause.map(each -> required(replica, each))
                        .orElseGet(() -> replica.withoutResyncCause().in(ProtectionState.PROTECTED));
            }
            boolean failedOver = isCurrent() && item.holder().isPresent();
            if (failedOver) {
                return item.in(ProtectionState.COMMIT_PENDING);
            }
            boolean replicaGone = isCurrent() && resting(item) != ProtectionState.FAILED_OVER;
            return replicaGone
                    ? required(
                            item.withoutFailover().withReplicationTo(here).withoutCycles(), ResyncCause.REPLICA_MISSING)
                    : notReplicating(item);
        }

        private Optional<ResyncCause> whyNotInLine(ItemState item) {
            if (files.broken().isPresent()) {
                return files.broken();
            }
            if (files.points().isEmpty()) {
                return Optional.of(ResyncCause.REPLICA_MISSING);
            }
            if (files.received() == 0) {
                return Optional.of(ResyncCause.SOURCE_HISTORY_LOST); // the way back had not come far
            }
            return isCurrent() ? item.resyncCause() : Optional.empty();
        }

        // ---- the side that is left is active

        private ItemState activeHere(ItemState item) {
            Optional<JobId> holder = holder(item);
            if (files.role() == ReplicaStatus.Role.REPLICA) {
                JobId job = holder.orElseThrow(() -> new OperationFailedException(Problem.of("STATE_UNCLEAR")
                        .attempted("adopt item " + item.id())
                        .state("its side is active by decision " + decision.epoch()
                                + ", but the disks there are a replica that no failover holds")
                        .remedy("adopt the item from its other site")));
                boolean known = isCurrent() && item.holder().isPresent();
                return Scene.remember(
                                known
                                        ? item.withFailover(job.value(), item.failoverOrigin(), item.sourceWasRunning())
                                        : item.withFailover(job.value(), resting(item), true),
                                files)
                        .withReplicationTo(here)
                        .in(ProtectionState.COMMIT_PENDING);
            }
            boolean committed = files.role() == ReplicaStatus.Role.ACTIVE
                    && (!isCurrent()
                            || item.holder().filter(decision.job()::equals).isPresent());
            if (committed || resting(item) == ProtectionState.FAILED_OVER) {
                return notReplicating(item);
            }
            ItemState source = item.withoutFailover().withReplicationTo(here.other());
            return resting(item) == ProtectionState.PROTECTED
                    ? source.withoutResyncCause().in(ProtectionState.PROTECTED)
                    : required(source, item.resyncCause().orElse(ResyncCause.REPLICA_MISSING));
        }

        /** The job that holds the copy: the one that decided, or the one that took over from it. */
        private Optional<JobId> holder(ItemState item) {
            Set<JobId> held = files.held().keySet();
            Optional<JobId> known = item.holder().filter(job -> isCurrent() && held.contains(job));
            return known.or(() -> Optional.of(decision.job()).filter(held::contains));
        }

        private static ItemState notReplicating(ItemState item) {
            return item.withoutFailover()
                    .withoutReplication()
                    .withoutCycles()
                    .withoutResyncCause()
                    .in(ProtectionState.FAILED_OVER);
        }

        private static ItemState required(ItemState item, ResyncCause cause) {
            return item.in(ProtectionState.PROTECTED).broken(cause);
        }

        /** Where the job that was under way had come from, or where what it began is mended. */
        private static ProtectionState resting(ItemState item) {
            ProtectionState replicating =
                    item.resyncCause().isPresent() ? ProtectionState.RESYNC_REQUIRED : ProtectionState.PROTECTED;
            if (item.replicatesTo().isEmpty()) {
                return ProtectionState.FAILED_OVER;
            }
            return switch (item.state()) {
                case PROTECTED, RESYNC_REQUIRED, RESYNCHRONIZING, SYNCING_BEFORE_FAILOVER, READY_TO_COMPLETE ->
                    replicating;
                case FAILING_OVER, COMMIT_PENDING, CHANGING_POINT, CANCELLING_FAILOVER ->
                    item.holder().isPresent() ? item.failoverOrigin() : replicating;
                case FAILED_OVER, COMMITTING, REVERSING -> ProtectionState.FAILED_OVER;
                case ENABLING, INITIAL_REPLICATION, DISABLING, DISABLED -> ProtectionState.RESYNC_REQUIRED;
            };
        }

        // ---- beside the state

        private static ItemState withDrill(ItemState item) {
            return switch (item.testFailover()) {
                case RUNNING -> item.withTestFailover(TestFailoverState.WAITING_FOR_CLEANUP);
                case CLEANING_UP -> item.withTestFailover(TestFailoverState.CLEANUP_FAILED);
                default -> item;
            };
        }

        private Optional<Finding> lockedVm(ItemState item) {
            VmId id = item.linkTo(here).target().vm();
            return Optional.ofNullable(world.site(item.place(here).site())
                            .vms()
                            .observe(List.of(id), call)
                            .get(id))
                    .filter(vm -> vm.startLocked() && !vm.isRunning())
                    .filter(vm -> item.state() != ProtectionState.COMMIT_PENDING) // there it can be started
                    .map(vm -> Finding.warning(
                            "ACTIVE_VM_LOCKED",
                            "VM " + id,
                            "it is off and locked against start: a planned failover was under way, and whether it was"
                                    + " decided is known at the other site alone",
                            "if that site is lost for good, take the lock away and start the VM by hand; until that site was"
                                    + " heard, the engine leaves the lock alone"));
        }

        private List<Note> notes(ItemState item, Side active, long epoch) {
            List<Note> notes = new ArrayList<>(record.notes());
            Set<JobId> wanted = new HashSet<>();
            item.holder().ifPresent(wanted::add);
            if (item.testFailover() != TestFailoverState.NONE) {
                item.drill().ifPresent(drill -> wanted.add(drill.job()));
            }
            for (JobId job : files.held().keySet()) {
                if (!wanted.contains(job)) {
                    notes.add(NoteKinds.giveBack(item.id(), item.place(here).site(), here, epoch, job, false));
                }
            }
            if (active == here && decision.to() == here && decision.from() != here) {
                // whether the lost engine came to tell the other side is not known; telling it twice does no harm
                Side other = here.other();
                notes.add(NoteKinds.fence(item.id(), item.place(other).site(), other, decision, true));
            }
            return notes;
        }
    }
}
