package io.sdr.hyperv.simulation;

import io.sdr.hyperv.simulation.ReplicaEnd.Mode;
import io.sdr.hyperv.simulation.ReplicaEnd.State;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** The cmdlets of Hyper-V Replica that run on the primary's host, or on both, with what each demands. */
final class PrimaryVerbs {
    /** "You also can schedule replication to start up to 7 days later" (Start-VMInitialReplication, description). */
    private static final Duration LATEST_START = Duration.ofDays(7);

    private PrimaryVerbs() {}

    private static ReplicaNetwork network(SimulatedVm vm) {
        return vm.host.world().replicaNetwork();
    }

    private static boolean isOff(SimulatedVm vm) {
        return vm.state() == SimulatedVm.Power.Off;
    }

    /** Enable-VMReplication: makes the VM the primary and an empty replica over there, or takes one that was made ready. */
    static void enable(SimulatedVm vm, ReplicaSettings settings) {
        String command = "Enable-VMReplication";
        ReplicaEnd end = vm.replica;
        settings.check(command);
        end.require(command, end.mode() == Mode.None, "it is in a relation");
        boolean plain = vm.drives.stream().allMatch(drive -> drive.diskNumber().isEmpty() && !drive.shared());
        end.require(command, plain, "a disk cannot be replicated");
        boolean known = settings.excluded().stream()
                .allMatch(path ->
                        vm.drives.stream().anyMatch(drive -> drive.path().equalsIgnoreCase(path)));
        if (!known) {
            throw HostError.notFound(command, "an excluded disk is not there");
        }
        SimulatedHost host = network(vm)
                .reach(vm.host, settings.server(), settings.port(), settings.authentication(), vm.id, command);
        Optional<SimulatedVm> there = host.find(vm.id);
        String me = ReplicaNetwork.nameOf(vm.host);
        if (there.isPresent()) {
            ReplicaEnd other = there.get().replica;
            boolean ready = other.mode() == Mode.Replica
                    && other.is(State.WaitingForInitialReplication)
                    && other.primaryServer.equalsIgnoreCase(me);
            other.require(command, ready, "the replica server has such a VM");
            ReplicaSide.takeRelation(there.get(), settings);
        } else {
            ReplicaSide.make(vm, host, settings, me);
        }
        end.become(Mode.Primary, State.ReadyForInitialReplication);
        end.settings = Optional.of(settings);
        end.primaryServer = me;
        end.replicaServer = settings.server();
        end.watch();
    }

    /** Start-VMInitialReplication. */
    static void startInitial(SimulatedVm vm, boolean existingCopy, Optional<Instant> at) {
        String command = "Start-VMInitialReplication";
        ReplicaEnd end = vm.replica;
        end.require(
                command, end.mode() == Mode.Primary && end.is(State.ReadyForInitialReplication), "no first copy now");
        Instant now = vm.host.clock();
        if (at.isPresent() && (!at.get().isAfter(now) || at.get().isAfter(now.plus(LATEST_START)))) {
            throw HostError.cmdlet(
                    "InvalidParameter", "InvalidArgument", HostError.FAILED, command, "not within the next seven days");
        }
        Optional<SimulatedVm> replica = network(vm).taking(end, State.WaitingForInitialReplication);
        if (replica.isEmpty()) {
            throw ReplicaNetwork.unreachable(command, end.replicaServer);
        }
        network(vm).beginCycles(end);
        if (at.isPresent()) {
            end.become(State.WaitingForInitialReplication);
            network(vm).copy(end, Duration.between(now, at.get()));
        } else {
            network(vm).copyNow(end);
        }
        if (existingCopy && ReplicaDisks.differInSize(vm, replica.get())) {
            network(vm).stopCopy(end);
            end.become(State.ReadyForInitialReplication);
            throw HostError.cmdlet(
                    "OperationFailed", "NotSpecified", HostError.FAILED, command, "the copy is another disk");
        }
    }

    /** Stop-VMInitialReplication. */
    static void stopInitial(SimulatedVm vm) {
        ReplicaEnd end = vm.replica;
        end.require(
                "Stop-VMInitialReplication",
                end.mode() == Mode.Primary
                        && end.is(State.InitialReplicationInProgress, State.WaitingForInitialReplication),
                "no first copy is under way");
        network(vm).stopCopy(end);
        network(vm).stopCycles(end);
        end.become(State.ReadyForInitialReplication);
    }

    /** Start-VMFailover -Prepare: sends what is left and keeps the VM from starting. */
    static void prepare(SimulatedVm vm) {
        String command = "Start-VMFailover";
        ReplicaEnd end = vm.replica;
        end.require(command, end.mode() == Mode.Primary, "not on the primary");
        end.require(command, end.is(State.Replicating), "it does not replicate");
        end.require(command, isOff(vm), "the VM is not off");
        end.require(command, end.look(), "its history broke");
        Optional<SimulatedVm> replica = network(vm).taking(end, State.Replicating);
        if (replica.isEmpty()) {
            throw ReplicaNetwork.unreachable(command, end.replicaServer);
        }
        network(vm).send(end, replica.get());
        end.become(State.PreparedForFailover);
    }

