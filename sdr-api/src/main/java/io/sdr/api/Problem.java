package io.sdr.api;

/**
 * What every {@link SdrException} tells: a stable code, what was attempted on what, how things stand now, and what the caller
 * can do. Immutable.
 *
 * @param code stable, in {@code UPPER_SNAKE_CASE}; automation may switch on it
 * @param attempted what was attempted, on which item, file or site
 * @param state how things stand now
 * @param remedy what the caller can do
 */
public record Problem(String code, String attempted, String state, String remedy) {
    /**
     * Starts a problem with nothing but its code.
     *
     * @param code the stable code
     * @return a problem whose other texts are empty
     */
    public static Problem of(String code) {
        return new Problem(code, "", "", "");
    }

    /**
     * Says what was attempted.
     *
     * @param text completes the phrase "could not …"
     * @return a copy with that text
     */
    public Problem attempted(String text) {
        return new Problem(code, text, state, remedy);
    }

    /**
     * Says how things stand now.
     *
     * @param text a phrase without a full stop
     * @return a copy with that text
     */
    public Problem state(String text) {
        return new Problem(code, attempted, text, remedy);
    }

    /**
     * Says what the caller can do.
     *
     * @param text a phrase in the imperative, without a full stop
     * @return a copy with that text
     */
    public Problem remedy(String text) {
        return new Problem(code, attempted, state, text);
    }

    /**
     * Gives the whole as one line for people.
     *
     * @return the line, ending in the code
     */
    public String describe() {
        StringBuilder line = new StringBuilder();
        line.append(attempted.isEmpty() ? "Failed" : "Could not " + attempted);
        if (!state.isEmpty()) {
            line.append(": ").append(state);
        }
        if (!remedy.isEmpty()) {
            line.append(". To do: ").append(remedy);
        }
        return line.append(" [").append(code).append(']').toString();
    }
}
