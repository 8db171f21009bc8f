package io.sdr.hyperv.site;

import io.sdr.hyperv.powershell.Script;
import io.sdr.hyperv.powershell.ScriptCatalogue;
import io.sdr.hyperv.transport.Exchange;
import io.sdr.hyperv.transport.Limits;
import io.sdr.hyperv.transport.PowerShellTransport;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** A way to a host that goes wrong where it is told to. */
final class ObedientTransport implements PowerShellTransport {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final Map<String, Script> SCRIPTS = scripts();

    private final PowerShellTransport transport;
    private final Orders orders;

    ObedientTransport(PowerShellTransport transport, Orders orders) {
        this.transport = transport;
        this.orders = orders;
    }

    private static Map<String, Script> scripts() {
        ScriptCatalogue catalogue = new ScriptCatalogue();
        Map<String, Script> scripts = new HashMap<>();
        catalogue.names().forEach(name -> scripts.put(catalogue.script(name).text(), catalogue.script(name)));
        return Map.copyOf(scripts);
    }

    /** The script that a request asks for. */
    static Script asked(byte[] request) {
        return asked(MAPPER.readTree(request));
    }

    private static Script asked(JsonNode request) {
        return Optional.ofNullable(SCRIPTS.get(request.get("script").stringValue()))
                .orElseThrow();
    }

    @Override
    public String host() {
        return transport.host();
    }

    @Override
    public Exchange exchange(byte[] request, Limits limits) {
        if (orders.areNone()) {
            return transport.exchange(request, limits);
        }
        JsonNode asked = MAPPER.readTree(request);
        Script script = asked(asked);
        Optional<String> refusal = orders.takeRefusal(script, asked.get("args").toString());
        if (refusal.isPresent()) {
            return refused(asked, refusal.get());
        }
        Exchange exchange = transport.exchange(request, limits);
        return orders.takeLoss(script) ? Exchange.silent(Exchange.Ending.LOST, "the line broke") : exchange;
    }

    private static Exchange refused(JsonNode asked, String code) {
        ObjectNode error = JsonNodeFactory.instance.objectNode();
        error.put("id", code)
                .put("category", "OperationStopped")
                .put("type", "x")
                .put("hresult", 0);
        error.putNull("number").put("sdr", code).put("message", "refused by the test");
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        answer.put("v", 1).put("id", asked.get("id").stringValue()).put("ok", false);
        answer.set("error", error);
        byte[] line = (asked.get("nonce").stringValue() + answer + "\n").getBytes(StandardCharsets.UTF_8);
        return new Exchange(Exchange.Ending.ENDED, OptionalInt.of(1), line, new byte[0], "");
    }

    @Override
    public void close() {
        transport.close();
    }
}
