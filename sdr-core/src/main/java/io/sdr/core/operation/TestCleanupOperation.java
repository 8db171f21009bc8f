package io.sdr.core.operation;

import io.sdr.api.Drill;
import io.sdr.api.Operation;
import io.sdr.api.SdrException;
import io.sdr.api.TestFailoverState;
import io.sdr.api.spi.TestObjects;
import io.sdr.api.spi.VmObservation;
import io.sdr.core.job.ActResult;
import io.sdr.core.job.Effects;
import io.sdr.core.job.JobDefinition;
import io.sdr.core.job.Observation;
import io.sdr.core.job.Step;
import io.sdr.core.job.Values;
import io.sdr.core.state.Milestone;
import io.sdr.core.state.StateTable;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Cleanup of a test failover: everything that is tagged with the drill's job goes, and the drill's report is closed. What is missing
 * is done. A forced one lists what it could not remove; only that nothing can write to a layer of the replica any more is never
 * given up.
 */
final class TestCleanupOperation {
    static final String KIND = "test-cleanup";

    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);
    private static final Duration TRY_AGAIN = Duration.ofSeconds(10);
    /** How long a forced cleanup tries before it leaves something behind. */
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private static final String UNTIL = "until";
    private static final String LEFT = "left.";

    private TestCleanupOperation() {}

    static JobDefinition define(Surroundings world) {
        return OperationDefinition.of(
                        Operation.TEST_CLEANUP,
                        KIND,
                        1,
                        List.of(stop(world), detach(world), giveBack(world), deleteObjects(world)))
                .whenStarted(item -> reached(Milestone.STARTED, item))
                .whenUndone(item -> reached(Milestone.UNDONE, item))
                .whenSuperseded(item -> reached(Milestone.FAILED, item));
    }

    private static ItemState reached(Milestone milestone, ItemState item) {
        return item.withTestFailover(StateTable.TABLE.onTest(Operation.TEST_CLEANUP, milestone, item.testFailover()));
    }

    private static Effects failed(SdrException failure, Scene scene) {
        return scene.item().testFailover() == TestFailoverState.CLEANING_UP
                ? Effects.document(reached(Milestone.FAILED, scene.item()).document())
                : Effects.NONE;
    }

    private static List<VmObservation> vms(Scene scene) {
        return DrillScene.removed(scene).map(drill -> drill.present().vms()).orElse(List.of());
    }

    private static Step stop(Surroundings world) {
        return OperationStep.act("stop-test-vm")
                .observes(
                        "whether a VM that is tagged with the drill runs",
                        (intent, scene) -> vms(scene).stream().anyMatch(VmObservation::isRunning)
                                ? Observation.notDone()
                                : Observation.done(Values.NONE))
                .acts("powers it off", (intent, scene) -> {
                    boolean running = false;
                    for (VmObservation vm : vms(scene)) {
                        running |= scene.site(scene.to())
                                .vms()
                                .turnOff(vm.vm(), scene.call())
                                .isRunning();
                    }
                    return running ? ActResult.again(LOOK_AGAIN, "waits for the power to go off") : ActResult.acted();
                })
                .recordsFailure(TestCleanupOperation::failed)
                .in(world);
    }

    private static Step detach(Surroundings world) {
        return OperationStep.act("detach-disks")
                .observes("the disks that a VM tagged with the drill has attached", (intent, scene) -> {
                    if (scene.driverOwnsVms()) {
                        return new Observation.NotNeeded(VmSteps.OF_THE_DRIVER);
                    }
                    return vms(scene).stream().allMatch(vm -> vm.disks().isEmpty())
                            ? Observation.done(Values.NONE)
                            : Observation.notDone();
                })
                .does(
                        "detaches them",
                        (intent, scene) -> vms(scene)
                                .forEach(vm -> scene.site(scene.to()).vms().attach(vm.vm(), List.of(), scene.call())))
                .recordsFailure(TestCleanupOperation::failed)
                .in(world);
    }

    private static Step giveBack(Surroundings world) {
        return OperationStep.act("give-back")
                .intends(scene -> Values.of(UNTIL, scene.now().plus(PATIENCE)))
                .observes("whether the drill still holds its point", (intent, scene) -> {
                    if (DrillScene.removed(scene).filter(DrillScene::isHeld).isEmpty()) {
                        return Observation.done(Values.NONE);
                    }
                    return mayLeaveHeld(scene) && isOver(intent, scene)
                            ? Observation.done(Values.NONE, "the driver did not end the test")
                            : Observation.notDone();
                })
                .acts("gives it back: its layers go, the base was never touched", (intent, scene) -> {
                    List<String> troubles = new ArrayList<>();
                    DrillScene.removed(scene).ifPresent(drill -> {
                        if (mayLeaveHeld(scene)) {
                            attempt(drill::giveBack, scene, troubles);
                        } else {
                            drill.giveBack();
                        }
                    });
                    return troubles.isEmpty()
                            ? ActResult.acted()
                            : ActResult.again(TRY_AGAIN, String.join("; ", troubles));
                })
                .recordsFailure(TestCleanupOperation::failed)
                .in(world);
    }

    private static Step deleteObjects(Surroundings world) {
        return OperationStep.act("delete-test-objects")
                .intends(scene -> Values.of(UNTIL, scene.now().plus(PATIENCE)))
                .observes("what is tagged with the drill", TestCleanupOperation::look)
                .acts(
                        "deletes its VM, then its network; a forced cleanup leaves behind what it cannot delete",
                        TestCleanupOperation::delete)
                .records((intent, outcome, scene) -> closed(outcome, scene))
                .recordsFailure(TestCleanupOperation::failed)
                .in(world);
    }

    /** A test's VM that the driver made and keeps lies over the replica by itself: while it is off nothing writes. */
    private static boolean mayLeaveHeld(Scene scene) {
        return scene.driverOwnsVms() && scene.spec().flag(RequestCodec.FORCED);
    }

    private static boolean isOver(Values intent, Scene scene) {
        return !scene.now().isBefore(scene.atLeast(intent.text(UNTIL), PATIENCE));
    }

    private static Observation look(Values intent, Scene scene) {
        Optional<DrillScene> drill = DrillScene.removed(scene);
        if (drill.isEmpty()) {
            return Observation.done(Values.NONE);
        }
        boolean giveUp = scene.spec().flag(RequestCodec.FORCED) && isOver(intent, scene);
        List<String> left;
        try {
            left = left(drill.get().present(), drill.get());
        } catch (SdrException e) {
            if (!giveUp) {
                throw e;
            }
            left = List.of("everything of drill " + drill.get().drill() + " at site "
                    + drill.get().site().id() + ", which does not answer");
        }
        if (left.isEmpty()) {
            return Observation.done(Values.NONE);
        }
        if (!giveUp) {
            return Observation.notDone();
        }
        Values outcome = Values.NONE;
        for (int i = 0; i < left.size(); i++) {
            outcome = outcome.with(LEFT + i, left.get(i));
        }
        return Observation.done(outcome, "left behind: " + String.join(", ", left));
    }

    private static List<String> left(TestObjects.Made present, DrillScene drill) {
        List<String> left = new ArrayList<>();
        present.vms()
                .forEach(vm ->
                        left.add("VM " + vm.vm() + " at site " + drill.site().id()));
        present.networks()
                .forEach(network -> left.add(
                        "network " + network + " at site " + drill.site().id()));
        return left;
    }

    private static ActResult delete(Values intent, Scene scene) {
        DrillScene drill = DrillScene.removed(scene).orElseThrow();
        List<String> troubles = new ArrayList<>();
        TestObjects.Made present = drill.present();
        present.vms()
                .forEach(vm ->
                        attempt(() -> drill.objects().deleteVm(drill.drill(), vm.vm(), drill.call()), scene, troubles));
        present.networks()
                .forEach(network -> attempt(
                        () -> drill.objects().deleteNetwork(drill.drill(), network, drill.call()), scene, troubles));
        return troubles.isEmpty() ? ActResult.acted() : ActResult.again(TRY_AGAIN, String.join("; ", troubles));
    }

    /** A forced cleanup does what it can of the rest, and tries again. */
    private static void attempt(Runnable deletion, Scene scene, List<String> troubles) {
        try {
            deletion.run();
        } catch (SdrException e) {
            if (!scene.spec().flag(RequestCodec.FORCED)) {
                throw e;
            }
            troubles.add(e.problem().describe());
        }
    }

    private static Effects closed(Values outcome, Scene scene) {
        ItemState item = reached(Milestone.SUCCEEDED, scene.item());
        List<String> left = new ArrayList<>();
        for (int i = 0; outcome.find(LEFT + i).isPresent(); i++) {
            left.add(outcome.text(LEFT + i));
        }
        Instant now = scene.now();
        String notes = scene.spec().find(RequestCodec.NOTES).orElse("");
        Optional<Drill> closed = item.drill()
                .map(drill -> new Drill(
                        drill.job(),
                        drill.to(),
                        drill.point(),
                        drill.network(),
                        drill.started(),
                        drill.verified(),
                        Optional.of(now),
                        notes,
                        left));
        boolean passed = closed.map(Drill::passed).orElse(false);
        return Effects.document(closed.map(item::withDrill).orElse(item).document())
                .withEvent((passed ? EventKind.DRILL_PASSED : EventKind.DRILL_FAILED)
                        .says("the drill of item " + item.id() + (passed ? " passed" : " did not pass")));
    }
}
