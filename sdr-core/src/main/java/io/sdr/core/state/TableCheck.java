package io.sdr.core.state;

import static io.sdr.api.ProtectionState.DISABLED;
import static io.sdr.api.ProtectionState.ENABLING;

import io.sdr.api.Operation;
import io.sdr.api.ProtectionState;
import io.sdr.api.TestFailoverState;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Looks for holes and contradictions in a table. */
final class TableCheck {
    private final TableData data;
    private final Map<ProtectionState, StateRow> rows = new EnumMap<>(ProtectionState.class);
    private final List<String> problems = new ArrayList<>();

    private TableCheck(TableData data) {
        this.data = data;
    }

    static List<String> problems(TableData data) {
        TableCheck check = new TableCheck(data);
        check.everyStateHasOneRow();
        check.everyOperationOccurs();
        check.transitionsAreClear();
        check.everythingIsReachable();
        check.permissionsAndTransitionsAgree();
        check.everyMovingStateHasAWayOut();
        check.testsComeToAnEnd();
        check.hintsAreNeeded();
        return check.problems;
    }

    private void everyStateHasOneRow() {
        for (StateRow row : data.rows()) {
            if (rows.put(row.state(), row) != null) {
                problems.add("two rows for " + row.state());
            }
            Set<Operation> seen = EnumSet.noneOf(Operation.class);
            for (Permission permission : row.permissions()) {
                if (!seen.add(permission.operation())) {
                    problems.add(permission.operation() + " occurs twice in " + row.state());
                }
            }
        }
        for (ProtectionState state : ProtectionState.values()) {
            if (!rows.containsKey(state)) {
                problems.add("no row for " + state);
            }
        }
        @Nullable StateRow end = rows.get(DISABLED);
        if (end != null && !end.permissions().isEmpty()) {
            problems.add(DISABLED + " is the end, nothing is allowed there");
        }
    }

    private void everyOperationOccurs() {
        for (Operation operation : Operation.values()) {
            if (!data.ways().containsKey(operation)) {
                problems.add("nothing says how " + operation + " works");
            }
            if (data.rows().stream().noneMatch(row -> row.find(operation).isPresent())) {
                problems.add(operation + " is allowed nowhere");
            }
        }
        for (StateEvent event : StateEvent.values()) {
            if (data.transitions().stream().noneMatch(each -> each.trigger().equals(new Trigger.OfEvent(event)))) {
                problems.add(event + " leads nowhere");
            }
        }
    }

    private void transitionsAreClear() {
        Set<List<Object>> seen = new HashSet<>();
        Set<List<Object>> starts = new HashSet<>();
        for (Transition each : data.transitions()) {
            if (!rows.containsKey(each.to()) || !rows.containsKey(each.from())) {
                problems.add(each + " touches a state without a row");
            }
            if (!seen.add(List.of(each.from(), each.trigger(), each.to()))) {
                problems.add(each + " occurs twice");
            } else if (!starts.add(List.of(each.from(), each.trigger())) && !dependsOnOrigin(each.trigger())) {
                problems.add(each + " is one of two answers to the same trigger");
            }
        }
    }

    /** What goes back goes to where the failover or job came from; all else has one target. */
    private static boolean dependsOnOrigin(Trigger trigger) {
        return trigger instanceof Trigger.OfJob job
                && (job.milestone() == Milestone.UNDONE
                        || job.equals(new Trigger.OfJob(Operation.CANCEL_FAILOVER, Milestone.SUCCEEDED)));
    }

    private void everythingIsReachable() {
        Set<ProtectionState> reached = EnumSet.of(ENABLING);
        Deque<ProtectionState> next = new ArrayDeque<>(reached);
        while (!next.isEmpty()) {
            ProtectionState from = next.remove();
            for (Transition each : data.transitions()) {
                if (each.from() == from && reached.add(each.to())) {
                    next.add(each.to());
                }
            }
        }
        for (ProtectionState state : ProtectionState.values()) {
            if (!reached.contains(state)) {
                problems.add(state + " cannot be reached from " + ENABLING);
            }
        }
    }

