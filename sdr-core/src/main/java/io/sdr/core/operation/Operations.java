package io.sdr.core.operation;

import io.sdr.core.job.JobDefinition;
import io.sdr.core.job.Step;
import java.util.List;
import java.util.Map;

/** All operations. */
public final class Operations {
    private Operations() {}

    /**
     * Defines them for the sites of an engine.
     *
     * @param world the sites and drivers
     * @return one definition for each kind of job
     */
    public static List<JobDefinition> define(Surroundings world) {
        return List.of(
                ProtectOperation.define(world),
                ReplicateNowOperation.define(world),
                UnplannedFailoverOperation.define(world),
                PlannedFailoverOperation.define(world),
                ChangePointOperation.define(world),
                CommitOperation.define(world),
                CancelFailoverOperation.define(world),
                ReverseOperation.define(world));
    }

    /**
     * Lists the steps of a kind of job, without an engine.
     *
     * @param kind the kind, such as {@code unplanned-failover}
     * @return the names of its steps, in order; empty for an unknown kind
     */
    public static List<String> stepNames(String kind) {
        return define(new Surroundings(Map.of(), Map.of())).stream()
                .filter(definition -> definition.kind().equals(kind))
                .flatMap(definition -> definition.steps().stream())
                .map(Step::name)
                .toList();
    }
}
