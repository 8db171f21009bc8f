package io.sdr.hyperv.manager;

import io.sdr.api.InvalidRequestException;
import io.sdr.api.Problem;
import io.sdr.api.RetryableException;
import io.sdr.api.SdrException;
import io.sdr.api.VmId;
import io.sdr.api.spi.CallContext;
import io.sdr.hyperv.host.ManagedVm;
import io.sdr.hyperv.host.Owners;
import io.sdr.hyperv.host.VmmCalls;
import io.sdr.hyperv.host.VmmHost;
import io.sdr.hyperv.replication.HostsReplicaEnd;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What VMM knows of a site's VMs. Two VMs of one id are one VM and its copy, at two sites of one VMM server: only those on the site's
 * own hosts count. Thread-safe.
 */
public final class VmmBook implements Owners, HostsReplicaEnd.Manager {
    private static final Logger LOG = LoggerFactory.getLogger(VmmBook.class);
    private static final String NOT_THERE = "NOT_THERE";

    private final VmmCalls vmm;
    private final Predicate<String> ours;
    /** VMM's own ids of VMs: an id never means another VM, but VMM may forget one and make another for the same VM. */
    private final Map<VmId, String> ids = new ConcurrentHashMap<>();

    /**
     * Makes one.
     *
     * @param vmm VMM
     * @param ours tells whether a host's name is one of the site's
     */
    public VmmBook(VmmCalls vmm, Predicate<String> ours) {
        this.vmm = vmm;
        this.ours = ours;
    }

    VmmCalls calls() {
        return vmm;
    }

    private boolean isOurs(ManagedVm vm) {
        return vm.host().filter(ours).isPresent();
    }

    /** Lists the site's VMs. */
    List<ManagedVm> all(CallContext context) {
        List<ManagedVm> all =
                vmm.vms(Optional.empty(), context).stream().filter(this::isOurs).toList();
        all.forEach(vm -> ids.put(vm.vm(), vm.vmmId()));
        return all;
    }

    /** Finds VMs; those that VMM does not know are missing. */
    Map<VmId, ManagedVm> find(Collection<VmId> vms, CallContext context) {
        Map<VmId, ManagedVm> found = new HashMap<>();
        List<String> known = vms.stream()
                .flatMap(vm -> Optional.ofNullable(ids.get(vm)).stream())
                .toList();
        if (!known.isEmpty()) {
            owners(known, context).stream()
                    .filter(vm -> isOurs(vm) && vms.contains(vm.vm()))
                    .forEach(vm -> found.put(vm.vm(), vm));
        }
        if (found.size() < vms.size()) {
            all(context).stream().filter(vm -> vms.contains(vm.vm())).forEach(vm -> found.put(vm.vm(), vm));
        }
        return found;
    }

    private List<ManagedVm> owners(List<String> known, CallContext context) {
        try {
            return vmm.owners(known, context);
        } catch (InvalidRequestException forgotten) {
            if (!forgotten.code().equals(NOT_THERE)) {
                throw forgotten;
            }
            return List.of();
        }
    }

    Optional<ManagedVm> find(VmId vm, CallContext context) {
        return Optional.ofNullable(find(List.of(vm), context).get(vm));
    }

    /**
     * Finds a VM, looking at its host anew if VMM does not know it yet.
     *
     * @param host the name of the host that it is on
     * @throws RetryableException code {@code NOT_IN_VMM} if VMM does not know it even then
     */
    ManagedVm require(VmId vm, String host, CallContext context) {
        return find(vm, context)
                .or(() -> {
                    refreshHost(host, context);
                    return find(vm, context);
                })
                .orElseThrow(() -> new RetryableException(Problem.of("NOT_IN_VMM")
                        .attempted("find VM " + vm + " in VMM")
                        .state("VMM looked at host " + host + " and does not know it; nothing was changed in VMM")
                        .remedy("see that VMM manages that host, and that it answers VMM")));
    }

    @Override
    public Optional<String> owner(VmId vm, CallContext context) {
        try {
            return find(vm, context).flatMap(ManagedVm::host);
        } catch (RetryableException silent) {
            // The hosts themselves know it too, though not as fast.
            LOG.warn("VMM does not tell where VM {} is: {}", vm, silent.getMessage());
            return Optional.empty();
        }
    }

    @Override
    public void missed(VmId vm, CallContext context) {
        try {
            for (VmmHost host : vmm.hosts(context)) {
                if (ours.test(host.name())) {
                    vmm.refreshHost(host.id(), context);
                }
            }
        } catch (SdrException e) {
            LOG.warn("VMM did not look for VM {} again: {}", vm, e.getMessage());
        }
    }

    /** Makes VMM look at a host again. */
    void refreshHost(String name, CallContext context) {
        vmm.hosts(context).stream()
                .filter(host ->
                        host.name().equalsIgnoreCase(name) || label(host.name()).equalsIgnoreCase(label(name)))
                .forEach(host -> vmm.refreshHost(host.id(), context));
    }

    private static String label(String name) {
        int dot = name.indexOf('.');
        return dot < 0 ? name : name.substring(0, dot);
    }

    /**
     * Makes VMM look at a VM again after something was done to it at its host. That was done, whether VMM knows it or not: what goes
     * wrong here is logged, and VMM's own refresh comes later.
     */
    @Override
    public void changed(VmId vm, CallContext context) {
        try {
            find(vm, context).ifPresent(known -> vmm.refresh(known.vmmId(), context));
        } catch (SdrException e) {
            LOG.warn("VMM was not told of a change of VM {}: {}", vm, e.getMessage());
        }
    }

    /** Makes VMM look at the hosts for a VM that was not made by it. It is there, whether VMM knows it or not. */
    @Override
    public void made(VmId vm, CallContext context) {
        try {
            if (find(vm, context).isEmpty()) {
                missed(vm, context);
            }
        } catch (SdrException e) {
            LOG.warn("VMM was not told of the new VM {}: {}", vm, e.getMessage());
        }
    }
}
