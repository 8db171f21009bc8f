package io.sdr.hyperv.simulation;

import io.sdr.hyperv.powershell.Arguments;
import io.sdr.hyperv.simulation.ReplicaEnd.Mode;
import io.sdr.hyperv.simulation.ReplicaEnd.State;
import io.sdr.hyperv.simulation.SimulatedVm.Power;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** The verbs of Hyper-V Replica with the host, state and power that each needs. */
@SuppressWarnings("ImmutableEnumChecker") // nobody changes the sets, and the functions hold nothing
enum ReplicaVerb {
    ENABLE(
            "replication-enable",
            ReplicaScene::enabling,
            (scene, vm) -> PrimaryVerbs.enable(vm, scene.settings()),
            modes(Mode.None),
            states(State.Disabled),
            all()) {
        @Override
        boolean isDone(Mode mode, State state) {
            return mode != Mode.None;
        }
    },
    START_INITIAL(
            "replication-start-initial",
            ReplicaScene::starting,
            (scene, vm) -> PrimaryVerbs.startInitial(vm, false, Optional.empty()),
            modes(Mode.Primary),
            states(State.ReadyForInitialReplication),
            all()) {
        @Override
        boolean isDone(Mode mode, State state) {
            return state != State.ReadyForInitialReplication;
        }
    },
    PREPARE(
            "failover-prepare",
            ReplicaScene::plain,
            (scene, vm) -> PrimaryVerbs.prepare(vm),
            modes(Mode.Primary),
            states(State.Replicating),
            off()) {
        @Override
        boolean isDone(Mode mode, State state) {
            return state == State.PreparedForFailover;
        }
    },
    FAIL_OVER(
            "failover-start",
            ReplicaScene::latest,
            (scene, vm) -> ReplicaSide.failOver(vm, Optional.empty()),
            modes(Mode.Replica),
            states(State.Replicating, State.Resynchronizing, State.Suspended, State.WaitingForUpdateCompletion),
            off()) {
        @Override
        boolean isDone(Mode mode, State state) {
            return state == State.FailedOverWaitingCompletion;
        }
    },
    TEST(
            "failover-test",
            ReplicaScene::latest,
            (scene, vm) -> ReplicaSide.test(vm, Optional.empty()),
            modes(Mode.Replica),
            states(State.Replicating, State.Suspended, State.WaitingForUpdateCompletion),
            off()),
    STOP_AT_PRIMARY(
            "failover-stop",
            ReplicaScene::noTest,
            (scene, vm) -> ReplicaSide.stop(vm),
            modes(Mode.Primary),
            states(State.PreparedForFailover),
            all()) {
        @Override
        boolean isDone(Mode mode, State state) {
            return !underWay(state);
        }
    },
    STOP_AT_REPLICA(
            "failover-stop",
            ReplicaScene::noTest,
            (scene, vm) -> ReplicaSide.stop(vm),
            modes(Mode.Replica),
            states(State.FailedOverWaitingCompletion, State.RecoveryInProgress),
            all()) {
        @Override
        boolean isDone(Mode mode, State state) {
            return !underWay(state);
        }
    },
    COMPLETE(
            "failover-complete",
            ReplicaScene::plain,
            (scene, vm) -> ReplicaSide.complete(vm),
            modes(Mode.Replica),
            states(State.FailedOverWaitingCompletion),
            all()) {
        @Override
        boolean isDone(Mode mode, State state) {
            return state == State.FailedOver;
        }
    },
    REVERSE(
            "replication-reverse",
            ReplicaScene::reversing,
            (scene, vm) -> ReplicaSide.reverse(vm, ReplicaScene.EAST, ""),
            modes(Mode.Replica),
            states(State.FailedOverWaitingCompletion, State.FailedOver),
            all()) {
        @Override
        boolean isDone(Mode mode, State state) {
            return mode != Mode.Replica;
        }
    },
    AS_REPLICA(
            "replication-as-replica",
            ReplicaScene::plain,
            (scene, vm) -> PrimaryVerbs.asReplica(vm),
            modes(Mode.Primary),
            states(State.Error, State.WaitingForStartResynchronize),
            off()) {
        @Override
        boolean isDone(Mode mode, State state) {
            return mode != Mode.Primary;
        }

        @Override
        String codeOfPower() {
            return "VM_RUNNING";
        }
    },
    SUSPEND(
            "replication-suspend",
            ReplicaScene::plain,
            (scene, vm) -> PrimaryVerbs.suspend(vm),
            modes(Mode.Primary, Mode.Replica),
            states(State.Replicating, State.Resynchronizing, State.Error),
            all()) {
        @Override
        boolean isDone(Mode mode, State state) {
            return Set.of(State.Suspended, State.ResynchronizeSuspended, State.Disabled)
                    .contains(state);
        }
    },
    RESUME(
            "replication-resume",
            scene -> scene.resuming(false, false),
            (scene, vm) -> PrimaryVerbs.resume(vm),
            modes(Mode.Primary, Mode.Replica),
            states(State.Suspended, State.Error),
            all()) {
        @Override
        boolean isDone(Mode mode, State state) {
            return goesOn(state);
        }
    },
    RESYNCHRONIZE(
            "replication-resume",
            scene -> scene.resuming(true, false),
            (scene, vm) -> PrimaryVerbs.resynchronize(vm),
            modes(Mode.Primary),
            states(State.WaitingForStartResynchronize, State.Suspended, State.Error, State.ResynchronizeSuspended),
            all()) {
        @Override
        boolean isDone(Mode mode, State state) {
            return goesOn(state);
        }
    },
    GO_ON(
            "replication-resume",
            scene -> scene.resuming(false, true),
            (scene, vm) -> PrimaryVerbs.goOn(vm),
            modes(Mode.Primary),
            states(State.ResynchronizeSuspended),
            all()) {
        @Override
        boolean isDone(Mode mode, State state) {
            return goesOn(state);
        }
    },
    REMOVE(
            "replication-remove",
            ReplicaScene::plain,
            (scene, vm) -> PrimaryVerbs.remove(vm),
            modes(Mode.Primary, Mode.Replica),
            EnumSet.allOf(State.class),
            all()) {
        @Override
        boolean isDone(Mode mode, State state) {
            return mode == Mode.None;
        }
    };

