package io.sdr.core.job;

import io.sdr.api.Problem;
import io.sdr.api.RetryableException;

/** Another job holds the subject. Nothing was changed. */
public final class SubjectBusyException extends RetryableException {
    private static final long serialVersionUID = 1L;

    private final String holder;

    SubjectBusyException(JobRecord holder) {
        super(Problem.of("ITEM_BUSY")
                .attempted("start a job of " + holder.subject())
                .state("its job " + holder.id() + " (" + holder.kind() + ") is " + holder.status()
                        + "; nothing was changed")
                .remedy("wait for that job, or retry or cancel it"));
        this.holder = holder.id();
    }

    /**
     * Names the job that holds the subject.
     *
     * @return its id
     */
    public String holder() {
        return holder;
    }
}
