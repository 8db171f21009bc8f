package io.sdr.benchmarks.drill;

import io.sdr.api.Side;
import java.util.Locale;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * An agent was killed in the middle of what a driver did.
 *
 * @param step the step of the drill
 * @param agent the site whose agent it was
 * @param target whether that was the target of what was moved; if not, it was the source
 * @param bytesMoved how many bytes of what was under way were at the target by then
 */
record AgentKill(DrillStep step, Side agent, boolean target, long bytesMoved) {
    ObjectNode toJson() {
        return JsonLines.JSON
                .createObjectNode()
                .put("step", step.label())
                .put("agent", agent.name().toLowerCase(Locale.ROOT))
                .put("role", role())
                .put("bytesMoved", bytesMoved);
    }

    static AgentKill fromJson(JsonNode node) {
        return new AgentKill(
                DrillStep.byLabel(node.path("step").asString()).orElseThrow(),
                Side.valueOf(node.path("agent").asString().toUpperCase(Locale.ROOT)),
                node.path("role").asString().equals("target"),
                node.path("bytesMoved").asLong());
    }

    /** For people. */
    String text() {
        return step.label() + ": that of the " + role() + " (" + agent.name().toLowerCase(Locale.ROOT) + "), with "
                + Amounts.bytes(bytesMoved) + " of it at the target";
    }

    private String role() {
        return target ? "target" : "source";
    }
}
