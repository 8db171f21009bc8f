package io.sdr.core.state;

import static io.sdr.api.Operation.CANCEL_FAILOVER;
import static io.sdr.api.Operation.CANCEL_JOB;
import static io.sdr.api.Operation.CHANGE_RECOVERY_POINT;
import static io.sdr.api.Operation.COMMIT;
import static io.sdr.api.Operation.COMPLETE_FAILOVER;
import static io.sdr.api.Operation.DISABLE;
import static io.sdr.api.Operation.FORGET_UNREACHABLE;
import static io.sdr.api.Operation.GROW_REPLICA;
import static io.sdr.api.Operation.PAUSE;
import static io.sdr.api.Operation.PLANNED_FAILOVER_DELTA;
import static io.sdr.api.Operation.PLANNED_FAILOVER_FULL;
import static io.sdr.api.Operation.REPLICATE_NOW;
import static io.sdr.api.Operation.RESOLVE_DIVERGENCE;
import static io.sdr.api.Operation.RESUME;
import static io.sdr.api.Operation.RESYNCHRONIZE;
import static io.sdr.api.Operation.RETRY_JOB;
import static io.sdr.api.Operation.REVERSE_REPLICATE;
import static io.sdr.api.Operation.START_VM;
import static io.sdr.api.Operation.TEST_CLEANUP;
import static io.sdr.api.Operation.TEST_FAILOVER;
import static io.sdr.api.Operation.UNPLANNED_FAILOVER;
import static io.sdr.api.Operation.UPDATE_SETTINGS;
import static io.sdr.api.ProtectionState.CANCELLING_FAILOVER;
import static io.sdr.api.ProtectionState.CHANGING_POINT;
import static io.sdr.api.ProtectionState.COMMITTING;
import static io.sdr.api.ProtectionState.COMMIT_PENDING;
import static io.sdr.api.ProtectionState.DISABLED;
import static io.sdr.api.ProtectionState.DISABLING;
import static io.sdr.api.ProtectionState.ENABLING;
import static io.sdr.api.ProtectionState.FAILED_OVER;
import static io.sdr.api.ProtectionState.FAILING_OVER;
import static io.sdr.api.ProtectionState.INITIAL_REPLICATION;
import static io.sdr.api.ProtectionState.PROTECTED;
import static io.sdr.api.ProtectionState.READY_TO_COMPLETE;
import static io.sdr.api.ProtectionState.RESYNCHRONIZING;
import static io.sdr.api.ProtectionState.RESYNC_REQUIRED;
import static io.sdr.api.ProtectionState.REVERSING;
import static io.sdr.api.ProtectionState.SYNCING_BEFORE_FAILOVER;
import static io.sdr.core.state.Condition.ACTIVE_VM_OFF;
import static io.sdr.core.state.Condition.AFTER_DECISION;
import static io.sdr.core.state.Condition.BEFORE_DECISION;
import static io.sdr.core.state.Condition.CAUSE_MENDED_BY_COMPARING;
import static io.sdr.core.state.Condition.DIVERGED;
import static io.sdr.core.state.Condition.JOB_AWAITS_COMPLETE;
import static io.sdr.core.state.Condition.JOB_FAILED;
import static io.sdr.core.state.Condition.JOB_PLANNED;
import static io.sdr.core.state.Condition.JOB_TO_CANCEL;
import static io.sdr.core.state.Condition.NOT_PAUSED;
import static io.sdr.core.state.Condition.NOT_PAUSED_BY_USER;
import static io.sdr.core.state.Condition.OTHER_SIDE_STARTABLE;
import static io.sdr.core.state.Condition.PAUSED;
import static io.sdr.core.state.Condition.POINTS_PRESENT;
import static io.sdr.core.state.Condition.SOURCE_GREW;
import static io.sdr.core.state.Condition.TEST_EXISTS;
import static io.sdr.core.state.Confirmation.COMMITS_FIRST;
import static io.sdr.core.state.Confirmation.OLD_DISK;
import static io.sdr.core.state.Confirmation.POINTS_UNVERIFIED;
import static io.sdr.core.state.Milestone.COMPLETING;
import static io.sdr.core.state.Milestone.FAILED;
import static io.sdr.core.state.Milestone.READY;
import static io.sdr.core.state.Milestone.STARTED;
import static io.sdr.core.state.Milestone.SUCCEEDED;
import static io.sdr.core.state.Milestone.UNDONE;
import static io.sdr.core.state.Permission.permit;
import static io.sdr.core.state.StateEvent.BASE_COPY_STARTED;
import static io.sdr.core.state.StateEvent.COPY_SURVIVES;
import static io.sdr.core.state.StateEvent.ENABLING_UNDONE;
import static io.sdr.core.state.StateEvent.FIRST_POINT;
import static io.sdr.core.state.StateEvent.GAP;
import static io.sdr.core.state.StateEvent.OTHER_SIDE_BACK;
import static io.sdr.core.state.StateEvent.REPLICA_CHANGED;
import static io.sdr.core.state.StateEvent.REPLICA_GONE;
import static io.sdr.core.state.StateEvent.SIZE_CHANGED;
import static io.sdr.core.state.StateEvent.TRACKING_LOST;
import static io.sdr.core.state.Supersedes.ANY_JOB;
import static io.sdr.core.state.Supersedes.STUCK_JOB;

