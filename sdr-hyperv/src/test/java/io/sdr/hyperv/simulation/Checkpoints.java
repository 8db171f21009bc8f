package io.sdr.hyperv.simulation;

import io.sdr.api.spi.RangeSet;
import io.sdr.testkit.Workload;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Freezes the disks of VMs by layers over them, and folds the layers back. */
final class Checkpoints {
    /** Numbers of WMI methods. */
    static final long NOT_SUPPORTED = 32_770;

    static final long FAILED = 32_768;
    static final long INVALID_PARAMETER = 32_773;
    static final long IN_USE = 32_774;

    private static final Duration MERGE = Duration.ofSeconds(2);

    /** A checkpoint that is gone and whose layers are not folded yet. */
    private record Merge(SimulatedVm vm, SimulatedSnapshot snapshot, Instant due) {}

    private final List<Merge> merges = new ArrayList<>();
    private final Map<String, Optional<String>> jobs = new HashMap<>();

    /** A job that made something. */
    String newJob(SimulatedVm vm, String made) {
        return newJob(vm, Optional.of(made));
    }

    /** A job that made nothing. */
    String newFailedJob(SimulatedVm vm) {
        return newJob(vm, Optional.empty());
    }

    private String newJob(SimulatedVm vm, Optional<String> made) {
        String job = vm.host.world().newId().toUpperCase(java.util.Locale.ROOT);
        jobs.put(job, made);
        return job;
    }

    /** What a job made: nothing if it failed, an empty text if Hyper-V does not know the job any more. */
    Optional<String> madeBy(String job) {
        return jobs.getOrDefault(job, Optional.of(""));
    }

    /** Hyper-V forgets jobs some minutes after their end, and all of them when it is started again. */
    void forgetJobs() {
        jobs.clear();
    }

    /** Freezes all disks. */
    SimulatedSnapshot freeze(SimulatedVm vm, String name, SimulatedSnapshot.Type type, boolean application) {
        if (vm.drives.stream().anyMatch(drive -> drive.diskNumber().isPresent() || drive.shared())) {
            throw HostError.fault(NOT_SUPPORTED, "a disk of VM " + vm.id + " cannot be frozen");
        }
        boolean runs = vm.power.holdsDisks();
        Optional<Workload> asked = runs && application ? vm.guest() : Optional.empty();
        boolean quiet = !vm.disabledServices.contains("VSS")
                && asked.map(Workload::quiesce).orElse(true);
        if (runs && application && !quiet) {
            asked.ifPresent(Workload::thaw);
            throw HostError.fault(FAILED, "the guest did not flush");
        }
        SimulatedWorld world = vm.host.world();
        SimulatedSnapshot made = new SimulatedSnapshot(world.newId(), name, type, vm.host.clock());
        for (SimulatedDrive drive : vm.drives) {
            made.frozen.add(new SimulatedSnapshot.Frozen(drive, drive.path(), drive.tracking.freeze()));
            String layer = layer(drive.path(), world.newId());
            vm.host.disks().createLayer(layer, drive.path());
            drive.path(layer);
        }
        vm.snapshots.add(made);
        if (runs) {
            vm.host.diskUse().opened(vm);
        }
        asked.ifPresent(Workload::thaw);
        return made;
    }

    private static String layer(String path, String id) {
        int dot = path.lastIndexOf('.');
        String ending = path.substring(dot + 1);
        String base = path.substring(0, dot).replaceAll("_[0-9A-F-]{36}$", "");
        return base + "_" + id.toUpperCase(java.util.Locale.ROOT) + "." + (ending.startsWith("a") ? "" : "a") + ending;
    }

    /** Folds a checkpoint's layers and forgets it. Fails while somebody has one of the files open. */
    void drop(SimulatedVm vm, SimulatedSnapshot snapshot) {
        notOpen(vm, snapshot);
        vm.snapshots.remove(snapshot);
        fold(vm, snapshot);
    }

    /** Forgets a checkpoint at once, and folds its layers when there is time. */
    void dropLater(SimulatedVm vm, SimulatedSnapshot snapshot) {
        vm.snapshots.remove(snapshot);
        merges.add(new Merge(vm, snapshot, vm.now().plus(MERGE)));
    }

    /** Whether layers of a VM wait to be folded. */
    boolean isMerging(SimulatedVm vm) {
        Iterator<Merge> each = merges.iterator();
        while (each.hasNext()) {
            Merge merge = each.next();
            if (!vm.now().isBefore(merge.due())
                    && open(merge.vm(), merge.snapshot()).isEmpty()) {
                fold(merge.vm(), merge.snapshot());
                each.remove();
            }
        }
        return merges.stream().anyMatch(merge -> merge.vm() == vm);
    }

