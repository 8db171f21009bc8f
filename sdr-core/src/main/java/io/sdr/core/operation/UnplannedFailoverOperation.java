package io.sdr.core.operation;

import io.sdr.api.Operation;
import io.sdr.api.spi.ReplicaStatus;
import io.sdr.core.job.Effects;
import io.sdr.core.job.JobDefinition;
import io.sdr.core.job.Observation;
import io.sdr.core.job.Step;
import io.sdr.core.job.Values;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Unplanned failover: the other side is lost or given up; start at a recovery point. */
final class UnplannedFailoverOperation {
    static final String KIND = "unplanned-failover";

    private UnplannedFailoverOperation() {}

    static JobDefinition define(Surroundings world) {
        return OperationDefinition.of(
                        Operation.UNPLANNED_FAILOVER,
                        KIND,
                        1,
                        List.of(
                                report(world),
                                PowerFenceStep.define(world),
                                VmSteps.shutDownIfAsked(world),
                                ReplicaSteps.sendRest(world),
                                ReplicaSteps.oldDisksBecomeBase(
                                        world,
                                        scene -> scene.spec().flag(RequestCodec.OLD_DISK),
                                        (scene, link) -> scene.driver()
                                                .keepAsItStood(link, ReplicaSteps.retention(scene), scene.call())),
                                ReplicaSteps.closeReception(world),
                                ReplicaSteps.resolvePoint(world, true),
                                ReplicaSteps.buildCopy(world, ReplicaSteps::thisJob),
                                VmSteps.attach(
                                        world,
                                        Scene::to,
                                        scene -> ReplicaSteps.heldDisks(scene, ReplicaSteps.thisJob(scene))),
                                VmSteps.sourceSettled(world),
                                DecisionSteps.failOver(world),
                                DecisionSteps.fenceSource(world),
                                ConfigurationSteps.configure(world),
                                VmSteps.start(world, Scene::to),
                                VmSteps.verifyRuns(world, Scene::to, UnplannedFailoverOperation::failedOver)))
                .whenUndone(ReplicaSteps::asItWas);
    }

    /** What is about to be lost, for the report; it never blocks. */
    private static Step report(Surroundings world) {
        return OperationStep.act("report")
                .observes("the last synchronisation and the expected loss, by the target's answer", (intent, scene) -> {
                    ReplicaStatus status = scene.replicaAt(scene.to());
                    Optional<Instant> last = status.points().stream()
                            .map(io.sdr.api.RecoveryPoint::time)
                            .reduce((older, newer) -> newer);
                    Values outcome = Values.of("received", status.received());
                    if (last.isEmpty()) {
                        return Observation.done(outcome);
                    }
                    Values known = outcome.with("lastPoint", last.get());
                    Duration age = Duration.between(last.get(), scene.now());
                    return age.isNegative()
                            ? Observation.done(
                                    known,
                                    "the newest recovery point is "
                                            + age.negated().toSeconds()
                                            + " s ahead of the engine's clock: what is lost cannot be told")
                            : Observation.done(known.with("expectedLossSeconds", age.toSeconds()));
                })
                .in(world);
    }

    static Effects failedOver(Values intent, Values outcome, Scene scene) {
        return VmSteps.succeeded(Operation.UNPLANNED_FAILOVER, scene)
                .withEvent(EventKind.FAILED_OVER.says("item " + scene.item().id() + " runs at " + scene.to()));
    }
}
