package io.sdr.hyperv.simulation;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/** What the prologue's functions for adapters do: FindSwitches, DropAdapters, GiveAdapter, LinkAdapter. */
final class Adapters {
    private Adapters() {}

    static Optional<SimulatedSwitch> findSwitch(SimulatedHost host, String id) {
        return host.switches.stream().filter(each -> each.id().equals(id)).findFirst();
    }

    /** Refuses before anything is changed. */
    static void findSwitches(SimulatedHost host, List<Asked> adapters) {
        for (Asked each : adapters) {
            if (!each.isNull("network")) {
                String id = each.guid("network");
                if (findSwitch(host, id).isEmpty()) {
                    throw HostError.refuse("UNKNOWN_NETWORK", "network " + id + " is not on this host");
                }
            }
        }
    }

    /** Refuses adapters of one name, asked for or there, before anything is changed. */
    static void tellApart(List<SimulatedAdapter> there, List<Asked> asked) {
        List<String> names = asked.stream().map(each -> each.text("name")).toList();
        List<String> known =
                there.stream().map(each -> each.name).filter(names::contains).toList();
        if (names.stream().distinct().count() < names.size()
                || known.stream().distinct().count() < known.size()) {
            throw HostError.refuse("ADAPTER_NAMES_NOT_UNIQUE", "several adapters are called the same");
        }
    }

    static void drop(SimulatedVm vm, List<Asked> keep) {
        List<String> names = keep.stream().map(each -> each.text("name")).toList();
        vm.adapters.removeIf(adapter -> !names.contains(adapter.name));
    }

    static Optional<SimulatedAdapter> find(SimulatedVm vm, String name) {
        return vm.adapters.stream().filter(there -> there.name.equals(name)).findFirst();
    }

    static SimulatedAdapter give(SimulatedVm vm, Asked want) {
        String name = want.text("name");
        SimulatedAdapter adapter = vm.giveAdapter(name);
        adapter.dynamicMac = want.isNull("mac");
        if (!adapter.dynamicMac) {
            adapter.mac = mac(want.text("mac"));
        }
        return adapter;
    }

    private static String mac(String text) {
        if (!text.matches("[0-9A-Fa-f]{12}")) {
            throw HostError.cmdlet(
                    "InvalidParameter",
                    "InvalidArgument",
                    HostError.FAILED,
                    "Set-VMNetworkAdapter",
                    "no address: " + text);
        }
        return text.toUpperCase(Locale.ROOT);
    }

    /** One that is connected to nothing keeps its VLAN. */
    static void link(SimulatedHost host, SimulatedAdapter adapter, Asked want) {
        if (want.isNull("network")) {
            adapter.connect(Optional.empty(), adapter.vlan());
            return;
        }
        adapter.connect(
                findSwitch(host, want.guid("network")),
                want.isNull("vlan") ? OptionalInt.empty() : OptionalInt.of((int) want.number("vlan")));
    }
}
