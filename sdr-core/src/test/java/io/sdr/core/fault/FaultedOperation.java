package io.sdr.core.fault;

import io.sdr.api.CancelFailoverRequest;
import io.sdr.api.ChangePointRequest;
import io.sdr.api.DisableRequest;
import io.sdr.api.FailoverPlan;
import io.sdr.api.Job;
import io.sdr.api.PointId;
import io.sdr.api.ProtectionRequest;
import io.sdr.api.RecoveryPoint;
import io.sdr.api.RecoveryPointSelector;
import io.sdr.api.ReplicateNowRequest;
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
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/** An operation as it is run with faults: from where, how it is started, and where it leads. */
@SuppressWarnings("ImmutableEnumChecker") // its fields never change; the checker cannot know
enum FaultedOperation {
    PROTECT(world -> {}, world -> world.engine().protect(request(world))),
    REPLICATE_NOW(world -> {}, world -> world.engine().replicateNow(ReplicateNowRequest.crashConsistent(world.id()))),
    REPLICATE_NOW_APPLICATION(
            world -> {}, world -> world.engine().replicateNow(ReplicateNowRequest.applicationConsistent(world.id()))),
    UNPLANNED_SOURCE_OFF(FaultedOperation::lateWrites, world -> {
        world.site(world.active()).turnOffBehindTheBack(world.vm(world.active()));
        return world.engine().failOver(FailoverPlan.unplanned(world.id(), other(world)));
    }),
    UNPLANNED_SHUTDOWN(
            FaultedOperation::lateWrites,
            world -> world.engine()
                    .failOver(FailoverPlan.unplanned(world.id(), other(world)).shutDownFirst())),
    UNPLANNED_OLDER(
            FaultedOperation::lateWrites,
            world -> world.engine()
                    .failOver(FailoverPlan.unplanned(world.id(), other(world))
                            .at(RecoveryPointSelector.exactly(point(world, 2)))
                            .shutDownFirst())),
    UNPLANNED_TWO_RUNNING(
            FaultedOperation::lateWrites,
            world -> world.engine()
                    .failOver(FailoverPlan.unplanned(world.id(), other(world)).acceptTwoRunning("a test"))),
    PLANNED(
            FaultedOperation::lateWrites,
            world -> world.engine()
                    .failOver(FailoverPlan.planned(world.id(), other(world)).waitForComplete())),
    PLANNED_VERIFIED(
            FaultedOperation::lateWrites,
            world -> world.engine()
                    .failOver(FailoverPlan.planned(world.id(), other(world))
                            .completeAtOnce()
                            .verifyBeforeStart())),
    PLANNED_FULL(
            FaultedOperation::lateWrites,
            world -> world.engine()
                    .failOver(FailoverPlan.planned(world.id(), other(world)).sync(SyncMode.FULL_DURING_FAILOVER))),
    RESYNCHRONIZE(FaultedOperation::historyLost, world -> world.engine().resynchronize(world.id())),
    GROW_REPLICA(FaultedOperation::grown, world -> world.engine().growReplica(world.id())),
    TEST_FAILOVER(FaultedOperation::lateWrites, FaultedOperation::drill),
    TEST_CLEANUP(
            FaultedOperation::drilled,
            world -> world.engine().cleanUpTest(TestCleanupRequest.removingEverything(world.id()))),
    START_VM(FaultedOperation::copyDown, world -> world.engine().startVm(world.id())),
    CHANGE_POINT(
            FaultedOperation::failedOver,
            world -> world.engine()
                    .changePoint(ChangePointRequest.discardingTargetWrites(
                            world.id(), RecoveryPointSelector.exactly(point(world, 3))))),
    COMMIT(FaultedOperation::failedOver, world -> world.engine().commit(world.id())),
    CANCEL_FAILOVER_DROPPING(
            FaultedOperation::failedOver,
            world -> world.engine().cancelFailover(CancelFailoverRequest.droppingTargetWrites(world.id()))),
    CANCEL_FAILOVER_KEEPING(
            FaultedOperation::failedOver,
            world -> world.engine().cancelFailover(CancelFailoverRequest.keepingTargetWritesAside(world.id()))),
    REVERSE(
            FaultedOperation::committed,
            world -> world.engine().reverseReplicate(ReverseRequest.overwriting(other(world), world.id()))),
    REVERSE_VM_GONE(FaultedOperation::oldVmGone, FaultedOperation::reverseMakingVm),
    DISABLE_KEEPING(
            FaultedOperation::lateWrites, world -> world.engine().disable(DisableRequest.keepingReplica(world.id()))),
    DISABLE_DELETING(
            FaultedOperation::lateWrites, world -> world.engine().disable(DisableRequest.deletingReplica(world.id()))),
    DISABLE_COMMITTING(
            FaultedOperation::failedOver,
            world -> world.engine().disable(DisableRequest.committingFailover(world.id()))),
    RESOLVE_KEEPING(
            FaultedOperation::suspected,
            world -> world.engine().resolve(ResolveRequest.keepingActiveSide(world.active(), world.id()))),
    CANCEL_FAILOVER_RESOLVING(FaultedOperation::suspected, FaultedOperation::otherSideSurvives),
    RESOLVE_GIVING_UP(FaultedOperation::suspectedAfterCommit, FaultedOperation::otherSideSurvives),
    PLANNED_FULL_IN_PLACE(
            FaultedOperation::lateWrites,
            world -> world.engine()
                    .failOver(FailoverPlan.planned(world.id(), other(world))
                            .sync(SyncMode.FULL_DURING_FAILOVER)
                            .replaceInPlace())),
    REVERSE_IN_PLACE(
            FaultedOperation::committed,
            world -> world.engine()
                    .reverseReplicate(
                            ReverseRequest.overwriting(other(world), world.id()).replaceInPlace())),
    RESYNCHRONIZE_IN_PLACE(
            FaultedOperation::historyLost,
            world -> world.engine()
                    .start(ResynchronizeRequest.comparing(world.id()).replaceInPlace())),
    CYCLE_DUE(FaultedOperation::cycleDue, Change.of(world -> {})),
    PAUSE(FaultedOperation::cycleDue, Change.of(FaultedOperation::pause)),
    RESUME(FaultedOperation::pausedWhileDue, Change.of(world -> {
        var unused = world.engine().resume(world.id());
    })),
    UPDATE_SETTINGS(FaultedOperation::cycleDue, Change.of(world -> {
        var unused = world.engine().updateSettings(world.id(), policy().every(Duration.ofHours(1)));
    })),
    UNDO_PROTECT(PROTECT, "first-point"),
    UNDO_UNPLANNED(UNPLANNED_SHUTDOWN, "decide"),
    UNDO_PLANNED(PLANNED, "decide"),
    UNDO_REVERSE(REVERSE, "copy"),
    UNDO_REVERSE_VM_GONE(REVERSE_VM_GONE, "copy");