import io.sdr.api.Operation;
import io.sdr.api.ProtectionState;
import io.sdr.api.TestFailoverState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The one place that says what states mean, what is allowed in them, and what leads where. Nothing but data. */
final class StandardTable {
    private static final String NOTHING_TO_DO = "nothing needs to be done";
    private static final String COPY_AGAIN = "the copy starts again";
    private static final String CAUSE_KEPT = "the cause is kept";
    private static final String WORSE_CAUSE = "the worse cause is kept";
    private static final String JOB_FAILS = "the job fails, the cause is kept";
    private static final String DIVERGENCE = "divergence is looked for";

    private static final List<StateRow> ROWS = List.of(
            moving(
                    ENABLING,
                    "readiness, placeholder, relation",
                    permit(CANCEL_JOB, JOB_TO_CANCEL),
                    permit(RETRY_JOB, JOB_FAILED)),
            moving(
                    INITIAL_REPLICATION,
                    "first copy under way",
                    permit(UPDATE_SETTINGS),
                    permit(PAUSE, NOT_PAUSED_BY_USER),
                    permit(RESUME, PAUSED),
                    permit(CANCEL_JOB, JOB_TO_CANCEL),
                    permit(RETRY_JOB, JOB_FAILED),
                    permit(DISABLE).superseding(ANY_JOB)),
            resting(
                    PROTECTED,
                    "replicating, failover possible",
                    permit(PLANNED_FAILOVER_DELTA, NOT_PAUSED),
                    permit(PLANNED_FAILOVER_FULL),
                    permit(UNPLANNED_FAILOVER, OTHER_SIDE_STARTABLE).superseding(ANY_JOB),
                    permit(TEST_FAILOVER, OTHER_SIDE_STARTABLE),
                    permit(TEST_CLEANUP, TEST_EXISTS),
                    permit(REPLICATE_NOW, NOT_PAUSED),
                    permit(PAUSE, NOT_PAUSED_BY_USER),
                    permit(RESUME, PAUSED),
                    permit(RESYNCHRONIZE, NOT_PAUSED),
                    permit(UPDATE_SETTINGS),
                    permit(RESOLVE_DIVERGENCE, DIVERGED),
                    permit(CANCEL_JOB, JOB_TO_CANCEL),
                    permit(DISABLE)),
            resting(
                    RESYNC_REQUIRED,
                    "history broke; cause kept",
                    permit(UPDATE_SETTINGS),
                    permit(RESYNCHRONIZE, CAUSE_MENDED_BY_COMPARING, NOT_PAUSED),
                    permit(GROW_REPLICA, SOURCE_GREW),
                    permit(UNPLANNED_FAILOVER, OTHER_SIDE_STARTABLE)
                            .superseding(ANY_JOB)
                            .confirming(POINTS_UNVERIFIED),
                    permit(TEST_FAILOVER, OTHER_SIDE_STARTABLE),
                    permit(TEST_CLEANUP, TEST_EXISTS),
                    permit(PAUSE, NOT_PAUSED_BY_USER),
                    permit(RESUME, PAUSED),
                    permit(RESOLVE_DIVERGENCE, DIVERGED),
                    permit(CANCEL_JOB, JOB_TO_CANCEL),
                    permit(DISABLE)),
            moving(
                    RESYNCHRONIZING,
                    "comparing and repairing",
                    permit(UPDATE_SETTINGS),
                    permit(PAUSE, NOT_PAUSED_BY_USER),
                    permit(RESUME, PAUSED),
                    permit(UNPLANNED_FAILOVER, OTHER_SIDE_STARTABLE)
                            .superseding(ANY_JOB)
                            .confirming(POINTS_UNVERIFIED),
                    permit(RETRY_JOB, JOB_FAILED),
                    permit(DISABLE).superseding(ANY_JOB)),
            moving(
                    SYNCING_BEFORE_FAILOVER,
                    "delta phase, VM still runs",
                    permit(UPDATE_SETTINGS),
                    permit(CANCEL_JOB, JOB_TO_CANCEL),
                    permit(RETRY_JOB, JOB_FAILED),
                    permit(PAUSE, NOT_PAUSED_BY_USER),
                    permit(RESUME, PAUSED),
                    permit(UNPLANNED_FAILOVER, OTHER_SIDE_STARTABLE).superseding(ANY_JOB)),
            moving(
                    READY_TO_COMPLETE,
                    "waits for complete failover; cycles go on, so the last step stays short",
                    permit(UPDATE_SETTINGS),
                    permit(COMPLETE_FAILOVER, JOB_AWAITS_COMPLETE),
                    permit(CANCEL_JOB, JOB_TO_CANCEL),
                    permit(RETRY_JOB, JOB_FAILED),
                    permit(UNPLANNED_FAILOVER, OTHER_SIDE_STARTABLE).superseding(ANY_JOB)),
            moving(
                    FAILING_OVER,
                    "stop, last changes, decide, start",
                    permit(UPDATE_SETTINGS),
                    permit(CANCEL_JOB, BEFORE_DECISION, JOB_TO_CANCEL),
                    permit(RETRY_JOB, JOB_FAILED),
                    permit(UNPLANNED_FAILOVER, BEFORE_DECISION, JOB_PLANNED, OTHER_SIDE_STARTABLE)
                            .superseding(ANY_JOB),
                    permit(CHANGE_RECOVERY_POINT, AFTER_DECISION, POINTS_PRESENT)
                            .superseding(STUCK_JOB),
                    permit(CANCEL_FAILOVER, AFTER_DECISION, OTHER_SIDE_STARTABLE)
                            .superseding(STUCK_JOB)),
            resting(
                    COMMIT_PENDING,
                    "decided; recovery points still there",
                    permit(UPDATE_SETTINGS),
                    permit(COMMIT),
                    permit(CHANGE_RECOVERY_POINT, POINTS_PRESENT),
                    permit(CANCEL_FAILOVER, OTHER_SIDE_STARTABLE),
                    permit(START_VM, ACTIVE_VM_OFF),
                    permit(TEST_CLEANUP, TEST_EXISTS),
                    permit(RESOLVE_DIVERGENCE, DIVERGED),
                    permit(CANCEL_JOB, JOB_TO_CANCEL),
                    permit(DISABLE).confirming(COMMITS_FIRST)),
            moving(
                    CHANGING_POINT,
                    "the copy goes to another recovery point",
                    permit(UPDATE_SETTINGS),
                    permit(RETRY_JOB, JOB_FAILED),
                    permit(CHANGE_RECOVERY_POINT, POINTS_PRESENT).superseding(STUCK_JOB),
                    permit(CANCEL_FAILOVER, OTHER_SIDE_STARTABLE).superseding(STUCK_JOB)),
            moving(
                    CANCELLING_FAILOVER,
                    "going back to the other side (epoch N+2)",
                    permit(UPDATE_SETTINGS),
                    permit(CANCEL_JOB, BEFORE_DECISION, JOB_TO_CANCEL),
                    permit(RETRY_JOB, JOB_FAILED)),
            moving(
                    COMMITTING,
                    "the recovery points go",
                    permit(UPDATE_SETTINGS),
                    permit(CANCEL_JOB, BEFORE_DECISION, JOB_TO_CANCEL),
                    permit(RETRY_JOB, JOB_FAILED)),
            resting(
                    FAILED_OVER,
                    "committed, not replicating",
                    permit(UPDATE_SETTINGS),
                    permit(REVERSE_REPLICATE),
                    permit(PLANNED_FAILOVER_FULL),
                    permit(UNPLANNED_FAILOVER, OTHER_SIDE_STARTABLE)
                            .superseding(ANY_JOB)
                            .confirming(OLD_DISK),
                    permit(TEST_CLEANUP, TEST_EXISTS),
                    permit(RESOLVE_DIVERGENCE, DIVERGED),
                    permit(CANCEL_JOB, JOB_TO_CANCEL),
                    permit(DISABLE)),
            moving(
                    REVERSING,
                    "the old active disk becomes a replica",
                    permit(UPDATE_SETTINGS),
                    permit(PAUSE, NOT_PAUSED_BY_USER),
                    permit(RESUME, PAUSED),
                    permit(CANCEL_JOB, JOB_TO_CANCEL),
                    permit(RETRY_JOB, JOB_FAILED),
                    permit(UNPLANNED_FAILOVER, OTHER_SIDE_STARTABLE)
                            .superseding(ANY_JOB)
                            .confirming(OLD_DISK)),
            moving(DISABLING, "removing on both sides", permit(RETRY_JOB, JOB_FAILED), permit(FORGET_UNREACHABLE)),
            resting(DISABLED, "tombstone with history and undelivered notes"));

