package io.sdr.hyperv.readiness;

import io.sdr.api.VmId;
import io.sdr.api.spi.VmConfiguration;
import io.sdr.hyperv.host.HostFacts;
import java.util.List;
import java.util.Map;

/**
 * A VM that shall run here, as it is at the other site.
 *
 * @param name its name
 * @param configuration what it is
 * @param hosts the hosts here
 * @param macs the VMs here, but the item's own, by the hardware addresses of their adapters as Hyper-V writes them
 */
public record GuestState(String name, VmConfiguration configuration, List<HostFacts> hosts, Map<String, VmId> macs) {
    public GuestState {
        hosts = List.copyOf(hosts);
        macs = Map.copyOf(macs);
    }

    String subject() {
        return "VM " + name;
    }

    int mostProcessors() {
        return hosts.stream().mapToInt(HostFacts::processors).max().orElse(Integer.MAX_VALUE);
    }

    long mostMemory() {
        return hosts.stream().mapToLong(HostFacts::memoryBytes).max().orElse(Long.MAX_VALUE);
    }
}
