package io.sdr.core.operation;

import io.sdr.api.CancelFailoverRequest;
import io.sdr.api.ChangePointRequest;
import io.sdr.api.CommitRequest;
import io.sdr.api.Consistency;
import io.sdr.api.DisableRequest;
import io.sdr.api.Drill;
import io.sdr.api.FailoverPlan;
import io.sdr.api.GrowReplicaRequest;
import io.sdr.api.ItemRequest;
import io.sdr.api.PointId;
import io.sdr.api.ProtectionRequest;
import io.sdr.api.ProtectionState;
import io.sdr.api.RecoveryPointSelector;
import io.sdr.api.ReplicateNowRequest;
import io.sdr.api.Request;
import io.sdr.api.ResolveRequest;
import io.sdr.api.ResynchronizeRequest;
import io.sdr.api.ReverseRequest;
import io.sdr.api.Side;
import io.sdr.api.StartVmRequest;
import io.sdr.api.SyncMode;
import io.sdr.api.TestCleanupRequest;
import io.sdr.core.job.Values;
import java.time.Instant;
import java.util.Optional;

/** Requests as the values that are stored with their job: a job is told what to do by these alone. */
public final class RequestCodec {
    /** The side that the job leads to. */
    public static final String TO = "to";
    /** The number of the decision that the job may make. */
    public static final String DECISION_EPOCH = "decision.epoch";

    /** The state to go back to when the failover is cancelled. */
    public static final String ORIGIN = "origin";
    /** Whether a superseded job had stopped the source, so that going back starts it. */
    public static final String SOURCE_WAS_RUNNING = "sourceWasRunning";
    /** Whether the superseded job had begun to take the source down: its lock, and what its driver set there, may be left. */
    public static final String SOURCE_TAKEN_DOWN = "sourceTakenDown";

    /** The job that this one took over from: a decision that it had made just before counts as this job's own. */
    public static final String SUPERSEDES = "supersedes";

    /** Whether what the other side holds is given up and written over. */
    public static final String IN_PLACE = "replaceInPlace";

    /** Where a VM that is gone is made. */
    static final String CLOUD = "cloud";

    static final String MAKE_VM = "makeVm";

    static final String CONSISTENCY = "consistency";
    static final String SHUT_DOWN_FIRST = "shutDownFirst";
    static final String TURN_OFF = "turnOff";
    static final String WAIT_FOR_COMPLETE = "waitForComplete";
    static final String VERIFY_BEFORE_START = "verifyBeforeStart";
    static final String ACCEPT_TWO_RUNNING = "acceptTwoRunning";
    static final String CONFIRMED_DOWN_BY = "confirmedDown.by";
    static final String CONFIRMED_DOWN_HOW = "confirmedDown.how";
    static final String UNVERIFIED = "acceptUnverifiedPoint";
    /** Whether the other side starts from its old disk as it stood. */
    static final String OLD_DISK = "toOldDisk";
    /** Whether commit and reverse replication follow. */
    static final String THEN_REVERSE = "thenReverse";

    static final String TEST_NETWORK = "test.network";
    static final String VERIFY_WITHIN = "test.verifyWithin";
    /** How long the guest of a failed-over copy may take to answer. */
    static final String GUEST_WITHIN = "verifyWithin";

    static final String PROBE = "test.probe";
    static final String FORCED = "forced";
    static final String NOTES = "notes";
    /** Whether a failover is committed before the protection is removed. */
    static final String COMMIT_FIRST = "commitFirst";

    static final String DELETE_REPLICA = "deleteReplica";
    static final String KEEP_WRITES = "keepTargetWrites";

    private static final String POINT = "point";
    private static final String POINT_VALUE = "point.value";

    private RequestCodec() {}

    /**
     * Names the kind of job that does a request about an item as it is.
     *
     * @param request the request
     * @param item the item
     * @return the kind
     */
    public static String kind(ItemRequest request, ItemState item) {
        if (request instanceof ResolveRequest resolve) {
            if (resolve.keepsActiveSide()) {
                return ResolveOperation.KIND;
            }
            return item.state() == ProtectionState.COMMIT_PENDING
                    ? CancelFailoverOperation.KIND
                    : ResolveOperation.ROLES_CHANGE;
        }
        return kind(request);
    }

