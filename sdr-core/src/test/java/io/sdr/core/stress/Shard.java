package io.sdr.core.stress;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A part of many cases, so that a long run can be spread over days or machines.
 *
 * @param number which part, from 1
 * @param of of how many
 */
public record Shard(int number, int of) {
    private static final Pattern FORM = Pattern.compile("([0-9]{1,6})/([0-9]{1,6})");

    private static final String PROPERTY = "sdr.stress.shard";

    /** Checks the numbers. */
    public Shard {
        if (number < 1 || number > of) {
            throw new IllegalArgumentException("shard " + number + " of " + of);
        }
    }

    /** The part that a long run takes: what {@code sdr.stress.shard} says, or the first of twenty. */
    public static Shard ofStressRun() {
        return parse(System.getProperty(PROPERTY, "1/20"));
    }

    /** Reads {@code 3/20}: the third of twenty. */
    public static Shard parse(String text) {
        Matcher parts = FORM.matcher(text);
        if (!parts.matches()) {
            throw new IllegalArgumentException("no shard: '" + text + "'; say for example 3/20");
        }
        return new Shard(Integer.parseInt(parts.group(1)), Integer.parseInt(parts.group(2)));
    }

    public boolean isAll() {
        return of == 1;
    }

    /** Every so many-th case: all parts together are all cases, and no case is in two. */
    public <T> List<T> take(List<T> cases) {
        List<T> part = new ArrayList<>();
        for (int i = number - 1; i < cases.size(); i += of) {
            part.add(cases.get(i));
        }
        return part;
    }
}
