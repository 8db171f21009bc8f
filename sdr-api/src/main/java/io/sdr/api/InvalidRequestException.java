package io.sdr.api;

/** The request itself is wrong: nothing was changed, and the same request will fail again. */
public non-sealed class InvalidRequestException extends SdrException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes the exception without a cause.
     *
     * @param problem what happened
     */
    public InvalidRequestException(Problem problem) {
        super(problem);
    }

    /**
     * Makes the exception.
     *
     * @param problem what happened
     * @param cause the cause
     */
    public InvalidRequestException(Problem problem, Throwable cause) {
        super(problem, cause);
    }
}
