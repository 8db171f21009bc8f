package io.sdr.core.state;

import io.sdr.api.JobStatus;

/** Which open job an operation may take the place of. */
public enum Supersedes {
    /** None: it waits for the open job's end. */
    NOTHING,
    /** One that cannot go on by itself: failed, or waiting for a person. */
    STUCK_JOB,
    /** Any. */
    ANY_JOB;

    boolean takesPlaceOf(JobStatus status) {
        return switch (this) {
            case NOTHING -> false;
            case STUCK_JOB -> status == JobStatus.FAILED || status == JobStatus.WAITING_FOR_INPUT;
            case ANY_JOB -> true;
        };
    }
}
