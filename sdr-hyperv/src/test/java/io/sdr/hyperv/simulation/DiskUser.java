package io.sdr.hyperv.simulation;

import java.util.List;

/**
 * A VM that has a disk's file attached, itself or in a checkpoint.
 *
 * @param vm the VM
 * @param attached whether it has it itself
 * @param frozen whether one of its checkpoints has it
 */
record DiskUser(SimulatedVm vm, boolean attached, boolean frozen) {
    /** What FindUsers of the prologue finds. */
    static List<DiskUser> of(SimulatedHost host, String path) {
        return host.vms().stream()
                .map(vm -> new DiskUser(
                        vm,
                        vm.drives.stream().anyMatch(drive -> drive.path().equalsIgnoreCase(path)),
                        vm.snapshots.stream()
                                .flatMap(each -> each.frozen.stream())
                                .anyMatch(each -> each.path.equalsIgnoreCase(path))))
                .filter(user -> user.attached || user.frozen)
                .toList();
    }
}