    /** Begins an operation. */
    private interface Beginning {
        Optional<Job> begin(FaultWorld world);
    }

    /** What is no job: a change of the item, and what is due then. */
    private record Change(Consumer<FaultWorld> change) implements Beginning {
        static Change of(Consumer<FaultWorld> change) {
            return new Change(change);
        }

        @Override
        public Optional<Job> begin(FaultWorld world) {
            change.accept(world);
            world.engine().runDue();
            return Optional.empty();
        }
    }

    private static final Duration PATIENCE = Duration.ofHours(4);
    private static final Duration INTERVAL = Duration.ofHours(24);

    private final Consumer<FaultWorld> preparation;
    private final Beginning start;
    private final Optional<String> cancelledAt;

    FaultedOperation(Consumer<FaultWorld> preparation, Function<FaultWorld, Job> start) {
        this(preparation, (Beginning) world -> Optional.of(start.apply(world)), Optional.empty());
    }

    FaultedOperation(Consumer<FaultWorld> preparation, Change change) {
        this(preparation, (Beginning) change, Optional.empty());
    }

    FaultedOperation(Consumer<FaultWorld> preparation, Beginning start, Optional<String> cancelledAt) {
        this.preparation = preparation;
        this.start = start;
        this.cancelledAt = cancelledAt;
    }

