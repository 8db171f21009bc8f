package io.sdr.core.job;

/** Another owner has the job. Never leaves the engine: the run stops at once and touches nothing. */
final class LeaseLostException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    LeaseLostException(String job) {
        super("another owner has job " + job);
    }
}
