package io.sdr.hyperv.simulation;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/** vm-start, vm-shut-down, vm-turn-off, vm-lock, vm-unlock, vm-boot-gate, vm-tag. */
final class VmHandlers {
    private static final String NOTHING = "Nothing";

    private VmHandlers() {}

    static void register(Map<String, Handler> handlers) {
        handlers.put("vm-start", VmHandlers::start);
        handlers.put("vm-shut-down", VmHandlers::shutDown);
        handlers.put("vm-turn-off", VmHandlers::turnOff);
        handlers.put("vm-lock", VmHandlers::lock);
        handlers.put("vm-unlock", VmHandlers::unlock);
        handlers.put("vm-boot-gate", VmHandlers::bootGate);
        handlers.put("vm-tag", VmHandlers::tag);
    }

    private static ObjectNode start(Asked asked, SimulatedHost host) {
        SimulatedVm vm = Prologue.findVm(asked, host);
        if (!vm.runs()) {
            if (isLocked(asked, host, vm)) {
                throw HostError.refuse("START_LOCKED", "VM " + vm.id + " is locked against start");
            }
            Prologue.mayAct(asked, host);
            List<String> addresses = Prologue.noteLines(asked, host, "addresses", vm.id);
            AddressHandlers.notGiven(asked, host, vm, addresses);
            vm.power.start("Start-VM");
            AddressHandlers.notGiven(asked, host, vm, AddressHandlers.refused(asked, host, vm, addresses));
        }
        return Prologue.seen(asked, host, vm.id);
    }

    private static boolean isLocked(Asked asked, SimulatedHost host, SimulatedVm vm) {
        return Files.exists(Prologue.note(asked, host, "lock", vm.id));
    }

    private static ObjectNode shutDown(Asked asked, SimulatedHost host) {
        SimulatedVm vm = Prologue.findVm(asked, host);
        if (vm.runs()) {
            if (!vm.offersShutdown) {
                throw HostError.refuse("GUEST_SILENT", "the guest of VM " + vm.id + " offers no shutdown");
            }
            Prologue.mayAct(asked, host);
            vm.power.shutDown();
        }
        return Prologue.seen(asked, host, vm.id);
    }

    private static ObjectNode turnOff(Asked asked, SimulatedHost host) {
        SimulatedVm vm = Prologue.findVm(asked, host);
        if (vm.state() == SimulatedVm.Power.Saved) {
            throw HostError.refuse("VM_SAVED", "VM " + vm.id + " has a saved state");
        }
        String now = Json.iso(host.clock());
        String started =
                host.log().last(SimulatedVm.Edge.START, vm.id).map(Json::iso).orElse("");
        String up = Json.iso(host.bootTime());
        String since = started.compareTo(up) > 0 ? started : up;
        String stopped =
                host.log().last(SimulatedVm.Edge.END, vm.id).map(Json::iso).orElse("");
        Path note = Prologue.note(asked, host, "stop", vm.id);
        String noted = Files.exists(note) ? Prologue.read(note) : "";
        if (vm.state() != SimulatedVm.Power.Off && vm.state() != SimulatedVm.Power.OffCritical) {
            Prologue.mayAct(asked, host);
            vm.power.turnOff();
        } else if ((started.isEmpty() || stopped.compareTo(started) < 0) && noted.compareTo(since) < 0) {
            Prologue.mayAct(asked, host);
            Prologue.writeNote(asked, host, "stop", vm.id, now);
        }
        return Prologue.seen(asked, host, vm.id);
    }

    private static ObjectNode lock(Asked asked, SimulatedHost host) {
        SimulatedVm vm = Prologue.findVm(asked, host);
        if (!isLocked(asked, host, vm)) {
            Prologue.mayAct(asked, host);
            Prologue.writeNote(asked, host, "lock", vm.id, asked.text("item") + " " + asked.number("epoch"));
        }
        return Prologue.seen(asked, host, vm.id);
    }

