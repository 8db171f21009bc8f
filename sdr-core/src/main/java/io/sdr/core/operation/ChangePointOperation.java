package io.sdr.core.operation;

import io.sdr.api.JobId;
import io.sdr.api.Operation;
import io.sdr.api.Problem;
import io.sdr.api.RetryableException;
import io.sdr.core.job.JobDefinition;
import java.util.List;

/** Change recovery point, between failover and commit: what the running copy wrote is lost, by the caller's word. */
final class ChangePointOperation {
    static final String KIND = "change-recovery-point";

    private ChangePointOperation() {}

    static JobDefinition define(Surroundings world) {
        return OperationDefinition.of(
                        Operation.CHANGE_RECOVERY_POINT,
                        KIND,
                        1,
                        List.of(
                                VmSteps.stop(VmSteps.STOP_COPY, world, Scene::to),
                                ReplicaSteps.resolvePoint(world, false),
                                VmSteps.detach(world, Scene::to),
                                ReplicaSteps.buildCopy(world, ChangePointOperation::holder),
                                VmSteps.attach(world, Scene::to, scene -> ReplicaSteps.heldDisks(scene, holder(scene))),
                                VmSteps.start(world, Scene::to),
                                VmSteps.verifyRuns(
                                        world,
                                        Scene::to,
                                        (intent, outcome, scene) ->
                                                VmSteps.succeeded(Operation.CHANGE_RECOVERY_POINT, scene))))
                .whenSuperseded(item -> item); // its copy may be without disks: nobody may commit that meanwhile
    }

    /** The failover's job holds the copy, whoever changes its point. */
    static JobId holder(Scene scene) {
        return scene.item()
                .holder()
                .orElseThrow(() -> new RetryableException(Problem.of("POINT_NOT_HELD")
                        .attempted("find the job that holds the copy of item "
                                + scene.item().id())
                        .state("the item names none")
                        .remedy("report this with the item's history")));
    }
}
