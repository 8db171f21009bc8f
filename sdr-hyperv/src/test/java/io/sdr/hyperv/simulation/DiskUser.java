package io.sdr.hyperv.simulation;

import java.util.List;
import java.util.Locale;

/**
 * A VM that has a disk's file attached, itself or in a checkpoint, or a layer over it that waits to be merged.
 *
 * @param vm the VM
 * @param attached whether it has it itself
 * @param frozen whether one of its checkpoints, or such a layer, has it
 * @param merging whether only such a layer has it
 */
record DiskUser(SimulatedVm vm, boolean attached, boolean frozen, boolean merging) {
    /** What FindUsers of the prologue finds. */
    static List<DiskUser> of(SimulatedHost host, String path) {
        return host.vms().stream()
                .map(vm -> {
                    boolean kept = vm.snapshots.stream()
                            .flatMap(each -> each.frozen.stream())
                            .anyMatch(each -> each.path.equalsIgnoreCase(path));
                    boolean over = vm.drives.stream()
                            .anyMatch(drive -> isLayer(drive.path()) && isBelow(host, path, drive.path()));
                    boolean own =
                            vm.drives.stream().anyMatch(drive -> drive.path().equalsIgnoreCase(path));
                    return new DiskUser(vm, own, kept || over, over && !kept);
                })
                .filter(user -> user.attached || user.frozen)
                .toList();
    }

    /** A checkpoint's layer. */
    static boolean isLayer(String path) {
        String name = path.toLowerCase(Locale.ROOT);
        return name.endsWith(".avhdx") || name.endsWith(".avhd");
    }

    private static boolean isBelow(SimulatedHost host, String path, String layer) {
        return host.disks().exists(layer)
                && !path.equalsIgnoreCase(layer)
                && host.disks().chain(layer).stream().anyMatch(path::equalsIgnoreCase);
    }
}
