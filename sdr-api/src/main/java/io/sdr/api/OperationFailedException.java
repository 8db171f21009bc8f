package io.sdr.api;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An operation ended without success. The item's state and the job tell what can be done next. */
public non-sealed class OperationFailedException extends SdrException {
    private static final long serialVersionUID = 1L;

    private final @Nullable String job;

    /**
     * Makes the exception outside of a job.
     *
     * @param problem what happened
     */
    public OperationFailedException(Problem problem) {
        super(problem);
        this.job = null;
    }

    /**
     * Makes the exception of a job.
     *
     * @param job the job that failed
     * @param problem what happened
     */
    public OperationFailedException(JobId job, Problem problem) {
        super(problem);
        this.job = job.value();
    }

    /**
     * Makes the exception outside of a job.
     *
     * @param problem what happened
     * @param cause the cause
     */
    public OperationFailedException(Problem problem, Throwable cause) {
        super(problem, cause);
        this.job = null;
    }

    /**
     * Names the job that failed.
     *
     * @return the job, or empty if none was created
     */
    public Optional<JobId> job() {
        return Optional.ofNullable(job).map(JobId::new);
    }
}
