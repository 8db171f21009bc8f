package io.sdr.hyperv.simulation;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Collection;
import java.util.Optional;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Fields of answers, as {@code ConvertTo-Json} writes them. */
final class Json {
    /** {@code ToString('o')} of a UTC time: seven digits behind the second. */
    private static final DateTimeFormatter ISO =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSSS'Z'").withZone(ZoneOffset.UTC);

    private Json() {}

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    static String iso(Instant moment) {
        return ISO.format(moment);
    }

    /** A moment, or null. */
    static JsonNode iso(Optional<Instant> moment) {
        return moment.<JsonNode>map(each -> JsonNodeFactory.instance.stringNode(iso(each)))
                .orElseGet(JsonNodeFactory.instance::nullNode);
    }

    static ArrayNode texts(Collection<String> texts) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        texts.forEach(array::add);
        return array;
    }

    static <T> ArrayNode each(Collection<T> things, Function<T, ObjectNode> fields) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        things.forEach(thing -> array.add(fields.apply(thing)));
        return array;
    }
}
