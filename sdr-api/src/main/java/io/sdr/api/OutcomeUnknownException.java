package io.sdr.api;

/** The answer to a change was lost: it may or may not have happened. Look before anything else is done; the job engine does. */
public non-sealed class OutcomeUnknownException extends SdrException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes the exception without a cause.
     *
     * @param problem what happened
     */
    public OutcomeUnknownException(Problem problem) {
        super(problem);
    }

    /**
     * Makes the exception.
     *
     * @param problem what happened
     * @param cause the cause
     */
    public OutcomeUnknownException(Problem problem, Throwable cause) {
        super(problem, cause);
    }
}
