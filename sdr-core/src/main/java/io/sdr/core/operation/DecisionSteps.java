package io.sdr.core.operation;

import io.sdr.api.Divergence;
import io.sdr.api.JobId;
import io.sdr.api.OperationFailedException;
import io.sdr.api.PointId;
import io.sdr.api.Problem;
import io.sdr.api.ProtectionState;
import io.sdr.api.Side;
import io.sdr.api.spi.EpochRecord;
import io.sdr.api.spi.SiteCatalogue;
import io.sdr.api.spi.VmControl;
import io.sdr.api.spi.VmObservation;
import io.sdr.core.job.ActResult;
import io.sdr.core.job.Effects;
import io.sdr.core.job.Note;
import io.sdr.core.job.Observation;
import io.sdr.core.job.Step;
import io.sdr.core.job.UndoResult;
import io.sdr.core.job.Values;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/** Steps that decide who is active, and that make the other side know. */
final class DecisionSteps {
    static final String DECIDE = "decide";
    static final String FENCE = "fence-other-side";

    private static final String TURN_OFF_UNTIL = "turnOffUntil";

    private DecisionSteps() {}

    /** The point of no return of a failover: from here on its job holds the copy and the way back is remembered. */
    static OperationStep failOver(Surroundings world) {
        return decide(
                world,
                (intent, scene) -> leaving(intent, scene)
                        .withFailover(
                                scene.context().job(),
                                ProtectionState.valueOf(scene.spec().text(RequestCodec.ORIGIN)),
                                scene.spec().flag(RequestCodec.SOURCE_WAS_RUNNING)
                                        || scene.context()
                                                .intents()
                                                .of(VmSteps.SHUT_DOWN)
                                                .flag(VmSteps.WAS_RUNNING)));
    }

    /** The point of no return of the way back. */
    static Step goBack(Surroundings world) {
        return decide(world, DecisionSteps::leaving);
    }

    /** From now on the side that is left is the old one; what was known of the other one as such is history. */
    static ItemState leaving(Values intent, Scene scene) {
        return scene.item()
                .withActive(scene.to())
                .withDivergence(Divergence.NONE, "")
                .withOldSide(OldSide.left(scene, Instant.parse(intent.text("time"))));
    }

    /** A point of no return, and what it makes of the item. */
    static OperationStep decide(Surroundings world, BiFunction<Values, Scene, ItemState> decided) {
        return OperationStep.decision(DECIDE)
                .intends(scene -> {
                    Values intent = Values.of("epoch", scene.decisionEpoch()).with("time", scene.now());
                    return chosenPoint(scene)
                            .map(point -> intent.with("point", point))
                            .orElse(intent);
                })
                .observes(
                        "the newest record in the catalogue of the side that becomes active: whether it is epoch/N+1",
                        (intent, scene) -> {
                            // a later one of another engine would make this one void, whether its number is free or not
                            Optional<EpochRecord> there = catalogue(scene)
                                    .readHighest(scene.item().id(), scene.decidingCall())
                                    .filter(newest -> newest.epoch() >= intent.number("epoch"));
                            return there.isEmpty() ? Observation.notDone() : Observation.done(mine(there.get(), scene));
                        })
                .does(
                        "creates it, whole, unless a record of this number exists: whoever creates it decides",
                        (intent, scene) ->
                                catalogue(scene).createIfAbsent(decision(intent, scene), scene.decidingCall()))
                .undoes(
                        "creates an ABORT record under the same number; a decision that is there stands",
                        (intent, scene) -> {
                            EpochRecord there = catalogue(scene)
                                    .createIfAbsent(
                                            record(EpochRecord.Kind.ABORT, intent, scene), scene.decidingCall());
                            return there.kind() == EpochRecord.Kind.ACTIVATE && isOf(there, scene)
                                    ? new UndoResult.PastDecision()
                                    : UndoResult.undone();
                        })
                .records((intent, outcome, scene) -> Effects.document(
                                decided.apply(intent, scene).document())
                        .withEpoch(intent.number("epoch"))
                        .withEvent(EventKind.DECIDED.says("item " + scene.item().id() + " is active at " + scene.to()
                                + " from epoch " + intent.number("epoch"))))
                .in(world);
    }

    /** Of a failover: what stops the source here, or with the note, is remembered, so that the way back starts it again. */
    static Step fenceSource(Surroundings world) {
        return fence(world, true);
    }

    /** Of the way back: the copy is given up. */
    static Step fenceCopy(Surroundings world) {
        return fence(world, false);
    }

