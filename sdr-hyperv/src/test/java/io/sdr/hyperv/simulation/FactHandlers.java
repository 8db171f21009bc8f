package io.sdr.hyperv.simulation;

import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/** host-facts, host-clock, host-volumes, host-networks, host-firewall, host-certificates, vm-readiness, replication-server. */
final class FactHandlers {
    private static final List<String> MODULES = List.of("Hyper-V", "FailoverClusters", "VirtualMachineManager");
    private static final List<String> SERVICES = List.of("vmms", "ClusSvc", "SCVMMService");
    /** The components of integration services, which are the same in every VM. */
    private static final Map<String, String> GUEST_SERVICES = new java.util.TreeMap<>(Map.of(
            "Heartbeat", "84EAAE65-2F2E-45F5-9BB5-0E857DC8EB47",
            "KVP", "2A34B1C2-FD73-4043-8A5B-DD2159BC743F",
            "Shutdown", "9F8233AC-BE49-4C79-8EE3-E7E1985B2077",
            "VSS", "5CED1297-4598-4915-A5FC-AD21BB4D02A4"));

    private FactHandlers() {}

    static void register(Map<String, Handler> handlers) {
        handlers.put("host-facts", FactHandlers::facts);
        handlers.put("host-clock", (asked, host) -> Json.object().put("clock", Json.iso(host.clock())));
        handlers.put("host-volumes", FactHandlers::volumes);
        handlers.put("host-networks", FactHandlers::networks);
        handlers.put("host-firewall", FactHandlers::firewall);
        handlers.put("host-certificates", FactHandlers::certificates);
        handlers.put("vm-readiness", FactHandlers::readiness);
        handlers.put("replication-server", FactHandlers::server);
    }

    /** A host without the module does not know the command. */
    static void module(SimulatedHost host, String module, String command) {
        if (!host.settings().modules.containsKey(module)) {
            throw HostError.noCommand(command);
        }
    }

    private static ObjectNode facts(Asked asked, SimulatedHost host) {
        HostSettings set = host.settings();
        ObjectNode answer = Json.object();
        String name = host.name();
        answer.put("host", name.contains(".") ? name.substring(0, name.indexOf('.')) : name);
        answer.put("domain", set.domain).put("domainJoined", set.domainJoined);
        answer.put("os", set.os).put("build", set.build).put("powershell", set.powershell);
        answer.put("clock", Json.iso(host.clock()));
        answer.put("processors", set.processors).put("memoryBytes", set.memoryBytes);
        answer.put("administrator", set.administrator).put("hyperVAdministrator", set.hyperVAdministrator);
        answer.put(
                "vmLog", set.modules.containsKey("Hyper-V") && host.log().from().isPresent());
        answer.set(
                "modules",
                Json.each(
                        MODULES.stream().filter(set.modules::containsKey).toList(),
                        each -> Json.object().put("name", each).put("version", set.modules.get(each))));
        answer.set(
                "services",
                Json.each(
                        SERVICES.stream()
                                .filter(each -> "Running".equals(set.services.get(each)))
                                .toList(),
                        each -> Json.object().put("name", each).put("status", "Running")));
        boolean hyperV = set.modules.containsKey("Hyper-V");
        answer.put("vmFolder", hyperV ? set.vmFolder : "");
        return answer.put("diskFolder", hyperV ? set.diskFolder : "");
    }

    private static ObjectNode volumes(Asked asked, SimulatedHost host) {
        ObjectNode answer = Json.object();
        answer.set(
                "volumes",
                Json.each(
                        host.settings().volumes,
                        each -> Json.object()
                                .put("path", each.path())
                                .put("label", each.label())
                                .put("fileSystem", each.fileSystem())
                                .put("capacityBytes", each.capacityBytes())
                                .put("freeBytes", each.freeBytes())));
        return answer;
    }

    private static ObjectNode networks(Asked asked, SimulatedHost host) {
        module(host, "Hyper-V", "Get-VMSwitch");
        ObjectNode answer = Json.object();
        answer.set("networks", Json.each(host.switches(), each -> {
            ObjectNode fields = Json.object();
            fields.put("network", each.id()).put("name", each.name()).put("type", each.type());
            fields.set("tags", Json.texts(Prologue.tags(each.notes())));
            return fields;
        }));
        return answer;
    }

    private static ObjectNode firewall(Asked asked, SimulatedHost host) {
        ObjectNode answer = Json.object();
        answer.set(
                "rules",
                Json.each(
                        host.settings().firewall,
                        each -> Json.object()
                                .put("rule", each.rule())
                                .put("enabled", each.enabled())
                                .put("allows", each.allows())));
        return answer;
    }

    private static ObjectNode certificates(Asked asked, SimulatedHost host) {
        ObjectNode answer = Json.object();
        answer.set("certificates", Json.each(host.settings().certificates, each -> {
            ObjectNode fields = Json.object();
            fields.put("thumbprint", each.thumbprint()).put("subject", each.subject());
            fields.set("names", Json.texts(each.names()));
            fields.set("usages", Json.texts(each.usages()));
            fields.put("notBefore", Json.iso(each.notBefore()));
            return fields.put("notAfter", Json.iso(each.notAfter()));
        }));
        return answer;
    }

    private static ObjectNode readiness(Asked asked, SimulatedHost host) {
        SimulatedVm vm = Prologue.findVm(asked, host);
        ObjectNode answer = Json.object();
        answer.put("vm", vm.id).put("name", vm.name).put("state", vm.state().name());
        answer.put("version", vm.version).put("checkpointType", vm.checkpointType);
        answer.put("replicationMode", vm.replicationMode()).put("shielded", vm.shielded);
        answer.put("tpm", vm.tpm);
        answer.set(
                "guestServices",
                Json.each(
                        GUEST_SERVICES.entrySet(),
                        each -> Json.object()
                                .put(
                                        "service",
                                        "Microsoft:" + vm.id.toUpperCase(java.util.Locale.ROOT) + "\\"
                                                + each.getValue())
                                .put(
                                        "enabled",
                                        each.getKey().equals("Shutdown")
                                                ? vm.offersShutdown
                                                : !vm.disabledServices.contains(each.getKey()))));
        answer.set(
                "snapshots",
                Json.each(
                        vm.snapshots,
                        each -> Json.object().put("snapshot", each.id).put("type", each.type.name())));
        answer.set(
                "disks",
                Json.each(
                        vm.drives,
                        drive -> Json.object()
                                .put("path", drive.shown())
                                .put("passThrough", drive.diskNumber().isPresent())
                                .put("shared", drive.shared())));
        return answer;
    }

    private static ObjectNode server(Asked asked, SimulatedHost host) {
        module(host, "Hyper-V", "Get-VMReplicationServer");
        HostSettings set = host.settings();
        ObjectNode answer = Json.object();
        answer.put("enabled", set.replicaEnabled).put("authentication", set.replicaAuthentication);
        answer.put("kerberosPort", set.kerberosPort).put("certificatePort", set.certificatePort);
        answer.put("thumbprint", set.replicaThumbprint).put("fromAnyServer", set.replicaFromAnyServer);
        answer.put("folder", set.replicaFolder);
        List<String> entries = set.replicaFromAnyServer ? List.of("*") : set.replicaFrom;
        answer.set(
                "entries",
                Json.each(
                        entries,
                        each -> Json.object()
                                .put("server", each)
                                .put("folder", set.replicaFolder)
                                .put("trustGroup", "default")));
        return answer;
    }
}