    /**
     * Names the kind of job that does a request.
     *
     * @param request the request
     * @return the kind
     */
    public static String kind(Request request) {
        if (request instanceof ProtectionRequest) {
            return ProtectOperation.KIND;
        } else if (request instanceof FailoverPlan.Unplanned) {
            return UnplannedFailoverOperation.KIND;
        } else if (request instanceof FailoverPlan.Planned plan) {
            return plan.sync() == SyncMode.FULL_DURING_FAILOVER
                    ? FullFailoverOperation.KIND
                    : PlannedFailoverOperation.KIND;
        } else if (request instanceof FailoverPlan.Test) {
            return TestFailoverOperation.KIND;
        } else if (request instanceof TestCleanupRequest) {
            return TestCleanupOperation.KIND;
        } else if (request instanceof ChangePointRequest) {
            return ChangePointOperation.KIND;
        } else if (request instanceof CommitRequest) {
            return CommitOperation.KIND;
        } else if (request instanceof CancelFailoverRequest) {
            return CancelFailoverOperation.KIND;
        } else if (request instanceof ReverseRequest) {
            return ReverseOperation.KIND;
        } else if (request instanceof ReplicateNowRequest) {
            return ReplicateNowOperation.KIND;
        } else if (request instanceof ResynchronizeRequest) {
            return ResynchronizeOperation.KIND;
        } else if (request instanceof GrowReplicaRequest) {
            return ResynchronizeOperation.GROW_KIND;
        } else if (request instanceof StartVmRequest) {
            return StartVmOperation.KIND;
        } else if (request instanceof DisableRequest) {
            return DisableOperation.KIND;
        } else if (request instanceof ResolveRequest resolve) {
            return resolve.keepsActiveSide() ? ResolveOperation.KIND : ResolveOperation.ROLES_CHANGE;
        }
        throw new IllegalStateException("no operation for " + request.getClass());
    }

    /**
     * Gives the values of a request about an item.
     *
     * @param request the request
     * @param item the item as it is now
     * @return the values, with the side it leads to
     */
    public static Values write(ItemRequest request, ItemState item) {
        if (request instanceof FailoverPlan.Unplanned plan) {
            Values values = Values.of(TO, plan.to())
                    .with(SHUT_DOWN_FIRST, plan.shutsDownFirst())
                    .with(GUEST_WITHIN, plan.verifyWithin())
                    .with(OLD_DISK, plan.start() == FailoverPlan.Unplanned.Start.OLD_DISK)
                    .with(UNVERIFIED, plan.start() == FailoverPlan.Unplanned.Start.UNVERIFIED_POINT)
                    .with(selector(plan.point()));
            return words(values, plan.twoRunningAccepted(), plan.downConfirmation());
        } else if (request instanceof FailoverPlan.Planned plan) {
            Values values = Values.of(TO, plan.to())
                    .with(WAIT_FOR_COMPLETE, plan.waitsForComplete())
                    .with(TURN_OFF, plan.turnsOffIfShutdownFails())
                    .with(GUEST_WITHIN, plan.verifyWithin())
                    .with(VERIFY_BEFORE_START, plan.verifiesBeforeStart())
                    .with(THEN_REVERSE, plan.reversesAutomatically())
                    .with(IN_PLACE, plan.replacesInPlace());
            return plan.cloudOfNewVm().map(cloud -> values.with(CLOUD, cloud)).orElse(values);
        } else if (request instanceof FailoverPlan.Test plan) {
            Values values = Values.of(TO, plan.to())
                    .with(TEST_NETWORK, NetworkCodec.write(plan.network()))
                    .with(VERIFY_WITHIN, plan.verifyWithin())
                    .with(selector(plan.point()));
            return plan.probe().map(probe -> values.with(PROBE, probe)).orElse(values);
        } else if (request instanceof TestCleanupRequest cleanup) {
            return Values.of(
                            TO, item.drill().map(Drill::to).orElse(item.active().other()))
                    .with(FORCED, cleanup.leavesBehind())
                    .with(NOTES, cleanup.notes());
        } else if (request instanceof ChangePointRequest change) {
            return Values.of(TO, item.active()).with(selector(change.point()));
        } else if (request instanceof CommitRequest) {
            return Values.of(TO, item.active());
        } else if (request instanceof CancelFailoverRequest cancel) {
            Values values = Values.of(TO, item.active().other()).with(KEEP_WRITES, cancel.keepsTargetWrites());
            return words(values, cancel.twoRunningAccepted(), cancel.downConfirmation());
        } else if (request instanceof ReverseRequest reverse) {
            Values values = Values.of(TO, reverse.overwritten())
                    .with(IN_PLACE, reverse.replacesInPlace())
                    .with(MAKE_VM, reverse.makesVm());
            return reverse.cloudOfNewVm()
                    .map(cloud -> values.with(CLOUD, cloud))
                    .orElse(values);
        } else if (request instanceof ReplicateNowRequest now) {
            return Values.of(TO, item.replicatesTo().orElse(item.active().other()))
                    .with(CONSISTENCY, now.consistency());
        } else if (request instanceof ResynchronizeRequest resync) {
            return Values.of(TO, item.replicatesTo().orElse(item.active().other()))
                    .with(IN_PLACE, resync.replacesInPlace());
        } else if (request instanceof GrowReplicaRequest) {
            return Values.of(TO, item.replicatesTo().orElse(item.active().other()));
        } else if (request instanceof StartVmRequest) {
            return Values.of(TO, item.active());
        } else if (request instanceof DisableRequest disable) {
            return Values.of(TO, item.active().other())
                    .with(DELETE_REPLICA, disable.otherSide() == DisableRequest.OtherSide.DELETED)
                    .with(COMMIT_FIRST, disable.otherSide() == DisableRequest.OtherSide.KEPT_AFTER_COMMIT);
        } else if (request instanceof ResolveRequest resolve) {
            Values values = Values.of(TO, resolve.survivor()).with(KEEP_WRITES, true);
            return words(values, resolve.twoRunningAccepted(), resolve.downConfirmation());
        }
        throw new IllegalStateException("no values for " + request.getClass());
    }