    /** After the decision: the other side learns it and is locked, or gets a note for the first contact. */
    private static Step fence(Surroundings world, boolean remembered) {
        return OperationStep.act(FENCE)
                .intends(scene -> VmSteps.withPower(
                        Values.of(TURN_OFF_UNTIL, scene.now().plus(VmSteps.TURN_OFF_DEADLINE)), scene))
                .observes(
                        "the other side: does it answer, does its catalogue hold the decision, is its VM locked"
                                + " against start",
                        (intent, scene) -> {
                            Side other = scene.from();
                            if (scene.silence(other).isPresent()) {
                                return Observation.done(
                                        Values.of("fenced", false),
                                        "site " + scene.site(other).id()
                                                + " does not answer: a fence note is queued for the first contact");
                            }
                            boolean told = scene.site(other)
                                    .catalogue()
                                    .read(scene.item().id(), scene.decisionEpoch(), scene.decidingCall())
                                    .isPresent();
                            Optional<VmObservation> vm = scene.look(other);
                            boolean locked = vm.map(VmObservation::startLocked).orElse(true);
                            boolean runs = vm.map(VmObservation::isRunning).orElse(false);
                            if (!told || !locked) {
                                return runs ? VmSteps.toBeStopped(intent) : Observation.notDone();
                            }
                            if (!runs) {
                                return Observation.done(OldSide.off(Values.of("fenced", true), vm));
                            }
                            if (VmSteps.twoRunningAccepted(scene).isPresent()) {
                                return Observation.done(
                                        Values.of("fenced", false),
                                        "the VM at site " + scene.site(other).id()
                                                + " still runs: two copies run, a fence note is queued");
                            }
                            return scene.now()
                                            .isBefore(scene.whileAnswered(
                                                    intent.text(TURN_OFF_UNTIL), VmSteps.TURN_OFF_DEADLINE))
                                    ? VmSteps.toBeStopped(intent)
                                    : VmSteps.stillRunning(FENCE, scene);
                        })
                .acts(
                        "copies the decision into its catalogue, locks its VM against start and powers it off if it"
                                + " runs",
                        DecisionSteps::fence)
                .records((intent, outcome, scene) -> {
                    ItemState item = remembered && intent.flag(VmSteps.WAS_RUNNING)
                            ? scene.item().withSourceWasRunning()
                            : scene.item();
                    if (outcome.flag("fenced")) {
                        return Effects.document(
                                item.withOldSide(OldSide.fenced(outcome, scene)).document());
                    }
                    Effects effects = Effects.document(item.document());
                    Note note = NoteKinds.fence(
                            scene.item().id(), scene.site(scene.from()).id(), scene.from(), made(scene), remembered);
                    return effects.withNotes(List.of(note));
                })
                .in(world);
    }

    /** It was silent before the decision, or somebody started it since: with contact it is stopped before the copy starts. */
    private static ActResult fence(Values intent, Scene scene) {
        Side other = scene.from();
        VmControl vms = scene.site(other).vms();
        scene.site(other).catalogue().createIfAbsent(made(scene), scene.decidingCall());
        Optional<VmObservation> vm = scene.look(other);
        if (vm.isEmpty()) {
            return ActResult.acted();
        }
        vms.lockStart(vm.get().vm(), scene.decidingCall());
        boolean stays =
                !vm.get().isRunning() || VmSteps.twoRunningAccepted(scene).isPresent();
        return stays || !vms.turnOff(vm.get().vm(), scene.decidingCall()).isRunning()
                ? ActResult.acted()
                : ActResult.again(Duration.ofSeconds(1), "waits for the power of the stale copy to go off");
    }

    /** The decision of this job, from its own journal: the step that made it is done. */
    private static EpochRecord made(Scene scene) {
        return decision(scene.context().intents().of(DECIDE), scene);
    }

    private static EpochRecord decision(Values intent, Scene scene) {
        return record(EpochRecord.Kind.ACTIVATE, intent, scene);
    }

    private static EpochRecord record(EpochRecord.Kind kind, Values intent, Scene scene) {
        return new EpochRecord(
                intent.number("epoch"),
                kind,
                scene.from(),
                scene.to(),
                new JobId(scene.context().job()),
                intent.find("point").map(PointId::new),
                Instant.parse(intent.text("time")));
    }

    private static SiteCatalogue catalogue(Scene scene) {
        return scene.site(scene.to()).catalogue();
    }

    private static Optional<String> chosenPoint(Scene scene) {
        return scene.context().outcomes().of(ReplicaSteps.RESOLVE_POINT).find("point");
    }

    private static Values mine(EpochRecord there, Scene scene) {
        if (there.kind() == EpochRecord.Kind.ACTIVATE && isOf(there, scene)) {
            return Values.of("epoch", there.epoch());
        }
        throw new OperationFailedException(Problem.of("DECIDED_OTHERWISE")
                .attempted("decide that item " + scene.item().id() + " becomes active at " + scene.to())
                .state("the catalogue of site " + scene.site(scene.to()).id() + " holds " + there.kind() + " epoch "
                        + there.epoch() + " of job " + there.job())
                .remedy("look who else works on this item; cancel this job, then start again"));
    }

    /** A superseded job's decision for the same side may become visible only when this job looks. */
    private static boolean isOf(EpochRecord there, Scene scene) {
        String job = there.job().value();
        boolean inherited = there.to() == scene.to()
                && scene.spec()
                        .find(RequestCodec.SUPERSEDES)
                        .filter(job::equals)
                        .isPresent();
        return inherited || job.equals(scene.context().job());
    }
}
