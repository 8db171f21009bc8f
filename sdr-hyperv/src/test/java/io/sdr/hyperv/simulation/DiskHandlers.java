package io.sdr.hyperv.simulation;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** disk-create, -describe, -grow, -merge, -move, -users; layer-freeze, layer-fold. */
final class DiskHandlers {
    private DiskHandlers() {}

    static void register(Map<String, Handler> handlers) {
        handlers.put("disk-create", DiskHandlers::create);
        handlers.put("disk-describe", DiskHandlers::describe);
        handlers.put("disk-grow", DiskHandlers::grow);
        handlers.put("disk-merge", DiskHandlers::merge);
        handlers.put("disk-move", DiskHandlers::move);
        handlers.put("disk-delete", DiskHandlers::delete);
        handlers.put("disk-users", DiskHandlers::users);
        handlers.put("layer-freeze", DiskHandlers::freeze);
        handlers.put("layer-fold", DiskHandlers::fold);
    }

    private static ObjectNode create(Asked asked, SimulatedHost host) {
        String path = asked.text("path");
        if (!host.disks().exists(path)) {
            Prologue.mayAct(asked, host);
            if (asked.isNull("parent")) {
                host.disks()
                        .create(
                                path,
                                asked.number("sizeBytes"),
                                Math.toIntExact(asked.number("blockBytes")),
                                Math.toIntExact(asked.number("sectorBytes")));
            } else {
                host.disks().createLayer(path, asked.text("parent"));
            }
        }
        DiskFacts facts = host.disks().look(path);
        boolean sameSize = !asked.isNull("parent") || facts.sizeBytes() == asked.number("sizeBytes");
        if (!facts.parent().equalsIgnoreCase(asked.text("parent")) || !sameSize) {
            throw HostError.refuse("DISK_DIFFERS", "the file is there with parent '" + facts.parent() + "'");
        }
        return Json.object()
                .put("path", facts.path())
                .put("parent", facts.parent())
                .put("sizeBytes", facts.sizeBytes())
                .put("diskId", facts.diskId());
    }

    private static ObjectNode describe(Asked asked, SimulatedHost host) {
        ObjectNode answer = Json.object();
        answer.set("disks", Json.each(asked.texts("paths"), path -> {
            if (host.isLost(path) || !host.disks().exists(path)) {
                throw HostError.refuse("DISK_MISSING", "the disk " + path + " is not there");
            }
            DiskFacts facts = host.disks().look(path);
            return Json.object()
                    .put("path", facts.path())
                    .put("format", facts.format())
                    .put("type", facts.type())
                    .put("sizeBytes", facts.sizeBytes())
                    .put("fileBytes", facts.fileBytes())
                    .put("blockBytes", facts.blockBytes())
                    .put("sectorBytes", facts.sectorBytes())
                    .put("parent", facts.parent())
                    .put("diskId", facts.diskId())
                    .put(
                            "attached",
                            host.diskUse().holder(host.real(path)).isPresent()
                                    || host.disks().isOpen(path));
        }));
        return answer;
    }

    private static ObjectNode grow(Asked asked, SimulatedHost host) {
        String path = asked.text("path");
        long size = asked.number("sizeBytes");
        DiskFacts facts = host.disks().look(path);
        if (facts.sizeBytes() > size) {
            throw HostError.refuse("DISK_DIFFERS", "the disk has " + facts.sizeBytes() + " bytes, more than asked for");
        }
        if (facts.sizeBytes() < size) {
            Prologue.mayAct(asked, host);
            host.diskUse().mayChange(host, path, "Resize-VHD");
            host.disks().grow(path, size);
        }
        return Json.object()
                .put("path", path)
                .put("sizeBytes", host.disks().look(path).sizeBytes());
    }

    private static ObjectNode merge(Asked asked, SimulatedHost host) {
        String path = asked.text("path");
        String parent = asked.text("parent");
        if (host.disks().exists(path)) {
            String below = host.disks().look(path).parent();
            if (!below.equalsIgnoreCase(parent)) {
                throw HostError.refuse("DISK_DIFFERS", "the layer's parent is '" + below + "'");
            }
            Prologue.mayAct(asked, host);
            host.diskUse().mayChange(host, path, "Merge-VHD");
            host.diskUse().mayChange(host, parent, "Merge-VHD");
            host.disks().fold(path, parent, List.of());
        }
        return Json.object()
                .put("parent", parent)
                .put("sizeBytes", host.disks().look(parent).sizeBytes());
    }

