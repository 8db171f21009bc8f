package io.sdr.hyperv.simulation;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import tools.jackson.databind.node.ObjectNode;

/** The scripts about VMM: each runs on a VMM server's own machine, and tells what VMM knows, which is not what is. */
final class VmmHandlers {
    private static final String MODULE = "VirtualMachineManager";

    private VmmHandlers() {}

    static void register(Map<String, Handler> handlers) {
        handlers.put("vmm-server", with(VmmHandlers::server));
        handlers.put("vmm-clouds", with(VmmHandlers::clouds));
        handlers.put("vmm-hosts", with(VmmHandlers::hosts));
        handlers.put("vmm-networks", with(VmmHandlers::networks));
        handlers.put("vmm-vms", with(VmmHandlers::vms));
        handlers.put("vmm-owner", with(VmmHandlers::owner));
        handlers.put("vmm-adapters", with(VmmHandlers::adapters));
        handlers.put("vmm-jobs", with(VmmHandlers::jobs));
        handlers.put("vmm-refresh", with(VmmHandlers::refresh));
        handlers.put("vmm-refresh-host", with(VmmHandlers::refreshHost));
        handlers.put("vmm-assign", with(VmmHandlers::assign));
        handlers.put("vmm-connect", with(VmmHandlers::connect));
    }

    /** The connection to VMM: function Vmm of the prologue. */
    private static Handler with(BiFunction<Asked, SimulatedVmm, ObjectNode> script) {
        return (asked, host) -> {
            if (!host.settings().modules.containsKey(MODULE)) {
                throw HostError.shell(
                        "Modules_ModuleNotFound,Microsoft.PowerShell.Commands.ImportModuleCommand",
                        "ResourceUnavailable",
                        MODULE);
            }
            String server = asked.text("server");
            boolean runs = "Running".equals(host.settings().services.get("SCVMMService"));
            if (!server.equals("localhost") || !runs || host.vmm.isEmpty()) {
                throw HostError.shell("1602,Get-SCVMMServer", "ConnectionError", "no VMM at " + server);
            }
            if (!host.vmm.get().lets()) {
                throw HostError.shell("1604,Get-SCVMMServer", "PermissionDenied", "not a member of a role");
            }
            return script.apply(asked, host.vmm.get());
        };
    }

    private static ObjectNode server(Asked asked, SimulatedVmm vmm) {
        return Json.object()
                .put("server", vmm.machine().name())
                .put("version", vmm.version)
                .put("clock", Json.iso(vmm.machine().clock()));
    }

    private static ObjectNode clouds(Asked asked, SimulatedVmm vmm) {
        ObjectNode answer = Json.object();
        answer.set(
                "clouds",
                Json.each(
                        vmm.clouds.entrySet(),
                        each -> Json.object().put("cloud", each.getKey()).put("name", each.getValue())));
        return answer;
    }

    private static ObjectNode hosts(Asked asked, SimulatedVmm vmm) {
        ObjectNode answer = Json.object();
        answer.set("hosts", Json.each(vmm.hosts.entrySet(), each -> {
            SimulatedHost host = each.getValue();
            String state = vmm.states.getOrDefault(host, "OK");
            return Json.object()
                    .put("host", each.getKey())
                    .put("name", host.name())
                    .put("state", state)
                    .put("available", state.equals("OK"))
                    .put("cluster", host.cluster.map(cluster -> cluster.name).orElse(""))
                    .put("group", "All Hosts\\" + host.site())
                    .put("freeMemoryMebibytes", host.settings().memoryBytes >> 21);
        }));
        return answer;
    }

    private static ObjectNode networks(Asked asked, SimulatedVmm vmm) {
        ObjectNode answer = Json.object();
        answer.set("networks", Json.each(vmm.networks.values(), network -> {
            ObjectNode fields = Json.object();
            fields.put("network", network.id).put("name", network.name);
            fields.put("logicalNetwork", network.logicalNetwork);
            fields.set("subnets", Json.each(network.subnets, subnet -> {
                ObjectNode one = Json.object();
                one.put("subnet", subnet.id()).put("name", subnet.name());
                one.set(
                        "vlans",
                        Json.each(
                                List.of(subnet),
                                each -> Json.object().put("cidr", each.cidr()).put("vlan", each.vlan())));
                return one;
            }));
            return fields;
        }));
        return answer;
    }

    private static ObjectNode vms(Asked asked, SimulatedVmm vmm) {
        Optional<String> cloud = asked.isNull("cloud") ? Optional.empty() : Optional.of(asked.guid("cloud"));
        cloud.ifPresent(id -> {
            if (!vmm.clouds.containsKey(id)) {
                throw notFound("Get-SCCloud", id);
            }
        });
        List<VmmRecord> wanted = vmm.records.values().stream()
                .filter(each -> cloud.isEmpty() || each.cloud.equals(cloud))
                .toList();
        ObjectNode answer = Json.object();
        answer.set(
                "vms",
                Json.each(
                        wanted,
                        each -> place(each).put("status", each.status).put("modified", Json.iso(each.modified))));
        return answer;
    }

    private static HostError notFound(String command, String id) {
        return HostError.shell("801," + command, "ObjectNotFound", "VMM has no " + id);
    }

    private static VmmRecord record(Asked asked, SimulatedVmm vmm) {
        String id = asked.guid("vmmId");
        return Optional.ofNullable(vmm.records.get(id)).orElseThrow(() -> notFound("Get-SCVirtualMachine", id));
    }

