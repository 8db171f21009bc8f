package io.sdr.core.replication;

import io.sdr.api.CorruptException;
import io.sdr.api.InvalidRequestException;
import io.sdr.api.spi.RangeSet;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/** A JSON object that is read strictly: what is missing or of another kind is damage, never a default. */
final class Fields {
    private final JsonNode node;
    private final Function<String, CorruptException> damage;

    Fields(JsonNode node, Function<String, CorruptException> damage) {
        this.node = node;
        this.damage = damage;
        if (!node.isObject()) {
            throw damage.apply("an object is missing");
        }
    }

    boolean has(String name) {
        return node.has(name);
    }

    private JsonNode need(String name) {
        JsonNode value = node.get(name);
        if (value == null) {
            throw damage.apply("'" + name + "' is missing");
        }
        return value;
    }

    long number(String name) {
        return number(name, need(name));
    }

    private long number(String name, JsonNode value) {
        if (!value.isIntegralNumber() || !value.canConvertToLong()) {
            throw damage.apply("'" + name + "' is no number");
        }
        return value.longValue();
    }

    String text(String name) {
        return text(name, need(name));
    }

    private String text(String name, JsonNode value) {
        if (!value.isString()) {
            throw damage.apply("'" + name + "' is no text");
        }
        return value.stringValue();
    }

    boolean flag(String name) {
        JsonNode value = need(name);
        if (!value.isBoolean()) {
            throw damage.apply("'" + name + "' is neither true nor false");
        }
        return value.booleanValue();
    }

    <T> T id(String name, Function<String, T> make) {
        String value = text(name);
        try {
            return make.apply(value);
        } catch (InvalidRequestException | IllegalArgumentException e) {
            throw damage.apply("'" + name + "' has no valid value");
        }
    }

    <E extends Enum<E>> E word(String name, Class<E> type) {
        return id(name, text -> Enum.valueOf(type, text));
    }

    Instant time(String name) {
        String value = text(name);
        try {
            return Instant.parse(value);
        } catch (DateTimeException e) {
            throw damage.apply("'" + name + "' is no time");
        }
    }

    Duration duration(String name) {
        String value = text(name);
        try {
            return Duration.parse(value);
        } catch (DateTimeException e) {
            throw damage.apply("'" + name + "' is no duration");
        }
    }

    Optional<Fields> child(String name) {
        JsonNode value = node.get(name);
        return value == null ? Optional.empty() : Optional.of(new Fields(value, damage));
    }

    /** Visits all fields, each of which must be an object. */
    void forEach(BiConsumer<String, Fields> visitor) {
        node.properties().forEach(each -> visitor.accept(each.getKey(), new Fields(each.getValue(), damage)));
    }

    private ArrayNode array(String name) {
        if (need(name) instanceof ArrayNode array) {
            return array;
        }
        throw damage.apply("'" + name + "' is no list");
    }

    <T> List<T> list(String name, Function<Fields, T> read) {
        List<T> all = new ArrayList<>();
        for (JsonNode each : array(name)) {
            all.add(read.apply(new Fields(each, damage)));
        }
        return all;
    }

    List<String> texts(String name) {
        List<String> all = new ArrayList<>();
        for (JsonNode each : array(name)) {
            all.add(text(name, each));
        }
        return all;
    }

    List<Long> numbers(String name) {
        List<Long> all = new ArrayList<>();
        for (JsonNode each : array(name)) {
            all.add(number(name, each));
        }
        return all;
    }

    List<RangeSet> rangeSets(String name) {
        List<RangeSet> all = new ArrayList<>();
        for (JsonNode each : array(name)) {
            all.add(rangeSet(name, each));
        }
        return all;
    }

    private RangeSet rangeSet(String name, JsonNode pairs) {
        if (!pairs.isArray() || pairs.size() % 2 != 0) {
            throw damage.apply("'" + name + "' holds no ranges");
        }
        RangeSet.Builder ranges = new RangeSet.Builder();
        for (int i = 0; i < pairs.size(); i += 2) {
            long offset = number(name, pairs.path(i));
            long length = number(name, pairs.path(i + 1));
            if (offset < 0 || length < 1 || offset + length < 0) {
                throw damage.apply("'" + name + "' holds no ranges");
            }
            ranges.add(offset, length);
        }
        return ranges.build();
    }
}
