package io.sdr.core.fault;

import io.sdr.api.CancelFailoverRequest;
import io.sdr.api.ChangePointRequest;
import io.sdr.api.FailoverPlan;
import io.sdr.api.Job;
import io.sdr.api.PointId;
import io.sdr.api.ProtectionRequest;
import io.sdr.api.ProtectionState;
import io.sdr.api.RecoveryPoint;
import io.sdr.api.RecoveryPointSelector;
import io.sdr.api.ReplicateNowRequest;
import io.sdr.api.ReplicationPolicy;
import io.sdr.api.ReverseRequest;
import io.sdr.api.Side;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.Function;

/** An operation as it is run with faults: from where, how it is started, and where it leads. */
@SuppressWarnings("ImmutableEnumChecker") // its fields never change; the checker cannot know
enum FaultedOperation {
    PROTECT(
            ProtectionState.PROTECTED,
            false,
            world -> {},
            world -> world.engine().protect(request(world))),
    REPLICATE_NOW(
            ProtectionState.PROTECTED,
            false,
            world -> {},
            world -> world.engine().replicateNow(ReplicateNowRequest.crashConsistent(world.id()))),
    REPLICATE_NOW_APPLICATION(
            ProtectionState.PROTECTED,
            false,
            world -> {},
            world -> world.engine().replicateNow(ReplicateNowRequest.applicationConsistent(world.id()))),
    UNPLANNED_SOURCE_OFF(ProtectionState.COMMIT_PENDING, true, FaultedOperation::lateWrites, world -> {
        world.site(world.active()).turnOffBehindTheBack(world.vm(world.active()));
        return world.engine().failOver(FailoverPlan.unplanned(world.id(), other(world)));
    }),
    UNPLANNED_SHUTDOWN(
            ProtectionState.COMMIT_PENDING,
            true,
            FaultedOperation::lateWrites,
            world -> world.engine()
                    .failOver(FailoverPlan.unplanned(world.id(), other(world)).shutDownFirst())),
    UNPLANNED_OLDER(
            ProtectionState.COMMIT_PENDING,
            true,
            FaultedOperation::lateWrites,
            world -> world.engine()
                    .failOver(FailoverPlan.unplanned(world.id(), other(world))
                            .at(RecoveryPointSelector.exactly(point(world, 2)))
                            .shutDownFirst())),
    UNPLANNED_TWO_RUNNING(
            ProtectionState.COMMIT_PENDING,
            true,
            FaultedOperation::lateWrites,
            world -> world.engine()
                    .failOver(FailoverPlan.unplanned(world.id(), other(world)).acceptTwoRunning("a test"))),
    PLANNED(
            ProtectionState.COMMIT_PENDING,
            true,
            FaultedOperation::lateWrites,
            world -> world.engine()
                    .failOver(FailoverPlan.planned(world.id(), other(world)).waitForComplete())),
    PLANNED_VERIFIED(
            ProtectionState.COMMIT_PENDING,
            true,
            FaultedOperation::lateWrites,
            world -> world.engine()
                    .failOver(FailoverPlan.planned(world.id(), other(world))
                            .completeAtOnce()
                            .verifyBeforeStart())),
    CHANGE_POINT(
            ProtectionState.COMMIT_PENDING,
            false,
            FaultedOperation::failedOver,
            world -> world.engine()
                    .changePoint(ChangePointRequest.discardingTargetWrites(
                            world.id(), RecoveryPointSelector.exactly(point(world, 3))))),
    COMMIT(
            ProtectionState.FAILED_OVER,
            false,
            FaultedOperation::failedOver,
            world -> world.engine().commit(world.id())),
    CANCEL_FAILOVER_DROPPING(
            ProtectionState.PROTECTED,
            true,
            FaultedOperation::failedOver,
            world -> world.engine().cancelFailover(CancelFailoverRequest.droppingTargetWrites(world.id()))),
    CANCEL_FAILOVER_KEEPING(
            ProtectionState.PROTECTED,
            true,
            FaultedOperation::failedOver,
            world -> world.engine().cancelFailover(CancelFailoverRequest.keepingTargetWritesAside(world.id()))),
    REVERSE(
            ProtectionState.PROTECTED,
            false,
            FaultedOperation::committed,
            world -> world.engine().reverseReplicate(ReverseRequest.overwriting(other(world), world.id())));

    private static final Duration PATIENCE = Duration.ofHours(4);

    private final ProtectionState goal;
    private final boolean sideChanges;
    private final Consumer<FaultWorld> preparation;
    private final Function<FaultWorld, Job> start;

    FaultedOperation(
            ProtectionState goal,
            boolean sideChanges,
            Consumer<FaultWorld> preparation,
            Function<FaultWorld, Job> start) {
        this.goal = goal;
        this.sideChanges = sideChanges;
        this.preparation = preparation;
        this.start = start;
    }

    String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The state in which a success leaves the item. */
    ProtectionState goal() {
        return goal;
    }

    /** Whether a success makes the other side active. */
    boolean sideChanges() {
        return sideChanges;
    }

    boolean isPlanned() {
        return this == PLANNED || this == PLANNED_VERIFIED;
    }

    boolean isUnplanned() {
        return this == UNPLANNED_SOURCE_OFF
                || this == UNPLANNED_SHUTDOWN
                || this == UNPLANNED_OLDER
                || this == UNPLANNED_TWO_RUNNING;
    }

    /** The moment that the active disk holds after a clean run. */
    String moment() {
        return switch (this) {
            case UNPLANNED_SOURCE_OFF, UNPLANNED_TWO_RUNNING -> "received";
            case CHANGE_POINT, UNPLANNED_OLDER -> "older";
            case CANCEL_FAILOVER_DROPPING, CANCEL_FAILOVER_KEEPING -> "left";
            default -> "now";
        };
    }

    /** Brings a world to where the operation begins, with the given side active. */
    void prepare(FaultWorld world, Side active) {
        if (this == PROTECT) {
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
        world.write(3);
        world.time.runFor(Duration.ofMinutes(1));
    }

    Job start(FaultWorld world) {
        return start.apply(world);
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
                .policy(ReplicationPolicy.defaults().every(Duration.ofHours(24)).pointEvery(Duration.ZERO));
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

    private static void committed(FaultWorld world) {
        failedOver(world);
        done(world.engine().commit(world.id()));
    }
}
