package io.sdr.core.operation;

import io.sdr.api.InvalidRequestException;
import io.sdr.api.JobId;
import io.sdr.api.Problem;
import io.sdr.api.Side;
import io.sdr.api.spi.EpochRecord;
import io.sdr.api.spi.ReplicaStatus;
import io.sdr.api.spi.VmObservation;
import io.sdr.core.job.Effects;
import io.sdr.core.job.JobDefinition;
import io.sdr.core.job.Observation;
import io.sdr.core.job.Step;
import io.sdr.core.job.UndoResult;
import io.sdr.core.job.Values;
import io.sdr.core.state.StateEvent;
import io.sdr.core.state.StateTable;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Enable protection: readiness, catalogues, placeholder, relation, first copy, what changed meanwhile, first recovery point. */
final class ProtectOperation {
    static final String KIND = "protect";
    private static final long FIRST_EPOCH = 1;

    private ProtectOperation() {}

    static JobDefinition define(Surroundings world) {
        return new OperationDefinition(
                        KIND,
                        1,
                        List.of(
                                readiness(world),
                                catalogues(world),
                                placeholder(world),
                                record(world),
                                ReplicaSteps.establish(world),
                                ReplicaSteps.copy("initial-copy").in(world),
                                ReplicaSteps.copy("catch-up").in(world),
                                firstPoint(world)),
                        item -> item,
                        (item, origin) -> item.withoutReplication()
                                .in(StateTable.TABLE.onEvent(StateEvent.ENABLING_UNDONE, item.state())))
                .whenSuperseded(item -> item); // disabling removes what is there
    }

    private static Step readiness(Surroundings world) {
        return OperationStep.guard("readiness")
                .within(Duration.ofMinutes(2))
                .observes(
                        "both sites: disks, sizes, room, data path, whether a relation is there already",
                        (intent, scene) -> {
                            List<io.sdr.api.Finding> blockers =
                                    Readiness.toProtect(scene.item(), world, scene.call()).stream()
                                            .filter(io.sdr.api.Finding::isBlocker)
                                            .toList();
                            if (blockers.isEmpty()) {
                                return Observation.done(Values.NONE);
                            }
                            throw new InvalidRequestException(Problem.of(
                                            blockers.get(0).code())
                                    .attempted("protect VM " + scene.item().name())
                                    .state(String.join(
                                            "; ",
                                            blockers.stream()
                                                    .map(io.sdr.api.Finding::describe)
                                                    .toList()))
                                    .remedy("mend what is named, then retry or cancel the job"));
                        })
                .in(world);
    }

    private static Step catalogues(Surroundings world) {
        return OperationStep.act("catalogues")
                .intends(scene -> Values.of("time", scene.now()))
                .observes("epoch/1 in the catalogues of both sites", (intent, scene) -> {
                    for (Side side : Side.values()) {
                        if (scene.site(side)
                                .catalogue()
                                .read(scene.item().id(), FIRST_EPOCH, scene.call())
                                .isEmpty()) {
                            return Observation.notDone();
                        }
                    }
                    return Observation.done(Values.NONE);
                })
                .does("creates it: the primary side is active", (intent, scene) -> {
                    EpochRecord first = new EpochRecord(
                            FIRST_EPOCH,
                            EpochRecord.Kind.ACTIVATE,
                            Side.PRIMARY,
                            Side.PRIMARY,
                            new JobId(scene.context().job()),
                            Optional.empty(),
                            Instant.parse(intent.text("time")));
                    for (Side side : Side.values()) {
                        scene.site(side).catalogue().createIfAbsent(first, scene.call());
                    }
                })
                .undoes("removes the item from both catalogues", (intent, scene) -> {
                    for (Side side : Side.values()) {
                        scene.site(side).catalogue().forget(scene.item().id(), scene.call());
                    }
                    return UndoResult.undone();
                })
                .in(world);
    }

    private static Step placeholder(Surroundings world) {
        return OperationStep.act("placeholder")
                .observes("a VM at the target that is tagged with the item", (intent, scene) -> {
                    if (scene.driverOwnsVms()) { // the relation makes it
                        return Observation.done(Values.of("vm", scene.driver().targetVm(scene.vm(scene.from()))));
                    }
                    List<VmObservation> made = scene.site(scene.to()).vms().tagged(scene.call());
                    return made.isEmpty()
                            ? Observation.notDone()
                            : Observation.done(Values.of("vm", made.get(0).vm()));
                })
                .does("makes it: off, locked against start, with the source's configuration", (intent, scene) -> {
                    var source = scene.site(scene.from())
                            .inventory()
                            .find(scene.vm(scene.from()).value(), scene.call());
                    if (source.isEmpty()) {
                        throw new InvalidRequestException(Problem.of("UNKNOWN_VM")
                                .attempted("read the configuration of VM " + scene.vm(scene.from()))
                                .state("it is no longer at site "
                                        + scene.site(scene.from()).id())
                                .remedy("cancel the job and protect the VM where it is now"));
                    }
                    scene.site(scene.to())
                            .vms()
                            .createPlaceholder(
                                    scene.item().name(),
                                    scene.item().place(scene.to()).cloud(),
                                    source.get(0).configuration(),
                                    scene.call());
                })
                .undoes("deletes it", (intent, scene) -> {
                    if (scene.driverOwnsVms()) {
                        return UndoResult.undone();
                    }
                    for (VmObservation made : scene.site(scene.to()).vms().tagged(scene.call())) {
                        scene.site(scene.to()).vms().deleteTagged(made.vm(), scene.call());
                    }
                    return UndoResult.undone();
                })
                .records((intent, outcome, scene) -> Effects.document(scene.item()
                        .withVm(scene.to(), new io.sdr.api.VmId(outcome.text("vm")))
                        .document()))
                .in(world);
    }

    /** From here on an engine without a store finds the item. */
    private static Step record(Surroundings world) {
        return OperationStep.act("record")
                .observes("the record of the item in the catalogues of both sites", (intent, scene) -> {
                    CatalogueRecord record = CatalogueRecord.of(scene.context().subject(), List.of(), scene.now());
                    for (Side side : Side.values()) {
                        if (!record.isIn(scene.site(side).catalogue(), scene.call())) {
                            return Observation.notDone();
                        }
                    }
                    return Observation.done(Values.NONE);
                })
                .does("writes what an engine that lost its store has to know of the item", (intent, scene) -> {
                    CatalogueRecord record = CatalogueRecord.of(scene.context().subject(), List.of(), scene.now());
                    for (Side side : Side.values()) {
                        record.put(scene.site(side).catalogue(), scene.call());
                    }
                })
                .undoes("nothing: it goes with the rest of the catalogue", (intent, scene) -> UndoResult.undone())
                .in(world);
    }

    private static Step firstPoint(Surroundings world) {
        return OperationStep.act("first-point")
                .within(Duration.ofDays(30))
                .observes("the recovery points at the target", (intent, scene) -> {
                    ReplicaStatus status = scene.replicaAt(scene.to());
                    return status.points().isEmpty() || status.applied() < status.received()
                            ? Observation.notDone()
                            : Observation.done(ReplicaSteps.cycleOutcome(status)
                                    .with("bytesRead", 0)
                                    .with("bytesMoved", 0));
                })
                .does("processes what was received", ReplicaSteps::apply)
                .records((intent, outcome, scene) -> Effects.document(ReplicaSteps.remembering(scene.item(), outcome)
                        .in(StateTable.TABLE.onEvent(
                                StateEvent.FIRST_POINT, scene.item().state()))
                        .document()))
                .in(world);
    }
}
