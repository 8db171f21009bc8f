package io.sdr.benchmarks.cli;

import java.util.OptionalLong;

/** Numbers of bytes as people write them: {@code 4096}, {@code 64k}, {@code 10G}. */
public final class ByteCounts {
    private static final String UNITS = "kmgt";

    private ByteCounts() {}

    /**
     * Reads a number of bytes.
     *
     * @param text digits, and perhaps one of k, m, g, t for KiB, MiB, GiB, TiB in either case
     * @return the bytes; empty if the text is none, or they are none or too many
     */
    public static OptionalLong parse(String text) {
        int unit = text.isEmpty() ? -1 : UNITS.indexOf(Character.toLowerCase(text.charAt(text.length() - 1)));
        int shift = 10 * (unit + 1);
        try {
            long number = Long.parseLong(unit < 0 ? text : text.substring(0, text.length() - 1));
            return number < 1 || number > Long.MAX_VALUE >> shift
                    ? OptionalLong.empty()
                    : OptionalLong.of(number << shift);
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
    }
}
