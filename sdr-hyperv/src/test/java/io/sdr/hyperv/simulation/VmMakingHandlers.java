package io.sdr.hyperv.simulation;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import tools.jackson.databind.node.ObjectNode;

/** vm-create, vm-delete, vm-configure, vm-attach. */
final class VmMakingHandlers {
    private static final int MOST_CONTROLLERS = 4;
    private static final List<String> TEMPLATES =
            List.of("MicrosoftWindows", "MicrosoftUEFICertificateAuthority", "OpenSourceShieldedVM");

    private VmMakingHandlers() {}

    static void register(Map<String, Handler> handlers) {
        handlers.put("vm-create", VmMakingHandlers::create);
        handlers.put("vm-delete", VmMakingHandlers::delete);
        handlers.put("vm-configure", VmMakingHandlers::configure);
        handlers.put("vm-attach", VmMakingHandlers::attach);
    }

    private static boolean isTagged(SimulatedVm vm, Asked asked) {
        Pattern tag = Pattern.compile(
                "sdr:" + Pattern.quote(asked.text("item")) + ":\\d+:" + Pattern.quote(asked.text("role")));
        return Prologue.tags(vm.notes).stream()
                .anyMatch(line -> tag.matcher(line).matches());
    }

    private static void mustBeOff(SimulatedVm vm) {
        if (vm.state() != SimulatedVm.Power.Off) {
            throw HostError.refuse("VM_RUNNING", "VM " + vm.id + " is " + vm.state());
        }
    }

    private static ObjectNode create(Asked asked, SimulatedHost host) {
        FactHandlers.module(host, "Hyper-V", "Get-VM");
        String first = "sdr-" + asked.text("item") + "-" + asked.text("role");
        List<SimulatedVm> all = host.vms().stream()
                .filter(vm -> vm.name.equals(first) || isTagged(vm, asked))
                .toList();
        if (all.size() > 1) {
            throw HostError.refuse("SEVERAL_TAGGED", all.size() + " VMs of this host are tagged");
        }
        SimulatedVm vm;
        List<Asked> adapters = asked.each("adapters");
        Adapters.tellApart(List.of(), adapters);
        if (all.isEmpty() || all.get(0).name.equals(first)) {
            Adapters.findSwitches(host, adapters);
        }
        if (all.isEmpty()) {
            Prologue.mayAct(asked, host);
            int generation = Math.toIntExact(asked.number("generation"));
            String folder = asked.text("folder");
            host.real(folder);
            vm = host.newVm(first);
            vm.generation = generation;
            vm.memoryBytes = asked.number("memoryBytes");
            vm.folder = folder + "\\" + first;
            // New-VM gives an adapter, which the script takes away again.
            vm.adapters.add(new SimulatedAdapter(host.world().newId(), "Network Adapter"));
            // And a VM of the first generation a DVD drive.
            vm.dvds.addAll(generation == 1 ? List.of("IDE 1 0") : List.of());
        } else {
            vm = all.get(0);
        }
        if (vm.name.equals(first)) {
            Prologue.mayAct(asked, host);
            vm.processors = asked.number("processors");
            vm.automaticStart = "Nothing";
            vm.notes = "sdr:" + asked.text("item") + ":" + asked.number("epoch") + ":" + asked.text("role");
            setMemory(asked, vm);
            if (!hasSecureBoot(asked, vm)) {
                setSecureBoot(asked, vm);
            }
            AddressHandlers.note(asked, host, vm);
            if (asked.flag("lock")) {
                Prologue.writeNote(asked, host, "lock", vm.id, asked.text("item") + " " + asked.number("epoch"));
            }
            SimulatedVm made = vm;
            Adapters.drop(made, adapters);
            adapters.forEach(each -> Adapters.link(host, Adapters.give(made, each), each));
            vm.name = asked.text("name");
        }
        return Prologue.seen(asked, host, vm.id);
    }