    private static ObjectNode move(Asked asked, SimulatedHost host) {
        String path = asked.text("path");
        String target = asked.text("target");
        if (host.disks().exists(path)) {
            List<DiskUser> users = DiskUser.of(host, path);
            for (DiskUser user : users) {
                if (user.vm().state() != SimulatedVm.Power.Off) {
                    throw HostError.refuse("VM_RUNNING", "VM " + user.vm().id + " has the disk");
                }
                if (user.merging()) {
                    throw HostError.refuse("DISK_MERGING", "a layer of VM " + user.vm().id + " waits to be merged");
                }
                if (user.frozen()) {
                    throw HostError.refuse("CHECKPOINT_EXISTS", "a checkpoint of VM " + user.vm().id + " has it");
                }
            }
            if (host.disks().exists(target)) {
                throw HostError.refuse("DISK_DIFFERS", "both files are there");
            }
            Prologue.mayAct(asked, host);
            for (DiskUser user : users) {
                List<SimulatedDrive> drives = user.vm().drives.stream()
                        .filter(drive -> drive.path().equalsIgnoreCase(path))
                        .toList();
                VmMakingHandlers.replicaKeepsDisks(user.vm(), "Remove-VMHardDiskDrive");
                drives.forEach(host::detached);
                user.vm().drives.removeAll(drives);
            }
            if (host.disks().isOpen(path)
                    || host.diskUse().holder(host.real(path)).isPresent()) {
                throw HostError.dotNet("IOException", HostError.SHARING_VIOLATION, path + " is used");
            }
            host.disks().move(path, target);
        }
        return Json.object()
                .put("path", target)
                .put("sizeBytes", host.disks().look(target).sizeBytes());
    }

    private static ObjectNode delete(Asked asked, SimulatedHost host) {
        String path = asked.text("path");
        boolean meant = asked.isNull("diskId")
                || !host.disks().exists(path)
                || host.disks().look(path).diskId().equalsIgnoreCase(asked.text("diskId"));
        if (meant && host.disks().exists(path)) {
            for (SimulatedVm vm : host.vms()) {
                if (paths(vm)
                        .anyMatch(each ->
                                host.disks().exists(each) && has(host.disks().chain(each), path))) {
                    throw HostError.refuse("DISK_ATTACHED", "VM " + vm.id + " has the disk");
                }
            }
            Prologue.mayAct(asked, host);
            if (host.disks().isOpen(path)) {
                throw HostError.dotNet("IOException", HostError.SHARING_VIOLATION, path + " is used");
            }
            host.diskUse().release(host, path);
            host.disks().delete(path);
        }
        return Json.object().put("path", path).put("deleted", meant);
    }

    private static Stream<String> paths(SimulatedVm vm) {
        return Stream.concat(
                vm.drives.stream().map(SimulatedDrive::path),
                vm.snapshots.stream().flatMap(each -> each.frozen.stream()).map(each -> each.path));
    }

    private static boolean has(List<String> chain, String path) {
        return chain.stream().anyMatch(path::equalsIgnoreCase);
    }

    private static ObjectNode users(Asked asked, SimulatedHost host) {
        ObjectNode answer = Json.object();
        ArrayNode users = answer.putArray("users");
        for (String path : asked.texts("paths")) {
            DiskUser.of(host, path)
                    .forEach(user -> users.add(Json.object()
                            .put("path", path)
                            .put("vm", user.vm().id)
                            .put("state", user.vm().state().name())
                            .put("attached", user.attached())
                            .put("frozen", user.frozen())));
        }
        return answer;
    }

    private static Optional<SimulatedSnapshot> named(SimulatedVm vm, String name) {
        return vm.snapshots.stream().filter(each -> each.name.equals(name)).findFirst();
    }

    private static ObjectNode freeze(Asked asked, SimulatedHost host) {
        SimulatedVm vm = Prologue.findVm(asked, host);
        String name = "sdr-" + asked.text("token");
        if (named(vm, name).isEmpty()) {
            Prologue.mayAct(asked, host);
            host.checkpoints().freeze(vm, name, SimulatedSnapshot.Type.Standard, false);
        }
        return Json.object().put("vm", vm.id).put("snapshot", named(vm, name).orElseThrow().id);
    }

    private static ObjectNode fold(Asked asked, SimulatedHost host) {
        SimulatedVm vm = Prologue.findVm(asked, host);
        Optional<SimulatedSnapshot> found = named(vm, "sdr-" + asked.text("token"));
        if (found.isPresent()) {
            Prologue.mayAct(asked, host);
            host.checkpoints().dropLater(vm, found.get());
        }
        ObjectNode answer = Json.object().put("vm", vm.id);
        answer.put("merging", host.checkpoints().isMerging(vm));
        answer.set(
                "disks", Json.texts(vm.drives.stream().map(SimulatedDrive::path).toList()));
        return answer;
    }
}
