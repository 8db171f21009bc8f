package io.sdr.hyperv.host;

import io.sdr.api.spi.CallContext;
import io.sdr.hyperv.powershell.Arguments;
import io.sdr.hyperv.powershell.ScriptAnswer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** VMM, by scripts on its own server. It gives places and networks; replication and power are the hosts' business. Thread-safe. */
final class VmmCalls {
    private static final String SERVER = "localhost";

    private final HostScripts host;

    VmmCalls(HostScripts host) {
        this.host = host;
    }

    /** Gives the clouds' names by their ids. */
    Map<String, String> clouds(CallContext context) {
        Map<String, String> clouds = new TreeMap<>();
        for (ScriptAnswer each : host.run("vmm-clouds", server(), context).each("clouds")) {
            clouds.put(Reading.guid(each, "cloud"), each.text("name"));
        }
        return clouds;
    }

    /** Lists VMs, of one cloud or all. */
    List<ManagedVm> vms(Optional<String> cloud, CallContext context) {
        Arguments arguments = cloud.isPresent() ? server().with("cloud", cloud.get()) : server().without("cloud");
        return host.run("vmm-vms", arguments, context).each("vms").stream()
                .map(ManagedVm::of)
                .toList();
    }

    /** Makes VMM look at a VM again. */
    void refresh(String vmmId, CallContext context) {
        host.run("vmm-refresh", server().with("vmmId", vmmId), context);
    }

    /** Makes VMM look at a host again, so that it knows VMs that are new there. */
    void refreshHost(String vmmHost, CallContext context) {
        host.run("vmm-refresh-host", server().with("host", vmmHost), context);
    }

    /** Puts a VM into a cloud. */
    void assign(String vmmId, String cloud, CallContext context) {
        host.run(
                "vmm-assign",
                host.guarded(context)
                        .with("server", SERVER)
                        .with("vmmId", vmmId)
                        .with("cloud", cloud),
                context);
    }

    /** Connects an adapter, known by its id in VMM, to a VM network, or disconnects it. */
    void connect(String vmmId, String adapter, Optional<String> network, Optional<String> subnet, CallContext context) {
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
