package io.sdr.api;

/** The caller's patience ended. The job goes on. */
public non-sealed class AwaitTimeoutException extends SdrException {
    private static final long serialVersionUID = 1L;

    /**
     * Names the step at which the job is.
     *
     * @param job the job
     * @param step the name of its present step
     */
    public AwaitTimeoutException(JobId job, String step) {
        super(Problem.of("AWAIT_TIMEOUT")
                .attempted("see the end of job " + job + " in the time given")
                .state("the job goes on, now at step '" + step + "'")
                .remedy("wait again, or look at the job's progress"));
    }
}