    private static final List<Transition> TRANSITIONS = flat(
            // Protecting
            event(BASE_COPY_STARTED, INITIAL_REPLICATION, "", ENABLING),
            event(FIRST_POINT, PROTECTED, "", INITIAL_REPLICATION),
            event(ENABLING_UNDONE, DISABLED, "", ENABLING, INITIAL_REPLICATION),
            // What breaks the history
            broken(CAUSE_KEPT, PROTECTED),
            broken(WORSE_CAUSE, RESYNC_REQUIRED),
            broken(WORSE_CAUSE, RESYNCHRONIZING),
            broken(JOB_FAILS, SYNCING_BEFORE_FAILOVER),
            broken(JOB_FAILS, READY_TO_COMPLETE),
            event(GAP, INITIAL_REPLICATION, COPY_AGAIN, INITIAL_REPLICATION),
            event(TRACKING_LOST, INITIAL_REPLICATION, COPY_AGAIN, INITIAL_REPLICATION),
            event(GAP, REVERSING, COPY_AGAIN, REVERSING),
            event(TRACKING_LOST, REVERSING, COPY_AGAIN, REVERSING),
            // The lost side answers again
            event(OTHER_SIDE_BACK, PROTECTED, DIVERGENCE, PROTECTED),
            event(OTHER_SIDE_BACK, RESYNC_REQUIRED, DIVERGENCE, RESYNC_REQUIRED),
            event(OTHER_SIDE_BACK, COMMIT_PENDING, DIVERGENCE, COMMIT_PENDING),
            event(OTHER_SIDE_BACK, FAILED_OVER, DIVERGENCE, FAILED_OVER),
            event(OTHER_SIDE_BACK, DISABLED, "notes are delivered", DISABLED),
            event(
                    COPY_SURVIVES,
                    COMMIT_PENDING,
                    "resolve divergence: its failover is not cancelled any more",
                    PROTECTED,
                    RESYNC_REQUIRED),
            // Jobs
            job(RESYNCHRONIZE, STARTED, RESYNCHRONIZING, PROTECTED, RESYNC_REQUIRED),
            job(RESYNCHRONIZE, SUCCEEDED, PROTECTED, RESYNCHRONIZING),
            job(RESYNCHRONIZE, UNDONE, PROTECTED, RESYNCHRONIZING),
            job(RESYNCHRONIZE, UNDONE, RESYNC_REQUIRED, RESYNCHRONIZING),
            job(GROW_REPLICA, STARTED, RESYNCHRONIZING, RESYNC_REQUIRED),
            job(GROW_REPLICA, SUCCEEDED, PROTECTED, RESYNCHRONIZING),
            job(GROW_REPLICA, UNDONE, RESYNC_REQUIRED, RESYNCHRONIZING),
            job(PLANNED_FAILOVER_DELTA, STARTED, SYNCING_BEFORE_FAILOVER, PROTECTED),
            job(PLANNED_FAILOVER_DELTA, READY, READY_TO_COMPLETE, SYNCING_BEFORE_FAILOVER),
            job(PLANNED_FAILOVER_DELTA, COMPLETING, FAILING_OVER, SYNCING_BEFORE_FAILOVER, READY_TO_COMPLETE),
            job(PLANNED_FAILOVER_DELTA, SUCCEEDED, COMMIT_PENDING, FAILING_OVER),
            job(PLANNED_FAILOVER_DELTA, UNDONE, PROTECTED, SYNCING_BEFORE_FAILOVER, READY_TO_COMPLETE, FAILING_OVER),
            job(PLANNED_FAILOVER_FULL, STARTED, FAILING_OVER, PROTECTED, FAILED_OVER),
            job(PLANNED_FAILOVER_FULL, SUCCEEDED, COMMIT_PENDING, FAILING_OVER),
            job(PLANNED_FAILOVER_FULL, UNDONE, PROTECTED, FAILING_OVER),
            job(PLANNED_FAILOVER_FULL, UNDONE, FAILED_OVER, FAILING_OVER),
            job(
                    UNPLANNED_FAILOVER,
                    STARTED,
                    FAILING_OVER,
                    PROTECTED,
                    RESYNC_REQUIRED,
                    RESYNCHRONIZING,
                    SYNCING_BEFORE_FAILOVER,
                    READY_TO_COMPLETE,
                    FAILING_OVER,
                    FAILED_OVER,
                    REVERSING),
            job(UNPLANNED_FAILOVER, SUCCEEDED, COMMIT_PENDING, FAILING_OVER),
            job(UNPLANNED_FAILOVER, UNDONE, PROTECTED, FAILING_OVER),
            job(UNPLANNED_FAILOVER, UNDONE, RESYNC_REQUIRED, FAILING_OVER),
            job(UNPLANNED_FAILOVER, UNDONE, FAILED_OVER, FAILING_OVER),
            job(CHANGE_RECOVERY_POINT, STARTED, CHANGING_POINT, COMMIT_PENDING, FAILING_OVER, CHANGING_POINT),
            job(CHANGE_RECOVERY_POINT, SUCCEEDED, COMMIT_PENDING, CHANGING_POINT),
            job(CHANGE_RECOVERY_POINT, UNDONE, COMMIT_PENDING, CHANGING_POINT),
            job(CANCEL_FAILOVER, STARTED, CANCELLING_FAILOVER, COMMIT_PENDING, FAILING_OVER, CHANGING_POINT),
            job(CANCEL_FAILOVER, SUCCEEDED, PROTECTED, CANCELLING_FAILOVER),
            job(CANCEL_FAILOVER, SUCCEEDED, RESYNC_REQUIRED, CANCELLING_FAILOVER),
            job(CANCEL_FAILOVER, SUCCEEDED, FAILED_OVER, CANCELLING_FAILOVER),
            job(CANCEL_FAILOVER, UNDONE, COMMIT_PENDING, CANCELLING_FAILOVER),
            job(CANCEL_FAILOVER, UNDONE, CHANGING_POINT, CANCELLING_FAILOVER),
            job(COMMIT, STARTED, COMMITTING, COMMIT_PENDING),
            job(COMMIT, SUCCEEDED, FAILED_OVER, COMMITTING),
            job(COMMIT, UNDONE, COMMIT_PENDING, COMMITTING),
            job(REVERSE_REPLICATE, STARTED, REVERSING, FAILED_OVER),
            job(REVERSE_REPLICATE, SUCCEEDED, PROTECTED, REVERSING),
            job(REVERSE_REPLICATE, UNDONE, FAILED_OVER, REVERSING),
            job(
                    DISABLE,
                    STARTED,
                    DISABLING,
                    INITIAL_REPLICATION,
                    PROTECTED,
                    RESYNC_REQUIRED,
                    RESYNCHRONIZING,
                    COMMIT_PENDING,
                    FAILED_OVER),
            job(DISABLE, SUCCEEDED, DISABLED, DISABLING));