    private static ObjectNode delete(Asked asked, SimulatedHost host) {
        SimulatedVm vm = Prologue.findVm(asked, host);
        if (!isTagged(vm, asked)) {
            throw HostError.refuse("NOT_TAGGED", "VM " + vm.id + " was not made for this");
        }
        mustBeOff(vm);
        Prologue.mayAct(asked, host);
        if (vm.replica.mode() != ReplicaEnd.Mode.None) {
            throw HostError.invalidState("Remove-VM", "Hyper-V Replica carries VM " + vm.id);
        }
        vm.drives.forEach(host::detached);
        host.vms.remove(vm.id);
        for (String kind : List.of("lock", "stop", "boot", "disks", "addresses", "unaddressed")) {
            Path note = Prologue.note(asked, host, kind, vm.id);
            if (Files.exists(note)) {
                Prologue.deleteFile(note);
            }
        }
        return Json.object().put("vm", asked.text("vm")).put("deleted", true);
    }

    private static ObjectNode configure(Asked asked, SimulatedHost host) {
        SimulatedVm vm = Prologue.findVm(asked, host);
        mustBeOff(vm);
        if (vm.processors != asked.number("processors")) {
            Prologue.mayAct(asked, host);
            vm.processors = asked.number("processors");
        }
        if (!hasMemory(asked, vm)) {
            Prologue.mayAct(asked, host);
            setMemory(asked, vm);
        }
        if (!hasSecureBoot(asked, vm)) {
            Prologue.mayAct(asked, host);
            setSecureBoot(asked, vm);
        }
        return Prologue.seen(asked, host, vm.id);
    }

    private static List<Long> memory(Asked asked) {
        return asked.isNull("minimumBytes")
                ? List.of(asked.number("memoryBytes"))
                : List.of(asked.number("memoryBytes"), asked.number("minimumBytes"), asked.number("maximumBytes"));
    }

    private static boolean hasMemory(Asked asked, SimulatedVm vm) {
        List<Long> is = vm.dynamicMemory
                ? List.of(vm.memoryBytes, vm.minimumMemory, vm.maximumMemory)
                : List.of(vm.memoryBytes);
        return is.equals(memory(asked));
    }

    private static void setMemory(Asked asked, SimulatedVm vm) {
        List<Long> memory = memory(asked);
        boolean dynamic = memory.size() > 1;
        if (dynamic && (memory.get(0) < memory.get(1) || memory.get(0) > memory.get(2))) {
            throw refused("Set-VMMemory", "it starts with memory outside its bounds");
        }
        vm.memoryBytes = memory.get(0);
        vm.dynamicMemory = dynamic;
        if (dynamic) {
            vm.setDynamicMemory(memory.get(1), memory.get(2));
        }
    }

    private static boolean hasSecureBoot(Asked asked, SimulatedVm vm) {
        boolean on = asked.flag("secureBoot");
        boolean keys = vm.secureBootTemplate.equalsIgnoreCase(asked.text("secureBootTemplate"));
        return vm.generation != 2 || (vm.secureBoot == on && (keys || !on));
    }

    private static void setSecureBoot(Asked asked, SimulatedVm vm) {
        vm.secureBoot = asked.flag("secureBoot");
        if (vm.secureBoot) {
            String template = asked.text("secureBootTemplate");
            if (!TEMPLATES.contains(template)) {
                throw refused("Set-VMFirmware", "there is no template " + template);
            }
            vm.secureBootTemplate = template;
        }
    }

