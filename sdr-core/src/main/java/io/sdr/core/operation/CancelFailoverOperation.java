package io.sdr.core.operation;

import io.sdr.api.Operation;
import io.sdr.api.OperationFailedException;
import io.sdr.api.Problem;
import io.sdr.api.ProtectionState;
import io.sdr.api.VmId;
import io.sdr.api.spi.VmControl;
import io.sdr.api.spi.VmObservation;
import io.sdr.core.job.ActResult;
import io.sdr.core.job.Effects;
import io.sdr.core.job.JobDefinition;
import io.sdr.core.job.Observation;
import io.sdr.core.job.Step;
import io.sdr.core.job.Values;
import io.sdr.core.state.StateTable;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Cancel failover: back to the other side. The copy is stopped and detached first, but its layers go only after the decision:
 * were they dropped before and the decision then failed, no side could start.
 */
final class CancelFailoverOperation {
    static final String KIND = "cancel-failover";

    private CancelFailoverOperation() {}

    static JobDefinition define(Surroundings world) {
        return OperationDefinition.of(
                        Operation.CANCEL_FAILOVER,
                        KIND,
                        1,
                        List.of(
                                otherSideStartable(world),
                                PowerFenceStep.define(world),
                                VmSteps.stopCopyOrAsk(world),
                                DecisionSteps.goBack(world),
                                DecisionSteps.fenceCopy(world),
                                giveBack(world),
                                reopenReception(world),
                                startSource(world),
                                finish(world)))
                .undoneBy(CancelFailoverOperation::asItWas);
    }

    /**
     * Before the decision the failover stands as it was. One that had decided and did not come to its end has its copy, to be started,
     * changed, committed or given up; one whose point was being changed waits for another point.
     */
    private static ItemState asItWas(ItemState item, ItemState origin) {
        ProtectionState from =
                origin.state() == ProtectionState.FAILING_OVER ? ProtectionState.COMMIT_PENDING : origin.state();
        return item.in(StateTable.TABLE.onUndone(Operation.CANCEL_FAILOVER, item.state(), from));
    }

    static OperationStep otherSideStartable(Surroundings world) {
        return OperationStep.guard("other-side-startable")
                .observes("the other side answers and has its VM with disks", (intent, scene) -> {
                    Optional<VmObservation> vm = scene.look(scene.to());
                    if (vm.isEmpty() || vm.get().disks().isEmpty()) {
                        throw new OperationFailedException(Problem.of("NOTHING_TO_GO_BACK_TO")
                                .attempted("cancel the failover of item "
                                        + scene.item().id())
                                .state("site " + scene.site(scene.to()).id()
                                        + " has no startable VM for it; the copy is left as it is")
                                .remedy("retry when the VM is back, or commit the failover"));
                    }
                    return Observation.done(Values.NONE);
                })
                .in(world);
    }

    private static Step giveBack(Surroundings world) {
        return OperationStep.act("give-back")
                .observes("whether the failover still holds its copy at the other side", (intent, scene) -> {
                    if (scene.silence(scene.from()).isPresent()) {
                        return Observation.done(
                                Values.of("later", true),
                                "site " + scene.site(scene.from()).id()
                                        + " does not answer: a note to drop its copy is queued");
                    }
                    boolean held = scene.replicaAt(scene.from()).held().containsKey(ChangePointOperation.holder(scene));
                    return held ? Observation.notDone() : Observation.done(Values.NONE);
                })
                .acts(
                        "stops the copy if it still runs, detaches its disks, drops its layers or keeps them by name",
                        (intent, scene) -> {
                            VmControl vms = scene.site(scene.from()).vms();
                            VmId copy = scene.vm(scene.from());
                            if (scene.see(scene.from()).isRunning()) {
                                // its side was silent when it should have been stopped
                                vms.lockStart(copy, scene.decidingCall());
                                if (vms.turnOff(copy, scene.decidingCall()).isRunning()) {
                                    return ActResult.again(Duration.ofSeconds(1), "waits for the power to go off");
                                }
                            }
                            if (!scene.driverOwnsVms()) {
                                vms.attach(copy, List.of(), scene.decidingCall());
                            }
                            scene.driver()
                                    .giveBack(
                                            scene.linkTo(scene.from()),
                                            ChangePointOperation.holder(scene),
                                            scene.spec().flag(RequestCodec.KEEP_WRITES),
                                            scene.decidingCall());
                            return ActResult.acted();
                        })
                .records((intent, outcome, scene) -> outcome.flag("later")
                        ? Effects.NONE.withNotes(List.of(NoteKinds.giveBack(
                                scene.item().id(),
                                scene.site(scene.from()).id(),
                                scene.from(),
                                scene.decisionEpoch(),
                                ChangePointOperation.holder(scene),
                                scene.spec().flag(RequestCodec.KEEP_WRITES))))
                        : Effects.NONE)
                .in(world);
    }

