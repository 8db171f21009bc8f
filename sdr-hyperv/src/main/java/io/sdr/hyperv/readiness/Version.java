package io.sdr.hyperv.readiness;

import java.util.Arrays;

/** A version such as {@code 5.1.20348.1}, compared by numbers from the left. What is no number counts as 0. */
record Version(String text) implements Comparable<Version> {
    private static final int MOST_DIGITS = 18;

    static Version of(String text) {
        return new Version(text);
    }

    private long[] parts() {
        return Arrays.stream(text.strip().split("[.]", -1))
                .mapToLong(part -> part.matches("\\d{1," + MOST_DIGITS + "}") ? Long.parseLong(part) : 0)
                .toArray();
    }

    @Override
    public int compareTo(Version other) {
        long[] mine = parts();
        long[] theirs = other.parts();
        for (int i = 0; i < Math.max(mine.length, theirs.length); i++) {
            int order = Long.compare(i < mine.length ? mine[i] : 0, i < theirs.length ? theirs[i] : 0);
            if (order != 0) {
                return order;
            }
        }
        return 0;
    }

    @Override
    public String toString() {
        return text;
    }
}