    private static ObjectNode unlock(Asked asked, SimulatedHost host) {
        SimulatedVm vm = Prologue.findVm(asked, host);
        if (isLocked(asked, host, vm)) {
            Prologue.mayAct(asked, host);
            Prologue.delete(Prologue.note(asked, host, "lock", vm.id));
        }
        return Prologue.seen(asked, host, vm.id);
    }

    private static ObjectNode bootGate(Asked asked, SimulatedHost host) {
        SimulatedVm vm = Prologue.findVm(asked, host);
        List<String> noted = Prologue.noteLines(asked, host, "boot", vm.id);
        if (asked.flag("closed")) {
            closeGate(asked, host, vm, noted);
        } else if (!noted.isEmpty() || vm.automaticStart.equals(NOTHING)) {
            openGate(asked, host, vm, noted);
        }
        return Prologue.seen(asked, host, vm.id);
    }

    private static void openGate(Asked asked, SimulatedHost host, SimulatedVm vm, List<String> noted) {
        boolean known = noted.size() == 3;
        String action = asked.text("action");
        String usual = Long.toString(asked.number("priority"));
        String priority = known ? noted.get(2) : usual;
        if (vm.cluster.isPresent()
                && vm.clusterPriority == 0
                && !List.of("-", "0").contains(priority)) {
            Prologue.mayAct(asked, host);
            vm.clusterPriority = Long.parseLong(priority);
        }
        if (vm.automaticStart.equals(NOTHING)) {
            Prologue.mayAct(asked, host);
            vm.setAutomaticStart(
                    known && !noted.get(0).equals(NOTHING) ? noted.get(0) : action,
                    known ? Long.parseLong(noted.get(1)) : vm.automaticStartDelay);
        }
        if (!noted.isEmpty()) {
            Prologue.mayAct(asked, host);
            Prologue.delete(Prologue.note(asked, host, "boot", vm.id));
        }
    }

    private static void closeGate(Asked asked, SimulatedHost host, SimulatedVm vm, List<String> noted) {
        boolean starts = !vm.automaticStart.equals(NOTHING);
        boolean placed = vm.cluster.isPresent() && vm.clusterPriority != 0;
        List<String> was = new ArrayList<>(List.of(
                vm.automaticStart,
                Long.toString(vm.automaticStartDelay),
                vm.cluster.isPresent() ? Long.toString(vm.clusterPriority) : "-"));
        if (noted.size() == 3 && !starts) {
            was.set(0, noted.get(0));
            was.set(1, noted.get(1));
        }
        if (noted.size() == 3 && !placed) {
            was.set(2, noted.get(2));
        }
        if ((starts || placed) && !was.equals(noted)) {
            Prologue.mayAct(asked, host);
            Prologue.writeNote(asked, host, "boot", vm.id, String.join("\n", was));
        }
        if (starts) {
            Prologue.mayAct(asked, host);
            // Whether Hyper-V forgets the delay is not documented: here it does.
            vm.setAutomaticStart(NOTHING, 0);
        }
        if (placed) {
            Prologue.mayAct(asked, host);
            vm.clusterPriority = 0;
        }
    }

    private static ObjectNode tag(Asked asked, SimulatedHost host) {
        SimulatedVm vm = Prologue.findVm(asked, host);
        String mark = "sdr:" + asked.text("item") + ":";
        List<String> lines = new ArrayList<>();
        if (!vm.notes.isEmpty()) {
            Arrays.stream(vm.notes.split("\r?\n", -1))
                    .filter(line -> !line.startsWith(mark))
                    .forEach(lines::add);
        }
        lines.add(mark + asked.number("epoch") + ":" + asked.text("role"));
        String notes = String.join("\r\n", lines);
        if (!vm.notes.equals(notes)) {
            Prologue.mayAct(asked, host);
            vm.notes = notes;
        }
        return Prologue.seen(asked, host, vm.id);
    }
}
