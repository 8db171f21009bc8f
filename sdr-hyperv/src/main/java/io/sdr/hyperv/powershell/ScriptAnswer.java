package io.sdr.hyperv.powershell;

import io.sdr.api.CorruptException;
import io.sdr.api.Problem;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import tools.jackson.databind.JsonNode;

/**
 * What a script answered. Read strictly: a value of another kind than expected is {@link CorruptException}, code
 * {@code ANSWER_MALFORMED}, and names the field. Immutable, thread-safe.
 */
public final class ScriptAnswer {
    private final String where;
    private final JsonNode node;

    ScriptAnswer(String where, JsonNode node) {
        this.where = where;
        this.node = node;
    }

    /**
     * Reads a text.
     *
     * @param name the field
     * @return the text
     */
    public String text(String name) {
        return findText(name).orElseThrow(() -> malformed(name, "a text"));
    }

    /**
     * Reads a text that may be missing or null.
     *
     * @param name the field
     * @return the text
     */
    public Optional<String> findText(String name) {
        JsonNode value = value(name);
        if (value.isNull()) {
            return Optional.empty();
        }
        if (!value.isString()) {
            throw malformed(name, "a text");
        }
        return Optional.of(value.stringValue());
    }

    /**
     * Reads a whole number.
     *
     * @param name the field
     * @return the number
     */
    public long number(String name) {
        return findNumber(name).orElseThrow(() -> malformed(name, "a whole number"));
    }

    /**
     * Reads a whole number that may be missing or null.
     *
     * @param name the field
     * @return the number
     */
    public OptionalLong findNumber(String name) {
        JsonNode value = value(name);
        if (value.isNull()) {
            return OptionalLong.empty();
        }
        if (!value.isIntegralNumber() || !value.canConvertToLong()) {
            throw malformed(name, "a whole number");
        }
        return OptionalLong.of(value.longValue());
    }

    /**
     * Reads a yes or no.
     *
     * @param name the field
     * @return which
     */
    public boolean flag(String name) {
        JsonNode value = value(name);
        if (!value.isBoolean()) {
            throw malformed(name, "true or false");
        }
        return value.booleanValue();
    }

    /**
     * Reads a moment, written as ISO 8601 in UTC.
     *
     * @param name the field
     * @return the moment
     */
    public Instant moment(String name) {
        return findMoment(name).orElseThrow(() -> malformed(name, "a moment in UTC"));
    }

    /**
     * Reads a moment that may be missing, written as ISO 8601 in UTC.
     *
     * @param name the field
     * @return the moment; empty if the field is null or not there
     */
    public Optional<Instant> findMoment(String name) {
        try {
            return findText(name).map(Instant::parse);
        } catch (java.time.format.DateTimeParseException other) {
            throw malformed(name, "a moment in UTC");
        }
    }

    /**
     * Reads texts.
     *
     * @param name the field; an array
     * @return the texts, in order
     */
    public List<String> texts(String name) {
        List<String> texts = new ArrayList<>();
        for (JsonNode each : array(name)) {
            if (!each.isString()) {
                throw malformed(name, "an array of texts");
            }
            texts.add(each.stringValue());
        }
        return List.copyOf(texts);
    }

    /**
     * Reads whole numbers.
     *
     * @param name the field; an array
     * @return the numbers, in order
     */
    public long[] numbers(String name) {
        JsonNode array = array(name);
        long[] numbers = new long[array.size()];
        for (int i = 0; i < numbers.length; i++) {
            JsonNode each = array.get(i);
            if (!each.isIntegralNumber() || !each.canConvertToLong()) {
                throw malformed(name, "an array of whole numbers");
            }
            numbers[i] = each.longValue();
        }
        return numbers;
    }

    /**
     * Reads groups of fields.
     *
     * @param name the field; an array of objects
     * @return the groups, in order
     */
    public List<ScriptAnswer> each(String name) {
        List<ScriptAnswer> groups = new ArrayList<>();
        JsonNode array = array(name);
        for (int i = 0; i < array.size(); i++) {
            if (!array.get(i).isObject()) {
                throw malformed(name, "an array of objects");
            }
            groups.add(new ScriptAnswer(where + "." + name + "[" + i + "]", array.get(i)));
        }
        return List.copyOf(groups);
    }

    /**
     * Reads one group of fields that may be missing or null.
     *
     * @param name the field; an object
     * @return the group
     */
    public Optional<ScriptAnswer> find(String name) {
        JsonNode value = value(name);
        if (value.isNull()) {
            return Optional.empty();
        }
        if (!value.isObject()) {
            throw malformed(name, "an object");
        }
        return Optional.of(new ScriptAnswer(where + "." + name, value));
    }

    private JsonNode array(String name) {
        JsonNode value = value(name);
        if (!value.isArray()) {
            throw malformed(name, "an array");
        }
        return value;
    }

    private JsonNode value(String name) {
        JsonNode value = node.get(name);
        return value == null ? tools.jackson.databind.node.NullNode.getInstance() : value;
    }

    /**
     * Says that a field's value is not one that a script gives.
     *
     * @param name the field
     * @param expected what was expected, as in "a GUID"
     * @return the exception, to be thrown
     */
    public CorruptException malformed(String name, String expected) {
        return new CorruptException(Problem.of("ANSWER_MALFORMED")
                .attempted("read the answer of " + where)
                .state("its field " + name + " is not " + expected)
                .remedy("use the same version of this library everywhere; report it if it is"));
    }

    @Override
    public String toString() {
        return "ScriptAnswer[" + where + "]";
    }
}
