package io.sdr.core.crash;

import io.sdr.api.CancelFailoverRequest;
import io.sdr.api.ChangePointRequest;
import io.sdr.api.DisableRequest;
import io.sdr.api.Divergence;
import io.sdr.api.FailoverPlan;
import io.sdr.api.ItemId;
import io.sdr.api.Job;
import io.sdr.api.Pause;
import io.sdr.api.Place;
import io.sdr.api.ProtectionRequest;
import io.sdr.api.ProtectionState;
import io.sdr.api.RecoveryPointSelector;
import io.sdr.api.ReplicateNowRequest;
import io.sdr.api.ReplicatedItem;
import io.sdr.api.ReplicationPolicy;
import io.sdr.api.ResolveRequest;
import io.sdr.api.ResynchronizeRequest;
import io.sdr.api.ReverseRequest;
import io.sdr.api.Side;
import io.sdr.api.SyncMode;
import io.sdr.api.TestCleanupRequest;
import io.sdr.api.TestNetwork;
import io.sdr.api.VmId;
import io.sdr.testkit.SimulatedSite;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** An operation that is killed: how the world is before it, how it is asked for, and what must be true after it. */
enum Deed {
    PROTECT("protect", ProtectionState.PROTECTED, false),
    REPLICATE_NOW("replicate-now", ProtectionState.PROTECTED, false),
    UNPLANNED_LATEST("unplanned-failover", ProtectionState.COMMIT_PENDING, true),
    UNPLANNED_OLDER("unplanned-failover", ProtectionState.COMMIT_PENDING, true),
    PLANNED_AND_COMPLETE("planned-failover", ProtectionState.COMMIT_PENDING, true),
    CHANGE_POINT("change-recovery-point", ProtectionState.COMMIT_PENDING, false),
    COMMIT("commit", ProtectionState.FAILED_OVER, false),
    CANCEL_FAILOVER("cancel-failover", ProtectionState.PROTECTED, true),
    REVERSE("reverse", ProtectionState.PROTECTED, false),
    START_VM("start-vm", ProtectionState.COMMIT_PENDING, false),
    RESYNC_HISTORY_LOST("resynchronize", ProtectionState.PROTECTED, false),
    RESYNC_SUSPECT("resynchronize", ProtectionState.PROTECTED, false),
    RESYNC_MISSING("resynchronize", ProtectionState.PROTECTED, false),
    GROW_REPLICA("grow-replica", ProtectionState.PROTECTED, false),
    FULL_FROM_PROTECTED("planned-failover-full", ProtectionState.COMMIT_PENDING, true),
    FULL_FROM_FAILED_OVER("planned-failover-full", ProtectionState.COMMIT_PENDING, true),
    FULL_VM_GONE("planned-failover-full", ProtectionState.COMMIT_PENDING, true),
    FULL_IN_PLACE("planned-failover-full", ProtectionState.COMMIT_PENDING, true),
    REVERSE_IN_PLACE("reverse", ProtectionState.PROTECTED, false),
    REVERSE_VM_GONE("reverse", ProtectionState.PROTECTED, false),
    RESYNC_IN_PLACE("resynchronize", ProtectionState.PROTECTED, false),
    UNPLANNED_OLD_DISK("unplanned-failover", ProtectionState.COMMIT_PENDING, true),
    AUTOMATIC_REVERSE("planned-failover", ProtectionState.PROTECTED, true),
    TEST_FAILOVER("test-failover", ProtectionState.PROTECTED, false),
    TEST_CLEANUP("test-cleanup", ProtectionState.PROTECTED, false),
    DISABLE_KEEPING("disable", ProtectionState.DISABLED, false),
    DISABLE_DELETING("disable", ProtectionState.DISABLED, false),
    DISABLE_COMMITTING("disable", ProtectionState.DISABLED, false),
    RESOLVE_KEEPING("resolve", ProtectionState.COMMIT_PENDING, false),
    RESOLVE_GIVING_UP("resolve-other-side", ProtectionState.FAILED_OVER, true),
    CYCLE_DUE("cycle", ProtectionState.PROTECTED, false),
    PAUSE("pause", ProtectionState.PROTECTED, false),
    RESUME("resume", ProtectionState.PROTECTED, false),
    UPDATE_SETTINGS("update-settings", ProtectionState.PROTECTED, false);

