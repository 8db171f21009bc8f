package io.sdr.hyperv.manager;

import static io.sdr.hyperv.host.SiteHosts.changing;

import io.sdr.api.VmId;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.DiskRef;
import io.sdr.api.spi.NetworkAdapter;
import io.sdr.api.spi.VmConfiguration;
import io.sdr.api.spi.VmControl;
import io.sdr.api.spi.VmObservation;
import io.sdr.hyperv.host.DescribedVm;
import io.sdr.hyperv.host.SiteHost;
import io.sdr.hyperv.host.SiteHosts;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Power and configuration of VMs that VMM manages: done at their hosts, then VMM looks; clouds and networks are VMM's. Thread-safe. */
public final class ManagedVms implements VmControl {
    private final VmControl atHosts;
    private final SiteHosts hosts;
    private final VmmBook book;
    private final VmmClouds clouds;
    private final VmmNetworks networks;

    /**
     * Makes one.
     *
     * @param atHosts does it at the hosts
     * @param hosts the hosts
     * @param book what VMM knows of the site's VMs
     * @param clouds VMM's clouds
     * @param networks VMM's networks
     */
    public ManagedVms(VmControl atHosts, SiteHosts hosts, VmmBook book, VmmClouds clouds, VmmNetworks networks) {
        this.atHosts = atHosts;
        this.hosts = hosts;
        this.book = book;
        this.clouds = clouds;
        this.networks = networks;
    }

    private VmObservation changed(VmId vm, VmObservation seen, CallContext context) {
        book.changed(vm, context);
        return seen;
    }

    @Override
    public Map<VmId, VmObservation> observe(Collection<VmId> vms, CallContext context) {
        return atHosts.observe(vms, context);
    }

    @Override
    public VmObservation start(VmId vm, CallContext context) {
        return changed(vm, atHosts.start(vm, context), context);
    }

    @Override
    public VmObservation shutDown(VmId vm, CallContext context) {
        return changed(vm, atHosts.shutDown(vm, context), context);
    }

    @Override
    public VmObservation turnOff(VmId vm, CallContext context) {
        return changed(vm, atHosts.turnOff(vm, context), context);
    }

    /** The lock is this library's own; VMM has none to look at. */
    @Override
    public VmObservation lockStart(VmId vm, CallContext context) {
        return atHosts.lockStart(vm, context);
    }

    @Override
    public VmObservation unlockStart(VmId vm, CallContext context) {
        return atHosts.unlockStart(vm, context);
    }

    @Override
    public VmObservation automaticStart(VmId vm, boolean on, CallContext context) {
        return changed(vm, atHosts.automaticStart(vm, on, context), context);
    }

    @Override
    public VmObservation connect(VmId vm, List<NetworkAdapter> adapters, CallContext context) {
        return changing(() -> {
            List<NetworkAdapter> byVmm = adapters.stream()
                    .filter(each -> each.connection().isPresent()
                            && networks.has(each.connection().get().network(), context))
                    .toList();
            // Disconnecting must work without VMM: it is how a stale copy is kept away.
            List<NetworkAdapter> byHost =
                    adapters.stream().filter(each -> !byVmm.contains(each)).toList();
            VmObservation seen = atHosts.connect(vm, byHost, context);
            return byVmm.isEmpty() ? changed(vm, seen, context) : connected(vm, byVmm, context);
        });
    }

    /** Lets VMM connect a VM that was changed at its host just before. */
    private VmObservation connected(VmId vm, List<NetworkAdapter> adapters, CallContext context) {
        SiteHost host = hosts.owner(vm, context);
        book.calls().refresh(book.require(vm, host.name(), context).vmmId(), context);
        List<DescribedVm.Adapter> atHost =
                hosts.at(vm, context, each -> each.vms().describe(List.of(vm), context)).stream()
                        .flatMap(each -> each.adapters().stream())
                        .toList();
        networks.connect(book.require(vm, host.name(), context), atHost, adapters, context);
        VmObservation seen = atHosts.observe(List.of(vm), context).get(vm);
        if (seen == null) {
            throw SiteHosts.unknown(vm, host);
        }
        return seen;
    }

    /** Lets VMM connect what of the adapters is its own; the VM may be one that was there already. */
    VmObservation connectByVmm(VmObservation seen, List<NetworkAdapter> adapters, CallContext context) {
        return anyByVmm(adapters, context) ? connected(seen.vm(), adapters, context) : seen;
    }

    private boolean anyByVmm(List<NetworkAdapter> adapters, CallContext context) {
        return adapters.stream()
                .flatMap(each -> each.connection().stream())
                .anyMatch(to -> networks.has(to.network(), context));
    }

    @Override
    public VmObservation createPlaceholder(
            String name, Optional<String> cloud, VmConfiguration configuration, CallContext context) {
        return changing(() -> {
            Optional<String> cloudId = cloud.map(each -> clouds.require(each, context));
            VmObservation made = atHosts.createPlaceholder(name, cloud, configuration, context);
            assign(made.vm(), cloudId, context);
            return made;
        });
    }

    /** Makes a VM known to VMM, in its cloud. */
    void assign(VmId vm, Optional<String> cloudId, CallContext context) {
        SiteHost host = hosts.owner(vm, context);
        String vmmId = book.require(vm, host.name(), context).vmmId();
        cloudId.ifPresent(cloud -> book.calls().assign(vmmId, cloud, context));
    }

    @Override
    public void place(VmId vm, String cloud, CallContext context) {
        changing(() -> {
            assign(vm, Optional.of(clouds.require(cloud, context)), context);
            return vm;
        });
    }

    @Override
    public VmObservation configure(VmId vm, VmConfiguration configuration, CallContext context) {
        return changing(() -> {
            VmObservation seen = atHosts.configure(vm, configuration, context);
            return anyByVmm(configuration.adapters(), context)
                    ? connected(vm, configuration.adapters(), context)
                    : changed(vm, seen, context);
        });
    }

    @Override
    public List<VmObservation> tagged(CallContext context) {
        return atHosts.tagged(context);
    }

    @Override
    public void deleteTagged(VmId vm, CallContext context) {
        atHosts.deleteTagged(vm, context);
        book.changed(vm, context);
    }

    @Override
    public VmObservation attach(VmId vm, List<DiskRef> disks, CallContext context) {
        return changed(vm, atHosts.attach(vm, disks, context), context);
    }
}
