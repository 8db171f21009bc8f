package io.sdr.core.operation;

import io.sdr.api.Operation;
import io.sdr.core.job.JobDefinition;
import java.util.List;

/** Replicate now: one cycle, which is there when the target's manifest says so. */
final class ReplicateNowOperation {
    static final String KIND = "replicate-now";

    private ReplicateNowOperation() {}

    static JobDefinition define(Surroundings world) {
        return OperationDefinition.of(
                Operation.REPLICATE_NOW,
                KIND,
                1,
                List.of(ReplicaSteps.cycle("cycle").in(world)));
    }
}
