package io.sdr.hyperv.simulation;

import io.sdr.hyperv.simulation.ReplicaEnd.Mode;
import io.sdr.hyperv.simulation.ReplicaEnd.State;
import java.util.List;
import java.util.Optional;

/** The cmdlets of Hyper-V Replica that run on the replica's host, with what each demands. */
final class ReplicaSide {
    private ReplicaSide() {}

    private static ReplicaNetwork network(SimulatedVm vm) {
        return vm.host.world().replicaNetwork();
    }

    /** What Hyper-V makes over there when a VM's replication is enabled: the same VM, off, with empty disks. */
    static void make(SimulatedVm primary, SimulatedHost host, ReplicaSettings settings, String primaryServer) {
        SimulatedVm replica = new SimulatedVm(host, primary.id, primary.name);
        replica.generation = primary.generation;
        replica.version = primary.version;
        replica.processors = primary.processors;
        replica.memoryBytes = primary.memoryBytes;
        replica.dynamicMemory = primary.dynamicMemory;
        replica.secureBoot = primary.secureBoot;
        replica.automaticStart = primary.automaticStart;
        replica.folder = host.settings().replicaFolder + "\\Hyper-V Replica";
        primary.adapters.forEach(
                adapter -> replica.adapters.add(adapter.copy(host.world().newId())));
        String folder = host.settings().replicaFolder + "\\Hyper-V Replica\\Virtual hard disks\\" + primary.id;
        for (SimulatedDrive drive : primary.drives) {
            if (settings.excluded().stream().noneMatch(drive.path()::equalsIgnoreCase)) {
                DiskFacts facts = primary.host.disks().look(drive.path());
                String path = folder + "\\" + WindowsFiles.name(drive.path());
                host.disks().create(path, facts.sizeBytes(), Math.toIntExact(facts.blockBytes()), facts.sectorBytes());
                replica.attach(drive.controllerType(), drive.controllerNumber(), drive.controllerLocation(), path);
            }
        }
        host.vms.put(replica.id, replica);
        replica.replica.become(Mode.Replica, State.WaitingForInitialReplication);
        replica.replica.primaryServer = primaryServer;
        takeRelation(replica, settings);
    }

    static void takeRelation(SimulatedVm replica, ReplicaSettings settings) {
        replica.replica.settings = Optional.of(settings);
        replica.replica.replicaServer = settings.server();
        replica.replica.watch();
    }

    /** Enable-VMReplication -AsReplica: a VM that was brought here waits for its primary. */
    static void accept(SimulatedVm vm, String server) {
        String command = "Enable-VMReplication";
        ReplicaEnd end = vm.replica;
        end.require(command, end.mode() == Mode.None, "it is in a relation");
        end.require(command, vm.state() == SimulatedVm.Power.Off, "the VM is not off");
        end.become(Mode.Replica, State.WaitingForInitialReplication);
        end.primaryServer = server;
        end.replicaServer = ReplicaNetwork.nameOf(vm.host);
        end.watch();
    }

    private static void requireReplica(ReplicaEnd end, String command, State... states) {
        end.require(command, end.mode() == Mode.Replica, "not on the replica");
        end.require(command, end.is(states), "not in this state");
        end.require(command, end.vm.state() == SimulatedVm.Power.Off, "the VM is not off");
        end.require(command, Prologue.testVms(end.vm).isEmpty(), "a test VM exists");
        end.require(command, end.look(), "its disks were changed");
    }

    /** Start-VMFailover [-VMRecoverySnapshot]. */
    static void failOver(SimulatedVm vm, Optional<SimulatedSnapshot> point) {
        requireReplica(
                vm.replica,
                "Start-VMFailover",
                State.Replicating,
                State.Resynchronizing,
                State.Suspended,
                State.WaitingForUpdateCompletion);
        ofThisReplica(vm, point);
        ReplicaDisks.failOver(vm, point);
        vm.adapters.forEach(adapter -> {
            adapter.addresses.clear();
            List.of(adapter.failoverIpv4, adapter.failoverIpv6).stream()
                    .filter(address -> !address.isEmpty())
                    .forEach(adapter.addresses::add);
        });
        vm.replica.pending.clear();
        // The old primary does not have what an older point has.
        vm.replica.atOlderPoint = point.isPresent();
        vm.replica.become(State.FailedOverWaitingCompletion);
    }

    private static void ofThisReplica(SimulatedVm vm, Optional<SimulatedSnapshot> point) {
        if (point.isPresent() && !ReplicaDisks.points(vm).contains(point.get())) {
            throw HostError.notFound("Start-VMFailover", "no recovery point of this VM");
        }
    }

