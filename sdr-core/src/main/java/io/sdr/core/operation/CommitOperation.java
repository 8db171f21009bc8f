package io.sdr.core.operation;

import io.sdr.api.Operation;
import io.sdr.api.Pause;
import io.sdr.api.spi.ReplicaStatus;
import io.sdr.core.job.Effects;
import io.sdr.core.job.JobDefinition;
import io.sdr.core.job.Observation;
import io.sdr.core.job.Step;
import io.sdr.core.job.UndoResult;
import io.sdr.core.job.Values;
import io.sdr.core.state.StateTable;
import java.util.List;

/** Commit: the failover is accepted by one manifest write; folding layers is housekeeping that nothing waits for. */
final class CommitOperation {
    static final String KIND = "commit";

    private CommitOperation() {}

    static JobDefinition define(Surroundings world) {
        return OperationDefinition.of(Operation.COMMIT, KIND, 1, List.of(commit(world)));
    }

    private static Step commit(Surroundings world) {
        return OperationStep.decision("commit")
                .observes(
                        "the manifest: whether the copy is the active disk and no points are left",
                        (intent, scene) -> committed(scene) ? Observation.done(Values.NONE) : Observation.notDone())
                .does(
                        "one manifest write",
                        (intent, scene) -> scene.driver()
                                .commit(scene.linkTo(scene.to()), ChangePointOperation.holder(scene), scene.call()))
                .undoes(
                        "nothing: a manifest that is there stands",
                        (intent, scene) -> committed(scene) ? new UndoResult.PastDecision() : UndoResult.undone())
                .records((intent, outcome, scene) -> Effects.document(scene.item()
                                .withoutFailover()
                                .withoutReplication()
                                .withoutCycles()
                                .withoutResyncCause()
                                .withPause(Pause.NO)
                                .in(StateTable.TABLE.onSucceeded(
                                        Operation.COMMIT, scene.item().state()))
                                .document())
                        .withEvent("the failover of item " + scene.item().id() + " to " + scene.to() + " is committed"))
                .in(world);
    }

    private static boolean committed(Scene scene) {
        return scene.replicaAt(scene.to()).role() == ReplicaStatus.Role.ACTIVE;
    }
}
