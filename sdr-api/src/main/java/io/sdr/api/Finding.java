package io.sdr.api;

/**
 * One thing that readiness, a dry run or a check of the input found. Immutable.
 *
 * @param severity how much it matters
 * @param code stable, in {@code UPPER_SNAKE_CASE}
 * @param subject the VM, disk, site or option concerned
 * @param observed what is
 * @param required what would have to be; empty where that is plain
 * @param advice what to do
 */
public record Finding(Severity severity, String code, String subject, String observed, String required, String advice) {
    /** How much a finding matters. */
    public enum Severity {
        /** Worth knowing. */
        INFO,
        /** The operation can go on; its result may disappoint. */
        WARNING,
        /** The operation would be refused. */
        BLOCKER
    }

    /**
     * Makes a finding that stops the operation.
     *
     * @param code stable code
     * @param subject what is concerned
     * @param observed what is
     * @param required what would have to be
     * @param advice what to do
     * @return the finding
     */
    public static Finding blocker(String code, String subject, String observed, String required, String advice) {
        return new Finding(Severity.BLOCKER, code, subject, observed, required, advice);
    }

    /**
     * Makes a warning.
     *
     * @param code stable code
     * @param subject what is concerned
     * @param observed what is
     * @param advice what to do
     * @return the finding
     */
    public static Finding warning(String code, String subject, String observed, String advice) {
        return new Finding(Severity.WARNING, code, subject, observed, "", advice);
    }

    /**
     * Tells whether this stops the operation.
     *
     * @return true for {@link Severity#BLOCKER}
     */
    public boolean isBlocker() {
        return severity == Severity.BLOCKER;
    }

    /**
     * Gives the finding as one line for people.
     *
     * @return the line
     */
    public String describe() {
        return subject + ": " + observed + (required.isEmpty() ? "" : ", required: " + required) + ". To do: " + advice
                + " [" + code + "]";
    }
}
