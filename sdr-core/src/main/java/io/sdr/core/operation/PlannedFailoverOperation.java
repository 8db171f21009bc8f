package io.sdr.core.operation;

import io.sdr.api.Answer;
import io.sdr.api.Operation;
import io.sdr.api.OperationFailedException;
import io.sdr.api.Problem;
import io.sdr.api.Prompt;
import io.sdr.api.RecoveryPoint;
import io.sdr.api.RetryableException;
import io.sdr.api.Side;
import io.sdr.api.spi.CycleResult;
import io.sdr.api.spi.EpochRecord;
import io.sdr.api.spi.ReplicaStatus;
import io.sdr.core.job.ActResult;
import io.sdr.core.job.Effects;
import io.sdr.core.job.JobDefinition;
import io.sdr.core.job.Observation;
import io.sdr.core.job.Step;
import io.sdr.core.job.UndoResult;
import io.sdr.core.job.Values;
import io.sdr.core.state.Milestone;
import io.sdr.core.state.StateTable;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Planned failover without loss: differences while the VM runs, a short stop, the last differences, start on the other side. What
 * fails from the blocking checks up to the decision is taken back by itself: all is as before, and the VM runs.
 */
final class PlannedFailoverOperation {
    static final String KIND = "planned-failover";
    /** The step that waits for the word to complete. */
    static final String READY = "ready-to-complete";

    private static final String PREPARED = "prepared";
    private static final Duration PAUSED_LOOK_AGAIN = Duration.ofMinutes(5);
    private static final Duration PENDING_LOOK_AGAIN = Duration.ofSeconds(15);

    private PlannedFailoverOperation() {}

    static JobDefinition define(Surroundings world) {
        return OperationDefinition.of(
                Operation.PLANNED_FAILOVER_DELTA,
                KIND,
                1,
                Stream.concat(
                                Stream.of(
                                        syncWhileRunning(world),
                                        readyToComplete(world),
                                        blockingChecks(world),
                                        notePrepared(world).undoneOnFailure(),
                                        VmSteps.shutDown(world),
                                        VmSteps.lockSource(world).undoneOnFailure(),
                                        ReplicaSteps.lastCycle(world)),
                                fromTheLastData(world, Operation.PLANNED_FAILOVER_DELTA))
                        .toList());
    }

    /**
     * What follows as soon as the other side has all data, however it came there: the proof that nothing is lost, the decision, and
     * the start.
     */
    static Stream<Step> fromTheLastData(Surroundings world, Operation operation) {
        return Stream.of(
                ReplicaSteps.closeReception(world).undoneOnFailure(),
                resolveLast(world).undoneOnFailure(),
                ReplicaSteps.evidence(world),
                ReplicaSteps.buildCopy(world, ReplicaSteps::thisJob).undoneOnFailure(),
                VmSteps.attach(world, Scene::to, scene -> ReplicaSteps.heldDisks(scene, ReplicaSteps.thisJob(scene)))
                        .undoneOnFailure(),
                ReplicaSteps.compareWhole(world, "compare-before-start", true),
                VmSteps.sourceOff(world).undoneOnFailure(),
                DecisionSteps.failOver(world).undoneOnFailure(),
                DecisionSteps.fenceSource(world),
                ConfigurationSteps.configure(world),
                VmSteps.start(world, Scene::to),
                VmSteps.verifyRuns(
                        world,
                        Scene::to,
                        (intent, outcome, scene) -> VmSteps.succeeded(operation, scene)
                                .withEvent(EventKind.FAILED_OVER.says(
                                        "item " + scene.item().id() + " runs at " + scene.to()))),
                ReplicaSteps.compareWhole(world, "compare-disks", false));
    }

