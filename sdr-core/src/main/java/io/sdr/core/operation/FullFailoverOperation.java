package io.sdr.core.operation;

import io.sdr.api.Finding;
import io.sdr.api.Operation;
import io.sdr.api.OperationFailedException;
import io.sdr.api.Place;
import io.sdr.api.Problem;
import io.sdr.api.ProtectionState;
import io.sdr.api.RetryableException;
import io.sdr.api.Side;
import io.sdr.api.VmId;
import io.sdr.api.spi.CycleResult;
import io.sdr.api.spi.DiskRef;
import io.sdr.api.spi.ReadinessQuestion;
import io.sdr.api.spi.ReplicaStatus;
import io.sdr.api.spi.StorageException;
import io.sdr.api.spi.VmConfiguration;
import io.sdr.api.spi.VmDescription;
import io.sdr.api.spi.VmObservation;
import io.sdr.core.job.Effects;
import io.sdr.core.job.JobDefinition;
import io.sdr.core.job.Observation;
import io.sdr.core.job.Step;
import io.sdr.core.job.UndoResult;
import io.sdr.core.job.Values;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Planned failover with full download: stop first, then send whole disks, without comparing. Also to a side from which nothing was
 * replicated back yet, and to one whose VM and disks are gone. What the other side held before, and its points, stay until commit.
 */
final class FullFailoverOperation {
    static final String KIND = "planned-failover-full";

    private static final String TARGET_VM = "target-vm";
    private static final String MADE = "made";
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
                                                targetVm(world).undoneOnFailure(),
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
                    List<DiskRef> disks = description(scene).disks();
                    long bytes =
                            2 * disks.stream().mapToLong(DiskRef::sizeBytes).sum();
                    if (scene.context().outcomes().find(ReplicaSteps.DOWNLOAD).isPresent()) {
                        return Observation.done(Values.of("bytes", bytes)); // it is there already
                    }
                    String warning = "";
                    for (Finding each : scene.site(scene.to())
                            .inventory()
                            .readiness(new ReadinessQuestion.AsTarget(disks, bytes), scene.call())) {
                        if (each.code().equals("NO_ROOM")) {
                            warning = each.describe(); // full disks would need it; how much is data is seen later
                        } else if (each.isBlocker()) {
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

    private static VmDescription description(Scene scene) {
        return scene.site(scene.from()).inventory().find(scene.vm(scene.from()).value(), scene.call()).stream()
                .findFirst()
                .orElseThrow(() -> new OperationFailedException(Problem.of("UNKNOWN_VM")
                        .attempted("read the configuration of VM " + scene.vm(scene.from()))
                        .state("it is no longer at site "
                                + scene.site(scene.from()).id() + "; nothing was decided")
                        .remedy("look what became of it")));
    }

    private static OperationStep targetVm(Surroundings world) {
        return OperationStep.act(TARGET_VM)
                .intends(scene -> Values.of(
                        MADE,
                        scene.look(scene.to()).isEmpty()
                                && scene.site(scene.to())
                                        .vms()
                                        .tagged(scene.call())
                                        .isEmpty()))
                .observes("the item's VM at the other side, or one that is tagged with the item", (intent, scene) -> {
                    if (!intent.flag(MADE) && scene.look(scene.to()).isPresent()) {
                        return Observation.done(Values.of("vm", scene.vm(scene.to())));
                    }
                    List<VmObservation> tagged = scene.site(scene.to()).vms().tagged(scene.call());
                    return tagged.isEmpty()
                            ? Observation.notDone()
                            : Observation.done(Values.of("vm", tagged.get(0).vm()));
                })
                .does(
                        "makes it where it is gone: off, locked, with the configuration of the VM that is left",
                        (i, scene) -> {
                            VmConfiguration configuration = description(scene).configuration();
                            scene.site(scene.to())
                                    .vms()
                                    .createPlaceholder(
                                            scene.item().name(), place(scene).cloud(), configuration, scene.call());
                        })
                .undoes("deletes it, if this job made it", (intent, scene) -> {
                    if (intent.flag(MADE)) {
                        for (VmObservation made : scene.site(scene.to()).vms().tagged(scene.decidingCall())) {
                            scene.site(scene.to()).vms().deleteTagged(made.vm(), scene.decidingCall());
                        }
                    }
                    return UndoResult.undone();
                })
                .records((intent, outcome, scene) -> {
                    ItemState with = scene.item().withVm(scene.to(), new VmId(outcome.text("vm")));
                    return Effects.document(
                            (intent.flag(MADE) ? with.withPlace(scene.to(), place(scene)) : with).document());
                })
                .in(world);
    }

    /** Where the VM is made: as the request says, else where the item was protected. */
    private static Place place(Scene scene) {
        Place protectedIn = scene.item().place(scene.to());
        return scene.spec()
                .find(RequestCodec.CLOUD)
                .map(cloud -> new Place(protectedIn.site(), Optional.of(cloud)))
                .orElse(protectedIn);
    }

    private static Step download(Surroundings world) {
        return OperationStep.act(ReplicaSteps.DOWNLOAD)
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
                            ? Observation.done(ReplicaSteps.cycleOutcome(status))
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
