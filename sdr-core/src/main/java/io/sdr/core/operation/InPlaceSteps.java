package io.sdr.core.operation;

import io.sdr.api.OperationFailedException;
import io.sdr.api.ProtectionState;
import io.sdr.api.ResyncCause;
import io.sdr.api.RetryableException;
import io.sdr.api.SdrException;
import io.sdr.api.spi.CycleResult;
import io.sdr.api.spi.ReplicaStatus;
import io.sdr.api.spi.StorageException;
import io.sdr.core.job.Effects;
import io.sdr.core.job.Observation;
import io.sdr.core.job.Step;
import io.sdr.core.job.Values;
import java.time.Duration;

/** The steps that write over what the other side holds, where the request says so. In other jobs they are not needed. */
final class InPlaceSteps {
    static final String REPLACE = "replace-in-place";
    static final String DONE_INSTEAD = "the disks are replaced in place instead";

    private static final String NOT_ASKED = "what is there is kept";
    private static final String SEQUENCE = "sequence";
    private static final Duration COPYING = Duration.ofDays(30);
    /** With pauses that grow to 15 seconds: some two hours. */
    private static final int ATTEMPTS = 500;

    private InPlaceSteps() {}

    static boolean isAsked(Scene scene) {
        return scene.spec().flag(RequestCodec.IN_PLACE);
    }

    /** From the next step's intent on nothing at the other side can be started: the item says so in the same transaction. */
    static Step giveUp(Surroundings world) {
        return OperationStep.act("give-up-old-disks")
                .observes(
                        "whether the request says that what the other side holds is given up",
                        (intent, scene) ->
                                isAsked(scene) ? Observation.done(Values.NONE) : new Observation.NotNeeded(NOT_ASKED))
                .records((intent, outcome, scene) -> Effects.document(
                                scene.item().withoutCycles().document())
                        .withEvent(EventKind.DISKS_GIVEN_UP.says("what item "
                                + scene.item().id() + " holds at " + scene.to() + " is given up and written over")))
                .in(world);
    }

    /** Writes over the disks; if that fails for good they stay torn, and the item has to be resynchronised. */
    static OperationStep.Builder replace(boolean whole) {
        return OperationStep.act(REPLACE)
                .moves(Step.Transfer.URGENT)
                .within(COPYING)
                .intends(scene -> isAsked(scene)
                        ? Values.of(RequestCodec.IN_PLACE, true)
                                .with(SEQUENCE, scene.replicaAt(scene.to()).received() + 1)
                        : Values.of(RequestCodec.IN_PLACE, false))
                .binds(intent -> intent.flag(RequestCodec.IN_PLACE))
                .observes("the target's manifest: whether its disks are whole again", (intent, scene) -> {
                    if (!intent.flag(RequestCodec.IN_PLACE)) {
                        return new Observation.NotNeeded(NOT_ASKED);
                    }
                    ReplicaStatus status = scene.replicaAt(scene.to());
                    return status.received() >= intent.number(SEQUENCE)
                            ? ReplicaSteps.ofThisStep(
                                    status, Observation.done(ReplicaSteps.cycleOutcome(status)), scene)
                            : Observation.notDone();
                })
                .does(
                        "marks the disks as torn, gives up all points, and writes over them",
                        (intent, scene) -> write(intent, scene, whole))
                .records((intent, outcome, scene) -> Effects.document(
                        ReplicaSteps.remembering(scene.item(), outcome).document()))
                .recordsFailure(InPlaceSteps::torn);
    }

    private static void write(Values intent, Scene scene, boolean whole) {
        long sequence = intent.number(SEQUENCE);
        CycleResult result;
        try {
            result = scene.driver().replaceInPlace(scene.linkTo(scene.to()), sequence, whole, scene.call());
        } catch (RetryableException e) {
            if (e.code().equals(StorageException.FULL) || scene.context().attempt() >= ATTEMPTS) {
                throw new OperationFailedException(e.problem(), e);
            }
            throw e;
        }
        if (result instanceof CycleResult.Gap gap) {
            throw ReplicaSteps.broken(gap, sequence, scene);
        }
    }

    private static Effects torn(SdrException failure, Scene scene) {
        boolean replicated = !scene.spec().text(RequestCodec.ORIGIN).equals(ProtectionState.FAILED_OVER.name());
        if (!replicated) {
            return Effects.NONE; // nothing was replicated before, and nothing is when this is taken back
        }
        Effects known = ReplicaSteps.markBroken(failure, scene);
        return known.equals(Effects.NONE)
                ? Effects.document(
                        scene.item().broken(ResyncCause.REPLICA_SUSPECT).document())
                : known;
    }
}