    /** Gives the frozen data up and keeps its moment. */
    ReferencePoint convert(SimulatedVm vm, SimulatedSnapshot snapshot) {
        if (!tracks(vm)) {
            throw HostError.fault(NOT_SUPPORTED, "VM " + vm.id + " has no change tracking");
        }
        drop(vm, snapshot);
        SimulatedWorld world = vm.host.world();
        List<String> disks = new ArrayList<>();
        List<SimulatedDrive> drives = new ArrayList<>();
        List<String> tracking = new ArrayList<>();
        for (SimulatedSnapshot.Frozen frozen : snapshot.frozen) {
            String id = "rctX:" + world.newId().substring(0, 8) + ":" + world.newId() + ":00000000";
            frozen.drive.tracking.mark(id, frozen.moment);
            disks.add("Microsoft:" + vm.id + "\\" + frozen.drive.diskId);
            drives.add(frozen.drive);
            tracking.add(id);
        }
        ReferencePoint made = new ReferencePoint(
                "Microsoft:" + world.newId().toUpperCase(java.util.Locale.ROOT), disks, drives, tracking);
        vm.references.add(made);
        return made;
    }

    private static boolean tracks(SimulatedVm vm) {
        String[] parts = vm.version.split("\\.", -1);
        int major = Integer.parseInt(parts[0]);
        return (major > 6 || (major == 6 && Integer.parseInt(parts[1]) >= 2))
                && vm.drives.stream().noneMatch(drive -> drive.path().endsWith("vhd"));
    }

    void forget(SimulatedVm vm, ReferencePoint reference) {
        vm.references.remove(reference);
        for (int i = 0; i < reference.drives().size(); i++) {
            reference.drives().get(i).tracking.forget(reference.tracking().get(i));
        }
    }

    /** What changed on the disk of a file since a mark; empty for a mark that is not known. */
    Optional<RangeSet> changes(SimulatedHost host, String path, String since) {
        for (SimulatedVm vm : host.vms()) {
            for (SimulatedSnapshot snapshot : vm.snapshots) {
                for (SimulatedSnapshot.Frozen frozen : snapshot.frozen) {
                    if (frozen.path.equalsIgnoreCase(path)) {
                        return frozen.drive.tracking.changes(
                                since, frozen.moment, host.disks().look(path).sizeBytes());
                    }
                }
            }
            for (SimulatedDrive drive : vm.drives) {
                if (drive.path().equalsIgnoreCase(path)) {
                    if (!vm.power.holdsDisks()) {
                        drive.look(DiskUse.fingerprint(host.real(path)));
                    }
                    return drive.tracking.changes(
                            since, drive.tracking.now(), host.disks().look(path).sizeBytes());
                }
            }
        }
        return Optional.empty();
    }

    private static void notOpen(SimulatedVm vm, SimulatedSnapshot snapshot) {
        open(vm, snapshot).ifPresent(path -> {
            throw HostError.fault(IN_USE, path + " is used by another process");
        });
    }

    private static Optional<String> open(SimulatedVm vm, SimulatedSnapshot snapshot) {
        return snapshot.frozen.stream()
                .flatMap(frozen -> between(vm, frozen).stream())
                .filter(path -> vm.host.disks().isOpen(path))
                .findFirst();
    }

    /** The frozen file and all layers over it, the lowest first. */
    private static List<String> between(SimulatedVm vm, SimulatedSnapshot.Frozen frozen) {
        if (!vm.drives.contains(frozen.drive)) {
            return List.of();
        }
        List<String> chain = new ArrayList<>(vm.host.disks().chain(frozen.drive.path()));
        Collections.reverse(chain);
        int at = 0;
        while (at < chain.size() && !chain.get(at).equalsIgnoreCase(frozen.path)) {
            at++;
        }
        return chain.subList(at, chain.size());
    }

    void fold(SimulatedVm vm, SimulatedSnapshot snapshot) {
        boolean runs = vm.power.holdsDisks();
        for (SimulatedSnapshot.Frozen frozen : snapshot.frozen) {
            List<String> files = List.copyOf(between(vm, frozen));
            if (files.size() < 2) {
                continue;
            }
            if (runs) {
                files.forEach(path -> vm.host.diskUse().check(vm.host, path, "a checkpoint of running VM " + vm.name));
            }
            String layer = files.get(1);
            vm.host.disks().fold(layer, frozen.path, files.subList(2, files.size()));
            vm.host.diskUse().release(vm.host, layer);
            if (frozen.drive.path().equalsIgnoreCase(layer)) {
                frozen.drive.path(frozen.path);
            }
            vm.snapshots.stream()
                    .flatMap(each -> each.frozen.stream())
                    .filter(each -> each.path.equalsIgnoreCase(layer))
                    .forEach(each -> each.path = frozen.path);
            frozen.drive.seen(DiskUse.fingerprint(vm.host.real(frozen.drive.path())));
        }
        if (runs) {
            vm.host.diskUse().opened(vm);
        }
    }
}
