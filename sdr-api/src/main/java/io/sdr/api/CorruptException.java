package io.sdr.api;

/** Stored data contradicts itself. The message names the file and what was expected; nothing was built on it. */
public non-sealed class CorruptException extends SdrException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes the exception without a cause.
     *
     * @param problem what happened
     */
    public CorruptException(Problem problem) {
        super(problem);
    }

    /**
     * Makes the exception.
     *
     * @param problem what happened
     * @param cause the cause
     */
    public CorruptException(Problem problem, Throwable cause) {
        super(problem, cause);
    }
}