    /** The undoing of an operation that is cancelled as late as it can be, or where most is to be undone. */
    FaultedOperation(FaultedOperation of, String cancelledAt) {
        this(of.preparation, of.start, Optional.of(cancelledAt));
    }

    String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** At the intent of which step it is cancelled, if it is its undoing that is looked at. */
    Optional<String> cancelledAt() {
        return cancelledAt;
    }

    boolean isProtect() {
        return this == PROTECT || this == UNDO_PROTECT;
    }

    boolean isDisable() {
        return this == DISABLE_KEEPING || this == DISABLE_DELETING || this == DISABLE_COMMITTING;
    }

    boolean isInPlace() {
        return this == PLANNED_FULL_IN_PLACE || this == REVERSE_IN_PLACE || this == RESYNCHRONIZE_IN_PLACE;
    }

    /** The old side has no VM any more: a reverse has to make one. */
    boolean isVmGone() {
        return this == REVERSE_VM_GONE || this == UNDO_REVERSE_VM_GONE;
    }

    boolean isPlanned() {
        return this == PLANNED
                || this == PLANNED_VERIFIED
                || this == PLANNED_FULL
                || this == PLANNED_FULL_IN_PLACE
                || this == UNDO_PLANNED;
    }

    boolean isUnplanned() {
        return this == UNPLANNED_SOURCE_OFF
                || this == UNPLANNED_SHUTDOWN
                || this == UNPLANNED_OLDER
                || this == UNPLANNED_TWO_RUNNING;
    }

    /** Brings a world to where the operation begins, with the given side active. */
    void prepare(FaultWorld world, Side active) {
        if (isProtect()) {
            return;
        }
        done(world.engine().protect(request(world)));
        world.write(8);
        if (active == Side.RECOVERY) {
            cycle(world);
            done(world.engine()
                    .failOver(FailoverPlan.unplanned(world.id(), Side.RECOVERY).shutDownFirst()));
            world.write(6);
            done(world.engine().commit(world.id()));
            done(world.engine().reverseReplicate(ReverseRequest.overwriting(Side.PRIMARY, world.id())));
        }
        world.write(5);
        cycle(world);
        world.keepMoment("older");
        world.write(6);
        cycle(world);
        world.keepMoment("received");
        preparation.accept(world);
        if (world.isRunning(world.active())) {
            world.write(3);
        }
        world.time.runFor(Duration.ofMinutes(1));
    }

    Job start(FaultWorld world) {
        return begin(world).orElseThrow();
    }

    /** Begins it; nothing if it is no job, and over. */
    Optional<Job> begin(FaultWorld world) {
        return start.begin(world);
    }

    static void done(Job job) {
        var status = job.awaitEnd(PATIENCE).status();
        if (!status.isSuccess()) {
            throw new AssertionError(
                    job + " ended " + status + ": " + job.report().steps());
        }
    }

    static void cycle(FaultWorld world) {
        done(world.engine().replicateNow(ReplicateNowRequest.crashConsistent(world.id())));
    }

    static Side other(FaultWorld world) {
        return world.active().other();
    }

    static ProtectionRequest request(FaultWorld world) {
        return ProtectionRequest.of(FaultWorld.VM)
                .from("east")
                .to("west")
                .as(world.id())
                .policy(policy());
    }

    private static ReplicationPolicy policy() {
        return ReplicationPolicy.defaults().every(INTERVAL).pointEvery(Duration.ZERO);
    }

    static Job reverseMakingVm(FaultWorld world) {
        return world.engine()
                .reverseReplicate(
                        ReverseRequest.overwriting(other(world), world.id()).makingVm());
    }

    private static void pause(FaultWorld world) {
        var unused = world.engine().pause(world.id(), "a test");
    }

    /** The engine runs nothing by itself: the next cycle is due. */
    private static void cycleDue(FaultWorld world) {
        world.write(4);
        world.time.runFor(INTERVAL);
    }

    private static void pausedWhileDue(FaultWorld world) {
        cycleDue(world);
        pause(world);
    }

