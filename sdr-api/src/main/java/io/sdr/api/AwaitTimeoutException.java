package io.sdr.api;

/** The caller waits no longer: its patience ended, or its thread was interrupted. The job goes on. */
public non-sealed class AwaitTimeoutException extends SdrException {
    private static final long serialVersionUID = 1L;

    private final String job;

    /**
     * Patience ended. Names the step at which the job is.
     *
     * @param job the job
     * @param step the name of its present step
     */
    public AwaitTimeoutException(JobId job, String step) {
        this(
                job,
                Problem.of("AWAIT_TIMEOUT")
                        .attempted("see the end of job " + job + " in the time given")
                        .state(goesOn(step))
                        .remedy("wait again, or look at the job's progress"));
    }

    private AwaitTimeoutException(JobId job, Problem problem) {
        super(problem);
        this.job = job.value();
    }

    /**
     * The waiting thread was interrupted; its interrupt status stays set.
     *
     * @param job the job
     * @param step the name of its present step
     * @return the exception, code {@code AWAIT_INTERRUPTED}
     */
    public static AwaitTimeoutException interrupted(JobId job, String step) {
        return new AwaitTimeoutException(
                job,
                Problem.of("AWAIT_INTERRUPTED")
                        .attempted("see the end of job " + job)
                        .state("the thread that waits was interrupted; " + goesOn(step))
                        .remedy("wait again on a thread that is not interrupted"));
    }

    /**
     * Names the job that was waited for.
     *
     * @return the job, which goes on
     */
    public JobId job() {
        return new JobId(job);
    }

    private static String goesOn(String step) {
        return "the job goes on, now at step '" + step + "'";
    }
}
