package io.sdr.api;

import java.util.Comparator;
import java.util.List;

/**
 * Whether somebody has to look after an item, and why. The page {@code docs/health.md} lists the reasons; more may come.
 *
 * @param level the worst of the reasons; {@link Level#NORMAL} without any
 * @param reasons what is not as it should be, the worst first
 */
public record Health(Level level, List<Reason> reasons) {
    /** All is as it should be. */
    public static final Health NORMAL = new Health(Level.NORMAL, List.of());

    /** There is nothing to look after: the item is not protected any more. */
    public static final Health NOT_APPLICABLE = new Health(Level.NOT_APPLICABLE, List.of());

    /** How bad it is; the later the worse. */
    public enum Level {
        /** The item is not protected any more. */
        NOT_APPLICABLE,
        /** All is as it should be. */
        NORMAL,
        /** Somebody should look in working hours. */
        WARNING,
        /** Somebody should look now: the item is not protected as agreed, or waits for a decision. */
        CRITICAL
    }

    /**
     * One thing that is not as it should be.
     *
     * @param level how bad it is
     * @param code stable, in {@code UPPER_SNAKE_CASE}
     * @param cause what is seen, for people
     * @param advice what to do, for people
     */
    public record Reason(Level level, String code, String cause, String advice) {
        /**
         * Gives the reason as one line for people.
         *
         * @return the line, ending in the code
         */
        public String describe() {
            return level + ": " + cause + ". To do: " + advice + " [" + code + "]";
        }
    }

    /** Copies the list. */
    public Health {
        reasons = List.copyOf(reasons);
    }

    /**
     * Makes the health of some reasons.
     *
     * @param reasons the reasons, in any order
     * @return the health, as bad as the worst of them
     */
    public static Health of(List<Reason> reasons) {
        if (reasons.isEmpty()) {
            return NORMAL;
        }
        List<Reason> sorted = reasons.stream()
                .sorted(Comparator.comparing(Reason::level).reversed())
                .toList();
        return new Health(sorted.get(0).level(), sorted);
    }

    /**
     * Tells whether somebody should look.
     *
     * @return true for {@link Level#WARNING} and {@link Level#CRITICAL}
     */
    public boolean needsAttention() {
        return level.compareTo(Level.NORMAL) > 0;
    }

    /**
     * Gives the whole for people.
     *
     * @return the level, and a line for each reason
     */
    public String describe() {
        StringBuilder text = new StringBuilder(level.name());
        reasons.forEach(each -> text.append("\n  ").append(each.describe()));
        return text.toString();
    }
}
