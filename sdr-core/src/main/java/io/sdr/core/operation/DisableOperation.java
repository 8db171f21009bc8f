package io.sdr.core.operation;

import io.sdr.api.Operation;
import io.sdr.api.Pause;
import io.sdr.api.Problem;
import io.sdr.api.RetryableException;
import io.sdr.api.Side;
import io.sdr.api.spi.ReplicaStatus;
import io.sdr.api.spi.VmObservation;
import io.sdr.core.job.Effects;
import io.sdr.core.job.JobDefinition;
import io.sdr.core.job.Observation;
import io.sdr.core.job.Step;
import io.sdr.core.job.Values;
import io.sdr.core.state.StateTable;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Disable: the protection is removed, first at the side that is not active, then at the active one, whose VM is never touched. A side
 * that was given up by {@link io.sdr.api.SiteRecovery#forgetUnreachable} is left to a note.
 */
final class DisableOperation {
    static final String KIND = "disable";

    private static final String LOOK = "look-at-other-side";
    private static final String MODE = "mode";
    private static final String LATER = "later";

    private DisableOperation() {}

    static JobDefinition define(Surroundings world) {
        return OperationDefinition.of(
                Operation.DISABLE,
                KIND,
                1,
                List.of(
                        CommitOperation.commitBefore(world),
                        restoreStart(world),
                        lookAtOtherSide(world),
                        keepDisks(world),
                        settleVm(world),
                        removeReplica(world),
                        forget(world, "forget-other-side", Scene::to),
                        removeTracking(world),
                        forget(world, "forget-active-side", Scene::from)));
    }

    // ---- the side that is not active

    /** Chooses once what becomes of the replica: what is looked at changes with the first step that acts. */
    private static Step lookAtOtherSide(Surroundings world) {
        return OperationStep.act(LOOK)
                .observes(
                        "the other side: its VM, and whether there is a replica worth keeping",
                        answering(Scene::to, (intent, scene) -> {
                            Removal removal = scene.removal(scene.to());
                            Removal.Mode mode = removal.mode(scene.spec().flag(RequestCodec.DELETE_REPLICA));
                            ReplicaStatus files = removal.files();
                            Values outcome = Values.of(MODE, mode).with("received", files.received());
                            boolean lags = files.broken().isPresent() && files.applied() < files.received();
                            return lags && mode == Removal.Mode.KEEP
                                    ? Observation.done(
                                            outcome,
                                            "nothing vouches for the replica any more: its disks are kept as they are,"
                                                    + " without the cycles after " + files.applied())
                                    : Observation.done(outcome);
                        }))
                .in(world);
    }

    private static Step keepDisks(Surroundings world) {
        return OperationStep.act("keep-disks")
                .within(Duration.ofHours(12))
                .observes(
                        "the files at the other side: a replica, or plain disks",
                        answering(Scene::to, (intent, scene) -> {
                            if (mode(scene) == Removal.Mode.DELETE) {
                                return new Observation.NotNeeded("the replica is deleted");
                            }
                            return scene.removal(scene.to()).isReplica()
                                    ? Observation.notDone()
                                    : Observation.done(Values.NONE);
                        }))
                .does(
                        "applies what was received and gives the recovery points up: the replica's disks are plain"
                                + " disks",
                        (intent, scene) -> scene.removal(scene.to()).keepDisks())
                .in(world);
    }

    private static Step settleVm(Surroundings world) {
        return OperationStep.act("settle-vm")
                .observes(
                        "the other side's VM: gone, or off with its disks and not locked against start",
                        answering(Scene::to, (intent, scene) -> {
                            Removal removal = scene.removal(scene.to());
                            if (!removal.isVmSettled(mode(scene))) {
                                return Observation.notDone();
                            }
                            return removal.vm().map(VmObservation::isRunning).orElse(false)
                                    ? Observation.done(
                                            Values.NONE,
                                            "the VM at site "
                                                    + scene.site(scene.to()).id() + " runs; it was left alone")
                                    : Observation.done(Values.NONE);
                        }))
                .does(
                        "gives it its disks and takes the lock away; or deletes it, if it was made for the replica and"
                                + " that goes",
                        (intent, scene) -> scene.removal(scene.to()).settleVm(mode(scene)))
                .in(world);
    }

    private static Step removeReplica(Surroundings world) {
        return OperationStep.act("remove-replica")
                .within(Duration.ofHours(1))
                .observes(
                        "the other side: files of a relation, checkpoints, marks",
                        answering(
                                Scene::to,
                                (intent, scene) -> scene.removal(scene.to()).isRelationGone()
                                        ? Observation.done(Values.NONE)
                                        : Observation.notDone()))
                .does(
                        "removes points, what was received, marks; of a replica that goes also the disks",
                        (intent, scene) -> scene.removal(scene.to()).removeReplica(mode(scene)))
                .in(world);
    }

    // ---- the active side

    /** First of all, and by this job: afterwards there may be no engine that could still set it. */
    private static Step restoreStart(Surroundings world) {
        return OperationStep.act("restore-automatic-start")
                .observes(
                        "whether the active VM starts with its host, if it did before it was protected",
                        answering(Scene::from, (intent, scene) -> {
                            ItemState item = scene.item();
                            boolean due =
                                    item.gatedVm(scene.from()).isPresent() && item.startedAutomatically(scene.from());
                            if (!due) {
                                return new Observation.NotNeeded("the engine has not switched it off");
                            }
                            return scene.look(scene.from())
                                            .map(VmObservation::automaticStart)
                                            .orElse(true)
                                    ? Observation.done(Values.NONE)
                                    : Observation.notDone();
                        }))
                .does(
                        "switches its automatic start on again",
                        (intent, scene) -> scene.site(scene.from())
                                .vms()
                                .automaticStart(scene.vm(scene.from()), true, scene.call()))
                .records((intent, outcome, scene) -> outcome.flag(LATER)
                        ? Effects.NONE
                        : Effects.document(
                                scene.item().withoutGate(scene.from()).document()))
                .in(world);
    }

    private static Step removeTracking(Surroundings world) {
        return OperationStep.act("remove-tracking")
                .within(Duration.ofHours(1))
                .observes(
                        "the active side: checkpoints, marks, files of a relation",
                        answering(
                                Scene::from,
                                (intent, scene) -> scene.removal(scene.from()).isRelationGone()
                                        ? Observation.done(Values.NONE)
                                        : Observation.notDone()))
                .does(
                        "gives checkpoints and marks up; the VM and its disks are not touched",
                        (intent, scene) -> scene.removal(scene.from()).removeTracking())
                .in(world);
    }

    // ---- either side

    private static Step forget(Surroundings world, String name, Function<Scene, Side> side) {
        return OperationStep.act(name)
                .observes(
                        "the site's catalogue: whether it knows the item",
                        answering(
                                side,
                                (intent, scene) ->
                                        scene.removal(side.apply(scene)).isForgotten()
                                                ? Observation.done(Values.NONE)
                                                : Observation.notDone()))
                .does(
                        "removes the item from it",
                        (intent, scene) -> scene.removal(side.apply(scene)).forget())
                .records((intent, outcome, scene) -> {
                    ItemState after = scene.item();
                    boolean last = side.apply(scene) == scene.from();
                    Effects effects = last
                            ? Effects.document(disabled(after).document())
                                    .withEvent(EventKind.DISABLED.says(
                                            "item " + after.id() + " is not protected any more"))
                            : Effects.NONE;
                    return outcome.flag(LATER)
                            ? effects.withNotes(List.of(NoteKinds.remove(
                                    after.id(),
                                    scene.site(side.apply(scene)).id(),
                                    side.apply(scene),
                                    scene.context().subject().epoch(),
                                    scene.spec().flag(RequestCodec.DELETE_REPLICA))))
                            : effects;
                })
                .in(world);
    }

    private static ItemState disabled(ItemState item) {
        return item.withoutFailover()
                .withoutReplication()
                .withoutCycles()
                .withoutResyncCause()
                .withPause(Pause.NO)
                .in(StateTable.TABLE.onSucceeded(Operation.DISABLE, item.state()));
    }

    // ---- a side that may be gone for good

    private static boolean isGivenUp(Scene scene, Side side) {
        return scene.item().isGivenUp(side);
    }

    /** A side that was given up is not looked at; one that does not answer holds the job up, and the reason names the way on. */
    private static OperationStep.Look answering(Function<Scene, Side> which, OperationStep.Look look) {
        return (intent, scene) -> {
            Side side = which.apply(scene);
            if (isGivenUp(scene, side)) {
                return Observation.done(
                        Values.of(LATER, true),
                        "site " + scene.site(side).id()
                                + " was given up: what is to be removed there waits for it as a note");
            }
            Optional<String> silence = scene.silence(side);
            if (silence.isPresent()) {
                throw new RetryableException(Problem.of("SITE_UNREACHABLE")
                        .attempted("disable item " + scene.item().id())
                        .state("site " + scene.site(side).id() + " does not answer: " + silence.get())
                        .remedy("restore the connection, then retry the job; if the site is gone for good, use"
                                + " forgetUnreachable"));
            }
            return look.look(intent, scene);
        };
    }

    private static Removal.Mode mode(Scene scene) {
        return Removal.Mode.valueOf(scene.context().outcomes().of(LOOK).text(MODE));
    }
}
