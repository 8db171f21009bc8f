package io.sdr.core.job;

import io.sdr.api.CorruptException;
import io.sdr.api.Problem;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A small immutable document of named texts: what a step intends, what it observed, what a job was asked. Flat on purpose: it
 * is stored, compared and read by people.
 */
public final class Values {
    /** No value. */
    public static final Values NONE = new Values(Map.of());

    private final Map<String, String> texts;

    private Values(Map<String, String> texts) {
        this.texts = Collections.unmodifiableMap(new TreeMap<>(texts));
    }

    /**
     * Makes values from a map.
     *
     * @param texts the texts by name
     * @return the values
     */
    public static Values of(Map<String, String> texts) {
        return texts.isEmpty() ? NONE : new Values(texts);
    }

    /**
     * Makes one value.
     *
     * @param name its name
     * @param value its text
     * @return the values
     */
    public static Values of(String name, Object value) {
        return NONE.with(name, value);
    }

    /**
     * Adds or replaces a value.
     *
     * @param name its name
     * @param value its text, by {@code toString}
     * @return a copy
     */
    public Values with(String name, Object value) {
        Map<String, String> more = new TreeMap<>(texts);
        more.put(name, value.toString());
        return new Values(more);
    }

    /**
     * Adds or replaces all values of another document.
     *
     * @param other the others
     * @return a copy
     */
    public Values with(Values other) {
        Map<String, String> more = new TreeMap<>(texts);
        more.putAll(other.texts);
        return new Values(more);
    }

    /**
     * Looks for a value.
     *
     * @param name its name
     * @return the text, or empty
     */
    public Optional<String> find(String name) {
        return Optional.ofNullable(texts.get(name));
    }

    /**
     * Gives a value that must be there.
     *
     * @param name its name
     * @return the text
     * @throws CorruptException if it is missing
     */
    public String text(String name) {
        String value = texts.get(name);
        if (value == null) {
            throw new CorruptException(Problem.of("JOURNAL_VALUE_MISSING")
                    .attempted("read '" + name + "' from the journal")
                    .state("it holds only " + texts.keySet())
                    .remedy("report this; the store was written by another version or is damaged"));
        }
        return value;
    }

    /**
     * Gives a number that must be there.
     *
     * @param name its name
     * @return the number
     * @throws CorruptException if it is missing or no number
     */
    public long number(String name) {
        String value = text(name);
        try {
            return Long.parseLong(value);
        } catch (NumberFormatException e) {
            throw new CorruptException(
                    Problem.of("JOURNAL_VALUE_MALFORMED")
                            .attempted("read the number '" + name + "' from the journal")
                            .state("it says '" + value + "'")
                            .remedy("report this; the store was written by another version or is damaged"),
                    e);
        }
    }

    /**
     * Gives a truth value.
     *
     * @param name its name
     * @return whether it is there and says {@code true}
     */
    public boolean flag(String name) {
        return "true".equals(texts.get(name));
    }

    /**
     * Gives all.
     *
     * @return the texts by name, sorted, unmodifiable
     */
    public Map<String, String> asMap() {
        return texts;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Values values && texts.equals(values.texts);
    }

    @Override
    public int hashCode() {
        return texts.hashCode();
    }

    @Override
    public String toString() {
        return texts.toString();
    }
}