    /** The moment at which the old disk of a failed-over VM was left. */
    private static final long OLD_DISK = -1;

    /** Odd sizes: neither multiples of a block nor of a sector. */
    static final List<Long> SIZES = List.of(3 * 65_536L + 513, 100_000L);

    private final String kind;
    private final ProtectionState end;
    private final boolean moves;

    Deed(String kind, ProtectionState end, boolean moves) {
        this.kind = kind;
        this.end = end;
        this.moves = moves;
    }

    /** Whether it is no job: it is over when the call returns, and the cycle that is due, if one is, with {@code runDue}. */
    boolean isChange() {
        return this == CYCLE_DUE || this == PAUSE || this == RESUME || this == UPDATE_SETTINGS;
    }

    /** The kind of its job. */
    String kind() {
        return kind;
    }

    ProtectionState end() {
        return end;
    }

    /** Whether the other side is active afterwards. */
    boolean moves() {
        return moves;
    }

    /** Brings an empty world to the state before it; the VM is active at the side when it begins. */
    void prepare(Life life, Side active) {
        switch (this) {
            case PROTECT -> life.createVm(SIZES);
            case REPLICATE_NOW,
                    UNPLANNED_LATEST,
                    UNPLANNED_OLDER,
                    PLANNED_AND_COMPLETE,
                    FULL_FROM_PROTECTED,
                    FULL_IN_PLACE,
                    AUTOMATIC_REVERSE,
                    TEST_FAILOVER,
                    DISABLE_KEEPING,
                    DISABLE_DELETING -> life.protectedAt(active, SIZES);
            case FULL_FROM_FAILED_OVER, FULL_VM_GONE, UNPLANNED_OLD_DISK -> {
                life.protectedAt(active.other(), SIZES);
                life.truth().cycleMade(OLD_DISK);
                life.done(life.engine().failOver(life.unplannedTo(1)));
                life.truth().goTo(life.truth().sequence(1));
                life.write(4);
                life.commit();
                life.write(3);
                if (this == FULL_VM_GONE) {
                    life.world().site(active.other()).deleteBehindTheBack(life.vm(active.other()));
                }
            }
            case RESOLVE_KEEPING, RESOLVE_GIVING_UP -> suspected(life, active);
            case CYCLE_DUE, PAUSE, RESUME, UPDATE_SETTINGS -> {
                life.protectedAt(active, SIZES);
                life.write(4);
                life.world().time().runFor(Life.INTERVAL);
                if (this == RESUME) {
                    PAUSE.change(life);
                }
            }
            case TEST_CLEANUP -> {
                life.protectedAt(active, SIZES);
                life.done(life.engine().failOver(drill(life)));
                life.write(3);
            }
            case CHANGE_POINT -> {
                failedOver(life, active, 2);
                life.write(4);
            }
            case CANCEL_FAILOVER -> {
                life.protectedAt(active.other(), SIZES);
                life.truth().cycleMade(OLD_DISK);
                life.done(life.engine().failOver(life.unplannedTo(1)));
                life.truth().goTo(life.truth().sequence(1));
                life.write(4); // to be lost
            }
            case COMMIT, DISABLE_COMMITTING -> {
                failedOver(life, active, 1);
                life.write(4);
            }
            case REVERSE, REVERSE_IN_PLACE, REVERSE_VM_GONE -> {
                failedOver(life, active, 1);
                life.write(4);
                life.commit();
                life.write(3);
                if (this == REVERSE_VM_GONE) {
                    life.world().site(active.other()).deleteBehindTheBack(life.vm(active.other()));
                }
            }
            case START_VM -> {
                failedOver(life, active, 1);
                life.write(4);
                life.world().site(active).turnOffBehindTheBack(life.vm(active));
            }
            case RESYNC_HISTORY_LOST, RESYNC_SUSPECT, RESYNC_MISSING, RESYNC_IN_PLACE, GROW_REPLICA -> {
                life.protectedAt(active, SIZES);
                life.engine().runDue();
                new Trouble(life, active).make(this);
                life.write(5);
                life.fails(life.engine().replicateNow(ReplicateNowRequest.crashConsistent(life.itemId())));
            }
        }
    }

