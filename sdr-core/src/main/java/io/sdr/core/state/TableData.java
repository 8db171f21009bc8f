package io.sdr.core.state;

import io.sdr.api.Operation;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The content of a table.
 *
 * @param rows one row for each state
 * @param transitions where jobs and events lead
 * @param ways how each operation works
 * @param allowedDuringTest what is possible while a test failover exists
 * @param deniedWhileDiverged what waits until it is said which copy survives
 * @param testTransitions how a test failover goes on
 * @param hints better words for denials that people will meet
 */
record TableData(
        List<StateRow> rows,
        List<Transition> transitions,
        Map<Operation, Way> ways,
        Set<Operation> allowedDuringTest,
        Set<Operation> deniedWhileDiverged,
        List<TestTransition> testTransitions,
        List<Hint> hints) {
    TableData {
        rows = List.copyOf(rows);
        transitions = List.copyOf(transitions);
        ways = Map.copyOf(ways);
        allowedDuringTest = Set.copyOf(allowedDuringTest);
        deniedWhileDiverged = Set.copyOf(deniedWhileDiverged);
        testTransitions = List.copyOf(testTransitions);
        hints = List.copyOf(hints);
    }
}
