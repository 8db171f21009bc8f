package io.sdr.hyperv.host;

import io.sdr.api.VmId;
import io.sdr.api.spi.CallContext;
import io.sdr.hyperv.powershell.Arguments;
import java.util.List;
import java.util.Optional;

/** Pure reads of a host. Thread-safe. */
final class HostInventory {
    private final HostScripts host;

    HostInventory(HostScripts host) {
        this.host = host;
    }

    HostFacts facts(CallContext context) {
        return HostFacts.of(host.run("host-facts", Arguments.none(), context));
    }

    List<Volume> volumes(CallContext context) {
        return host.run("host-volumes", Arguments.none(), context).each("volumes").stream()
                .map(Volume::of)
                .toList();
    }

    /** Lists the ids of all VMs of this host. */
    List<VmId> vms(CallContext context) {
        return host.run("vm-list", Arguments.none(), context).each("vms").stream()
                .map(each -> Reading.vm(each, "vm"))
                .toList();
    }

    /** Tells which node of the cluster owns a VM now; empty for one that is not clustered. */
    Optional<String> owner(VmId vm, CallContext context) {
        return host.run("vm-owner", Arguments.none().with("vm", vm.value()), context)
                .findText("owner");
    }
}
