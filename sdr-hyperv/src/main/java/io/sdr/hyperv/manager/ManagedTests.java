package io.sdr.hyperv.manager;

import static io.sdr.hyperv.host.SiteHosts.changing;

import io.sdr.api.JobId;
import io.sdr.api.NetworkId;
import io.sdr.api.VmId;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.TestObjects;
import io.sdr.api.spi.VmConfiguration;
import io.sdr.api.spi.VmObservation;
import java.util.Optional;

/** What drills make, at hosts that VMM manages: made there, then put into its cloud and connected by VMM. Thread-safe. */
public final class ManagedTests implements TestObjects {
    private final TestObjects atHosts;
    private final ManagedVms vms;
    private final VmmBook book;
    private final VmmClouds clouds;

    /**
     * Makes one.
     *
     * @param atHosts does it at the hosts
     * @param vms connects VMs
     * @param book what VMM knows of the site's VMs
     * @param clouds VMM's clouds
     */
    public ManagedTests(TestObjects atHosts, ManagedVms vms, VmmBook book, VmmClouds clouds) {
        this.atHosts = atHosts;
        this.vms = vms;
        this.book = book;
        this.clouds = clouds;
    }

    @Override
    public VmObservation createVm(
            JobId drill, String name, Optional<String> cloud, VmConfiguration configuration, CallContext context) {
        return changing(() -> {
            Optional<String> cloudId = cloud.map(each -> clouds.require(each, context));
            VmObservation made = atHosts.createVm(drill, name, cloud, configuration, context);
            vms.assign(made.vm(), cloudId, context);
            return vms.connectByVmm(made, configuration.adapters(), context);
        });
    }

    @Override
    public NetworkId createIsolatedNetwork(JobId drill, CallContext context) {
        return atHosts.createIsolatedNetwork(drill, context);
    }

    @Override
    public Made made(JobId drill, CallContext context) {
        return atHosts.made(drill, context);
    }

    @Override
    public void deleteVm(JobId drill, VmId vm, CallContext context) {
        atHosts.deleteVm(drill, vm, context);
        book.changed(vm, context);
    }

    @Override
    public void deleteNetwork(JobId drill, NetworkId network, CallContext context) {
        atHosts.deleteNetwork(drill, network, context);
    }
}
