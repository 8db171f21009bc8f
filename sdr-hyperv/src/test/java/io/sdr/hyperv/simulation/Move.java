package io.sdr.hyperv.simulation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** Live migration of a VM with its files, which are at the same paths at the target; its switches have the same names there. */
final class Move {
    private Move() {}

    static void to(SimulatedVm vm, SimulatedHost target) {
        SimulatedHost source = vm.host;
        if (source.equals(target)) {
            return;
        }
        List<Optional<SimulatedSwitch>> switches = vm.adapters.stream()
                .map(adapter -> there(adapter, source, target))
                .toList();
        boolean holds = vm.power.holdsDisks();
        Set<String> paths = new LinkedHashSet<>();
        vm.drives.stream()
                .filter(drive -> drive.diskNumber().isEmpty())
                .forEach(drive -> paths.addAll(source.disks().chain(drive.path())));
        if (holds) {
            source.diskUse().closed(vm);
        }
        paths.forEach(path -> move(source.real(path), target.real(path)));
        source.vms.remove(vm.id);
        target.vms.put(vm.id, vm);
        vm.host = target;
        for (int i = 0; i < switches.size(); i++) {
            vm.adapters.get(i).network = switches.get(i).map(SimulatedSwitch::id);
        }
        if (holds) {
            target.diskUse().opened(vm);
        }
    }

    /** A test VM of Hyper-V Replica stays beside its replica, whose files it lies over. */
    private static boolean isHeldByTest(SimulatedVm vm) {
        return vm.replica.mode() == ReplicaEnd.Mode.TestReplica
                || !Prologue.testVms(vm).isEmpty();
    }

    /** Tells whether a host has a switch of the same name for each that a VM is connected to; else Hyper-V does not move it. */
    static boolean isPossible(SimulatedVm vm, SimulatedHost target) {
        return !isHeldByTest(vm)
                && vm.adapters.stream()
                        .flatMap(adapter -> adapter.network.stream())
                        .allMatch(id -> find(vm.host, each -> each.id().equals(id))
                                .flatMap(
                                        here -> find(target, each -> each.name().equals(here.name())))
                                .isPresent());
    }

    private static Optional<SimulatedSwitch> there(
            SimulatedAdapter adapter, SimulatedHost source, SimulatedHost target) {
        return adapter.network
                .flatMap(id -> find(source, each -> each.id().equals(id)))
                .map(here -> find(target, each -> each.name().equals(here.name()))
                        .orElseThrow(() -> new IllegalStateException(target.name() + " has no switch " + here.name())));
    }

    private static Optional<SimulatedSwitch> find(SimulatedHost host, Predicate<SimulatedSwitch> which) {
        return host.switches.stream().filter(which).findFirst();
    }

    private static void move(Path from, Path to) {
        if (from.equals(to)) {
            return;
        }
        try {
            Files.createDirectories(to.getParent());
            Files.move(from, to);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