    final String script;
    final Function<ReplicaScene, Arguments> arguments;
    final BiConsumer<ReplicaScene, SimulatedVm> cmdlet;
    final Set<Mode> modes;
    final Set<State> states;
    final Set<Power> powers;

    ReplicaVerb(
            String script,
            Function<ReplicaScene, Arguments> arguments,
            BiConsumer<ReplicaScene, SimulatedVm> cmdlet,
            Set<Mode> modes,
            Set<State> states,
            Set<Power> powers) {
        this.script = script;
        this.arguments = arguments;
        this.cmdlet = cmdlet;
        this.modes = modes;
        this.states = states;
        this.powers = powers;
    }

    /** Whether the script takes a state for done, and answers it instead of calling the cmdlet. */
    boolean isDone(Mode mode, State state) {
        return false;
    }

    /** What the script says of a VM that is not off. */
    String codeOfPower() {
        return "STATE_MOVED";
    }

    private static boolean underWay(State state) {
        return Set.of(State.PreparedForFailover, State.FailedOverWaitingCompletion, State.RecoveryInProgress)
                .contains(state);
    }

    private static boolean goesOn(State state) {
        return Set.of(State.Replicating, State.Resynchronizing, State.Disabled).contains(state);
    }

    private static Set<Mode> modes(Mode... modes) {
        return EnumSet.copyOf(Arrays.asList(modes));
    }

    private static Set<State> states(State... states) {
        return EnumSet.copyOf(Arrays.asList(states));
    }

    private static Set<Power> all() {
        return EnumSet.allOf(Power.class);
    }

    private static Set<Power> off() {
        return EnumSet.of(Power.Off);
    }
}
