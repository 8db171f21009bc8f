package io.sdr.benchmarks.drill;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a drill came to.
 *
 * @param verified whether all steps were done and every disk held what it should
 * @param steps what each step that was done came to
 * @param lost the number of each write that was given up on purpose and that no disk holds any more
 * @param primary the disk at the primary site; empty while it is not one plain file, and where it is deleted
 * @param recovery the disk at the recovery site; empty while it is not one plain file, and where it is deleted
 * @param kills the agents that were killed, in order; empty for a drill without agents
 */
record DrillResult(
        boolean verified,
        List<StepResult> steps,
        List<Long> lost,
        Optional<Path> primary,
        Optional<Path> recovery,
        Optional<List<AgentKill>> kills) {
    DrillResult(
            boolean verified,
            List<StepResult> steps,
            List<Long> lost,
            Optional<Path> primary,
            Optional<Path> recovery) {
        this(verified, steps, lost, primary, recovery, Optional.empty());
    }

    DrillResult withKills(List<AgentKill> all) {
        return new DrillResult(verified, steps, lost, primary, recovery, Optional.of(List.copyOf(all)));
    }

    /** The same where the folder, and the disks in it, are deleted. */
    DrillResult withoutDisks() {
        return new DrillResult(verified, steps, lost, Optional.empty(), Optional.empty(), kills);
    }

    /** What is done so far of a drill that did not come to its end. */
    static DrillResult partial(DrillJournal journal, GuestLog log) {
        return new DrillResult(
                false, journal.results(), HeldWrites.lost(log.writes()), Optional.empty(), Optional.empty());
    }

    ObjectNode toJson() {
        ObjectNode node = JsonLines.JSON.createObjectNode();
        node.put("verified", verified);
        ArrayNode stepNodes = node.putArray("steps");
        steps.forEach(step -> stepNodes.add(step.toJson()));
        ArrayNode lostNodes = node.putArray("lost");
        lost.forEach(lostNodes::add);
        ObjectNode disks = node.putObject("disks");
        put(disks, "primary", primary);
        put(disks, "recovery", recovery);
        kills.ifPresent(all -> {
            ArrayNode killNodes = node.putArray("kills");
            all.forEach(kill -> killNodes.add(kill.toJson()));
        });
        return node;
    }

    static DrillResult fromJson(JsonNode node) {
        List<StepResult> steps = new ArrayList<>();
        node.path("steps").forEach(step -> steps.add(StepResult.fromJson(step)));
        List<Long> lost = new ArrayList<>();
        node.path("lost").forEach(n -> lost.add(n.asLong()));
        Optional<List<AgentKill>> kills = Optional.empty();
        if (node.path("kills").isArray()) {
            List<AgentKill> all = new ArrayList<>();
            node.path("kills").forEach(kill -> all.add(AgentKill.fromJson(kill)));
            kills = Optional.of(all);
        }
        return new DrillResult(
                node.path("verified").asBoolean(),
                steps,
                lost,
                node.path("disks").path("primary").stringValueOpt().map(Path::of),
                node.path("disks").path("recovery").stringValueOpt().map(Path::of),
                kills);
    }

    private static void put(ObjectNode node, String name, Optional<Path> file) {
        if (file.isPresent()) {
            node.put(name, file.get().toString());
        } else {
            node.putNull(name);
        }
    }
}
