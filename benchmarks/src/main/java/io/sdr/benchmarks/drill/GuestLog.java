package io.sdr.benchmarks.drill;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code guest.jsonl}: each write of the guest, listed before it is made. Thread-safe. */
final class GuestLog implements AutoCloseable {
    private final JsonLines lines;
    private final List<GuestWrite> writes = new ArrayList<>();

    private GuestLog(JsonLines lines) {
        this.lines = lines;
    }

    static GuestLog open(Path file) {
        GuestLog log = new GuestLog(JsonLines.open(file));
        for (JsonNode line : log.lines.found()) {
            log.writes.add(new GuestWrite(
                    line.path("n").asLong(),
                    line.path("step").asString(),
                    line.path("offset").asLong(),
                    line.path("length").asInt()));
        }
        return log;
    }

    synchronized List<GuestWrite> writes() {
        return List.copyOf(writes);
    }

    synchronized long nextNumber() {
        return writes.isEmpty() ? 1 : writes.get(writes.size() - 1).n() + 1;
    }

    /** Durable on return. */
    synchronized void append(List<GuestWrite> more) {
        List<ObjectNode> nodes = new ArrayList<>();
        for (GuestWrite write : more) {
            nodes.add(JsonLines.JSON
                    .createObjectNode()
                    .put("n", write.n())
                    .put("step", write.step())
                    .put("offset", write.offset())
                    .put("length", write.length()));
        }
        lines.append(nodes);
        writes.addAll(more);
    }

    @Override
    public void close() {
        lines.close();
    }
}