    private void permissionsAndTransitionsAgree() {
        for (StateRow row : rows.values()) {
            for (Operation operation : Operation.values()) {
                boolean starts = has(row.state(), operation, Milestone.STARTED);
                boolean permitted = row.find(operation).isPresent();
                boolean moves = data.ways().get(operation) == Way.JOB;
                if (permitted && moves && !starts) {
                    problems.add(operation + " is allowed in " + row.state() + " and leads nowhere");
                }
                if (starts && !(permitted && moves)) {
                    problems.add(operation + " leads out of " + row.state() + " and is not allowed there");
                }
            }
            boolean undoes = data.transitions().stream()
                    .anyMatch(each -> each.from() == row.state()
                            && ((each.trigger() instanceof Trigger.OfJob job && job.milestone() == Milestone.UNDONE)
                                    || each.trigger().equals(new Trigger.OfEvent(StateEvent.ENABLING_UNDONE))));
            if (row.transitional() && row.find(Operation.CANCEL_JOB).isPresent() && !undoes) {
                problems.add("a job may be cancelled in " + row.state() + " and undoing it leads nowhere");
            }
        }
        for (Transition each : data.transitions()) {
            if (each.trigger() instanceof Trigger.OfJob job && job.milestone() == Milestone.STARTED) {
                @Nullable StateRow to = rows.get(each.to());
                if (to != null && !to.transitional()) {
                    problems.add(each + " leads into a state in which jobs are not under way");
                }
                if (!succeeds(job.operation(), each.to(), EnumSet.noneOf(ProtectionState.class))) {
                    problems.add(job.operation() + " started in " + each.from() + " can never succeed");
                }
            }
        }
    }

    private boolean succeeds(Operation operation, ProtectionState state, Set<ProtectionState> seen) {
        if (has(state, operation, Milestone.SUCCEEDED)) {
            return true;
        }
        return seen.add(state)
                && data.transitions().stream()
                        .filter(each -> each.from() == state
                                && each.trigger() instanceof Trigger.OfJob job
                                && job.operation() == operation
                                && (job.milestone() == Milestone.READY || job.milestone() == Milestone.COMPLETING))
                        .anyMatch(each -> succeeds(operation, each.to(), seen));
    }

    private boolean has(ProtectionState from, Operation operation, Milestone milestone) {
        Trigger trigger = new Trigger.OfJob(operation, milestone);
        return data.transitions().stream()
                .anyMatch(each -> each.from() == from && each.trigger().equals(trigger));
    }

    private void everyMovingStateHasAWayOut() {
        for (StateRow row : rows.values()) {
            boolean leaves = data.transitions().stream()
                    .anyMatch(each -> each.from() == row.state() && each.to() != row.state());
            if (row.state() != DISABLED && !leaves) {
                problems.add("nothing leads out of " + row.state());
            }
            if (row.transitional() && row.find(Operation.RETRY_JOB).isEmpty()) {
                problems.add("a job that fails in " + row.state() + " cannot be retried");
            }
        }
    }

    private void testsComeToAnEnd() {
        Set<List<Object>> seen = new HashSet<>();
        for (TestTransition each : data.testTransitions()) {
            if (!seen.add(List.of(each.from(), each.trigger()))) {
                problems.add(each + " is one of two answers to the same trigger");
            }
        }
        for (TestFailoverState state : TestFailoverState.values()) {
            if (data.testTransitions().stream().noneMatch(each -> each.from() == state)) {
                problems.add("nothing leads out of test failover " + state);
            }
            if (data.testTransitions().stream().noneMatch(each -> each.to() == state)) {
                problems.add("nothing leads into test failover " + state);
            }
        }
    }

    private void hintsAreNeeded() {
        Set<List<Object>> seen = new HashSet<>();
        for (Hint each : data.hints()) {
            @Nullable StateRow row = rows.get(each.state());
            if (row != null && row.find(each.operation()).isPresent()) {
                problems.add("a denial is worded for " + each.operation() + ", which is allowed in " + each.state());
            }
            if (!seen.add(List.of(each.state(), each.operation()))) {
                problems.add("two wordings for " + each.operation() + " in " + each.state());
            }
        }
    }
}
