package io.sdr.core.operation;

import io.sdr.api.Operation;
import io.sdr.api.spi.DriverCapabilities;
import io.sdr.core.job.JobDefinition;
import io.sdr.core.job.Step;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** All operations. */
public final class Operations {
    private static final Map<String, Operation> BY_KIND = Map.ofEntries(
            Map.entry(ReplicateNowOperation.KIND, Operation.REPLICATE_NOW),
            Map.entry(UnplannedFailoverOperation.KIND, Operation.UNPLANNED_FAILOVER),
            Map.entry(PlannedFailoverOperation.KIND, Operation.PLANNED_FAILOVER_DELTA),
            Map.entry(FullFailoverOperation.KIND, Operation.PLANNED_FAILOVER_FULL),
            Map.entry(TestFailoverOperation.KIND, Operation.TEST_FAILOVER),
            Map.entry(TestCleanupOperation.KIND, Operation.TEST_CLEANUP),
            Map.entry(ChangePointOperation.KIND, Operation.CHANGE_RECOVERY_POINT),
            Map.entry(CommitOperation.KIND, Operation.COMMIT),
            Map.entry(CancelFailoverOperation.KIND, Operation.CANCEL_FAILOVER),
            Map.entry(ReverseOperation.KIND, Operation.REVERSE_REPLICATE),
            Map.entry(ResynchronizeOperation.KIND, Operation.RESYNCHRONIZE),
            Map.entry(ResynchronizeOperation.GROW_KIND, Operation.GROW_REPLICA),
            Map.entry(StartVmOperation.KIND, Operation.START_VM),
            Map.entry(DisableOperation.KIND, Operation.DISABLE),
            Map.entry(ResolveOperation.KIND, Operation.RESOLVE_DIVERGENCE),
            Map.entry(ResolveOperation.ROLES_CHANGE, Operation.RESOLVE_DIVERGENCE));

    private Operations() {}

    /**
     * Names the operation that a kind of job does.
     *
     * @param kind the kind
     * @return the operation; empty for protecting, which makes the item
     */
    public static Optional<Operation> operation(String kind) {
        return Optional.ofNullable(BY_KIND.get(kind));
    }

    /**
     * Tells what cannot be done with a driver.
     *
     * @param driver what the driver promises
     * @return the operations that are denied whatever the state
     */
    public static Set<Operation> unsupported(DriverCapabilities driver) {
        Set<Operation> denied = EnumSet.noneOf(Operation.class);
        if (!driver.has(DriverCapabilities.Flag.GROW_REPLICA)) {
            denied.add(Operation.GROW_REPLICA);
        }
        if (!driver.has(DriverCapabilities.Flag.FULL_DOWNLOAD)) {
            denied.add(Operation.PLANNED_FAILOVER_FULL);
        }
        return denied;
    }

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
                FullFailoverOperation.define(world),
                TestFailoverOperation.define(world),
                TestCleanupOperation.define(world),
                ChangePointOperation.define(world),
                CommitOperation.define(world),
                CancelFailoverOperation.define(world),
                ReverseOperation.define(world),
                ResynchronizeOperation.define(world),
                ResynchronizeOperation.defineGrow(world),
                StartVmOperation.define(world),
                DisableOperation.define(world),
                ResolveOperation.define(world),
                ResolveOperation.defineRolesChange(world));
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
