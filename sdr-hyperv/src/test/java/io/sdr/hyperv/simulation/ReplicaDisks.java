package io.sdr.hyperv.simulation;

import io.sdr.api.spi.Access;
import io.sdr.api.spi.RangeSet;
import io.sdr.api.spi.VirtualDisk;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What Hyper-V Replica does with disks: sends, compares, keeps points, goes to one of them, and makes one file of them again. */
final class ReplicaDisks {
    private static final int PIECE = 1 << 20;

    private ReplicaDisks() {}

    static Optional<SimulatedDrive> same(SimulatedVm vm, SimulatedDrive drive) {
        return vm.drives.stream().filter(drive::isAt).findFirst();
    }

    /** Sends what waits, as it is now, and gives the number of bytes. */
    static long send(SimulatedVm from, SimulatedVm to) {
        long sent = 0;
        for (Map.Entry<SimulatedDrive, RangeSet> each : from.replica.pending.entrySet()) {
            Optional<SimulatedDrive> target = same(to, each.getKey());
            if (target.isPresent() && !each.getValue().isEmpty()) {
                to.host
                        .disks()
                        .write(
                                target.get().path(),
                                from.host.disks().read(each.getKey().path(), each.getValue()));
                sent += each.getValue().bytes();
            }
        }
        from.replica.pending.clear();
        to.replica.watch();
        return sent;
    }

    /** Whether disks were enlarged since. */
    static boolean differInSize(SimulatedVm from, SimulatedVm to) {
        return from.drives.stream()
                .anyMatch(drive -> same(to, drive)
                        .filter(target -> size(from, drive) != size(to, target))
                        .isPresent());
    }

    static long size(SimulatedVm vm, SimulatedDrive drive) {
        return vm.host.disks().look(drive.path()).sizeBytes();
    }

    static long size(SimulatedVm vm) {
        return vm.drives.stream().mapToLong(drive -> size(vm, drive)).sum();
    }

    /** Makes the other side's disks what this one's are now. */
    static void copy(SimulatedVm from, SimulatedVm to) {
        for (SimulatedDrive drive : from.drives) {
            same(to, drive).ifPresent(target -> {
                long size = size(from, drive);
                if (size > size(to, target)) {
                    to.host.disks().grow(target.path(), size);
                }
                try (VirtualDisk source = from.host.disks().open(drive.path(), Access.READ);
                        VirtualDisk copy = to.host.disks().open(target.path(), Access.WRITE)) {
                    overwrite(source, copy, size);
                }
            });
        }
        from.replica.pending.clear();
        to.replica.watch();
    }

    private static void overwrite(VirtualDisk source, VirtualDisk copy, long size) {
        for (long at = 0; at < size; at += PIECE) {
            byte[] wanted = new byte[(int) Math.min(PIECE, size - at)];
            byte[] there = new byte[wanted.length];
            source.read(at, ByteBuffer.wrap(wanted));
            copy.read(at, ByteBuffer.wrap(there));
            if (!Arrays.equals(wanted, there)) {
                copy.write(at, ByteBuffer.wrap(wanted));
            }
        }
        copy.flush();
    }

    /** Brings a replica's disks to a point, or to the latest, in layers of their own. */
    static void failOver(SimulatedVm vm, Optional<SimulatedSnapshot> point) {
        for (SimulatedDrive drive : vm.drives) {
            String base = at(drive, point);
            vm.replica.beforeFailover.put(drive, drive.path());
            drive.path(layer(vm, drive, base));
        }
        vm.replica.watch();
    }

    static String at(SimulatedDrive drive, Optional<SimulatedSnapshot> point) {
        return point.flatMap(each -> each.frozen.stream()
                        .filter(frozen -> frozen.drive == drive)
                        .findFirst())
                .map(frozen -> frozen.path)
                .orElse(drive.path());
    }

    static String layer(SimulatedVm vm, SimulatedDrive drive, String base) {
        String bottom = bottom(vm, drive);
        String layer = bottom.substring(0, bottom.lastIndexOf('.')) + "_"
                + vm.host.world().newId().toUpperCase(java.util.Locale.ROOT) + ".avhdx";
        vm.host.disks().createLayer(layer, base);
        return layer;
    }

    private static String bottom(SimulatedVm vm, SimulatedDrive drive) {
        List<String> chain = vm.host.disks().chain(drive.path());
        return chain.get(chain.size() - 1);
    }

    /** Throws away what was written since the failover. */
    static void takeBack(SimulatedVm vm) {
        vm.replica.beforeFailover.forEach((drive, before) -> {
            vm.host.diskUse().release(vm.host, drive.path());
            vm.host.disks().delete(drive.path());
            drive.path(before);
        });
        vm.replica.beforeFailover.clear();
        vm.replica.watch();
    }

    /** Makes the disks what the VM sees now, each in its one file; all points are gone. */
    static void settle(SimulatedVm vm) {
        for (SimulatedDrive drive : vm.drives) {
            String bottom = bottom(vm, drive);
            Set<String> layers = new LinkedHashSet<>(vm.host.disks().chain(drive.path()));
            layers.addAll(vm.host.disks().chain(vm.replica.beforeFailover.getOrDefault(drive, drive.path())));
            layers.remove(bottom);
            if (layers.isEmpty()) {
                continue;
            }
            long size = size(vm, drive);
            Map<Long, byte[]> content = vm.host.disks().read(drive.path(), RangeSet.of(0, size));
            layers.forEach(layer -> {
                vm.host.diskUse().release(vm.host, layer);
                vm.host.disks().delete(layer);
            });
            try (VirtualDisk disk = vm.host.disks().open(bottom, Access.WRITE)) {
                content.forEach((at, bytes) -> {
                    byte[] there = new byte[bytes.length];
                    disk.read(at, ByteBuffer.wrap(there));
                    if (!Arrays.equals(there, bytes)) {
                        disk.write(at, ByteBuffer.wrap(bytes));
                    }
                });
                disk.flush();
            }
            drive.path(bottom);
        }
        vm.replica.beforeFailover.clear();
        vm.snapshots.removeIf(each -> isPoint(each));
        vm.replica.watch();
    }

    static boolean isPoint(SimulatedSnapshot snapshot) {
        return snapshot.type == SimulatedSnapshot.Type.Replica
                || snapshot.type == SimulatedSnapshot.Type.AppConsistentReplica;
    }

    static List<SimulatedSnapshot> points(SimulatedVm vm) {
        return vm.snapshots.stream().filter(ReplicaDisks::isPoint).toList();
    }

    /** Keeps what a replica is now as a point, and gives up the oldest that are too many. */
    static void keepPoint(SimulatedVm vm, boolean application, int kept) {
        SimulatedSnapshot.Type type =
                application ? SimulatedSnapshot.Type.AppConsistentReplica : SimulatedSnapshot.Type.Replica;
        vm.host.checkpoints().freeze(vm, vm.name + " - " + vm.host.clock(), type, false);
        while (points(vm).size() > kept) {
            vm.host.checkpoints().drop(vm, points(vm).get(0));
        }
        vm.replica.watch();
    }
}
