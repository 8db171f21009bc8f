package io.sdr.api;

import java.util.List;

/**
 * How a job ended.
 *
 * @param status the final state
 * @param warnings what is worth a look
 * @param item the item after the job
 * @param report what happened
 */
public record JobOutcome(JobStatus status, List<String> warnings, ReplicatedItem item, JobReport report) {
    /** Copies the list. */
    public JobOutcome {
        warnings = List.copyOf(warnings);
    }
}
