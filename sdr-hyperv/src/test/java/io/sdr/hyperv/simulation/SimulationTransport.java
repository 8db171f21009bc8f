package io.sdr.hyperv.simulation;

import io.sdr.hyperv.transport.Exchange;
import io.sdr.hyperv.transport.Limits;
import io.sdr.hyperv.transport.PowerShellTransport;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.OptionalInt;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** PowerShell on a simulated host: what the bootstrap does with a request and its answer. */
final class SimulationTransport implements PowerShellTransport {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final int VERSION = 1;

    private final SimulatedHost host;

    SimulationTransport(SimulatedHost host) {
        this.host = host;
    }

    @Override
    public String host() {
        return host.name();
    }

    @Override
    public Exchange exchange(byte[] request, Limits limits) {
        if (limits.cancel().isSet()) {
            return Exchange.silent(Exchange.Ending.CANCELLED, "the caller gave up");
        }
        synchronized (host.world()) {
            if (!host.answers()) {
                return Exchange.silent(Exchange.Ending.NOT_STARTED, "host " + host.name() + " does not answer");
            }
            JsonNode asked = MAPPER.readTree(request);
            ObjectNode answer = run(asked);
            answer.put("v", VERSION).put("id", asked.get("id").stringValue());
            byte[] line = ("\n" + asked.get("nonce").stringValue() + answer + "\n").getBytes(StandardCharsets.UTF_8);
            return new Exchange(
                    Exchange.Ending.ENDED,
                    OptionalInt.of(answer.get("ok").booleanValue() ? 0 : 1),
                    line,
                    new byte[0],
                    "");
        }
    }

    private ObjectNode run(JsonNode asked) {
        String script = host.world().nameOf(asked.get("script").stringValue());
        Instant notAfter = Instant.ofEpochMilli(asked.get("notAfter").longValue());
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        try {
            if (!host.clock().isBefore(notAfter)) {
                throw HostError.refuse("TOO_LATE", "nothing was done");
            }
            JsonNode data = host.world().run(script, asked.get("args"), host);
            answer.put("ok", true).set("data", data);
        } catch (HostError error) {
            answer.put("ok", false).set("error", error(error));
        }
        return answer;
    }

    private static ObjectNode error(HostError error) {
        ObjectNode fields = JsonNodeFactory.instance.objectNode();
        fields.put("id", error.id()).put("category", error.category()).put("type", error.type());
        fields.put("hresult", error.hresult());
        if (error.number().isPresent()) {
            fields.put("number", error.number().getAsLong());
        } else {
            fields.putNull("number");
        }
        if (error.sdr().isEmpty()) {
            fields.putNull("sdr");
        } else {
            fields.put("sdr", error.sdr());
        }
        return fields.put("message", String.valueOf(error.getMessage()));
    }

    @Override
    public void close() {}
}
