package io.sdr.core.operation;

import io.sdr.api.Divergence;
import io.sdr.api.JobId;
import io.sdr.api.Operation;
import io.sdr.api.OperationFailedException;
import io.sdr.api.Problem;
import io.sdr.api.ProtectionState;
import io.sdr.api.spi.HeldPoint;
import io.sdr.api.spi.ReplicaStatus;
import io.sdr.api.spi.VmObservation;
import io.sdr.core.job.Effects;
import io.sdr.core.job.JobDefinition;
import io.sdr.core.job.Observation;
import io.sdr.core.job.Step;
import io.sdr.core.job.Values;
import io.sdr.core.state.StateEvent;
import io.sdr.core.state.StateTable;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Resolve divergence: somebody said which copy survives. If it is the active one, the other is stopped and locked, and the state
 * stays. If it is the other one, the roles change by a decision of this job; where points are there it is a cancelled failover
 * instead. Nothing is deleted.
 */
final class ResolveOperation {
    /** The active side survives. */
    static final String KIND = "resolve";
    /** The other side survives. */
    static final String ROLES_CHANGE = "resolve-other-side";

    private static final String HOLDER = "holder";

    private ResolveOperation() {}

    static JobDefinition define(Surroundings world) {
        return OperationDefinition.of(
                Operation.RESOLVE_DIVERGENCE,
                KIND,
                1,
                List.of(
                        PowerFenceStep.define(world),
                        stopLoser(world),
                        Reconnection.reconnect(world, Scene::from),
                        freeSurvivor(world),
                        OperationStep.act("settle")
                                .observes("the copy that does not survive", ResolveOperation::lookAtLoser)
                                .records((intent, outcome, scene) -> Effects.document(
                                                resolved(outcome, scene).document())
                                        .withEvent(EventKind.DIVERGENCE_RESOLVED.says("item "
                                                + scene.item().id() + ": the active " + scene.to() + " side survives")))
                                .in(world)));
    }

    static JobDefinition defineRolesChange(Surroundings world) {
        return OperationDefinition.of(
                Operation.RESOLVE_DIVERGENCE,
                ROLES_CHANGE,
                1,
                List.of(
                        CancelFailoverOperation.otherSideStartable(world).undoneOnFailure(),
                        findHolder(world),
                        PowerFenceStep.define(world),
                        VmSteps.stopActiveOrAsk(world, ResolveOperation::why).undoneOnFailure(),
                        closeReception(world).undoneOnFailure(),
                        DecisionSteps.decide(world, ResolveOperation::decided).undoneOnFailure(),
                        DecisionSteps.fenceCopy(world),
                        Reconnection.reconnect(world, Scene::to),
                        VmSteps.start(world, Scene::to),
                        VmSteps.verifyRuns(
                                world,
                                Scene::to,
                                (intent, outcome, scene) -> Effects.document(scene.item()
                                                .withDivergence(Divergence.UNREPLICATED_WRITES, evidence(scene))
                                                .document())
                                        .withEvent(EventKind.DIVERGENCE_RESOLVED.says("item "
                                                + scene.item().id() + ": the " + scene.to()
                                                + " side survives and is active now")))));
    }

    private static Step stopLoser(Surroundings world) {
        return VmSteps.stopCopyOrAsk(world, ResolveOperation::why);
    }

    private static String why(Scene scene) {
        return "The copy that does not survive may run on while the one at site "
                + scene.site(scene.to()).id() + " does";
    }

    /** A resolving that ended before may have left it locked, or decided and never started it. */
    private static Step freeSurvivor(Surroundings world) {
        return OperationStep.act("free-survivor")
                .observes(
                        "whether the active VM is locked against start or, once committed, was not started since the"
                                + " decision",
                        (intent, scene) -> {
                            Optional<VmObservation> vm =
                                    scene.silence(scene.to()).isPresent() ? Optional.empty() : scene.look(scene.to());
                            return vm.map(each -> each.startLocked() || neverRan(each, scene))
                                            .orElse(false)
                                    ? Observation.notDone()
                                    : new Observation.NotNeeded("it may run");
                        })
                .does("takes the lock away and starts it", (intent, scene) -> {
                    scene.site(scene.to()).vms().unlockStart(scene.vm(scene.to()), scene.call());
                    scene.site(scene.to()).vms().start(scene.vm(scene.to()), scene.call());
                })
                .in(world);
    }

