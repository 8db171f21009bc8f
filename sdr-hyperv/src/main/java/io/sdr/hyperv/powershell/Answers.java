package io.sdr.hyperv.powershell;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Finds the answer to a request in what the far side wrote. */
final class Answers {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private Answers() {}

    /** What was found. */
    sealed interface Found {
        /** The script's data. */
        record Data(JsonNode data) implements Found {}

        /** The script's error. */
        record Failed(RemoteError error) implements Found {}

        /** No whole answer. */
        record Nothing(String why) implements Found {}
    }

    /** The same answer written twice is one; two that differ are none. */
    static Found find(Request request, byte[] output) {
        Set<String> lines = new LinkedHashSet<>();
        String text = new String(output, StandardCharsets.UTF_8);
        for (String line : text.split("\n", -1)) {
            String stripped = line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
            if (stripped.startsWith(request.nonce())) {
                lines.add(stripped.substring(request.nonce().length()));
            }
        }
        if (lines.isEmpty()) {
            return new Found.Nothing("no answer line");
        }
        if (lines.size() > 1) {
            return new Found.Nothing("several answers that differ");
        }
        return parse(request, List.copyOf(lines).get(0));
    }

    private static Found parse(Request request, String json) {
        JsonNode answer;
        try {
            answer = MAPPER.readTree(json);
        } catch (JacksonException broken) {
            return new Found.Nothing("the answer is cut off or no JSON");
        }
        if (!answer.isObject()
                || answer.path("v").asInt(0) != Request.VERSION
                || !request.id().equals(answer.path("id").asString(""))
                || !answer.path("ok").isBoolean()) {
            return new Found.Nothing("the answer is not one to this request");
        }
        if (answer.get("ok").booleanValue()) {
            return new Found.Data(answer.path("data"));
        }
        JsonNode error = answer.path("error");
        return new Found.Failed(new RemoteError(
                text(error, "id"),
                text(error, "category"),
                text(error, "type"),
                number(error, "hresult").orElse(0),
                number(error, "number"),
                Optional.of(text(error, "sdr")).filter(code -> !code.isEmpty()),
                text(error, "message")));
    }

    private static String text(JsonNode error, String name) {
        return error.path(name).isString() ? error.get(name).stringValue() : "";
    }

    private static OptionalLong number(JsonNode error, String name) {
        JsonNode value = error.path(name);
        return value.isIntegralNumber() && value.canConvertToLong()
                ? OptionalLong.of(value.longValue())
                : OptionalLong.empty();
    }
}
