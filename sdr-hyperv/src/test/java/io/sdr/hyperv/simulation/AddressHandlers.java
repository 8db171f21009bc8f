package io.sdr.hyperv.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/** vm-failover-address, and what the prologue's functions for addresses of guests do: NoteAddresses, GiveAddress. */
final class AddressHandlers {
    private AddressHandlers() {}

    static void register(Map<String, Handler> handlers) {
        handlers.put("vm-failover-address", AddressHandlers::failover);
    }

    private static SimulatedAdapter adapter(SimulatedVm vm, Asked asked) {
        String name = asked.text("adapter");
        return vm.adapters.stream()
                .filter(each -> each.name.equals(name))
                .findFirst()
                .orElseThrow(() -> HostError.refuse("UNKNOWN_ADAPTER", "VM " + vm.id + " has no adapter " + name));
    }

    private static ObjectNode failover(Asked asked, SimulatedHost host) {
        SimulatedVm vm = Prologue.findVm(asked, host);
        SimulatedAdapter adapter = adapter(vm, asked);
        asked.texts("dnsServers");
        String ipv4 = adapter.failoverIpv4;
        String ipv6 = adapter.failoverIpv6;
        if (asked.isNull("address")) {
            ipv4 = "";
            ipv6 = "";
        } else if (asked.flag("ipv6")) {
            ipv6 = asked.text("address") + "/" + asked.number("prefixLength");
            asked.find("gateway");
        } else {
            ipv4 = asked.text("address") + "/" + asked.text("mask");
            asked.find("gateway");
        }
        Prologue.mayAct(asked, host);
        adapter.failoverIpv4 = ipv4;
        adapter.failoverIpv6 = ipv6;
        return Json.object()
                .put("vm", vm.id)
                .put("adapter", adapter.name)
                .put("ipv4Address", ipv4.replaceAll("/.*", ""))
                .put("ipv6Address", ipv6.replaceAll("/.*", ""));
    }

    static void note(Asked asked, SimulatedHost host, SimulatedVm vm) {
        write(asked, host, vm, "addresses", asked.texts("addresses"));
    }

    static void notGiven(Asked asked, SimulatedHost host, SimulatedVm vm, List<String> lines) {
        write(asked, host, vm, "unaddressed", lines);
    }

    private static void write(Asked asked, SimulatedHost host, SimulatedVm vm, String kind, List<String> lines) {
        if (lines.isEmpty()) {
            Prologue.delete(Prologue.note(asked, host, kind, vm.id));
        } else {
            Prologue.writeNote(asked, host, kind, vm.id, String.join("\n", lines));
        }
    }

    /** Hands over what was noted, and tells what of it Hyper-V did not take. */
    static List<String> refused(Asked asked, SimulatedHost host, SimulatedVm vm, List<String> lines) {
        List<String> refused = new ArrayList<>();
        for (String line : lines) {
            try {
                give(asked, host, vm, line.split(" ", 6));
            } catch (HostError error) {
                refused.add(line);
            }
        }
        return refused;
    }

    private static void give(Asked asked, SimulatedHost host, SimulatedVm vm, String[] want) {
        SimulatedAdapter adapter = Adapters.find(vm, want[5])
                .orElseThrow(() -> HostError.refuse("UNKNOWN_ADAPTER", "VM " + vm.id + " has no adapter " + want[5]));
        Prologue.mayAct(asked, host);
        long protocol = Long.parseLong(want[0]);
        if (!vm.runs() || protocol < 4096 || protocol > 4098 || vm.disabledServices.contains("KVP")) {
            throw HostError.fault(vm.runs() ? Checkpoints.INVALID_PARAMETER : 32_775, "the method refused");
        }
        adapter.addresses.clear();
        adapter.addresses.add(want[1]);
    }
}