    /** A recovery point, counted from the newest, which is 1. */
    private static PointId point(FaultWorld world, int back) {
        List<RecoveryPoint> points = world.engine().recoveryPoints(world.id());
        return points.get(points.size() - back).id();
    }

    private static void lateWrites(FaultWorld world) {
        world.write(4);
    }

    /** The copy runs; the source was stopped for it, and what it held then is the way back. */
    private static void failedOver(FaultWorld world) {
        world.write(4);
        world.keepMoment("left");
        done(world.engine()
                .failOver(FailoverPlan.unplanned(world.id(), other(world)).shutDownFirst()));
        world.write(4);
    }

    /** The side that was left comes back off and cannot tell since when: both copies may have run. */
    private static void suspected(FaultWorld world) {
        suspected(world, () -> {});
    }

    /** The same, and the failover was committed before. */
    private static void suspectedAfterCommit(FaultWorld world) {
        suspected(world, () -> done(world.engine().commit(world.id())));
    }

    /** The other side survives; asked again after the decision, it is the active one that does. */
    private static Job otherSideSurvives(FaultWorld world) {
        Side survivor = world.activeAtFirst().other();
        return world.engine()
                .resolve(
                        survivor == world.active()
                                ? ResolveRequest.keepingActiveSide(survivor, world.id())
                                : ResolveRequest.givingUpActiveSide(survivor, world.id()));
    }

    private static void suspected(FaultWorld world, Runnable beforeContact) {
        SimulatedSite left = world.site(world.active());
        VmId vm = world.vm(world.active());
        world.write(4);
        world.keepMoment("left");
        left.turnOffBehindTheBack(vm);
        left.loseContact();
        done(world.engine().failOver(FailoverPlan.unplanned(world.id(), other(world))));
        world.goTo("received");
        world.write(4);
        beforeContact.run();
        left.forgetOffSince(vm);
        left.restoreContact();
        world.engine().runDue();
    }

    /** The source's knowledge of what changed is lost: the replica has to be compared. */
    private static void historyLost(FaultWorld world) {
        SimulatedSite source = world.site(world.active());
        VmId vm = world.vm(world.active());
        source.turnOffBehindTheBack(vm);
        source.loseTracking(vm);
        source.powerOn(vm);
        world.write(4);
        Job refused = world.engine().replicateNow(ReplicateNowRequest.crashConsistent(world.id()));
        if (refused.awaitEnd(PATIENCE).status().isSuccess()) {
            throw new AssertionError("a cycle was sent without history");
        }
    }

    /** A disk of the source is larger than that of the replica. */
    private static void grown(FaultWorld world) {
        SimulatedSite source = world.site(world.active());
        VmId vm = world.vm(world.active());
        source.turnOffBehindTheBack(vm);
        world.engine().runDue(); // layers are folded, so that the disk can grow
        world.grow(vm);
        source.powerOn(vm);
        world.write(4);
        Job refused = world.engine().replicateNow(ReplicateNowRequest.crashConsistent(world.id()));
        if (refused.awaitEnd(PATIENCE).status().isSuccess()) {
            throw new AssertionError("a cycle was sent to a smaller disk");
        }
    }

    private static Job drill(FaultWorld world) {
        return world.engine().failOver(FailoverPlan.test(world.id(), other(world), TestNetwork.none()));
    }

    private static void drilled(FaultWorld world) {
        world.write(4);
        done(drill(world));
    }

    /** The copy of a failover that is not committed went down. */
    private static void copyDown(FaultWorld world) {
        failedOver(world);
        world.site(world.active()).turnOffBehindTheBack(world.vm(world.active()));
    }

    /** The copy runs from an older point: what the source wrote after that exists at the old side alone. */
    private static void committed(FaultWorld world) {
        world.write(4);
        done(UNPLANNED_OLDER.start(world));
        world.goTo("older");
        world.write(4);
        done(world.engine().commit(world.id()));
    }

    /** The same, and VM and disks of the side that was left are gone. */
    private static void oldVmGone(FaultWorld world) {
        committed(world);
        Side left = other(world);
        world.site(left).deleteBehindTheBack(world.vm(left));
    }
}
