package io.sdr.core.state;

import io.sdr.api.Operation;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Writes a table for people: a diagram in Mermaid and the same in full, in Markdown. */
final class StateDiagram {
    private final TableData data;

    StateDiagram(TableData data) {
        this.data = data;
    }

    /**
     * Writes the whole page.
     *
     * @return Markdown
     */
    String page() {
        return String.join(
                "\n",
                "# States of a replicated item",
                "",
                "What is allowed in which state, and what leads where. ★ is the decision: before it a job can be undone, after it"
                        + " the job only goes forward. The active side may die at any moment, so *unplanned failover* is allowed wherever the"
                        + " other side holds something to go on from; between a failover and its commit *cancel failover* leads there.",
                "",
                "## Diagram",
                "```mermaid",
                mermaid(),
                "```",
                "",
                "## States",
                "In brackets: what an operation needs besides the state, which job it takes the place of, and what a person confirms.",
                "",
                states(),
                "",
                "## What leads where",
                transitions(),
                "",
                "## Test failover",
                "A test failover stands beside the state. While it exists only these are allowed, each where the table above"
                        + " has it: " + words(data.allowedDuringTest()) + ".",
                "",
                tests(),
                "",
                "## Both copies ran",
                "While that is certain or suspected, these wait for *resolve divergence*: "
                        + words(data.deniedWhileDiverged()) + ".",
                "",
                "## Conditions",
                "Where one is not met, the denial has this code.",
                "",
                conditions(),
                "");
    }

    String mermaid() {
        Map<String, Set<String>> labels = new LinkedHashMap<>();
        for (Transition each : data.transitions()) {
            labels.computeIfAbsent(each.from() + " --> " + each.to(), edge -> new LinkedHashSet<>())
                    .add(each.trigger().words());
        }
        List<String> lines = new ArrayList<>(List.of("stateDiagram-v2", "    [*] --> ENABLING: protect"));
        labels.forEach((edge, words) -> lines.add("    " + edge + ": " + String.join(" / ", words)));
        lines.add("    DISABLED --> [*]");
        return String.join("\n", lines);
    }

    private String states() {
        List<String> lines = new ArrayList<>(
                List.of("| state | meaning | a job moves it | operations | event → state |", "|---|---|---|---|---|"));
        for (StateRow row : data.rows()) {
            lines.add("| `" + row.state() + "` | " + row.meaning() + " | " + (row.transitional() ? "yes" : "no") + " | "
                    + row.permissions().stream().map(StateDiagram::words).collect(Collectors.joining("<br>"))
                    + " | " + events(row) + " |");
        }
        return String.join("\n", lines);
    }

    private static String words(Permission permission) {
        StringBuilder words = new StringBuilder(permission.operation().words());
        List<String> besides = new ArrayList<>();
        permission.conditions().forEach(each -> besides.add(each.words()));
        if (permission.supersedes() == Supersedes.ANY_JOB) {
            besides.add("supersedes any job");
        } else if (permission.supersedes() == Supersedes.STUCK_JOB) {
            besides.add("supersedes a job that failed or waits");
        }
        if (permission.confirmation() != Confirmation.NONE) {
            besides.add("confirmed: " + permission.confirmation().words());
        }
        if (!besides.isEmpty()) {
            words.append(" (").append(String.join("; ", besides)).append(')');
        }
        return words.toString();
    }

    private String events(StateRow row) {
        Map<String, Set<String>> triggers = new LinkedHashMap<>();
        for (Transition each : data.transitions()) {
            if (each.from() == row.state() && each.trigger() instanceof Trigger.OfEvent) {
                triggers.computeIfAbsent(
                                "→ `" + each.to() + "`" + (each.effect().isEmpty() ? "" : ", " + each.effect()),
                                to -> new LinkedHashSet<>())
                        .add(each.trigger().words());
            }
        }
        return triggers.entrySet().stream()
                .map(each -> String.join(", ", each.getValue()) + " " + each.getKey())
                .collect(Collectors.joining("<br>"));
    }

    private String transitions() {
        Map<Trigger, Map<String, Set<String>>> byTrigger = new LinkedHashMap<>();
        for (Transition each : data.transitions()) {
            if (each.trigger() instanceof Trigger.OfJob) {
                byTrigger
                        .computeIfAbsent(each.trigger(), trigger -> new LinkedHashMap<>())
                        .computeIfAbsent("`" + each.to() + "`", to -> new LinkedHashSet<>())
                        .add("`" + each.from() + "`");
            }
        }
        List<String> lines = new ArrayList<>(List.of("| job | from | to |", "|---|---|---|"));
        byTrigger.forEach((trigger, targets) -> {
            Set<String> from = new LinkedHashSet<>();
            targets.values().forEach(from::addAll);
            lines.add("| " + trigger.words() + " | " + String.join(", ", from) + " | "
                    + (targets.size() > 1 ? "where it came from: " : "") + String.join(", ", targets.keySet()) + " |");
        });
        for (Way way : List.of(Way.JOB_BESIDE, Way.SIGNAL)) {
            Set<Operation> operations = data.ways().entrySet().stream()
                    .filter(each -> each.getValue() == way)
                    .map(Map.Entry::getKey)
                    .collect(Collectors.toSet());
            lines.add("");
            lines.add((way == Way.SIGNAL ? "Signals, no jobs of their own: " : "Jobs that leave the state as it is: ")
                    + words(operations) + ".");
        }
        return String.join("\n", lines);
    }

    private String tests() {
        List<String> lines = new ArrayList<>(List.of("| from | job | to |", "|---|---|---|"));
        for (TestTransition each : data.testTransitions()) {
            lines.add("| `" + each.from() + "` | " + each.trigger().words() + " | `" + each.to() + "` |");
        }
        return String.join("\n", lines);
    }

    private String conditions() {
        Map<String, String> codes = new TreeMap<>();
        for (StateRow row : data.rows()) {
            for (Permission permission : row.permissions()) {
                permission.conditions().forEach(each -> codes.put(each.code(), each.words()));
            }
        }
        List<String> lines = new ArrayList<>(List.of("| needed | code where it is not so |", "|---|---|"));
        codes.forEach((code, words) -> lines.add("| " + words + " | `" + code + "` |"));
        return String.join("\n", lines);
    }

    private static String words(Collection<Operation> operations) {
        return operations.stream().sorted().map(Operation::words).collect(Collectors.joining(", "));
    }
}
