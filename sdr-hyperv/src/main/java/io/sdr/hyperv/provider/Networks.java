package io.sdr.hyperv.provider;

import io.sdr.api.VmId;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.NetworkAdapter;
import io.sdr.api.spi.NetworkConnection;
import io.sdr.api.spi.NetworkDescription;
import io.sdr.hyperv.host.DescribedVm;
import io.sdr.hyperv.host.SiteHost;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a site calls its networks, and what its hosts call them. Thread-safe. */
public interface Networks {
    /** Lists what VMs can be connected to, ordered by id, without what test failovers made. */
    List<NetworkDescription> list(CallContext context);

    /**
     * Translates adapters for a host.
     *
     * @return the same adapters, with the ids of the host's switches in their connections
     * @throws io.sdr.api.InvalidRequestException code {@code UNKNOWN_NETWORK} if the host has no such network; nothing was changed
     */
    List<NetworkAdapter> onHost(SiteHost host, List<NetworkAdapter> adapters, CallContext context);

    /** Tells what the adapters of VMs on a host are connected to, by the VMs and in the order of their adapters. */
    Map<VmId, List<Optional<NetworkConnection>>> connections(SiteHost host, List<DescribedVm> vms, CallContext context);
}
