package io.sdr.hyperv.transport;

import java.util.OptionalInt;

/** How one exchange with a host ended. Immutable: what it gives of bytes are copies. */
public final class Exchange {
    private final Ending ending;
    private final OptionalInt exitCode;
    private final byte[] output;
    private final byte[] errors;
    private final String detail;

    /**
     * Makes one.
     *
     * @param ending how it ended
     * @param exitCode the exit code, if the far side ended and told
     * @param output what it wrote to standard output, up to the limit
     * @param errors the beginning of what it wrote to standard error, at most {@link Limits#ERROR_BYTES}
     * @param detail what the transport knows beside that, for people; never a secret
     */
    public Exchange(Ending ending, OptionalInt exitCode, byte[] output, byte[] errors, String detail) {
        this.ending = ending;
        this.exitCode = exitCode;
        this.output = output.clone();
        this.errors = errors.clone();
        this.detail = detail;
    }

    /** How an exchange ended. */
    public enum Ending {
        /** The far side ended by itself; its answer is in the output, if it gave one. */
        ENDED,
        /** Nothing reached the far side: surely nothing happened there, and another try may work. */
        NOT_STARTED,
        /** The far side was reached and refused to talk, or is not who it should be: surely nothing happened there. */
        REFUSED,
        /** It did not end in time. It was told to stop, and may still be at work. */
        OUT_OF_TIME,
        /** The caller gave up. It was told to stop, and may still be at work. */
        CANCELLED,
        /** The connection broke after the far side had begun. It may still be at work. */
        LOST,
        /** It wrote more than is read. It was told to stop, and may still be at work. */
        TOO_MUCH_OUTPUT;

        /**
         * Tells whether the request may have been carried out, wholly or in part.
         *
         * @return false only if surely nothing happened
         */
        public boolean mayHaveActed() {
            return this != NOT_STARTED && this != REFUSED;
        }
    }

    /**
     * Makes one without output.
     *
     * @param ending how it ended
     * @param detail what is known beside that
     * @return the exchange
     */
    public static Exchange silent(Ending ending, String detail) {
        return new Exchange(ending, OptionalInt.empty(), new byte[0], new byte[0], detail);
    }

    /**
     * Tells how it ended.
     *
     * @return how
     */
    public Ending ending() {
        return ending;
    }

    /**
     * Tells the exit code.
     *
     * @return the code, if the far side ended and told
     */
    public OptionalInt exitCode() {
        return exitCode;
    }

    /**
     * Gives standard output.
     *
     * @return what was read, up to the limit
     */
    public byte[] output() {
        return output.clone();
    }

    /**
     * Gives standard error.
     *
     * @return its beginning
     */
    public byte[] errors() {
        return errors.clone();
    }

    /**
     * Tells what the transport knows beside that.
     *
     * @return a text for people
     */
    public String detail() {
        return detail;
    }

    /** Does not show what was read: it may hold what a log must not. */
    @Override
    public String toString() {
        return "Exchange[" + ending + ", exit " + (exitCode.isPresent() ? exitCode.getAsInt() : "unknown") + ", "
                + output.length + " bytes of output, " + errors.length + " bytes of errors, " + detail + "]";
    }
}