    private static List<VmmRecord> records(Asked asked, SimulatedVmm vmm) {
        return asked.texts("vmmIds").stream()
                .flatMap(id -> Optional.ofNullable(vmm.records.get(id)).stream())
                .toList();
    }

    private static ObjectNode owner(Asked asked, SimulatedVmm vmm) {
        ObjectNode answer = Json.object();
        answer.set("vms", Json.each(records(asked, vmm), VmmHandlers::place));
        return answer;
    }

    private static ObjectNode place(VmmRecord record) {
        return Json.object()
                .put("vm", record.vm)
                .put("vmmId", record.id)
                .put("name", record.name)
                .put("host", record.host.map(SimulatedHost::name).orElse(""))
                .put("cloud", record.cloud.orElse(""));
    }

    private static ObjectNode adapters(Asked asked, SimulatedVmm vmm) {
        ObjectNode answer = Json.object();
        answer.set("vms", Json.each(records(asked, vmm), record -> {
            ObjectNode fields = Json.object().put("vm", record.vm);
            fields.set(
                    "adapters",
                    Json.each(
                            record.nics,
                            nic -> Json.object()
                                    .put("adapter", nic.id())
                                    .put("device", nic.device())
                                    .put("mac", nic.mac())
                                    .put(
                                            "network",
                                            nic.place()
                                                    .map(VmmNet.Place::network)
                                                    .orElse(""))
                                    .put(
                                            "subnet",
                                            nic.place()
                                                    .map(VmmNet.Place::subnet)
                                                    .orElse(""))));
            return fields;
        }));
        return answer;
    }

    private static ObjectNode jobs(Asked asked, SimulatedVmm vmm) {
        String id = asked.guid("vmmId");
        ObjectNode answer = Json.object();
        List<SimulatedVmm.Job> latest = vmm.jobs.stream()
                .filter(each -> each.vmmId().equals(id))
                .limit(asked.number("most"))
                .toList();
        answer.set(
                "jobs",
                Json.each(
                        latest,
                        job -> Json.object()
                                .put("job", job.id())
                                .put("name", job.name())
                                .put("status", job.status())
                                .put("error", job.error())
                                .put("started", Json.iso(job.started()))
                                .put("ended", Json.iso(job.started()))));
        return answer;
    }

    private static ObjectNode refresh(Asked asked, SimulatedVmm vmm) {
        VmmRecord record = record(asked, vmm);
        vmm.look(record);
        vmm.job(record.id, "Refresh virtual machine");
        return Json.object()
                .put("vm", record.vm)
                .put("host", record.host.map(SimulatedHost::name).orElse(""))
                .put("status", record.status);
    }

    private static ObjectNode refreshHost(Asked asked, SimulatedVmm vmm) {
        String id = asked.guid("host");
        SimulatedHost host = Optional.ofNullable(vmm.hosts.get(id)).orElseThrow(() -> notFound("Get-SCVMHost", id));
        vmm.refresh(host);
        return Json.object().put("host", id).put("name", host.name());
    }

    private static ObjectNode assign(Asked asked, SimulatedVmm vmm) {
        VmmRecord record = record(asked, vmm);
        String cloud = asked.text("cloud");
        if (!record.cloud.orElse("").equals(cloud)) {
            String id = asked.guid("cloud");
            if (!vmm.clouds.containsKey(id)) {
                throw notFound("Get-SCCloud", id);
            }
            Prologue.mayAct(asked, vmm.machine());
            vmm.job(record.id, "Change properties of virtual machine");
            record.cloud = Optional.of(id);
        }
        return Json.object().put("vm", record.vm).put("cloud", record.cloud.orElse(""));
    }

    private static ObjectNode connect(Asked asked, SimulatedVmm vmm) {
        VmmRecord record = record(asked, vmm);
        String adapter = asked.guid("adapter");
        VmmRecord.Nic nic = record.nics.stream()
                .filter(each -> each.id().equals(adapter))
                .findFirst()
                .orElseThrow(
                        () -> HostError.refuse("UNKNOWN_ADAPTER", "VM " + record.vm + " has no adapter " + adapter));
        Optional<VmmNet> network = Optional.empty();
        Optional<VmmNet.Subnet> subnet = Optional.empty();
        if (!asked.isNull("network")) {
            String wanted = asked.guid("network");
            network = Optional.of(Optional.ofNullable(vmm.networks.get(wanted))
                    .orElseThrow(() -> notFound("Get-SCVMNetwork", wanted)));
            if (!asked.isNull("subnet")) {
                String inside = asked.guid("subnet");
                subnet = Optional.of(network.get().subnets.stream()
                        .filter(each -> each.id().equals(inside))
                        .findFirst()
                        .orElseThrow(() -> notFound("Get-SCVMSubnet", inside)));
            }
        }
        Prologue.mayAct(asked, vmm.machine());
        vmm.job(record.id, "Change properties of network adapter");
        SimulatedVm vm = record.host.flatMap(host -> host.find(record.vm)).orElseThrow(() -> notFound("VM", record.vm));
        SimulatedAdapter real = vm.adapters.stream()
                .filter(each -> each.id().equals(nic.adapter()))
                .findFirst()
                .orElseThrow(() -> notFound("adapter", nic.id()));
        vmm.connect(vm, real, network, subnet);
        vmm.look(record);
        return Json.object()
                .put("vm", record.vm)
                .put("adapter", nic.id())
                .put("network", network.map(VmmNet::id).orElse(""));
    }
}