    /** Where a failover is not committed, starting its VM is an operation of its own. */
    private static boolean neverRan(VmObservation vm, Scene scene) {
        if (vm.isRunning() || scene.item().state() != ProtectionState.FAILED_OVER) {
            return false;
        }
        return scene.site(scene.to())
                .catalogue()
                .readHighest(scene.item().id(), scene.call())
                .filter(decision -> decision.to() == scene.to())
                .filter(decision -> !vm.mayHaveStartedAfter(decision.time()))
                .isPresent();
    }

    private static Observation lookAtLoser(Values intent, Scene scene) {
        if (scene.silence(scene.from()).isPresent()) {
            return Observation.done(
                    Values.of("silent", true),
                    "site " + scene.site(scene.from()).id()
                            + " does not answer: its copy is looked at again at the first contact");
        }
        Optional<VmObservation> vm = scene.look(scene.from());
        boolean runs = vm.map(VmObservation::isRunning).orElse(false);
        return Observation.done(OldSide.off(Values.of("runs", runs), vm));
    }

    private static ItemState resolved(Values outcome, Scene scene) {
        OldSide old = outcome.flag("silent") || outcome.flag("runs")
                ? OldSide.unseen(scene.now())
                : OldSide.fenced(outcome, scene);
        return scene.item()
                .withDivergence(Divergence.UNREPLICATED_WRITES, evidence(scene))
                .withOldSide(old);
    }

    private static String evidence(Scene scene) {
        return "both copies ran, or may have, and the " + scene.to() + " side survived: what was written at the "
                + scene.from() + " side is only there";
    }

    // ---- the roles change

    /** A copy that was left behind by a cancelled failover still has its disks, held by the failover's job. */
    private static Step findHolder(Surroundings world) {
        return OperationStep.act("find-held-copy")
                .observes("which job holds the disks of the VM that survives", (intent, scene) -> {
                    VmObservation vm = scene.see(scene.to());
                    ReplicaStatus replica = scene.replicaAt(scene.to());
                    if (replica.role() != ReplicaStatus.Role.REPLICA) {
                        return new Observation.NotNeeded("its disks are its own");
                    }
                    JobId holder = replica.held().entrySet().stream()
                            .filter(each -> holds(each.getValue(), vm))
                            .map(Map.Entry::getKey)
                            .findFirst()
                            .orElseThrow(() -> new OperationFailedException(Problem.of("NOTHING_TO_GO_BACK_TO")
                                    .attempted("let the " + scene.to() + " side of item "
                                            + scene.item().id() + " survive")
                                    .state("its VM has no disks that a failover made; nothing was changed")
                                    .remedy("let the active side survive, or fail over to a recovery point")));
                    return Observation.done(Values.of(HOLDER, holder));
                })
                .in(world);
    }

    private static boolean holds(HeldPoint held, VmObservation vm) {
        return held.disks().equals(vm.disks());
    }

    private static OperationStep closeReception(Surroundings world) {
        return OperationStep.act("close-reception")
                .observes("the epoch below which the surviving replica refuses cycles", (intent, scene) -> {
                    ReplicaStatus replica = scene.replicaAt(scene.to());
                    if (replica.role() != ReplicaStatus.Role.REPLICA) {
                        return new Observation.NotNeeded("nothing replicates to it");
                    }
                    return replica.epochFloor() >= scene.decisionEpoch()
                            ? Observation.done(Values.NONE)
                            : Observation.notDone();
                })
                .does(
                        "raises it to the number of this job's decision",
                        (intent, scene) -> scene.driver()
                                .closeReception(scene.linkTo(scene.to()), scene.decisionEpoch(), scene.decidingCall()))
                .in(world);
    }

    /** Until the survivor was seen running the item stays diverged, so that this can be asked for again. */
    private static ItemState decided(Values intent, Scene scene) {
        ItemState before = scene.item();
        ItemState left =
                DecisionSteps.leaving(intent, scene).withDivergence(before.divergence(), before.divergenceEvidence());
        Optional<String> holder =
                scene.context().outcomes().of("find-held-copy").find(HOLDER);
        if (holder.isEmpty()) {
            return left;
        }
        ProtectionState origin = before.state();
        return left.in(StateTable.TABLE.onEvent(StateEvent.COPY_SURVIVES, origin))
                .withFailover(holder.get(), origin, true);
    }
}
