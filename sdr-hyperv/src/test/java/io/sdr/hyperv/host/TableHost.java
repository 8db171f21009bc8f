package io.sdr.hyperv.host;

import io.sdr.hyperv.powershell.ScriptCatalogue;
import io.sdr.hyperv.powershell.ScriptFiles;
import io.sdr.hyperv.transport.Exchange;
import io.sdr.hyperv.transport.Limits;
import io.sdr.hyperv.transport.PowerShellTransport;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A host that knows scripts only by the checked-in table: it takes exactly the arguments that a script reads there, and answers
 * exactly the fields that it answers there, with sample values that a test may replace.
 */
final class TableHost implements PowerShellTransport {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    static final String GUID = "0B5D2F3A-1111-2222-3333-444455556666";

    private final Map<String, String> scripts = new HashMap<>();
    private final Map<String, Set<String>> reads = new HashMap<>();
    private final Map<String, List<String>> answers = new HashMap<>();
    private final Map<String, JsonNode> samples = new HashMap<>();
    final List<String> ran = new ArrayList<>();
    final List<JsonNode> arguments = new ArrayList<>();

    TableHost() {
        ScriptCatalogue catalogue = new ScriptCatalogue();
        catalogue.names().forEach(name -> scripts.put(catalogue.script(name).text(), name));
        ScriptFiles.text(ScriptFiles.table())
                .lines()
                .filter(line -> line.startsWith("| `"))
                .forEach(line -> {
                    String[] cells = line.substring(2, line.length() - 2).split(" \\| ", -1);
                    String name = list(cells[0]).get(0);
                    reads.put(name, new TreeSet<>(list(cells[cells.length - 2])));
                    answers.put(name, list(cells[cells.length - 1]));
                });
        JsonNodeFactory nodes = JsonNodeFactory.instance;
        for (String text : List.of("vm", "test", "point", "network", "vmmId", "cloud", "job", "adapter")) {
            samples.put(text, nodes.stringNode(GUID));
        }
        for (String moment : List.of(
                "clock",
                "time",
                "lastReplication",
                "notBefore",
                "notAfter",
                "hostStart",
                "lastStart",
                "lastStop",
                "logFrom",
                "created",
                "notedOff")) {
            samples.put(moment, nodes.stringNode("2026-01-02T03:04:05.0000000Z"));
        }
        for (String number : List.of(
                "uptimeMillis",
                "controllerNumber",
                "controllerLocation",
                "processedBytes",
                "number",
                "sizeBytes",
                "fileBytes",
                "blockBytes",
                "sectorBytes",
                "capacityBytes",
                "freeBytes",
                "processors",
                "memoryBytes",
                "minimumBytes",
                "maximumBytes",
                "freeMemoryMebibytes",
                "kerberosPort",
                "certificatePort",
                "generation",
                "vlan")) {
            samples.put(number, nodes.numberNode(number.endsWith("Port") ? 80 : 1));
        }
        for (String flag : List.of(
                "locked",
                "clustered",
                "deleted",
                "attached",
                "merging",
                "administrator",
                "hyperVAdministrator",
                "domainJoined",
                "enabled",
                "allows",
                "reached",
                "fromAnyServer",
                "available",
                "shielded",
                "passThrough",
                "shared",
                "dynamicMemory",
                "secureBoot",
                "dynamicMac",
                "connected",
                "frozen",
                "application",
                "logEmpty",
                "vmLog",
                "tpm")) {
            samples.put(flag, nodes.booleanNode(true));
        }
        for (String numbers : List.of("offsets", "lengths")) {
            samples.put(numbers, nodes.arrayNode().add(0));
        }
    }

    /** Answers a field, wherever it occurs, with another value. */
    TableHost with(String field, String json) {
        samples.put(field, MAPPER.readTree(json));
        return this;
    }

    @Override
    public String host() {
        return "hv-01";
    }

    @Override
    public Exchange exchange(byte[] request, Limits limits) {
        JsonNode asked = MAPPER.readTree(request);
        String name = String.valueOf(scripts.get(asked.get("script").stringValue()));
        JsonNode given = asked.get("args");
        if (!names("", given).equals(reads.get(name))) {
            throw new AssertionError(name + " reads " + reads.get(name) + " and got " + names("", given));
        }
        ran.add(name);
        arguments.add(given);
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        answer.put("v", 1).put("id", asked.get("id").stringValue()).put("ok", true);
        answer.set("data", data(fields(name)));
        byte[] line = (asked.get("nonce").stringValue() + answer + "\n").getBytes(StandardCharsets.UTF_8);
        return new Exchange(Exchange.Ending.ENDED, OptionalInt.of(0), line, new byte[0], "");
    }

    @Override
    public void close() {}

    /** With what a function of the prologue answers in place of its name. */
    private List<String> fields(String name) {
        List<String> fields = new ArrayList<>();
        for (String field : answers.get(name)) {
            int at = field.indexOf("as ");
            if (at < 0) {
                fields.add(field);
            } else {
                answers.get(field.substring(at + 3)).forEach(each -> fields.add(field.substring(0, at) + each));
            }
        }
        return fields;
    }

    private ObjectNode data(List<String> fields) {
        ObjectNode data = JsonNodeFactory.instance.objectNode();
        Map<String, List<String>> groups = new HashMap<>();
        for (String field : fields) {
            int at = field.indexOf("[].");
            if (at >= 0) {
                groups.computeIfAbsent(field.substring(0, at), key -> new ArrayList<>())
                        .add(field.substring(at + 3));
            } else if (field.endsWith("[]")) {
                String name = field.substring(0, field.length() - 2);
                data.set(
                        name,
                        samples.getOrDefault(
                                name, JsonNodeFactory.instance.arrayNode().add("x")));
            } else {
                data.set(field, samples.getOrDefault(field, JsonNodeFactory.instance.stringNode("x")));
            }
        }
        groups.forEach((name, inside) ->
                data.set(name, JsonNodeFactory.instance.arrayNode().add(data(inside))));
        return data;
    }

    private static Set<String> names(String prefix, JsonNode arguments) {
        Set<String> names = new TreeSet<>();
        arguments.properties().forEach(entry -> {
            if (entry.getValue() instanceof ArrayNode array
                    && !array.isEmpty()
                    && array.get(0).isObject()) {
                names.addAll(names(prefix + entry.getKey() + "[].", array.get(0)));
            } else {
                names.add(prefix + entry.getKey());
            }
        });
        return names;
    }

    private static List<String> list(String cell) {
        return cell.equals("none")
                ? List.of()
                : Arrays.stream(cell.split(", ", -1))
                        .map(each -> each.substring(1, each.length() - 1))
                        .toList();
    }
}
