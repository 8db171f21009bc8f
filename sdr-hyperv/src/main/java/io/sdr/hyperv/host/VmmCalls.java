package io.sdr.hyperv.host;

import io.sdr.api.VmId;
import io.sdr.api.spi.CallContext;
import io.sdr.hyperv.powershell.Arguments;
import io.sdr.hyperv.powershell.ScriptAnswer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** VMM, by scripts on its own server. It gives places and networks; replication and power are the hosts' business. Thread-safe. */
public final class VmmCalls {
    private static final String SERVER = "localhost";

    private final HostScripts host;

    public VmmCalls(HostScripts host) {
        this.host = host;
    }

    /** Looks whether VMM answers this account. */
    public VmmServer server(CallContext context) {
        return VmmServer.of(host.run("vmm-server", server(), context));
    }

    /** Lists the hosts. */
    public List<VmmHost> hosts(CallContext context) {
        return host.run("vmm-hosts", server(), context).each("hosts").stream()
                .map(VmmHost::of)
                .toList();
    }

    /** Lists the VM networks. */
    public List<VmmNetwork> networks(CallContext context) {
        return host.run("vmm-networks", server(), context).each("networks").stream()
                .map(VmmNetwork::of)
                .toList();
    }

    /** Tells where VMM has VMs, known by their ids in VMM; one that it has no more is missing. */
    public List<ManagedVm> owners(List<String> vmmIds, CallContext context) {
        return host.run("vmm-owner", server().with("vmmIds", vmmIds), context).each("vms").stream()
                .map(ManagedVm::of)
                .toList();
    }

    /** Lists VMs' adapters, by the VMs' ids in Hyper-V; one that VMM has no more is missing. */
    public Map<VmId, List<VmmAdapter>> adapters(List<String> vmmIds, CallContext context) {
        Map<VmId, List<VmmAdapter>> adapters = new HashMap<>();
        for (ScriptAnswer each : host.run("vmm-adapters", server().with("vmmIds", vmmIds), context)
                .each("vms")) {
            adapters.put(
                    Reading.vm(each, "vm"),
                    each.each("adapters").stream().map(VmmAdapter::of).toList());
        }
        return adapters;
    }

    /** Lists the latest jobs about a VM, the newest first. */
    public List<VmmJob> jobs(String vmmId, int most, CallContext context) {
        return host.run("vmm-jobs", server().with("vmmId", vmmId).with("most", most), context).each("jobs").stream()
                .map(VmmJob::of)
                .toList();
    }

    /** Gives the clouds' names by their ids. */
    public Map<String, String> clouds(CallContext context) {
        Map<String, String> clouds = new TreeMap<>();
        for (ScriptAnswer each : host.run("vmm-clouds", server(), context).each("clouds")) {
            clouds.put(Reading.guid(each, "cloud"), each.text("name"));
        }
        return clouds;
    }

    /** Lists VMs, of one cloud or all. */
    public List<ManagedVm> vms(Optional<String> cloud, CallContext context) {
        Arguments arguments = cloud.isPresent() ? server().with("cloud", cloud.get()) : server().without("cloud");
        return host.run("vmm-vms", arguments, context).each("vms").stream()
                .map(ManagedVm::of)
                .toList();
    }

    /** Makes VMM look at a VM again. */
    public void refresh(String vmmId, CallContext context) {
        host.run("vmm-refresh", server().with("vmmId", vmmId), context);
    }

    /** Makes VMM look at a host again, so that it knows VMs that are new there. */
    public void refreshHost(String vmmHost, CallContext context) {
        host.run("vmm-refresh-host", server().with("host", vmmHost), context);
    }

    /** Puts a VM into a cloud. */
    public void assign(String vmmId, String cloud, CallContext context) {
        host.run(
                "vmm-assign",
                host.guarded(context)
                        .with("server", SERVER)
                        .with("vmmId", vmmId)
                        .with("cloud", cloud),
                context);
    }

    /** Connects an adapter, known by its id in VMM, to a VM network, or disconnects it. */
    public void connect(
            String vmmId, String adapter, Optional<String> network, Optional<String> subnet, CallContext context) {
        Arguments arguments = host.guarded(context)
                .with("server", SERVER)
                .with("vmmId", vmmId)
                .with("adapter", adapter);
        arguments = network.isPresent() ? arguments.with("network", network.get()) : arguments.without("network");
        arguments = subnet.isPresent() ? arguments.with("subnet", subnet.get()) : arguments.without("subnet");
        host.run("vmm-connect", arguments, context);
    }

    private static Arguments server() {
        return Arguments.none().with("server", SERVER);
    }
}