    /** The side that was left comes back off and cannot tell since when: both copies may have run. */
    private void suspected(Life life, Side active) {
        Side left = active.other();
        life.protectedAt(left, SIZES);
        life.truth().cycleMade(OLD_DISK);
        SimulatedSite old = life.world().site(left);
        VmId vm = life.vm(left);
        RecoveryPointSelector point =
                RecoveryPointSelector.exactly(life.known(1).id());
        old.turnOffBehindTheBack(vm);
        old.loseContact();
        life.done(life.engine()
                .failOver(FailoverPlan.unplanned(life.itemId(), active).at(point)));
        life.truth().goTo(life.truth().sequence(1));
        life.write(4);
        if (this == RESOLVE_GIVING_UP) {
            life.commit();
            life.write(3);
        }
        old.forgetOffSince(vm);
        old.restoreContact();
        life.engine().runDue();
        if (life.item().divergence() != Divergence.SUSPECTED) {
            throw new AssertionError(
                    life.item().divergence() + ": " + life.item().divergenceEvidence());
        }
    }

    private static FailoverPlan.Test drill(Life life) {
        return FailoverPlan.test(life.itemId(), life.item().activeSide().other(), TestNetwork.isolated());
    }

    private static TestCleanupRequest cleanup(Life life) {
        return TestCleanupRequest.removingEverything(life.itemId());
    }

    private static void failedOver(Life life, Side active, int back) {
        life.protectedAt(active.other(), SIZES);
        life.done(life.engine().failOver(life.unplannedTo(back)));
        life.truth().goTo(life.truth().sequence(back));
    }

    /** Makes a change, unless it was made before. */
    void change(Life life) {
        Pause.By paused = life.item().paused().by();
        ReplicationPolicy policy = life.item().policy();
        if (this == PAUSE && paused == Pause.By.NOBODY) {
            ReplicatedItem unused = life.engine().pause(life.itemId(), "a test");
        } else if (this == RESUME && paused != Pause.By.NOBODY) {
            ReplicatedItem unused = life.engine().resume(life.itemId());
        } else if (this == UPDATE_SETTINGS && policy.every().equals(Life.INTERVAL)) {
            ReplicatedItem unused =
                    life.engine().updateSettings(life.itemId(), policy.every(Life.INTERVAL.minusHours(1)));
        }
    }

