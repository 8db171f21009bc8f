package io.sdr.benchmarks.drill;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code drill.jsonl}: what the drill has done, so that the same command goes on after a kill. Each note is durable on return. Thread-safe. */
final class DrillJournal implements AutoCloseable {
    /**
     * The image and what it is.
     *
     * @param file the image
     * @param what for people
     */
    record ImageNote(ImageFile file, String what) {}

    private final JsonLines lines;
    private Optional<ImageNote> image = Optional.empty();
    private boolean imported;
    private final Map<String, Long> bursts = new HashMap<>();
    private final Set<String> burstsDone = new HashSet<>();
    private final Map<DrillStep, StepResult> steps = new LinkedHashMap<>();
    private final Map<DrillStep, String> points = new HashMap<>();
    private final Set<String> kills = new HashSet<>();
    private final List<AgentKill> agentKills = new ArrayList<>();

    private DrillJournal(JsonLines lines) {
        this.lines = lines;
    }

    static DrillJournal open(Path file) {
        DrillJournal journal = new DrillJournal(JsonLines.open(file));
        journal.lines.found().forEach(journal::replay);
        return journal;
    }

    private void replay(JsonNode line) {
        switch (line.path("event").asString("")) {
            case "image" ->
                image = Optional.of(new ImageNote(
                        new ImageFile(
                                Path.of(line.path("path").asString()),
                                line.path("bytes").asLong(),
                                line.path("modified").asLong()),
                        line.path("what").asString()));
            case "imported" -> imported = true;
            case "burst-begun" ->
                bursts.put(line.path("burst").asString(), line.path("first").asLong());
            case "burst-done" -> burstsDone.add(line.path("burst").asString());
            case "step" -> {
                StepResult result = StepResult.fromJson(line.path("result"));
                DrillStep.byLabel(result.name()).ifPresent(step -> {
                    steps.put(step, result);
                    line.path("point").stringValueOpt().ifPresent(point -> points.put(step, point));
                });
            }
            case "agent-killed" -> agentKills.add(AgentKill.fromJson(line.path("kill")));
            case "killed" -> kills.add(line.path("at").asString());
            default -> {
                // Written by a newer version: nothing that this one needs
            }
        }
    }

    private static ObjectNode event(String name) {
        return JsonLines.JSON.createObjectNode().put("event", name);
    }

    synchronized void image(ImageNote note) {
        lines.append(List.of(event("image")
                .put("path", note.file().path().toString())
                .put("bytes", note.file().sizeBytes())
                .put("modified", note.file().modifiedMillis())
                .put("what", note.what())));
        image = Optional.of(note);
    }

    synchronized void imported() {
        lines.append(List.of(event("imported")));
        imported = true;
    }

    synchronized void burstBegun(String burst, long first) {
        lines.append(List.of(event("burst-begun").put("burst", burst).put("first", first)));
        bursts.put(burst, first);
    }

    synchronized void burstDone(String burst) {
        lines.append(List.of(event("burst-done").put("burst", burst)));
        burstsDone.add(burst);
    }

    synchronized void stepDone(DrillStep step, StepResult result, Optional<String> point) {
        ObjectNode line = event("step");
        line.set("result", result.toJson());
        point.ifPresent(id -> line.put("point", id));
        lines.append(List.of(line));
        steps.put(step, result);
        point.ifPresent(id -> points.put(step, id));
    }

    synchronized void killed(String at) {
        lines.append(List.of(event("killed").put("at", at)));
        kills.add(at);
    }

    synchronized void agentKilled(AgentKill kill) {
        ObjectNode line = event("agent-killed");
        line.set("kill", kill.toJson());
        lines.append(List.of(line));
        agentKills.add(kill);
    }

    /** The agents that were killed, in order. */
    synchronized List<AgentKill> agentKills() {
        return List.copyOf(agentKills);
    }

    synchronized Optional<ImageNote> image() {
        return image;
    }

    synchronized boolean isImported() {
        return imported;
    }

    /** The number of the first write of a burst that was begun. */
    synchronized Optional<Long> firstOf(String burst) {
        return Optional.ofNullable(bursts.get(burst));
    }

    synchronized boolean isDone(String burst) {
        return burstsDone.contains(burst);
    }

    synchronized Optional<StepResult> result(DrillStep step) {
        return Optional.ofNullable(steps.get(step));
    }

    /** What was done, in order. */
    synchronized List<StepResult> results() {
        return List.copyOf(steps.values());
    }

    /** The first step that is not done. */
    synchronized Optional<DrillStep> next() {
        return Stream.of(DrillStep.values())
                .filter(step -> !steps.containsKey(step))
                .findFirst();
    }

    /** The recovery point that a step made. */
    synchronized Optional<String> point(DrillStep step) {
        return Optional.ofNullable(points.get(step));
    }

    synchronized boolean wasKilledAt(String at) {
        return kills.contains(at);
    }

    @Override
    public void close() {
        lines.close();
    }
}