    private static final Map<Operation, Way> WAYS = Map.ofEntries(
            Map.entry(REPLICATE_NOW, Way.JOB_BESIDE),
            Map.entry(PLANNED_FAILOVER_DELTA, Way.JOB),
            Map.entry(PLANNED_FAILOVER_FULL, Way.JOB),
            Map.entry(UNPLANNED_FAILOVER, Way.JOB),
            Map.entry(TEST_FAILOVER, Way.JOB_BESIDE),
            Map.entry(TEST_CLEANUP, Way.JOB_BESIDE),
            Map.entry(COMPLETE_FAILOVER, Way.SIGNAL),
            Map.entry(CHANGE_RECOVERY_POINT, Way.JOB),
            Map.entry(COMMIT, Way.JOB),
            Map.entry(CANCEL_FAILOVER, Way.JOB),
            Map.entry(REVERSE_REPLICATE, Way.JOB),
            Map.entry(PAUSE, Way.SIGNAL),
            Map.entry(RESUME, Way.SIGNAL),
            Map.entry(RESYNCHRONIZE, Way.JOB),
            Map.entry(GROW_REPLICA, Way.JOB),
            Map.entry(UPDATE_SETTINGS, Way.SIGNAL),
            Map.entry(DISABLE, Way.JOB),
            Map.entry(FORGET_UNREACHABLE, Way.SIGNAL),
            Map.entry(RESOLVE_DIVERGENCE, Way.JOB_BESIDE),
            Map.entry(START_VM, Way.JOB_BESIDE),
            Map.entry(CANCEL_JOB, Way.SIGNAL),
            Map.entry(RETRY_JOB, Way.SIGNAL));