    /** Asks for it. */
    Job begin(Life life) {
        return switch (this) {
            case CYCLE_DUE, PAUSE, RESUME, UPDATE_SETTINGS -> throw new IllegalStateException(this + " is no job");
            case PROTECT -> life.engine().protect(life.protection());
            case REPLICATE_NOW -> life.engine().replicateNow(ReplicateNowRequest.crashConsistent(life.itemId()));
            case UNPLANNED_LATEST -> life.engine().failOver(life.unplanned());
            case UNPLANNED_OLDER -> life.engine().failOver(life.unplannedTo(1));
            case PLANNED_AND_COMPLETE ->
                life.engine()
                        .failOver(FailoverPlan.planned(
                                        life.itemId(), life.item().activeSide().other())
                                .waitForComplete());
            case CHANGE_POINT ->
                life.engine()
                        .changePoint(ChangePointRequest.discardingTargetWrites(
                                life.itemId(),
                                RecoveryPointSelector.exactly(life.known(1).id())));
            case COMMIT -> life.engine().commit(life.itemId());
            case TEST_FAILOVER -> life.engine().failOver(drill(life));
            case TEST_CLEANUP -> life.engine().cleanUpTest(cleanup(life));
            case CANCEL_FAILOVER ->
                life.engine().cancelFailover(CancelFailoverRequest.droppingTargetWrites(life.itemId()));
            case REVERSE ->
                life.engine()
                        .reverseReplicate(ReverseRequest.overwriting(
                                life.item().activeSide().other(), life.itemId()));
            case REVERSE_IN_PLACE ->
                life.engine()
                        .reverseReplicate(ReverseRequest.overwriting(
                                        life.item().activeSide().other(), life.itemId())
                                .replaceInPlace());
            case REVERSE_VM_GONE ->
                life.engine()
                        .reverseReplicate(ReverseRequest.overwriting(
                                        life.item().activeSide().other(), life.itemId())
                                .makingVm());
            case RESYNC_IN_PLACE ->
                life.engine()
                        .start(ResynchronizeRequest.comparing(life.itemId()).replaceInPlace());
            case FULL_IN_PLACE ->
                life.engine()
                        .failOver(planned(life)
                                .sync(SyncMode.FULL_DURING_FAILOVER)
                                .replaceInPlace());
            case START_VM -> life.engine().startVm(life.itemId());
            case RESOLVE_KEEPING ->
                life.engine()
                        .resolve(ResolveRequest.keepingActiveSide(life.item().activeSide(), life.itemId()));
            case RESOLVE_GIVING_UP ->
                life.engine()
                        .resolve(ResolveRequest.givingUpActiveSide(
                                life.item().activeSide().other(), life.itemId()));
            case RESYNC_HISTORY_LOST, RESYNC_SUSPECT, RESYNC_MISSING ->
                life.engine().resynchronize(life.itemId());
            case GROW_REPLICA -> life.engine().growReplica(life.itemId());
            case FULL_FROM_PROTECTED, FULL_FROM_FAILED_OVER, FULL_VM_GONE ->
                life.engine().failOver(planned(life).sync(SyncMode.FULL_DURING_FAILOVER));
            case AUTOMATIC_REVERSE ->
                life.engine().failOver(planned(life).completeAtOnce().reverseAutomatically());
            case DISABLE_KEEPING -> life.engine().disable(DisableRequest.keepingReplica(life.itemId()));
            case DISABLE_DELETING -> life.engine().disable(DisableRequest.deletingReplica(life.itemId()));
            case DISABLE_COMMITTING -> life.engine().disable(DisableRequest.committingFailover(life.itemId()));
            case UNPLANNED_OLD_DISK ->
                life.engine()
                        .failOver(FailoverPlan.unplannedToOldDisk(
                                        life.itemId(), life.item().activeSide().other())
                                .shutDownFirst());
        };
    }

    private static FailoverPlan.Planned planned(Life life) {
        return FailoverPlan.planned(life.itemId(), life.item().activeSide().other());
    }

    /** What the guest writes while the operation waits for its word. */
    List<Truth.Write> interlude(Truth truth) {
        return this == PLANNED_AND_COMPLETE ? truth.next(4) : List.of();
    }

    /** The truth after it, made from the truth before; the interlude is in it already. */
    void change(Truth truth) {
        switch (this) {
            case UNPLANNED_OLDER, CHANGE_POINT -> truth.goTo(truth.sequence(1));
            case UNPLANNED_OLD_DISK, RESOLVE_GIVING_UP, CANCEL_FAILOVER -> truth.goTo(OLD_DISK);
            default -> {}
        }
    }

    /** Life after it: what it left must carry the whole cycle of operations. Gives how many marks stand after a cycle. */
    Map<Side, Integer> goOn(Life life) {
        if (end == ProtectionState.DISABLED) {
            return protectAgain(life);
        }
        if (end == ProtectionState.COMMIT_PENDING) {
            life.write(3);
            life.commit();
        }
        if (end != ProtectionState.PROTECTED) {
            life.write(3);
            life.reverse();
        }
        if (this == TEST_FAILOVER) {
            life.done(life.engine().cleanUpTest(cleanup(life)));
        }
        RESUME.change(life);
        return cycleAndMove(life);
    }

