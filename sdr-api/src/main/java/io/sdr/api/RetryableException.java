package io.sdr.api;

/** A read failed, or a change surely did not happen: the same call may work later. */
public non-sealed class RetryableException extends SdrException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes the exception without a cause.
     *
     * @param problem what happened
     */
    public RetryableException(Problem problem) {
        super(problem);
    }

    /**
     * Makes the exception.
     *
     * @param problem what happened
     * @param cause the cause
     */
    public RetryableException(Problem problem, Throwable cause) {
        super(problem, cause);
    }
}
