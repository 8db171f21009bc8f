package io.sdr.hyperv.simulation;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** vm-list, vm-describe, vm-observe, vm-tagged, vm-owner, cluster-facts. */
final class InventoryHandlers {
    private InventoryHandlers() {}

    static void register(Map<String, Handler> handlers) {
        handlers.put("vm-list", InventoryHandlers::list);
        handlers.put("vm-describe", InventoryHandlers::describe);
        handlers.put("vm-observe", InventoryHandlers::observe);
        handlers.put("vm-tagged", InventoryHandlers::tagged);
        handlers.put("vm-owner", InventoryHandlers::owner);
        handlers.put("cluster-facts", InventoryHandlers::cluster);
    }

    private static ObjectNode list(Asked asked, SimulatedHost host) {
        FactHandlers.module(host, "Hyper-V", "Get-VM");
        ObjectNode answer = Json.object();
        answer.set("vms", Json.each(host.vms(), vm -> {
            ObjectNode fields = Json.object();
            fields.put("vm", vm.id).put("name", vm.name).put("state", vm.state().name());
            fields.put("generation", vm.generation).put("version", vm.version);
            fields.put("clustered", vm.cluster.isPresent());
            fields.put("replicationMode", vm.replicationMode());
            fields.set("tags", Json.texts(Prologue.tags(vm.notes)));
            return fields;
        }));
        return answer;
    }

    private static List<SimulatedVm> asked(Asked asked, SimulatedHost host) {
        return asked.texts("vms").stream()
                .flatMap(id -> Prologue.lookVm(id, host).stream())
                .toList();
    }

    private static ObjectNode describe(Asked asked, SimulatedHost host) {
        ObjectNode answer = Json.object();
        answer.set("vms", Json.each(asked(asked, host), vm -> {
            ObjectNode fields = Json.object();
            fields.put("vm", vm.id).put("name", vm.name).put("generation", vm.generation);
            fields.put("version", vm.version).put("processors", vm.processors);
            fields.put("memoryBytes", vm.memoryBytes).put("dynamicMemory", vm.dynamicMemory);
            fields.put("minimumBytes", vm.minimumMemory).put("maximumBytes", vm.maximumMemory);
            boolean secure = vm.generation == 2 && vm.secureBoot;
            fields.put("secureBoot", secure).put("secureBootTemplate", secure ? vm.secureBootTemplate : "");
            fields.put("folder", vm.folder);
            fields.put("clustered", vm.cluster.isPresent()).put("replicationMode", vm.replicationMode());
            fields.set("tags", Json.texts(Prologue.tags(vm.notes)));
            fields.set("adapters", Json.each(vm.adapters, adapter -> adapter(vm, adapter)));
            fields.set("disks", Json.each(vm.drives, InventoryHandlers::disk));
            return fields;
        }));
        return answer;
    }

    private static ObjectNode adapter(SimulatedVm vm, SimulatedAdapter adapter) {
        ObjectNode fields = Json.object();
        fields.put("adapter", SimulatedAdapter.device(vm, adapter)).put("name", adapter.name);
        fields.put("mac", adapter.mac).put("dynamicMac", adapter.dynamicMac);
        fields.put("connected", adapter.network.isPresent()).put("network", adapter.network.orElse(""));
        fields.put("vlanMode", adapter.vlan.isPresent() ? "Access" : "Untagged");
        fields.put("vlan", adapter.vlan.orElse(0));
        fields.set("addresses", Json.texts(adapter.addresses));
        return fields;
    }

    private static ObjectNode disk(SimulatedDrive drive) {
        return Prologue.place(drive, drive.file())
                .put("passThrough", drive.diskNumber().isPresent())
                .put("shared", drive.shared());
    }

    private static ObjectNode observe(Asked asked, SimulatedHost host) {
        ObjectNode answer = Json.object();
        answer.set("vms", Json.each(asked(asked, host), vm -> Prologue.seen(asked, host, vm.id)));
        answer.set(
                "lives",
                Json.each(asked.texts("vms"), id -> Prologue.life(Json.object().put("vm", id), host, id)));
        return answer;
    }

    private static ObjectNode tagged(Asked asked, SimulatedHost host) {
        String mark = "sdr:" + asked.text("item") + ":";
        List<SimulatedVm> tagged = host.vms().stream()
                .filter(vm -> Prologue.tags(vm.notes).stream().anyMatch(tag -> tag.startsWith(mark)))
                .toList();
        ObjectNode answer = Json.object();
        answer.set("vms", Json.each(tagged, vm -> Prologue.seen(asked, host, vm.id)));
        return answer;
    }

    private static ObjectNode owner(Asked asked, SimulatedHost host) {
        String id = asked.guid("vm");
        FactHandlers.module(host, "FailoverClusters", "Get-ClusterGroup");
        Optional<SimulatedVm> group = host.cluster.stream()
                .flatMap(cluster -> cluster.nodes.stream())
                .flatMap(node -> node.find(id).stream())
                .filter(vm -> vm.cluster.isPresent())
                .findFirst();
        ObjectNode answer = Json.object().put("vm", asked.text("vm"));
        if (group.isEmpty()) {
            return answer.putNull("owner").putNull("state").putNull("priority");
        }
        SimulatedVm vm = group.get();
        answer.put("owner", shortName(vm.host.name()));
        answer.put("state", vm.runs() ? "Online" : "Offline");
        return answer.put("priority", vm.clusterPriority);
    }

    private static ObjectNode cluster(Asked asked, SimulatedHost host) {
        FactHandlers.module(host, "FailoverClusters", "Get-Cluster");
        SimulatedCluster cluster = host.cluster.orElseThrow(() ->
                HostError.shell("Get-Cluster,Microsoft.FailoverClusters.PowerShell", "NotSpecified", "no cluster"));
        ObjectNode answer = Json.object();
        answer.put("cluster", cluster.name).put("domain", cluster.domain);
        answer.set(
                "nodes",
                Json.each(
                        cluster.nodes,
                        node -> Json.object()
                                .put("name", shortName(node.name()))
                                .put("state", node.isUp() ? "Up" : "Down")));
        answer.set("volumes", Json.texts(List.of("C:\\ClusterStorage\\Volume1")));
        answer.set("brokers", Json.texts(cluster.broker.isEmpty() ? List.of() : List.of(cluster.broker)));
        return answer;
    }

    /** Clusters know nodes by their names without the domain. */
    private static String shortName(String name) {
        return name.contains(".") ? name.substring(0, name.indexOf('.')) : name;
    }
}
