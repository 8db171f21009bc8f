package io.sdr.core.operation;

import io.sdr.api.Operation;
import io.sdr.api.Pause;
import io.sdr.api.Side;
import io.sdr.api.spi.ReplicaStatus;
import io.sdr.core.job.Effects;
import io.sdr.core.job.JobDefinition;
import io.sdr.core.job.Observation;
import io.sdr.core.job.Step;
import io.sdr.core.job.UndoResult;
import io.sdr.core.job.Values;
import io.sdr.core.state.StateTable;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;

/** Commit: the failover is accepted by one manifest write; folding layers is housekeeping that nothing waits for. */
final class CommitOperation {
    static final String KIND = "commit";

    private CommitOperation() {}

    static JobDefinition define(Surroundings world) {
        return OperationDefinition.of(Operation.COMMIT, KIND, 1, List.of(commit(world)));
    }

    private static Step commit(Surroundings world) {
        return commit(Scene::to, scene -> true)
                .records((intent, outcome, scene) -> Effects.document(committed(scene.item())
                                .in(StateTable.TABLE.onSucceeded(
                                        Operation.COMMIT, scene.item().state()))
                                .document())
                        .withEvent(EventKind.COMMITTED.says(
                                "the failover of item " + scene.item().id() + " to " + scene.to() + " is committed")))
                .in(world);
    }

    /** The same as the beginning of a job that leads to the other side; skipped where the job does not ask for it. */
    static Step commitBefore(Surroundings world) {
        return commit(Scene::from, scene -> scene.spec().flag(RequestCodec.COMMIT_FIRST))
                .records((intent, outcome, scene) -> Effects.document(
                                committed(scene.item()).document())
                        .withEvent(EventKind.COMMITTED.says(
                                "the failover of item " + scene.item().id() + " to " + scene.from() + " is committed")))
                .in(world);
    }

    private static OperationStep.Builder commit(Function<Scene, Side> active, Predicate<Scene> needed) {
        return OperationStep.decision("commit")
                .observes(
                        "the manifest: whether the copy is the active disk and no points are left", (intent, scene) -> {
                            if (!needed.test(scene)) {
                                return new Observation.NotNeeded("there is no failover to be committed");
                            }
                            return isCommitted(scene, active) ? Observation.done(Values.NONE) : Observation.notDone();
                        })
                .does(
                        "one manifest write",
                        (intent, scene) -> scene.driver()
                                .commit(
                                        scene.linkTo(active.apply(scene)),
                                        ChangePointOperation.holder(scene),
                                        scene.call()))
                .undoes(
                        "nothing: a manifest that is there stands",
                        (intent, scene) ->
                                isCommitted(scene, active) ? new UndoResult.PastDecision() : UndoResult.undone())
                .undoneAfterLateActs();
    }

    private static ItemState committed(ItemState item) {
        return item.withoutFailover()
                .withoutReplication()
                .withoutCycles()
                .withoutResyncCause()
                .withPause(Pause.NO);
    }

    private static boolean isCommitted(Scene scene, Function<Scene, Side> active) {
        return scene.replicaAt(active.apply(scene)).role() == ReplicaStatus.Role.ACTIVE;
    }
}