    private static final Set<Operation> ALLOWED_DURING_TEST = Set.of(
            TEST_CLEANUP,
            UNPLANNED_FAILOVER,
            CHANGE_RECOVERY_POINT,
            CANCEL_FAILOVER,
            COMMIT,
            UPDATE_SETTINGS,
            CANCEL_JOB,
            RETRY_JOB);

    private static final Set<Operation> DENIED_WHILE_DIVERGED = Set.of(
            COMMIT, REVERSE_REPLICATE, PLANNED_FAILOVER_DELTA, PLANNED_FAILOVER_FULL, COMPLETE_FAILOVER, DISABLE);

    private static final List<TestTransition> TEST_TRANSITIONS = List.of(
            test(TestFailoverState.NONE, TEST_FAILOVER, STARTED, TestFailoverState.RUNNING),
            test(TestFailoverState.RUNNING, TEST_FAILOVER, SUCCEEDED, TestFailoverState.WAITING_FOR_CLEANUP),
            test(TestFailoverState.RUNNING, TEST_FAILOVER, FAILED, TestFailoverState.WAITING_FOR_CLEANUP),
            test(TestFailoverState.RUNNING, TEST_FAILOVER, UNDONE, TestFailoverState.NONE),
            test(TestFailoverState.WAITING_FOR_CLEANUP, TEST_CLEANUP, STARTED, TestFailoverState.CLEANING_UP),
            test(TestFailoverState.CLEANUP_FAILED, TEST_CLEANUP, STARTED, TestFailoverState.CLEANING_UP),
            test(TestFailoverState.CLEANING_UP, TEST_CLEANUP, SUCCEEDED, TestFailoverState.NONE),
            test(TestFailoverState.CLEANING_UP, TEST_CLEANUP, FAILED, TestFailoverState.CLEANUP_FAILED),
            test(TestFailoverState.CLEANING_UP, TEST_CLEANUP, UNDONE, TestFailoverState.CLEANUP_FAILED));