    /** Start-VMFailover -AsTest: makes the test VM and gives it. */
    static SimulatedVm test(SimulatedVm vm, Optional<SimulatedSnapshot> point) {
        String command = "Start-VMFailover";
        requireReplica(vm.replica, command, State.Replicating, State.Suspended, State.WaitingForUpdateCompletion);
        ofThisReplica(vm, point);
        SimulatedHost host = vm.host;
        Optional<SimulatedSnapshot> base = point;
        if (point.isEmpty()) {
            SimulatedSnapshot now = host.checkpoints().freeze(vm, "test", SimulatedSnapshot.Type.Replica, false);
            vm.snapshots.remove(now);
            vm.replica.underTest = Optional.of(now);
            base = Optional.of(now);
        }
        SimulatedVm test = new SimulatedVm(host, host.world().newId(), vm.name + " - Test");
        test.testOf = Optional.of(vm.id);
        test.generation = vm.generation;
        test.version = vm.version;
        test.processors = vm.processors;
        test.memoryBytes = vm.memoryBytes;
        test.secureBoot = vm.secureBoot;
        test.automaticStart = "Nothing";
        test.folder = vm.folder;
        vm.adapters.forEach(
                adapter -> test.adapters.add(adapter.copy(host.world().newId())));
        for (SimulatedDrive drive : vm.drives) {
            String layer = ReplicaDisks.layer(vm, drive, ReplicaDisks.at(drive, base));
            test.attach(drive.controllerType(), drive.controllerNumber(), drive.controllerLocation(), layer);
        }
        test.replica.become(Mode.TestReplica, State.FiredrillInProgress);
        host.vms.put(test.id, test);
        vm.replica.watch();
        return test;
    }

    /** Stop-VMFailover: with a test VM there only that is removed. */
    static void stop(SimulatedVm vm) {
        String command = "Stop-VMFailover";
        ReplicaEnd end = vm.replica;
        List<SimulatedVm> tests = Prologue.testVms(vm);
        if (!tests.isEmpty()) {
            tests.forEach(ReplicaSide::removeTest);
            end.underTest.ifPresent(now -> vm.host.checkpoints().fold(vm, now));
            end.underTest = Optional.empty();
            end.watch();
            return;
        }
        if (end.mode() == Mode.Primary) {
            PrimaryVerbs.unprepare(vm);
            return;
        }
        end.require(command, end.mode() == Mode.Replica, "there is no relation");
        end.require(
                command,
                end.is(State.FailedOverWaitingCompletion, State.RecoveryInProgress),
                "no failover is under way");
        vm.power.turnOff();
        ReplicaDisks.takeBack(vm);
        end.pending.clear();
        end.become(State.Replicating);
    }

    private static void removeTest(SimulatedVm test) {
        test.power.turnOff();
        test.drives.forEach(drive -> {
            test.host.diskUse().release(test.host, drive.path());
            test.host.disks().delete(drive.path());
        });
        test.host.vms.remove(test.id);
    }

    /** Complete-VMFailover: nothing takes this back. */
    static void complete(SimulatedVm vm) {
        String command = "Complete-VMFailover";
        ReplicaEnd end = vm.replica;
        end.require(command, end.mode() == Mode.Replica, "not on the replica");
        end.require(command, end.is(State.FailedOverWaitingCompletion), "no failover waits");
        ReplicaDisks.settle(vm);
        end.become(State.FailedOver);
    }

    /** Set-VMReplication -Reverse: this VM becomes the primary, and the old one, which must be ready for it, the replica. */
    static void reverse(SimulatedVm vm, String server, String thumbprint) {
        String command = "Set-VMReplication";
        ReplicaEnd end = vm.replica;
        end.require(command, end.mode() == Mode.Replica, "not on the replica");
        end.require(command, end.is(State.FailedOverWaitingCompletion, State.FailedOver), "it is not failed over");
        ReplicaSettings settings = end.settings.orElseThrow().to(server, thumbprint);
        settings.check(command);
        SimulatedHost host =
                network(vm).reach(vm.host, server, settings.port(), settings.authentication(), vm.id, command);
        SimulatedVm old =
                host.find(vm.id).orElseThrow(() -> HostError.notFound(command, "VM " + vm.id + " is not on " + server));
        boolean planned = old.replica.mode() == Mode.Primary && old.replica.is(State.PreparedForFailover);
        boolean ready = old.replica.mode() == Mode.Replica && old.replica.is(State.WaitingForInitialReplication);
        old.replica.require(command, planned || ready, "the old primary is not ready to be the replica");
        old.replica.require(command, old.state() == SimulatedVm.Power.Off, "the old primary is not off");
        boolean sound = old.replica.look();
        ReplicaDisks.settle(vm);
        network(vm).stopCycles(old.replica);
        String me = ReplicaNetwork.nameOf(vm.host);
        State both = planned && sound && !end.atOlderPoint ? State.Replicating : State.WaitingForInitialReplication;
        old.replica.become(Mode.Replica, both);
        old.replica.settings = Optional.of(settings);
        old.replica.pending.clear();
        old.replica.primaryServer = me;
        old.replica.replicaServer = server;
        old.replica.watch();
        end.become(Mode.Primary, both == State.Replicating ? State.Replicating : State.ReadyForInitialReplication);
        end.settings = Optional.of(settings);
        end.primaryServer = me;
        end.replicaServer = server;
        end.watch();
        network(vm).begins(end);
    }
}
