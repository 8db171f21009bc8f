package io.sdr.hyperv.host;

import io.sdr.api.VmId;
import io.sdr.api.spi.CallContext;
import io.sdr.hyperv.powershell.Arguments;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Pure reads of a host. Thread-safe. */
public final class HostInventory {
    private final HostScripts host;

    public HostInventory(HostScripts host) {
        this.host = host;
    }

    public HostFacts facts(CallContext context) {
        return HostFacts.of(host.run("host-facts", Arguments.none(), context));
    }

    /** Tells the host's clock: the cheapest of all questions. */
    public Instant clock(CallContext context) {
        return host.run("host-clock", Arguments.none(), context).moment("clock");
    }

    public List<Volume> volumes(CallContext context) {
        return host.run("host-volumes", Arguments.none(), context).each("volumes").stream()
                .map(Volume::of)
                .toList();
    }

    /** Lists the rules that the firewall has for Hyper-V Replica. */
    public List<FirewallRule> firewall(CallContext context) {
        return host.run("host-firewall", Arguments.none(), context).each("rules").stream()
                .map(FirewallRule::of)
                .toList();
    }

    /** Lists the host's own certificates that have their private key. */
    public List<Certificate> certificates(CallContext context) {
        return host.run("host-certificates", Arguments.none(), context).each("certificates").stream()
                .map(Certificate::of)
                .toList();
    }

    /** Tells how it receives Hyper-V Replica. */
    public ReplicaReception reception(CallContext context) {
        return ReplicaReception.of(host.run("replication-server", Arguments.none(), context));
    }

    /** Asks it to reach another server for Hyper-V Replica. Fails with Hyper-V's error where it does not. */
    public void reach(ReplicaServer server, CallContext context) {
        host.run("replication-connection", server.addTo(Arguments.none()), context);
    }

    /** Tells about its cluster. Fails on a host that belongs to none. */
    public ClusterFacts cluster(CallContext context) {
        return ClusterFacts.of(host.run("cluster-facts", Arguments.none(), context));
    }

    /** Tells what of a VM may stand in the way of protection. Refused with code {@code UNKNOWN_VM}. */
    public VmFacts vm(VmId vm, CallContext context) {
        return VmFacts.of(host.run("vm-readiness", Arguments.none().with("vm", vm.value()), context));
    }

    /** Gives the names of all VMs of this host by their ids. */
    public Map<VmId, String> vms(CallContext context) {
        Map<VmId, String> names = new HashMap<>();
        host.run("vm-list", Arguments.none(), context)
                .each("vms")
                .forEach(each -> names.put(Reading.vm(each, "vm"), each.text("name")));
        return names;
    }

    /** Tells which node of the cluster owns a VM now; empty for one that is not clustered. */
    public Optional<String> owner(VmId vm, CallContext context) {
        return host.run("vm-owner", Arguments.none().with("vm", vm.value()), context)
                .findText("owner");
    }
}
