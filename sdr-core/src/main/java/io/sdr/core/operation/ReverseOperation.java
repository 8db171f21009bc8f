package io.sdr.core.operation;

import io.sdr.api.Divergence;
import io.sdr.api.Operation;
import io.sdr.api.OperationFailedException;
import io.sdr.api.Problem;
import io.sdr.api.SdrException;
import io.sdr.api.spi.DiskRef;
import io.sdr.api.spi.ReplicaStatus;
import io.sdr.api.spi.ReversalPlan;
import io.sdr.api.spi.VmObservation;
import io.sdr.core.job.Effects;
import io.sdr.core.job.JobDefinition;
import io.sdr.core.job.Observation;
import io.sdr.core.job.Step;
import io.sdr.core.job.UndoResult;
import io.sdr.core.job.Values;
import io.sdr.core.state.StateTable;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reverse replication: the old active disk becomes a replica of the new one. The active side does not move. */
final class ReverseOperation {
    private static final Logger LOG = LoggerFactory.getLogger(ReverseOperation.class);

    static final String KIND = "reverse";

    private ReverseOperation() {}

    static JobDefinition define(Surroundings world) {
        return OperationDefinition.of(
                        Operation.REVERSE_REPLICATE,
                        KIND,
                        1,
                        List.of(
                                TargetVm.orNewIfAsked(world).undoneOnFailure(),
                                oldSideOff(world),
                                fenceOldSide(world),
                                plan(world),
                                ReplicaSteps.oldDisksBecomeBase(world, scene -> true, (scene, link) -> {
                                    scene.driver().beginReversal(link, ReplicaSteps.retention(scene), scene.call());
                                    ReplicaSteps.putIntoItsCloud(scene);
                                }),
                                InPlaceSteps.giveUp(world),
                                InPlaceSteps.replace(false)
                                        .records(ReverseOperation::isProtected)
                                        .recordsFailure((failure, scene) -> Effects.NONE)
                                        .in(world),
                                ReplicaSteps.copy("copy")
                                        .records(ReverseOperation::isProtected)
                                        .recordsFailure((failure, scene) -> Effects.NONE)
                                        .in(world)))
                .whenUndone(
                        (item, origin) -> ReplicaSteps.vmsAsBefore(item, origin).withoutReplication());
    }

    private static Effects isProtected(Values intent, Values outcome, Scene scene) {
        Effects isProtected = Effects.document(ReplicaSteps.remembering(scene.item(), outcome)
                .withDivergence(Divergence.NONE, "")
                .withoutResyncCause()
                .in(StateTable.TABLE.onSucceeded(
                        Operation.REVERSE_REPLICATE, scene.item().state()))
                .document());
        return ReplicaSteps.tellingOfNewStart(isProtected, outcome, scene);
    }

    private static Step oldSideOff(Surroundings world) {
        return OperationStep.act("old-side-off")
                .observes("the old side answers and its VM is off", (intent, scene) -> {
                    if (driverMakesIt(scene)) {
                        return new Observation.NotNeeded(VmSteps.OF_THE_DRIVER);
                    }
                    VmObservation vm = scene.see(scene.to());
                    if (vm.isRunning()) {
                        throw new OperationFailedException(Problem.of("OLD_SIDE_RUNS")
                                .attempted("replicate item " + scene.item().id() + " from " + scene.from() + " to "
                                        + scene.to())
                                .state("VM " + vm.vm() + " at site "
                                        + scene.site(scene.to()).id() + " runs; its disks would be overwritten")
                                .remedy("find out why it runs, shut it down, then retry the job"));
                    }
                    return Observation.done(Values.NONE);
                })
                .in(world);
    }

    /** The old side learns every decision up to now and is locked, before its disks are touched. */
    private static Step fenceOldSide(Surroundings world) {
        return OperationStep.act("fence-old-side")
                .observes("the old side's catalogue and its VM's lock", (intent, scene) -> {
                    boolean told = scene.site(scene.to())
                            .catalogue()
                            .readHighest(scene.item().id(), scene.call())
                            .map(record -> record.epoch() >= highestAtActiveSide(scene))
                            .orElse(false);
                    return told
                                    && (driverMakesIt(scene)
                                            || scene.see(scene.to()).startLocked())
                            ? Observation.done(Values.NONE)
                            : Observation.notDone();
                })
                .does("copies the last decision and locks the VM against start", (intent, scene) -> {
                    scene.site(scene.from())
                            .catalogue()
                            .readHighest(scene.item().id(), scene.call())
                            .ifPresent(
                                    record -> scene.site(scene.to()).catalogue().createIfAbsent(record, scene.call()));
                    if (!driverMakesIt(scene)) {
                        scene.site(scene.to()).vms().lockStart(scene.vm(scene.to()), scene.call());
                    }
                })
                .in(world);
    }

    /** The old VM is gone, and who carries the data makes it anew: off, and locked against start. */
    private static boolean driverMakesIt(Scene scene) {
        return scene.driverOwnsVms() && scene.look(scene.to()).isEmpty();
    }

    private static long highestAtActiveSide(Scene scene) {
        return scene.site(scene.from())
                .catalogue()
                .readHighest(scene.item().id(), scene.call())
                .map(io.sdr.api.spi.EpochRecord::epoch)
                .orElse(0L);
    }

    private static Step plan(Surroundings world) {
        return OperationStep.act("plan")
                .within(Duration.ofHours(1))
                .observes("what either side changed since their common point", (intent, scene) -> {
                    if (scene.replicaAt(scene.to()).role() == ReplicaStatus.Role.REPLICA) {
                        return new Observation.NotNeeded("the old disks are the base of a replica already");
                    }
                    ReversalPlan plan = scene.driver().planReversal(scene.linkTo(scene.to()), scene.call());
                    return Observation.done(Values.of("method", plan.method())
                            .with("reason", plan.reason())
                            .with("candidateBytes", plan.candidateBytes()));
                })
                .undoes("the checkpoint that the old side was asked with is given up", (intent, scene) -> {
                    giveUpWhatThePlanMade(scene);
                    return UndoResult.undone();
                })
                .in(world);
    }

    /** A plan whose process died left its checkpoint, and a job that is cancelled never plans again. */
    private static void giveUpWhatThePlanMade(Scene scene) {
        try {
            if (scene.replicaAt(scene.to()).role() != ReplicaStatus.Role.REPLICA) {
                List<DiskRef> unused = scene.driver().undoReversal(scene.linkTo(scene.to()), scene.decidingCall());
            }
        } catch (SdrException e) {
            LOG.warn(
                    "item {}: a checkpoint at {} stays until the next reversal",
                    scene.item().id(),
                    scene.site(scene.to()).id(),
                    e);
        }
    }
}
