package io.sdr.hyperv.simulation;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** network-create, network-delete, vm-adapters, vm-connect, vm-disconnect. */
final class NetworkHandlers {
    private NetworkHandlers() {}

    static void register(Map<String, Handler> handlers) {
        handlers.put("network-create", NetworkHandlers::create);
        handlers.put("network-delete", NetworkHandlers::delete);
        handlers.put("vm-adapters", NetworkHandlers::adapters);
        handlers.put("vm-connect", NetworkHandlers::connect);
        handlers.put("vm-disconnect", NetworkHandlers::disconnect);
    }

    private static ObjectNode create(Asked asked, SimulatedHost host) {
        FactHandlers.module(host, "Hyper-V", "Get-VMSwitch");
        String tag = asked.text("tag");
        Optional<SimulatedSwitch> found = tagged(host, tag);
        if (found.isEmpty()) {
            String name = asked.text("name");
            Prologue.mayAct(asked, host);
            host.switches.add(new SimulatedSwitch(host.world().newId(), name, "Private", tag));
            found = tagged(host, tag);
        }
        SimulatedSwitch made = found.orElseThrow();
        return Json.object().put("network", made.id()).put("name", made.name()).put("type", made.type());
    }

    private static Optional<SimulatedSwitch> tagged(SimulatedHost host, String tag) {
        return host.switches.stream()
                .filter(each -> Prologue.tags(each.notes()).contains(tag))
                .findFirst();
    }

    private static ObjectNode delete(Asked asked, SimulatedHost host) {
        FactHandlers.module(host, "Hyper-V", "Get-VMSwitch");
        Adapters.findSwitch(host, asked.guid("network")).ifPresent(found -> {
            if (!Prologue.tags(found.notes()).contains(asked.text("tag"))) {
                throw HostError.refuse("NOT_TAGGED", "network " + found.id() + " was not made for this");
            }
            boolean used = host.vms().stream()
                    .flatMap(vm -> vm.adapters.stream())
                    .anyMatch(adapter -> adapter.network.equals(Optional.of(found.id())));
            if (used) {
                throw HostError.refuse("NETWORK_IN_USE", "a VM is connected to it");
            }
            Prologue.mayAct(asked, host);
            host.switches.remove(found);
        });
        return Json.object().put("network", asked.text("network")).put("deleted", true);
    }

    private static ObjectNode adapters(Asked asked, SimulatedHost host) {
        SimulatedVm vm = Prologue.findVm(asked, host);
        if (vm.state() != SimulatedVm.Power.Off) {
            throw HostError.refuse("VM_RUNNING", "VM " + vm.id + " is " + vm.state());
        }
        List<Asked> want = asked.each("adapters");
        Adapters.findSwitches(host, want);
        Adapters.tellApart(vm.adapters, want);
        Prologue.mayAct(asked, host);
        AddressHandlers.note(asked, host, vm);
        Adapters.drop(vm, want);
        want.forEach(each -> Adapters.link(host, Adapters.give(vm, each), each));
        return Prologue.seen(asked, host, vm.id);
    }

    private static ObjectNode connect(Asked asked, SimulatedHost host) {
        SimulatedVm vm = Prologue.findVm(asked, host);
        List<Asked> want = asked.each("adapters");
        Adapters.findSwitches(host, want);
        for (Asked each : want) {
            for (SimulatedAdapter adapter : vm.adapters) {
                if (adapter.name.equals(each.text("name"))) {
                    Prologue.mayAct(asked, host);
                    Adapters.link(host, adapter, each);
                }
            }
        }
        return Prologue.seen(asked, host, vm.id);
    }

    private static ObjectNode disconnect(Asked asked, SimulatedHost host) {
        SimulatedVm vm = Prologue.findVm(asked, host);
        if (vm.adapters.stream().anyMatch(adapter -> adapter.network.isPresent())) {
            Prologue.mayAct(asked, host);
            vm.adapters.forEach(adapter -> adapter.network = Optional.empty());
        }
        return Prologue.seen(asked, host, vm.id);
    }
}