    /** Set-VMReplication with settings. */
    static void settings(SimulatedVm vm, ReplicaSettings settings) {
        ReplicaEnd end = vm.replica;
        settings.check("Set-VMReplication");
        end.require("Set-VMReplication", end.mode() == Mode.Primary, "not on the primary");
        end.settings = Optional.of(settings);
        network(vm).peer(end).ifPresent(peer -> peer.replica.settings = Optional.of(settings));
    }

    /** Set-VMReplication -AsReplica, on the old primary after an unplanned failover. */
    static void asReplica(SimulatedVm vm) {
        String command = "Set-VMReplication";
        ReplicaEnd end = vm.replica;
        end.require(command, end.mode() == Mode.Primary, "not on a primary");
        boolean stale = network(vm)
                .peer(end)
                .filter(peer -> peer.replica.is(State.FailedOver, State.FailedOverWaitingCompletion)
                        || peer.replica.mode() == Mode.Primary)
                .isPresent();
        end.require(
                command, stale || end.is(State.Error, State.WaitingForStartResynchronize), "its replication is sound");
        end.require(command, isOff(vm), "the VM is not off");
        network(vm).stopCycles(end);
        network(vm).stopCopy(end);
        end.pending.clear();
        end.become(Mode.Replica, State.WaitingForInitialReplication);
        // The one that was the replica is expected to be the primary.
        end.primaryServer = end.replicaServer;
        end.replicaServer = ReplicaNetwork.nameOf(vm.host);
    }

    /** Suspend-VMReplication. */
    static void suspend(SimulatedVm vm) {
        ReplicaEnd end = vm.replica;
        String command = "Suspend-VMReplication";
        end.require(command, end.mode() == Mode.Primary || end.mode() == Mode.Replica, "there is no relation");
        if (end.mode() == Mode.Primary && end.is(State.Resynchronizing)) {
            network(vm).stopCopy(end);
            end.become(State.ResynchronizeSuspended);
            return;
        }
        end.require(command, end.is(State.Replicating, State.Error), "nothing goes on that could be paused");
        end.become(State.Suspended);
    }

    /** Resume-VMReplication, plain. */
    static void resume(SimulatedVm vm) {
        ReplicaEnd end = vm.replica;
        end.require(
                "Resume-VMReplication",
                (end.mode() == Mode.Primary || end.mode() == Mode.Replica) && end.is(State.Suspended, State.Error),
                "it is not paused");
        end.statistics.missedInARow = 0;
        end.become(State.Replicating);
    }

    /** Resume-VMReplication -Continue. */
    static void goOn(SimulatedVm vm) {
        ReplicaEnd end = vm.replica;
        String command = "Resume-VMReplication";
        end.require(
                command, end.mode() == Mode.Primary && end.is(State.ResynchronizeSuspended), "nothing to go on with");
        compare(vm, command);
    }

    /** Resume-VMReplication -Resynchronize. */
    static void resynchronize(SimulatedVm vm) {
        ReplicaEnd end = vm.replica;
        String command = "Resume-VMReplication";
        end.require(
                command,
                end.mode() == Mode.Primary
                        && end.is(
                                State.WaitingForStartResynchronize,
                                State.Suspended,
                                State.Error,
                                State.ResynchronizeSuspended),
                "there is nothing to resynchronise");
        compare(vm, command);
    }

    private static void compare(SimulatedVm vm, String command) {
        boolean tests = network(vm)
                .peer(vm.replica)
                .filter(peer -> !Prologue.testVms(peer).isEmpty())
                .isPresent();
        vm.replica.require(command, !tests, "the replica has a test VM");
        network(vm).resynchronize(vm.replica);
        if (!vm.replica.is(State.Resynchronizing)) {
            throw ReplicaNetwork.unreachable(command, vm.replica.replicaServer);
        }
        vm.replica.statistics.missedInARow = 0;
    }

    /** Stop-VMFailover on a primary that is prepared. */
    static void unprepare(SimulatedVm vm) {
        ReplicaEnd end = vm.replica;
        end.require("Stop-VMFailover", end.is(State.PreparedForFailover), "no failover is under way");
        end.become(State.Replicating);
    }

    /** Remove-VMReplication, on either side; the other one is not told. */
    static void remove(SimulatedVm vm) {
        ReplicaEnd end = vm.replica;
        end.require(
                "Remove-VMReplication",
                end.mode() == Mode.Primary || end.mode() == Mode.Replica,
                "there is no relation");
        end.require("Remove-VMReplication", Prologue.testVms(vm).isEmpty(), "a test VM exists");
        network(vm).stopCycles(end);
        network(vm).stopCopy(end);
        if (end.mode() == Mode.Replica) {
            ReplicaDisks.settle(vm);
        }
        end.become(Mode.None, State.Disabled);
        if (!vm.power.holdsDisks()) {
            vm.drives.forEach(drive -> vm.host.diskUse().release(vm.host, drive.path()));
        }
    }
}
