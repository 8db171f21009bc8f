package io.sdr.hyperv.manager;

import io.sdr.api.Finding;
import io.sdr.api.VmId;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.Inventory;
import io.sdr.api.spi.NetworkDescription;
import io.sdr.api.spi.ReadinessQuestion;
import io.sdr.api.spi.VmDescription;
import io.sdr.hyperv.readiness.VmmReadiness;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What hosts have that VMM manages: VMs as the hosts describe them, in clouds that VMM has. Thread-safe. */
public final class ManagedInventory implements Inventory {
    private final Inventory ofHosts;
    private final VmmClouds clouds;
    private final VmmReadiness readiness;

    /**
     * Makes one.
     *
     * @param ofHosts what the hosts have
     * @param clouds VMM's clouds
     * @param readiness looks at VMM
     */
    public ManagedInventory(Inventory ofHosts, VmmClouds clouds, VmmReadiness readiness) {
        this.ofHosts = ofHosts;
        this.clouds = clouds;
        this.readiness = readiness;
    }

    @Override
    public List<VmDescription> virtualMachines(
            Optional<String> cloud, Optional<VmId> after, int limit, CallContext context) {
        Optional<String> unused = cloud.map(each -> clouds.require(each, context));
        return ofHosts.virtualMachines(cloud, after, limit, context);
    }

    @Override
    public List<VmDescription> find(String nameOrId, CallContext context) {
        return ofHosts.find(nameOrId, context);
    }

    @Override
    public List<String> clouds(CallContext context) {
        return ofHosts.clouds(context);
    }

    @Override
    public List<NetworkDescription> networks(CallContext context) {
        return ofHosts.networks(context);
    }

    /** VMM is looked at once for each of the two sites, with the VM at the source's. */
    @Override
    public List<Finding> readiness(ReadinessQuestion question, CallContext context) {
        List<Finding> findings = new ArrayList<>(ofHosts.readiness(question, context));
        if (question instanceof ReadinessQuestion.AsSource source) {
            findings.addAll(readiness.look(source.vm().cloud(), Optional.of(source.vm()), context));
        } else if (question instanceof ReadinessQuestion.AsTarget) {
            findings.addAll(readiness.look(Optional.empty(), Optional.empty(), context));
        }
        return findings;
    }
}