    /** Nothing is left that could stand in the way of another protection of the same VM. */
    private static Map<Side, Integer> protectAgain(Life life) {
        Side active = life.item().activeSide();
        VmId vm = life.vm(active);
        life.write(3);
        life.rename(new ItemId("sql-01-again"));
        life.done(life.engine()
                .protect(ProtectionRequest.between(
                                vm.value(),
                                Place.of(life.world().site(active).id().value()),
                                Place.of(life.world().site(active.other()).id().value()))
                        .as(life.itemId())));
        return End.standing(life);
    }

    private static Map<Side, Integer> cycleAndMove(Life life) {
        life.engine().runDue();
        life.write(4);
        life.cycle();
        life.check();
        End.requireNothingUnnamed(life);
        Map<Side, Integer> marks = End.standing(life);
        life.write(2);
        life.done(life.engine().failOver(life.unplanned()));
        life.check();
        return marks;
    }

    /** The step that comes last before it can no longer be cancelled; empty if it never can. */
    Optional<String> lastToCancel() {
        return switch (this) {
            case PROTECT -> Optional.of("first-point");
            case UNPLANNED_LATEST,
                    UNPLANNED_OLDER,
                    PLANNED_AND_COMPLETE,
                    FULL_FROM_PROTECTED,
                    FULL_FROM_FAILED_OVER,
                    UNPLANNED_OLD_DISK,
                    CANCEL_FAILOVER,
                    RESOLVE_GIVING_UP -> Optional.of("decide");
            case REVERSE -> Optional.of("copy");
            case TEST_FAILOVER -> Optional.of("verify");
            case REPLICATE_NOW,
                    CHANGE_POINT,
                    COMMIT,
                    START_VM,
                    RESYNC_HISTORY_LOST,
                    RESYNC_SUSPECT,
                    RESYNC_MISSING,
                    GROW_REPLICA,
                    FULL_VM_GONE,
                    FULL_IN_PLACE,
                    REVERSE_IN_PLACE,
                    REVERSE_VM_GONE,
                    RESYNC_IN_PLACE,
                    AUTOMATIC_REVERSE,
                    TEST_CLEANUP,
                    DISABLE_KEEPING,
                    DISABLE_DELETING,
                    DISABLE_COMMITTING,
                    RESOLVE_KEEPING,
                    CYCLE_DUE,
                    PAUSE,
                    RESUME,
                    UPDATE_SETTINGS -> Optional.empty();
        };
    }

    /** Life after it was cancelled: the replica is whole, its older points too, and replication goes on. */
    Map<Side, Integer> goOnCancelled(Life life) {
        switch (this) {
            case PROTECT -> {
                life.rename(new ItemId("sql-01-again"));
                life.protect();
            }
            case RESOLVE_GIVING_UP -> {
                life.done(life.engine()
                        .resolve(ResolveRequest.keepingActiveSide(life.item().activeSide(), life.itemId())));
                life.write(3);
                life.reverse();
            }
            case REVERSE, FULL_FROM_FAILED_OVER, UNPLANNED_OLD_DISK -> {
                life.write(3);
                life.reverse();
            }
            case CANCEL_FAILOVER -> {
                life.write(3);
                life.commit();
                life.write(3);
                life.reverse();
            }
            default -> {
                life.write(3);
                life.cycle();
                Truth now = life.truth().copy();
                life.done(life.engine().failOver(life.unplannedTo(2)));
                life.truth().goTo(life.truth().sequence(2));
                life.check();
                life.done(life.engine().cancelFailover(CancelFailoverRequest.droppingTargetWrites(life.itemId())));
                life.truth().become(now);
                life.check();
            }
        }
        return cycleAndMove(life);
    }
}
