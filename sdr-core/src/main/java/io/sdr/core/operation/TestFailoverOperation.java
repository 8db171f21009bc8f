package io.sdr.core.operation;

import io.sdr.api.Drill;
import io.sdr.api.JobId;
import io.sdr.api.NetworkId;
import io.sdr.api.Operation;
import io.sdr.api.OperationFailedException;
import io.sdr.api.Problem;
import io.sdr.api.SdrException;
import io.sdr.api.TestFailoverState;
import io.sdr.api.TestNetwork;
import io.sdr.api.TestProbe;
import io.sdr.api.VmId;
import io.sdr.api.spi.VmConfiguration;
import io.sdr.api.spi.VmObservation;
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
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Test failover: the replica is started in isolation beside running replication. It has no point of no return: nothing of it is ever
 * the active VM, and the side that is active is not touched.
 */
final class TestFailoverOperation {
    static final String KIND = "test-failover";

    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);
    private static final String STARTED = "started";
    private static final String UNTIL = "until";

    private TestFailoverOperation() {}

    static JobDefinition define(Surroundings world) {
        return OperationDefinition.of(
                        Operation.TEST_FAILOVER,
                        KIND,
                        1,
                        List.of(
                                checks(world),
                                ReplicaSteps.resolvePoint(world, true, TestFailoverOperation::failed),
                                ReplicaSteps.buildTestCopy(world, TestFailoverOperation::failed),
                                isolatedNetwork(world),
                                createVm(world),
                                attach(world),
                                start(world),
                                verify(world)))
                .whenStarted(item -> reached(Milestone.STARTED, item.withoutDrill()))
                .whenUndone(item -> reached(Milestone.UNDONE, item).withoutDrill())
                .whenSuperseded(item -> reached(Milestone.FAILED, item));
    }

    private static ItemState reached(Milestone milestone, ItemState item) {
        return item.withTestFailover(StateTable.TABLE.onTest(Operation.TEST_FAILOVER, milestone, item.testFailover()));
    }

    /** What was made stays to be looked at, and waits for its cleanup. */
    static Effects failed(SdrException failure, Scene scene) {
        return scene.item().testFailover() == TestFailoverState.RUNNING
                ? Effects.document(reached(Milestone.FAILED, scene.item()).document())
                : Effects.NONE;
    }

    private static TestNetwork network(Scene scene) {
        return NetworkCodec.testNetwork(scene.spec().text(RequestCodec.TEST_NETWORK));
    }

    private static Step checks(Surroundings world) {
        return OperationStep.act("checks")
                .intends(scene -> Values.of(STARTED, scene.now()))
                .observes("whether the site has, or can make, the network that was chosen", (intent, scene) -> {
                    Readiness.requireTestNetwork(scene.site(scene.to()), network(scene), scene.call());
                    return Observation.done(Values.NONE);
                })
                .records((intent, outcome, scene) -> Effects.document(scene.item()
                        .withDrill(new Drill(
                                new JobId(scene.context().job()),
                                scene.to(),
                                Optional.empty(),
                                network(scene),
                                Instant.parse(intent.text(STARTED)),
                                Optional.empty(),
                                Optional.empty(),
                                "",
                                List.of()))
                        .document()))
                .recordsFailure(TestFailoverOperation::failed)
                .in(world);
    }

    private static Step isolatedNetwork(Surroundings world) {
        return OperationStep.act("isolated-network")
                .observes("the networks that are tagged with this job", (intent, scene) -> {
                    if (!(network(scene) instanceof TestNetwork.Isolated)) {
                        return new Observation.NotNeeded("the test uses no network of its own");
                    }
                    return isolated(scene).isPresent() ? Observation.done(Values.NONE) : Observation.notDone();
                })
                .does("makes one that reaches nothing else", (intent, scene) -> {
                    DrillScene drill = DrillScene.made(scene);
                    if (scene.driverOwnsVms()) {
                        openTest(scene); // first: the network has to be where the driver makes the VM
                    }
                    NetworkId unused = drill.objects().createIsolatedNetwork(drill.drill(), drill.call());
                })
                .undoes("deletes it", (intent, scene) -> {
                    DrillScene drill = DrillScene.made(scene);
                    if (scene.driverOwnsVms()) {
                        drill.giveBack();
                    }
                    drill.present()
                            .networks()
                            .forEach(network -> drill.objects().deleteNetwork(drill.drill(), network, drill.call()));
                    return UndoResult.undone();
                })
                .recordsFailure(TestFailoverOperation::failed)
                .in(world);
    }

    private static Optional<NetworkId> isolated(Scene scene) {
        return network(scene) instanceof TestNetwork.Isolated
                ? DrillScene.made(scene).present().networks().stream().findFirst()
                : Optional.empty();
    }

    private static void openTest(Scene scene) {
        DrillScene drill = DrillScene.made(scene);
        VmId unused = scene.driver()
                .openTest(scene.linkTo(scene.to()), drill.drill(), ReplicaSteps.chosen(scene), drill.call());
    }

    private static Step createVm(Surroundings world) {
        return OperationStep.act("create-test-vm")
                .observes(
                        "the VMs that are tagged with this job",
                        (intent, scene) -> DrillScene.made(scene)
                                .vm()
                                .map(vm -> Observation.done(Values.of("vm", vm.vm())))
                                .orElseGet(Observation::notDone))
                .does(
                        "makes it beside the replica's own, connected to the network that was chosen",
                        (intent, scene) -> {
                            DrillScene drill = DrillScene.made(scene);
                            if (scene.driverOwnsVms()) {
                                openTest(scene);
                                return;
                            }
                            VmObservation unused = drill.objects()
                                    .createVm(
                                            drill.drill(),
                                            drill.vmName(),
                                            scene.item().place(scene.to()).cloud(),
                                            configuration(scene),
                                            drill.call());
                        })
                .undoes("deletes it", (intent, scene) -> {
                    DrillScene drill = DrillScene.made(scene);
                    if (scene.driverOwnsVms()) {
                        drill.giveBack();
                    }
                    drill.present().vms().forEach(vm -> drill.objects().deleteVm(drill.drill(), vm.vm(), drill.call()));
                    return UndoResult.undone();
                })
                .recordsFailure(TestFailoverOperation::failed)
                .in(world);
    }

    /** As a failover would make it, but for the networks. */
    private static VmConfiguration configuration(Scene scene) {
        VmConfiguration present = scene.site(scene.to())
                .inventory()
                .find(scene.vm(scene.to()).value(), scene.call())
                .get(0)
                .configuration();
        VmConfiguration source = ConfigurationDocument.read(scene)
                .map(told -> told.withFirmware(present.firmware()))
                .orElse(present);
        return ConfigurationSteps.connections(scene).tested(source, network(scene), isolated(scene));
    }

    private static Step attach(Surroundings world) {
        return OperationStep.act("attach-disks")
                .observes("the disks that the test's VM has attached", (intent, scene) -> {
                    if (scene.driverOwnsVms()) {
                        return isConnected(scene) ? Observation.done(Values.NONE) : Observation.notDone();
                    }
                    boolean attached = DrillScene.made(scene)
                            .vm()
                            .map(VmObservation::disks)
                            .equals(Optional.of(ReplicaSteps.heldDisks(scene, ReplicaSteps.thisJob(scene))));
                    return attached ? Observation.done(Values.NONE) : Observation.notDone();
                })
                .does("attaches the disks that hold the chosen point", (intent, scene) -> {
                    DrillScene drill = DrillScene.made(scene);
                    if (scene.driverOwnsVms()) {
                        drill.site().vms().configure(drill.requireVm(), configuration(scene), drill.call());
                        return;
                    }
                    VmObservation unused = drill.site()
                            .vms()
                            .attach(
                                    drill.requireVm(),
                                    ReplicaSteps.heldDisks(scene, ReplicaSteps.thisJob(scene)),
                                    drill.call());
                })
                .undoes("detaches them", (intent, scene) -> {
                    if (scene.driverOwnsVms()) {
                        return UndoResult.undone();
                    }
                    DrillScene drill = DrillScene.made(scene);
                    drill.vm().ifPresent(vm -> drill.site().vms().attach(vm.vm(), List.of(), drill.call()));
                    return UndoResult.undone();
                })
                .recordsFailure(TestFailoverOperation::failed)
                .in(world);
    }

    /** A driver that makes the VM attaches its disks; what is left to do is its networks. */
    private static boolean isConnected(Scene scene) {
        DrillScene drill = DrillScene.made(scene);
        return drill.site().inventory().find(drill.requireVm().value(), drill.call()).stream()
                .anyMatch(vm -> vm.configuration()
                        .adapters()
                        .equals(configuration(scene).adapters()));
    }

    private static Step start(Surroundings world) {
        return OperationStep.act("start")
                .observes(
                        "whether the test's VM runs",
                        (intent, scene) -> DrillScene.made(scene)
                                        .vm()
                                        .filter(VmObservation::isRunning)
                                        .isPresent()
                                ? Observation.done(Values.NONE)
                                : Observation.notDone())
                .does("starts it", (intent, scene) -> {
                    DrillScene drill = DrillScene.made(scene);
                    VmObservation unused = drill.site().vms().start(drill.requireVm(), drill.call());
                })
                .undoes("powers it off", (intent, scene) -> turnOff(DrillScene.made(scene)))
                .recordsFailure(TestFailoverOperation::failed)
                .in(world);
    }

    private static UndoResult turnOff(DrillScene drill) {
        boolean running = false;
        for (VmObservation vm : drill.present().vms()) {
            running |= vm.isRunning()
                    && drill.site().vms().turnOff(vm.vm(), drill.call()).isRunning();
        }
        return running ? new UndoResult.Again(LOOK_AGAIN, "waits for the power to go off") : UndoResult.undone();
    }

    private static Step verify(Surroundings world) {
        return OperationStep.act(VmSteps.VERIFY)
                .within(Duration.ofDays(2)) // longer than any plan's own time
                .intends(scene -> Values.of(UNTIL, scene.now().plus(patience(scene))))
                .observes(
                        "the test's VM: it runs, its guest answers, and the user's probe is content",
                        (intent, scene) -> {
                            Optional<String> missing = missing(scene, world);
                            if (missing.isEmpty()) {
                                return Observation.done(Values.of("runningAt", scene.now()));
                            }
                            if (scene.now().isBefore(scene.atLeast(intent.text(UNTIL), patience(scene)))) {
                                return Observation.notDone();
                            }
                            throw new OperationFailedException(Problem.of("TEST_NOT_VERIFIED")
                                    .attempted("verify the test failover of item "
                                            + scene.item().id())
                                    .state(missing.get() + "; the test's VM is left to be looked at")
                                    .remedy("look at it, then run the cleanup"));
                        })
                .acts(
                        "nothing: it looks again until the plan's time is over",
                        (intent, scene) -> ActResult.again(LOOK_AGAIN, "waits for the test's VM to work"))
                .records((intent, outcome, scene) -> verified(outcome, scene))
                .recordsFailure(TestFailoverOperation::failed)
                .in(world);
    }

    private static Effects verified(Values outcome, Scene scene) {
        Drill drill = scene.item().drill().orElseThrow();
        return Effects.document(reached(Milestone.SUCCEEDED, scene.item())
                        .withDrill(new Drill(
                                drill.job(),
                                drill.to(),
                                Optional.of(ReplicaSteps.chosen(scene)),
                                drill.network(),
                                drill.started(),
                                Optional.of(Instant.parse(outcome.text("runningAt"))),
                                Optional.empty(),
                                "",
                                List.of()))
                        .document())
                .withEvent(EventKind.DRILL_VERIFIED.says("the test failover of item "
                        + scene.item().id() + " at " + scene.to() + " is verified and waits for its cleanup"));
    }

    private static Duration patience(Scene scene) {
        return Duration.parse(scene.spec().text(RequestCodec.VERIFY_WITHIN));
    }

    private static Optional<String> missing(Scene scene, Surroundings world) {
        DrillScene drill = DrillScene.made(scene);
        Optional<VmObservation> vm = drill.vm();
        if (vm.isEmpty() || !vm.get().isRunning()) {
            return Optional.of("its VM does not run");
        }
        if (!vm.get().heartbeat().orElse(true)) {
            return Optional.of("its guest does not answer");
        }
        Optional<String> probe = scene.spec().find(RequestCodec.PROBE);
        return probe.flatMap(
                name -> ask(name, world.probe(name), drill, vm.get().vm(), scene));
    }

    private static Optional<String> ask(String name, TestProbe probe, DrillScene drill, VmId vm, Scene scene) {
        try {
            return probe.missing(new TestProbe.TestedVm(
                            scene.item().id(), drill.drill(), drill.site().id(), vm, drill.vmName()))
                    .map(missing -> "probe '" + name + "' says: " + missing);
        } catch (RuntimeException e) {
            return Optional.of("probe '" + name + "' failed: " + e);
        }
    }
}
