package io.sdr.core.state;

import io.sdr.api.Denial;
import io.sdr.api.Operation;
import io.sdr.api.ProtectionState;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The page of the documentation that says for each state and each operation: allowed, or denied with reason and remedy. */
final class OperationsPage {
    private final StateTable table;
    private final Outlook outlook;

    OperationsPage(StateTable table) {
        this.table = table;
        this.outlook = new Outlook(table);
    }

    String page() {
        List<String> lines = new ArrayList<>(List.of(
                "# What is allowed in which state",
                "",
                "For an item on which nothing is wrong: not paused, no test failover, no divergence, the other side startable; in a"
                        + " state on the way its job is running. What else an operation needs is in [states.md](states.md). A program"
                        + " asks `item.allowedOperations()` and `item.deniedOperations()`, which answer for the item as it is, with"
                        + " the same codes."));
        for (ProtectionState state : ProtectionState.values()) {
            lines.addAll(section(state));
        }
        return String.join("\n", lines);
    }

    private List<String> section(ProtectionState state) {
        ItemFacts facts = outlook.typical(state);
        String allowed =
                table.allowedOperations(facts).stream().map(Operation::words).collect(Collectors.joining(", "));
        List<String> lines = new ArrayList<>(List.of(
                "",
                "## " + state,
                "Allowed: " + (allowed.isEmpty() ? "nothing" : allowed) + ".",
                "",
                "| denied | code | reason | what to do |",
                "|---|---|---|---|"));
        for (Denial denial : table.deniedOperations(facts).values()) {
            lines.add("| " + denial.operation().words() + " | `" + denial.code() + "` | " + cell(denial.reason())
                    + " | " + cell(denial.remedy()) + " |");
        }
        return lines;
    }

    private static String cell(String text) {
        return text.replace("|", "\\|");
    }
}
