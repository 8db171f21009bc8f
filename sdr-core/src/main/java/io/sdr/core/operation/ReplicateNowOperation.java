package io.sdr.core.operation;

import io.sdr.core.job.JobDefinition;
import java.util.List;

/** Replicate now: one cycle, which is there when the target's manifest says so. */
final class ReplicateNowOperation {
    static final String KIND = "replicate-now";

    private ReplicateNowOperation() {}

    static JobDefinition define(Surroundings world) {
        return new OperationDefinition(
                KIND,
                1,
                List.of(ReplicaSteps.cycle("cycle").in(world)),
                (item, spec) -> item,
                OperationDefinition::backTo);
    }
}
