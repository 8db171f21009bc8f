package io.sdr.hyperv.powershell;

import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What a script gets: named values, as data. Immutable; each method gives a copy with one value more. */
public final class Arguments {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final Arguments NONE = new Arguments(NODES.objectNode());

    private final ObjectNode values;

    private Arguments(ObjectNode values) {
        this.values = values;
    }

    /**
     * Gives no values.
     *
     * @return the start of a chain
     */
    public static Arguments none() {
        return NONE;
    }

    /**
     * Adds a text.
     *
     * @param name its name
     * @param value any text: it travels unchanged
     * @return a copy
     */
    public Arguments with(String name, String value) {
        return with(name, NODES.stringNode(value));
    }

    /**
     * Adds a number.
     *
     * @param name its name
     * @param value the number
     * @return a copy
     */
    public Arguments with(String name, long value) {
        return with(name, NODES.numberNode(value));
    }

    /**
     * Adds a yes or no.
     *
     * @param name its name
     * @param value which
     * @return a copy
     */
    public Arguments with(String name, boolean value) {
        return with(name, NODES.booleanNode(value));
    }

    /**
     * Adds texts.
     *
     * @param name its name
     * @param values the texts, in order
     * @return a copy
     */
    public Arguments with(String name, List<String> values) {
        ArrayNode array = NODES.arrayNode();
        values.forEach(array::add);
        return with(name, array);
    }

    /**
     * Adds groups of values.
     *
     * @param name its name
     * @param groups the groups, in order
     * @return a copy
     */
    public Arguments withEach(String name, List<Arguments> groups) {
        ArrayNode array = NODES.arrayNode();
        groups.forEach(group -> array.add(group.values));
        return with(name, array);
    }

    /**
     * Says that a value is absent: scripts run in strict mode, where a value that was never named is an error.
     *
     * @param name its name
     * @return a copy
     */
    public Arguments without(String name) {
        return with(name, NODES.nullNode());
    }

    private Arguments with(String name, JsonNode value) {
        ObjectNode copy = values.deepCopy();
        if (copy.has(name)) {
            throw new IllegalArgumentException("argument " + name + " is there already");
        }
        copy.set(name, value);
        return new Arguments(copy);
    }

    ObjectNode json() {
        return values.deepCopy();
    }

    /** Names the values only: some must not be in a log. */
    @Override
    public String toString() {
        return "Arguments" + values.propertyNames();
    }
}
