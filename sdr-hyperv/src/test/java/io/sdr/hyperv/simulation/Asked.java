package io.sdr.hyperv.simulation;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/**
 * The arguments of a script, as {@code $a}. What is read is noted down; what was never given fails, as it does in strict mode.
 */
public final class Asked {
    private final JsonNode values;
    private final String prefix;
    private final Consumer<String> noted;

    Asked(JsonNode values, Consumer<String> noted) {
        this(values, "", noted);
    }

    private Asked(JsonNode values, String prefix, Consumer<String> noted) {
        this.values = values;
        this.prefix = prefix;
        this.noted = noted;
    }

    private JsonNode value(String name) {
        noted.accept(prefix + name);
        JsonNode value = values.get(name);
        if (value == null) {
            throw HostError.shell("PropertyNotFoundStrict", "NotSpecified", "no property " + name);
        }
        return value;
    }

    /** Notes a name as read. */
    void noted(String name) {
        noted.accept(prefix + name);
    }

    public boolean isNull(String name) {
        return value(name).isNull();
    }

    /** A text; null is an empty one, as {@code [string]} makes it. */
    public String text(String name) {
        JsonNode value = value(name);
        return value.isNull() ? "" : value.asString();
    }

    public Optional<String> find(String name) {
        return isNull(name) ? Optional.empty() : Optional.of(text(name));
    }

    /** A GUID in small letters, as {@code [guid]} makes it. */
    public String guid(String name) {
        String text = text(name);
        if (!text.matches("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")) {
            throw HostError.shell("InvalidCastParseTargetInvocation", "InvalidArgument", "no GUID: " + text);
        }
        return text.toLowerCase(java.util.Locale.ROOT);
    }

    public long number(String name) {
        return findNumber(name).orElse(0);
    }

    public OptionalLong findNumber(String name) {
        JsonNode value = value(name);
        if (value.isNull()) {
            return OptionalLong.empty();
        }
        if (!value.isIntegralNumber()) {
            throw HostError.shell("InvalidCastConstrainedVariable", "MetadataError", "no number: " + value);
        }
        return OptionalLong.of(value.longValue());
    }

    public Instant moment(String name) {
        return Instant.ofEpochMilli(number(name));
    }

    public boolean flag(String name) {
        return value(name).asBoolean(false);
    }

    public List<String> texts(String name) {
        List<String> texts = new ArrayList<>();
        value(name).forEach(each -> texts.add(each.asString()));
        return texts;
    }

    /** Groups of values. */
    public List<Asked> each(String name) {
        List<Asked> groups = new ArrayList<>();
        JsonNode value = value(name);
        value.forEach(each -> groups.add(new Asked(each, prefix + name + "[].", noted)));
        return groups;
    }
}