    private static ObjectNode attach(Asked asked, SimulatedHost host) {
        SimulatedVm vm = Prologue.findVm(asked, host);
        List<Asked> disks = asked.each("disks");
        List<String> want = disks.stream().map(VmMakingHandlers::place).toList();
        List<SimulatedDrive> old =
                vm.drives.stream().filter(drive -> !want.contains(place(drive))).toList();
        List<String> there = vm.drives.stream().map(VmMakingHandlers::place).toList();
        List<Asked> added =
                disks.stream().filter(disk -> !there.contains(place(disk))).toList();
        if (!old.isEmpty() || !added.isEmpty()) {
            mustBeOff(vm);
            if (!vm.snapshots.isEmpty()) {
                throw HostError.refuse("CHECKPOINT_EXISTS", "VM " + vm.id + " has checkpoints");
            }
            if (old.stream().anyMatch(drive -> DiskUser.isLayer(drive.path()))) {
                throw HostError.refuse("DISK_MERGING", "a layer of VM " + vm.id + " waits to be merged");
            }
        }
        added.forEach(disk -> mustBeFree(vm, disk.text("path")));
        makePlaces(asked, host, vm, added);
        if (!old.isEmpty()) {
            Prologue.mayAct(asked, host);
            replicaKeepsDisks(vm, "Remove-VMHardDiskDrive");
            old.forEach(host::detached);
            vm.drives.removeAll(old);
        }
        if (!added.isEmpty()) {
            Prologue.mayAct(asked, host);
            List<String> names = disks.stream()
                    .map(disk -> disk.text("name") + " " + disk.text("path"))
                    .toList();
            Prologue.writeNote(asked, host, "disks", vm.id, String.join("\n", names));
        }
        for (Asked disk : added) {
            Prologue.mayAct(asked, host);
            add(vm, disk);
        }
        if (!want.isEmpty() && vm.generation == 2) {
            Prologue.mayAct(asked, host);
            vm.firstBoot = want.get(0);
        }
        return Prologue.seen(asked, host, vm.id);
    }

    /** Before anything is taken away. */
    private static void makePlaces(Asked asked, SimulatedHost host, SimulatedVm vm, List<Asked> added) {
        for (Asked disk : added) {
            String type = disk.text("controllerType");
            while (type.equals("SCSI") && vm.controllers <= disk.number("controllerNumber")) {
                Prologue.mayAct(asked, host);
                if (vm.controllers == MOST_CONTROLLERS) {
                    throw refused("Add-VMScsiController", "it has four controllers");
                }
                vm.controllers++;
            }
            String place = type + " " + disk.number("controllerNumber") + " " + disk.number("controllerLocation");
            if (vm.dvds.contains(place)) {
                Prologue.mayAct(asked, host);
                vm.dvds.remove(place);
            }
        }
    }

    private static HostError refused(String command, String text) {
        return HostError.cmdlet("InvalidArgument", "InvalidArgument", HostError.FAILED, command, text);
    }

    private static void mustBeFree(SimulatedVm vm, String path) {
        if (DiskUser.of(vm.host, path).stream().anyMatch(user -> user.vm() != vm)) {
            throw HostError.refuse("DISK_ATTACHED", "another VM has the disk " + path);
        }
        if (!vm.host.disks().exists(path)) {
            throw HostError.refuse("DISK_MISSING", "the disk " + path + " is not there");
        }
    }

    private static void add(SimulatedVm vm, Asked disk) {
        String path = disk.text("path");
        replicaKeepsDisks(vm, "Add-VMHardDiskDrive");
        SimulatedDrive added = new SimulatedDrive(
                disk.text("controllerType"),
                Math.toIntExact(disk.number("controllerNumber")),
                Math.toIntExact(disk.number("controllerLocation")),
                path,
                vm.host.world().newId(),
                vm.host.trackingOf(path));
        boolean dvd = vm.dvds.contains(
                added.controllerType() + " " + added.controllerNumber() + " " + added.controllerLocation());
        if (dvd || vm.drives.stream().anyMatch(added::isAt)) {
            throw refused("Add-VMHardDiskDrive", "the place is taken");
        }
        if (added.controllerType().equals("SCSI") && added.controllerNumber() >= vm.controllers) {
            throw refused("Add-VMHardDiskDrive", "there is no such controller");
        }
        vm.drives.add(added);
    }

    /** A replica's disks belong to Hyper-V Replica. */
    static void replicaKeepsDisks(SimulatedVm vm, String command) {
        if (vm.replica.mode() == ReplicaEnd.Mode.Replica) {
            throw HostError.invalidState(command, "VM " + vm.id + " is a replica");
        }
    }

    private static String place(Asked disk) {
        return (disk.text("controllerType") + " " + disk.number("controllerNumber") + " "
                        + disk.number("controllerLocation") + " " + disk.text("path"))
                .toUpperCase(Locale.ROOT);
    }

    private static String place(SimulatedDrive drive) {
        return (drive.controllerType() + " " + drive.controllerNumber() + " " + drive.controllerLocation() + " "
                        + drive.path())
                .toUpperCase(Locale.ROOT);
    }
}