    private static Values words(
            Values values, Optional<String> twoRunning, Optional<FailoverPlan.DownConfirmation> down) {
        Values more = values;
        if (twoRunning.isPresent()) {
            more = more.with(ACCEPT_TWO_RUNNING, twoRunning.get());
        }
        if (down.isPresent()) {
            more = more.with(CONFIRMED_DOWN_BY, down.get().by())
                    .with(CONFIRMED_DOWN_HOW, down.get().how());
        }
        return more;
    }

    /**
     * Gives the values of a protection.
     *
     * @return the values
     */
    public static Values protection() {
        return Values.of(TO, Side.RECOVERY);
    }

    /**
     * Tells whether a request's job decides who is active.
     *
     * @param request the request
     * @return true for failovers, their cancelling, and where the roles change after both copies ran
     */
    public static boolean decides(ItemRequest request) {
        return (request instanceof FailoverPlan && !(request instanceof FailoverPlan.Test))
                || request instanceof CancelFailoverRequest
                || (request instanceof ResolveRequest resolve && !resolve.keepsActiveSide());
    }

    static Consistency consistency(Values spec) {
        return spec.find(CONSISTENCY).map(Consistency::valueOf).orElse(Consistency.CRASH_CONSISTENT);
    }

    private static Values selector(RecoveryPointSelector selector) {
        if (selector instanceof RecoveryPointSelector.Exactly exactly) {
            return Values.of(POINT, "exactly").with(POINT_VALUE, exactly.point());
        } else if (selector instanceof RecoveryPointSelector.NotAfter notAfter) {
            return Values.of(POINT, "notAfter").with(POINT_VALUE, notAfter.moment());
        } else if (selector instanceof RecoveryPointSelector.LatestProcessed) {
            return Values.of(POINT, "latestProcessed");
        } else if (selector instanceof RecoveryPointSelector.LatestApplicationConsistent) {
            return Values.of(POINT, "latestApplicationConsistent");
        }
        return Values.of(POINT, "latest");
    }

    static RecoveryPointSelector selector(Values spec) {
        return switch (spec.find(POINT).orElse("latest")) {
            case "exactly" -> RecoveryPointSelector.exactly(new PointId(spec.text(POINT_VALUE)));
            case "notAfter" -> RecoveryPointSelector.notAfter(Instant.parse(spec.text(POINT_VALUE)));
            case "latestProcessed" -> RecoveryPointSelector.latestProcessed();
            case "latestApplicationConsistent" -> RecoveryPointSelector.latestApplicationConsistent();
            default -> RecoveryPointSelector.latest();
        };
    }
}