    private static final List<Hint> HINTS = flat(
            hint(
                    PLANNED_FAILOVER_DELTA,
                    "REVERSE_FIRST",
                    "nothing replicates to the other side, so there are no differences to send",
                    "reverse first: reverse replicate, then ask again; or plan the failover with a full download",
                    FAILED_OVER),
            hint(
                    UNPLANNED_FAILOVER,
                    "FAILED_OVER_ALREADY",
                    "the item failed over already and is not committed",
                    "to go back to the other side, cancel the failover; to start from another moment, change the"
                            + " recovery point",
                    COMMIT_PENDING,
                    CHANGING_POINT),
            hint(
                    REVERSE_REPLICATE,
                    "COMMIT_FIRST",
                    "the failover is not committed, its recovery points are still there",
                    "commit, then ask again",
                    COMMIT_PENDING),
            hint(
                    REVERSE_REPLICATE,
                    "REPLICATES_ALREADY",
                    "the item replicates already, from the active side to the other",
                    "to change the direction fail over, commit, then reverse replicate",
                    PROTECTED,
                    RESYNC_REQUIRED,
                    RESYNCHRONIZING),
            hint(
                    PLANNED_FAILOVER_DELTA,
                    "RESYNC_FIRST",
                    "the history broke, so a failover without loss is not possible",
                    "resynchronize, or grow the replica if the source grew, then ask again; if the active side is lost,"
                            + " fail over unplanned",
                    RESYNC_REQUIRED),
            hint(
                    PLANNED_FAILOVER_FULL,
                    "RESYNC_FIRST",
                    "the history broke, so a failover without loss is not possible",
                    "resynchronize, or grow the replica if the source grew, then ask again; if the active side is lost,"
                            + " fail over unplanned",
                    RESYNC_REQUIRED),
            hint(
                    REPLICATE_NOW,
                    "RESYNC_FIRST",
                    "the history broke, so no cycle can follow the last one",
                    "resynchronize, or grow the replica if the source grew, then ask again",
                    RESYNC_REQUIRED),
            hint(
                    COMMIT,
                    "NO_FAILOVER",
                    "the item was not failed over, so there is nothing to accept",
                    "fail over first",
                    PROTECTED,
                    RESYNC_REQUIRED),
            hint(
                    CANCEL_FAILOVER,
                    "NO_FAILOVER",
                    "the item was not failed over, so there is nothing to give up",
                    NOTHING_TO_DO,
                    PROTECTED,
                    RESYNC_REQUIRED),
            hint(
                    CHANGE_RECOVERY_POINT,
                    "NO_FAILOVER",
                    "the item was not failed over, so no copy runs from a recovery point",
                    "fail over first, and name the recovery point there",
                    PROTECTED,
                    RESYNC_REQUIRED),
            hint(
                    CANCEL_FAILOVER,
                    "COMMITTED",
                    "the failover is committed, its recovery points are gone",
                    "to go back without loss reverse replicate, then fail over planned",
                    FAILED_OVER),
            hint(
                    CANCEL_FAILOVER,
                    "NOT_DECIDED_YET",
                    "the failover has not decided yet who is active",
                    "cancel its job",
                    SYNCING_BEFORE_FAILOVER,
                    READY_TO_COMPLETE),
            hint(
                    CHANGE_RECOVERY_POINT,
                    "COMMITTED",
                    "the failover is committed, its recovery points are gone",
                    NOTHING_TO_DO + " that could bring them back; after reverse replicate new ones are made",
                    FAILED_OVER),
            hint(
                    COMMIT,
                    "COMMITTED",
                    "the failover is committed",
                    NOTHING_TO_DO + "; reverse replicate protects the VM again",
                    FAILED_OVER),
            hint(
                    COMPLETE_FAILOVER,
                    "NOT_READY",
                    "the planned failover still sends differences",
                    "wait until the item is READY_TO_COMPLETE, then ask again",
                    SYNCING_BEFORE_FAILOVER),
            hint(
                    COMPLETE_FAILOVER,
                    "NO_PLANNED_FAILOVER",
                    "no planned failover waits to be completed",
                    "start a planned failover that waits, with its sync before the failover",
                    PROTECTED),
            hint(
                    CANCEL_JOB,
                    "CANNOT_BE_UNDONE",
                    "a resynchronisation is not undone: what it repaired is repaired",
                    "let it end, or pause it",
                    RESYNCHRONIZING),
            hint(
                    CANCEL_JOB,
                    "CANNOT_BE_UNDONE",
                    "what the copy wrote is given up already",
                    "let the job end; or, when it failed, change to another point or cancel the failover",
                    CHANGING_POINT),
            hint(
                    CANCEL_JOB,
                    "CANNOT_BE_UNDONE",
                    "what this job began is only finished, never undone",
                    "let it end, or retry it when it failed",
                    DISABLING),
            hint(
                    RETRY_JOB,
                    "NO_FAILED_JOB",
                    "no job of the item failed on the way",
                    NOTHING_TO_DO + "; an operation that failed is asked for again",
                    PROTECTED,
                    RESYNC_REQUIRED,
                    COMMIT_PENDING,
                    FAILED_OVER),
            hint(
                    TEST_FAILOVER,
                    "NOTHING_TO_TEST",
                    "no replica stands beside the active VM",
                    "commit, then reverse replicate, then ask again",
                    COMMIT_PENDING));

