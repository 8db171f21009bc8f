package io.sdr.benchmarks.drill;

import java.time.Duration;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What one step of the drill came to.
 *
 * @param name its name
 * @param seconds how long its job took, without the verification
 * @param bytesRead bytes read from disks
 * @param bytesMoved bytes written to the target
 * @param rpo the age of the data that the step lost, where it could lose any
 * @param rto the time until the VM ran again, where the step started it
 * @param verified whether the active disk held what it should
 * @param held the highest number of a guest's write that the active disk holds; 0 for none
 */
record StepResult(
        String name,
        double seconds,
        long bytesRead,
        long bytesMoved,
        Optional<Duration> rpo,
        Optional<Duration> rto,
        boolean verified,
        long held) {
    ObjectNode toJson() {
        ObjectNode node = JsonLines.JSON.createObjectNode();
        node.put("name", name);
        node.put("seconds", seconds);
        node.put("bytesRead", bytesRead);
        node.put("bytesMoved", bytesMoved);
        putSeconds(node, "rpoSeconds", rpo);
        putSeconds(node, "rtoSeconds", rto);
        node.put("verified", verified);
        node.put("held", held);
        return node;
    }

    static StepResult fromJson(JsonNode node) {
        return new StepResult(
                node.path("name").asString(),
                node.path("seconds").asDouble(),
                node.path("bytesRead").asLong(),
                node.path("bytesMoved").asLong(),
                seconds(node.path("rpoSeconds")),
                seconds(node.path("rtoSeconds")),
                node.path("verified").asBoolean(),
                node.path("held").asLong());
    }

    private static void putSeconds(ObjectNode node, String name, Optional<Duration> value) {
        if (value.isPresent()) {
            node.put(name, value.get().toMillis() / 1000.0);
        } else {
            node.putNull(name);
        }
    }

    private static Optional<Duration> seconds(JsonNode node) {
        return node.isNumber() ? Optional.of(Duration.ofMillis(Math.round(node.asDouble() * 1000))) : Optional.empty();
    }
}
