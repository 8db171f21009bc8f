package io.sdr.api;

/**
 * The root of everything sdr throws on purpose. The subclass tells what kind of answer helps; {@link #code()} is stable and fit
 * for automation; the message is for people and may change.
 */
public abstract sealed class SdrException extends RuntimeException
        permits InvalidRequestException,
                OperationNotAllowedException,
                RetryableException,
                OutcomeUnknownException,
                NeedsOperatorException,
                CorruptException,
                OperationFailedException,
                AwaitTimeoutException {
    private static final long serialVersionUID = 1L;

    private final String code;
    private final String attempted;
    private final String state;
    private final String remedy;

    /**
     * Keeps the problem.
     *
     * @param problem what happened
     */
    protected SdrException(Problem problem) {
        super(problem.describe());
        this.code = problem.code();
        this.attempted = problem.attempted();
        this.state = problem.state();
        this.remedy = problem.remedy();
    }

    /**
     * Keeps the problem and its cause.
     *
     * @param problem what happened
     * @param cause the cause
     */
    protected SdrException(Problem problem, Throwable cause) {
        super(problem.describe(), cause);
        this.code = problem.code();
        this.attempted = problem.attempted();
        this.state = problem.state();
        this.remedy = problem.remedy();
    }

    /**
     * Gives the stable code.
     *
     * @return the code, in {@code UPPER_SNAKE_CASE}
     */
    public final String code() {
        return code;
    }

    /**
     * Gives the problem as a value.
     *
     * @return code, attempt, state and remedy
     */
    public final Problem problem() {
        return new Problem(code, attempted, state, remedy);
    }
}
