package io.sdr.core.state;

import io.sdr.api.JobStatus;
import io.sdr.api.Operation;
import io.sdr.api.ProtectionState;
import java.util.Optional;

/**
 * What the rules know of an item's job.
 *
 * @param operation what it does; empty while it protects the item
 * @param status how it is
 * @param beforeDecision whether it can still be undone; true for a job that decides nothing
 * @param origin the state that the item had when the job was created; {@link ProtectionState#DISABLED} while it protects the item
 */
public record ItemJob(Optional<Operation> operation, JobStatus status, boolean beforeDecision, ProtectionState origin) {
    /**
     * Describes the job of an operation.
     *
     * @param operation the operation
     * @param status how the job is
     * @param beforeDecision whether it can still be undone
     * @param origin the state that the item had when the job was created
     * @return the job
     */
    public static ItemJob of(Operation operation, JobStatus status, boolean beforeDecision, ProtectionState origin) {
        return new ItemJob(Optional.of(operation), status, beforeDecision, origin);
    }

    /**
     * Describes the job that protects an item.
     *
     * @param status how the job is
     * @return the job
     */
    public static ItemJob protecting(JobStatus status) {
        return new ItemJob(Optional.empty(), status, true, ProtectionState.DISABLED);
    }

    boolean isPlanned() {
        return operation
                .filter(each -> each == Operation.PLANNED_FAILOVER_DELTA || each == Operation.PLANNED_FAILOVER_FULL)
                .isPresent();
    }

    String words() {
        return operation.map(Operation::words).orElse("protect");
    }
}