    static final TableData DATA =
            new TableData(ROWS, TRANSITIONS, WAYS, ALLOWED_DURING_TEST, DENIED_WHILE_DIVERGED, TEST_TRANSITIONS, HINTS);

    private StandardTable() {}

    private static StateRow moving(ProtectionState state, String meaning, Permission... permissions) {
        return new StateRow(state, true, meaning, List.of(permissions));
    }

    private static StateRow resting(ProtectionState state, String meaning, Permission... permissions) {
        return new StateRow(state, false, meaning, List.of(permissions));
    }

    private static List<Transition> job(
            Operation operation, Milestone milestone, ProtectionState to, ProtectionState... from) {
        return edges(new Trigger.OfJob(operation, milestone), to, "", from);
    }

    private static List<Transition> event(
            StateEvent event, ProtectionState to, String effect, ProtectionState... from) {
        return edges(new Trigger.OfEvent(event), to, effect, from);
    }

    private static List<Transition> broken(String effect, ProtectionState from) {
        List<Transition> all = new ArrayList<>();
        for (StateEvent event : List.of(GAP, TRACKING_LOST, REPLICA_CHANGED, REPLICA_GONE, SIZE_CHANGED)) {
            all.addAll(event(event, RESYNC_REQUIRED, effect, from));
        }
        return all;
    }

    private static List<Transition> edges(Trigger trigger, ProtectionState to, String effect, ProtectionState... from) {
        List<Transition> all = new ArrayList<>();
        for (ProtectionState each : from) {
            all.add(new Transition(each, trigger, to, effect));
        }
        return all;
    }

    private static TestTransition test(
            TestFailoverState from, Operation operation, Milestone milestone, TestFailoverState to) {
        return new TestTransition(from, new Trigger.OfJob(operation, milestone), to);
    }

    private static List<Hint> hint(
            Operation operation, String code, String reason, String remedy, ProtectionState... states) {
        List<Hint> all = new ArrayList<>();
        for (ProtectionState state : states) {
            all.add(new Hint(state, operation, code, reason, remedy));
        }
        return all;
    }

    @SafeVarargs
    private static <T> List<T> flat(List<T>... lists) {
        List<T> all = new ArrayList<>();
        for (List<T> each : lists) {
            all.addAll(each);
        }
        return all;
    }
}