    private static Step syncWhileRunning(Surroundings world) {
        return OperationStep.waiting("sync-while-running")
                .moves(Step.Transfer.USUAL)
                .intends(scene ->
                        Values.of("sequence", scene.replicaAt(scene.to()).received() + 1))
                .observes("whether a cycle of this job moved less than the threshold", (intent, scene) -> {
                    ReplicaStatus status = scene.replicaAt(scene.to());
                    boolean small = status.received() >= intent.number("sequence")
                            && status.lastCycle().bytesMoved()
                                    < scene.item().policy().finalDeltaThresholdBytes();
                    return small ? Observation.done(ReplicaSteps.cycleOutcome(status)) : Observation.notDone();
                })
                .acts("cycles back to back; the VM keeps running", (intent, scene) -> {
                    if (scene.isPaused()) {
                        scene.driver().pause(scene.linkTo(scene.to()), scene.call());
                        return ActResult.again(PAUSED_LOOK_AGAIN, "replication is paused");
                    }
                    Optional<String> waitsFor = cycle(scene);
                    return waitsFor.isPresent()
                            ? ActResult.again(PENDING_LOOK_AGAIN, waitsFor.get())
                            : ActResult.again(Duration.ZERO, "cycles until one is small");
                })
                .records((intent, outcome, scene) -> Effects.document(ReplicaSteps.remembering(scene.item(), outcome)
                                .in(StateTable.TABLE.onReached(
                                        Operation.PLANNED_FAILOVER_DELTA,
                                        scene.spec().flag(RequestCodec.WAIT_FOR_COMPLETE)
                                                ? Milestone.READY
                                                : Milestone.COMPLETING,
                                        scene.item().state()))
                                .document())
                        .withEvent(EventKind.READY_TO_COMPLETE.says(
                                "item " + scene.item().id() + " is ready to complete its planned failover")))
                .recordsFailure(ReplicaSteps::markBroken)
                .in(world);
    }

    private static Step readyToComplete(Surroundings world) {
        return OperationStep.waiting(READY)
                .moves(Step.Transfer.USUAL)
                .observes("the word to complete, stored with the job", (intent, scene) -> {
                    if (!scene.spec().flag(RequestCodec.WAIT_FOR_COMPLETE)) {
                        return new Observation.NotNeeded("the plan completes at once");
                    }
                    Optional<Answer> word = scene.context().answer(Answer.Kind.COMPLETE);
                    return word.isPresent()
                            ? Observation.done(
                                    Values.of("completedBy", word.get().by()))
                            : Observation.notDone();
                })
                .acts(
                        "cycles go on, so that the last one stays short; it never completes by itself",
                        (intent, scene) -> {
                            Optional<String> unused = cycle(scene);
                            return new ActResult.Again(
                                    scene.item().policy().every(),
                                    "ready to complete",
                                    Optional.of(new Prompt.ReadyToComplete(
                                            READY,
                                            "Item " + scene.item().id() + " is ready. Complete the failover to "
                                                    + scene.to() + "?")));
                        })
                .records((intent, outcome, scene) -> VmSteps.became(
                        StateTable.TABLE.onReached(
                                Operation.PLANNED_FAILOVER_DELTA,
                                Milestone.COMPLETING,
                                scene.item().state()),
                        scene))
                .recordsFailure(ReplicaSteps::markBroken)
                .in(world);
    }

    /** Runs one, or says what a driver with a clock of its own waits for. */
    private static Optional<String> cycle(Scene scene) {
        long next = scene.replicaAt(scene.to()).received() + 1;
        CycleResult result = scene.driver()
                .replicate(
                        scene.linkTo(scene.to()),
                        next,
                        RequestCodec.consistency(scene.spec()),
                        scene.replicatingCall());
        if (result instanceof CycleResult.Gap gap) {
            throw ReplicaSteps.broken(gap, next, scene);
        }
        return result instanceof CycleResult.Pending pending ? Optional.of(pending.waitsFor()) : Optional.empty();
    }

