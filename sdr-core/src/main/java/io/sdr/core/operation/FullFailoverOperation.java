package io.sdr.core.operation;

import io.sdr.api.Finding;
import io.sdr.api.Operation;
import io.sdr.api.OperationFailedException;
import io.sdr.api.Problem;
import io.sdr.api.ProtectionState;
import io.sdr.api.RetryableException;
import io.sdr.api.Side;
import io.sdr.api.spi.CycleResult;
import io.sdr.api.spi.DiskRef;
import io.sdr.api.spi.ReadinessQuestion;
import io.sdr.api.spi.ReplicaStatus;
import io.sdr.api.spi.StorageException;
import io.sdr.core.job.Effects;
import io.sdr.core.job.JobDefinition;
import io.sdr.core.job.Observation;
import io.sdr.core.job.Step;
import io.sdr.core.job.Values;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * Planned failover with full download: stop first, then send whole disks, without comparing. Also to a side from which nothing was
 * replicated back yet, and to one whose VM and disks are gone. What the other side held before, and its points, stay until commit.
 */
final class FullFailoverOperation {
    static final String KIND = "planned-failover-full";

    private static final String SEQUENCE = "sequence";
    private static final Duration DOWNLOADING = Duration.ofDays(30);
    /** With pauses that grow to 15 seconds: some two hours. */
    private static final int ATTEMPTS = 500;

    private FullFailoverOperation() {}

    static JobDefinition define(Surroundings world) {
        return OperationDefinition.of(
                        Operation.PLANNED_FAILOVER_FULL,
                        KIND,
                        1,
                        Stream.concat(
                                        Stream.of(
                                                PlannedFailoverOperation.blockingChecks(world),
                                                room(world),
                                                VmSteps.shutDown(world),
                                                VmSteps.lockSource(world).undoneOnFailure(),
                                                TargetVm.orNew(world).undoneOnFailure(),
                                                oldDisks(world).undoneOnFailure(),
                                                InPlaceSteps.giveUp(world),
                                                InPlaceSteps.replace(true)
                                                        .failureUndoes()
                                                        .in(world),
                                                download(world)),
                                        PlannedFailoverOperation.fromTheLastData(
                                                world, Operation.PLANNED_FAILOVER_FULL))
                                .toList())
                .whenUndone(ReplicaSteps::asItWas);
    }

    private static OperationStep oldDisks(Surroundings world) {
        return ReplicaSteps.oldDisksBecomeBase(
                world,
                scene -> ProtectionState.valueOf(scene.spec().text(RequestCodec.ORIGIN)) == ProtectionState.FAILED_OVER,
                (scene, link) -> scene.driver().beginReversal(link, ReplicaSteps.retention(scene), scene.call()));
    }

    /** What comes is kept beside what is there: without the room for that nothing is stopped. */
    private static Step room(Surroundings world) {
        return OperationStep.guard("room")
                .failureUndoes()
                .observes("the room at the other side for whole disks beside what is there", (intent, scene) -> {
                    if (InPlaceSteps.isAsked(scene)) {
                        return new Observation.NotNeeded(InPlaceSteps.DONE_INSTEAD);
                    }
                    List<DiskRef> disks =
                            TargetVm.description(scene, scene.from()).disks();
                    long bytes =
                            2 * disks.stream().mapToLong(DiskRef::sizeBytes).sum();
                    if (scene.context().outcomes().find(ReplicaSteps.DOWNLOAD).isPresent()) {
                        return Observation.done(Values.of("bytes", bytes)); // it is there already
                    }
                    String warning = "";
                    for (Finding each : scene.site(scene.to())
                            .inventory()
                            .readiness(new ReadinessQuestion.AsTarget(disks, bytes), scene.call())) {
                        if (each.code().equals("NO_ROOM") && !each.isBlocker()) {
                            warning = each.describe(); // full disks would need it; how much is data is seen later
                        }
                        if (each.isBlocker()) {
                            throw new OperationFailedException(Problem.of(each.code())
                                    .attempted("download the disks of item "
                                            + scene.item().id() + " to site "
                                            + scene.site(scene.to()).id())
                                    .state(each.describe() + "; nothing was stopped")
                                    .remedy(each.advice()));
                        }
                    }
                    Values room = Values.of("bytes", bytes);
                    return warning.isEmpty() ? Observation.done(room) : Observation.done(room, warning);
                })
                .in(world);
    }

    private static Step download(Surroundings world) {
        return OperationStep.act(ReplicaSteps.DOWNLOAD)
                .moves(Step.Transfer.URGENT)
                .within(DOWNLOADING)
                .failureUndoes()
                .intends(
                        scene -> Values.of(SEQUENCE, scene.replicaAt(scene.to()).received() + 1))
                .observes("the target's manifest: whether the whole disks are durable there", (intent, scene) -> {
                    if (InPlaceSteps.isAsked(scene)) {
                        return new Observation.NotNeeded(InPlaceSteps.DONE_INSTEAD);
                    }
                    ReplicaStatus status = scene.replicaAt(scene.to());
                    return status.received() >= intent.number(SEQUENCE)
                            ? ReplicaSteps.ofThisStep(
                                    status, Observation.done(ReplicaSteps.cycleOutcome(status)), scene)
                            : Observation.notDone();
                })
                .does("sends whole disks, without comparing; goes on where an earlier try ended", (intent, scene) -> {
                    CycleResult result = send(intent.number(SEQUENCE), scene);
                    if (result instanceof CycleResult.Gap gap) {
                        throw ReplicaSteps.broken(gap, intent.number(SEQUENCE), scene);
                    }
                })
                .records((intent, outcome, scene) -> Effects.document(
                        ReplicaSteps.remembering(scene.item(), outcome).document()))
                .recordsFailure(ReplicaSteps::markBroken)
                .in(world);
    }

    private static CycleResult send(long sequence, Scene scene) {
        Side to = scene.to();
        try {
            return scene.driver().downloadAll(scene.linkTo(to), sequence, scene.call());
        } catch (RetryableException e) {
            if (e.code().equals(StorageException.FULL) || scene.context().attempt() >= ATTEMPTS) {
                throw new OperationFailedException(e.problem(), e);
            }
            throw e;
        }
    }
}