    /** From now on cycles run under the number of this decision. */
    private static Step reopenReception(Surroundings world) {
        return OperationStep.act("raise-floor")
                .observes("the epoch below which the replica refuses cycles", (intent, scene) -> {
                    if (scene.silence(scene.from()).isPresent()) {
                        return new Observation.NotNeeded("the replica's site does not answer; its floor is lower");
                    }
                    return scene.replicaAt(scene.from()).epochFloor() >= scene.decisionEpoch()
                            ? Observation.done(Values.NONE)
                            : Observation.notDone();
                })
                .does(
                        "raises it to this decision",
                        (intent, scene) -> scene.driver()
                                .closeReception(
                                        scene.linkTo(scene.from()), scene.decisionEpoch(), scene.decidingCall()))
                .in(world);
    }

    private static Step startSource(Surroundings world) {
        return OperationStep.act("restore-other-side")
                .observes(
                        "the other side's VM: unlocked, connected as before, and running if the failover had stopped"
                                + " it",
                        (intent, scene) -> {
                            VmObservation vm = scene.see(scene.to());
                            boolean asBefore = !vm.startLocked()
                                    && Reconnection.isConnected(scene, scene.to())
                                    && (vm.isRunning() || !scene.item().sourceWasRunning());
                            return asBefore ? Observation.done(Values.NONE) : Observation.notDone();
                        })
                .does("connects it again, takes its lock away and starts it", (intent, scene) -> {
                    Reconnection.connect(scene, scene.to());
                    // a source that its driver prepared for the failover could not be started
                    scene.driver().takeBackRest(scene.linkTo(scene.from()), scene.decidingCall());
                    scene.site(scene.to()).vms().unlockStart(scene.vm(scene.to()), scene.decidingCall());
                    if (scene.item().sourceWasRunning()) {
                        scene.site(scene.to()).vms().start(scene.vm(scene.to()), scene.decidingCall());
                    }
                })
                .in(world);
    }

    private static Step finish(Surroundings world) {
        return OperationStep.act(VmSteps.VERIFY)
                .observes("the other side's VM, seen as it was before the failover", (intent, scene) -> {
                    VmObservation vm = scene.see(scene.to());
                    boolean asBefore = vm.isRunning()
                            ? vm.heartbeat().orElse(true)
                            : !scene.item().sourceWasRunning();
                    if (!asBefore) {
                        return Observation.notDone();
                    }
                    Values seen = Values.of("seenAt", scene.now());
                    return vm.isRunning()
                            ? Observation.done(seen)
                            : Observation.done(
                                    seen,
                                    "VM " + vm.vm() + " at site "
                                            + scene.site(scene.to()).id()
                                            + " is off, and neither copy runs: nobody saw it"
                                            + " run when it was failed over. If it is to run, start it there");
                })
                .acts(
                        "nothing: it looks again until the deadline",
                        (intent, scene) -> ActResult.again(Duration.ofSeconds(1), "waits for the guest to answer"))
                .records((intent, outcome, scene) -> Effects.document(
                                back(scene.item()).document())
                        .withEvent(EventKind.FAILOVER_CANCELLED.says("the failover of item "
                                + scene.item().id() + " is cancelled; it is active at " + scene.to())))
                .in(world);
    }

    /** Where the failover came from; from there nothing may have replicated to the side that is left. */
    private static ItemState back(ItemState item) {
        ProtectionState state = StateTable.TABLE.onFailoverCancelled(item.state(), item.failoverOrigin());
        ItemState back = item.in(state).withoutFailover().withCut(item.active(), List.of());
        return state == ProtectionState.FAILED_OVER ? back.withoutReplication().withoutCycles() : back;
    }
}