    static Step blockingChecks(Surroundings world) {
        return OperationStep.guard("blocking-checks")
                .observes(
                        "both sides answer, no later decision is known to either, no resynchronisation is due",
                        (intent, scene) -> {
                            for (Side side : Side.values()) {
                                Optional<String> silence = scene.silence(side);
                                if (silence.isPresent()) {
                                    throw new RetryableException(Problem.of("SITE_UNREACHABLE")
                                            .attempted(
                                                    "fail item " + scene.item().id() + " over as planned")
                                            .state("site "
                                                    + scene.site(side).id() + " does not answer: "
                                                    + silence.get())
                                            .remedy("restore the connection, or fail over unplanned if the"
                                                    + " site is lost"));
                                }
                                Optional<EpochRecord> highest = scene.site(side)
                                        .catalogue()
                                        .readHighest(scene.item().id(), scene.call());
                                boolean later = highest.isPresent()
                                        && highest.get().epoch()
                                                > scene.context().subject().epoch()
                                        && !highest.get()
                                                .job()
                                                .value()
                                                .equals(scene.context().job());
                                if (later) {
                                    throw new OperationFailedException(Problem.of("DECIDED_OTHERWISE")
                                            .attempted(
                                                    "fail item " + scene.item().id() + " over as planned")
                                            .state("site "
                                                    + scene.site(side).id() + " knows a later decision: "
                                                    + highest.get())
                                            .remedy("look who else works on this item; nothing was decided by"
                                                    + " this job"));
                                }
                            }
                            ReplicaStatus status = scene.replicaAt(scene.to());
                            if (status.broken().isPresent()) {
                                throw new OperationFailedException(Problem.of(
                                                "RESYNC_" + status.broken().get())
                                        .attempted("fail item " + scene.item().id() + " over as planned")
                                        .state("the replica's history is broken")
                                        .remedy("resynchronise the item, then plan the failover again"));
                            }
                            return Observation.done(Values.NONE);
                        })
                .failureUndoes()
                .recordsFailure(ReplicaSteps::markBroken)
                .in(world);
    }

    /** The side that gives the VM up learns that a decision is coming; an engine that finds only this side can tell. */
    private static OperationStep notePrepared(Surroundings world) {
        return OperationStep.act("note-prepared")
                .intends(scene -> Values.of(
                        "note", scene.decisionEpoch() + " " + scene.context().job()))
                .observes(
                        "the note in the catalogue of the side that is left",
                        (intent, scene) -> scene.site(scene.from())
                                        .catalogue()
                                        .document(scene.item().id(), PREPARED, scene.call())
                                        .equals(Optional.of(intent.text("note")))
                                ? Observation.done(Values.NONE)
                                : Observation.notDone())
                .does(
                        "writes that decision N+1 is prepared by this job",
                        (intent, scene) -> scene.site(scene.from())
                                .catalogue()
                                .putDocument(scene.item().id(), PREPARED, intent.text("note"), scene.call()))
                .undoes("writes that nothing is prepared", (intent, scene) -> {
                    scene.site(scene.from())
                            .catalogue()
                            .putDocument(scene.item().id(), PREPARED, "nothing", scene.call());
                    return UndoResult.undone();
                })
                .undoneInLane(VmSteps.AT_SOURCE)
                .in(world);
    }

    /** The point that the last cycle made; everything received is processed, so that no layer is needed. */
    private static OperationStep resolveLast(Surroundings world) {
        return OperationStep.act(ReplicaSteps.RESOLVE_POINT)
                .within(Duration.ofHours(12))
                .observes("the point that the last cycle made, processed", (intent, scene) -> {
                    ReplicaStatus status = scene.replicaAt(scene.to());
                    if (status.held().isEmpty() && status.applied() < status.received()) {
                        return Observation.notDone();
                    }
                    long last = ReplicaSteps.lastSequence(scene);
                    RecoveryPoint point = status.points().stream()
                            .filter(each -> each.sequence() == last)
                            .findFirst()
                            .orElseThrow(() -> new OperationFailedException(Problem.of("NO_SUCH_POINT")
                                    .attempted("find the point of the last cycle, " + last)
                                    .state("the target does not list it; nothing was decided")
                                    .remedy("cancel the job and start again")));
                    return Observation.done(Values.of("point", point.id()).with("pointTime", point.time()));
                })
                .does(
                        "processes what was received",
                        (intent, scene) -> scene.driver().process(scene.linkTo(scene.to()), scene.decidingCall()))
                .in(world);
    }
}
