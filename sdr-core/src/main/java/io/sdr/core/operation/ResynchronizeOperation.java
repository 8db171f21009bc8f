package io.sdr.core.operation;

import io.sdr.api.Operation;
import io.sdr.api.OperationFailedException;
import io.sdr.api.Problem;
import io.sdr.api.spi.ResyncPlan;
import io.sdr.core.job.Effects;
import io.sdr.core.job.JobDefinition;
import io.sdr.core.job.Observation;
import io.sdr.core.job.Step;
import io.sdr.core.job.Values;
import io.sdr.core.state.StateTable;
import java.time.Duration;
import java.util.List;

/**
 * Resynchronise, by cause, and grow replica: the replica is made ready, then one more cycle compares and sends what differs. It is
 * staged like any other cycle: an unplanned failover meanwhile takes what was there before.
 */
final class ResynchronizeOperation {
    static final String KIND = "resynchronize";
    static final String GROW_KIND = "grow-replica";

    private static final Duration LOOKING = Duration.ofHours(1);
    private static final Duration MAKING_READY = Duration.ofHours(12);

    private ResynchronizeOperation() {}

    static JobDefinition define(Surroundings world) {
        return define(world, Operation.RESYNCHRONIZE, KIND);
    }

    static JobDefinition defineGrow(Surroundings world) {
        return define(world, Operation.GROW_REPLICA, GROW_KIND);
    }

    private static JobDefinition define(Surroundings world, Operation operation, String kind) {
        boolean grow = operation == Operation.GROW_REPLICA;
        return OperationDefinition.of(
                operation,
                kind,
                1,
                List.of(
                        plan(world, grow),
                        makeReady(world, grow),
                        InPlaceSteps.giveUp(world),
                        replaceInPlace(world, operation),
                        compare(world, operation)));
    }

    private static Step plan(Surroundings world, boolean grow) {
        return OperationStep.act("plan")
                .within(LOOKING)
                .observes(
                        "sizes of the disks on both sides, and what the replica says of its history",
                        (intent, scene) -> {
                            ResyncPlan plan = scene.driver().planResync(scene.linkTo(scene.to()), scene.call());
                            refuse(plan, grow, scene);
                            return Observation.done(Values.of("method", plan.method())
                                    .with("reason", plan.reason())
                                    .with("candidateBytes", plan.candidateBytes()));
                        })
                .recordsFailure(ReplicaSteps::markBroken)
                .in(world);
    }

    /** What no comparison mends is a fact about the item: it goes back to where another operation is possible. */
    private static void refuse(ResyncPlan plan, boolean grow, Scene scene) {
        boolean impossible = plan.method() == ResyncPlan.Method.IMPOSSIBLE;
        if (impossible || (plan.method() == ResyncPlan.Method.GROW && !grow)) {
            throw new OperationFailedException(Problem.of(impossible ? ReplicaSteps.SHRANK : ReplicaSteps.GEOMETRY)
                    .attempted("resynchronise item " + scene.item().id())
                    .state(plan.reason() + "; nothing was written")
                    .remedy(
                            impossible
                                    ? "give the source its old disks again, or disable the item and protect the VM anew"
                                    : "grow the replica"));
        }
    }

    private static Step makeReady(Surroundings world, boolean grow) {
        return OperationStep.act("make-ready")
                .within(MAKING_READY)
                .observes("the replica's manifest: whether the next cycle compares", (intent, scene) -> {
                    boolean begun = scene.driver()
                            .planResync(scene.linkTo(scene.to()), scene.call())
                            .begun();
                    return begun
                            ? Observation.done(ReplicaSteps.left(scene.replicaAt(scene.to())))
                            : Observation.notDone();
                })
                .does(
                        grow
                                ? "enlarges the replica's disks, and says that the next cycle brings it back in line"
                                : "says that the next cycle compares; a replica that is gone is made anew, empty",
                        (intent, scene) -> scene.driver()
                                .beginResync(
                                        scene.linkTo(scene.to()), ReplicaSteps.retention(scene), grow, scene.call()))
                .records((intent, outcome, scene) ->
                        Effects.document(ReplicaSteps.remembering(scene.item().withoutCycles(), outcome)
                                .document()))
                .recordsFailure(ReplicaSteps::markBroken)
                .in(world);
    }

    private static Step replaceInPlace(Surroundings world, Operation operation) {
        return InPlaceSteps.replace(false)
                .records((intent, outcome, scene) -> inLine(outcome, scene, operation))
                .in(world);
    }

    private static Step compare(Surroundings world, Operation operation) {
        return ReplicaSteps.copy("compare")
                .records((intent, outcome, scene) -> inLine(outcome, scene, operation))
                .in(world);
    }

    private static Effects inLine(Values outcome, Scene scene, Operation operation) {
        return Effects.document(ReplicaSteps.remembering(scene.item(), outcome)
                        .withoutResyncCause()
                        .in(StateTable.TABLE.onSucceeded(operation, scene.item().state()))
                        .document())
                .withEvent(EventKind.RESYNCHRONIZED.says(
                        "the replica of item " + scene.item().id() + " at " + scene.to() + " is in line again"));
    }
}
