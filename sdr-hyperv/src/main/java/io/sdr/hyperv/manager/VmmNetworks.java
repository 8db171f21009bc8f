package io.sdr.hyperv.manager;

import io.sdr.api.NetworkId;
import io.sdr.api.Problem;
import io.sdr.api.RetryableException;
import io.sdr.api.VmId;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.NetworkAdapter;
import io.sdr.api.spi.NetworkConnection;
import io.sdr.api.spi.NetworkDescription;
import io.sdr.hyperv.host.DescribedVm;
import io.sdr.hyperv.host.ManagedVm;
import io.sdr.hyperv.host.SiteHost;
import io.sdr.hyperv.host.Switch;
import io.sdr.hyperv.host.VmmAdapter;
import io.sdr.hyperv.host.VmmNetwork;
import io.sdr.hyperv.provider.Networks;
import io.sdr.hyperv.provider.SwitchNetworks;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * VMM's VM networks, known by their names; one that shares its name with another is known by VMM's id. Only VMM knows to which switch
 * and VLAN of a host a network belongs, so hosts are told nothing of it: VMM connects. Drills' private networks are switches of their
 * host, which VMM does not know. Thread-safe.
 */
public final class VmmNetworks implements Networks {
    private final VmmBook book;
    private final SwitchNetworks switches;

    /**
     * Makes one.
     *
     * @param book what VMM knows of the site's VMs
     * @param switches the switches of the hosts
     */
    public VmmNetworks(VmmBook book, SwitchNetworks switches) {
        this.book = book;
        this.switches = switches;
    }

    private Map<NetworkId, VmmNetwork> byId(CallContext context) {
        List<VmmNetwork> all = book.calls().networks(context);
        Map<NetworkId, VmmNetwork> networks = new TreeMap<>(Comparator.comparing(NetworkId::value));
        for (VmmNetwork network : all) {
            boolean alone = all.stream()
                            .filter(each -> each.name().equals(network.name()))
                            .count()
                    == 1;
            networks.put(alone ? SwitchNetworks.id(network.name()) : new NetworkId(network.id()), network);
        }
        return networks;
    }

    @Override
    public List<NetworkDescription> list(CallContext context) {
        return byId(context).entrySet().stream()
                .map(each -> new NetworkDescription(
                        each.getKey(),
                        each.getValue().name(),
                        each.getValue().subnets().stream()
                                .map(subnet -> new NetworkDescription.Subnet(subnet.name(), subnet.vlan()))
                                .toList()))
                .toList();
    }

    /** What VMM will connect is disconnected for the host; the rest is a switch of the host. */
    @Override
    public List<NetworkAdapter> onHost(SiteHost host, List<NetworkAdapter> adapters, CallContext context) {
        if (adapters.stream().allMatch(each -> each.connection().isEmpty())) {
            return adapters;
        }
        Map<NetworkId, VmmNetwork> networks = byId(context);
        return switches.onHost(
                host,
                adapters.stream()
                        .map(each -> each.withConnection(
                                each.connection().filter(to -> !networks.containsKey(to.network()))))
                        .toList(),
                context);
    }

    /**
     * VMM knows, as of its last look; an adapter that VMM does not have is connected to nothing that it knows. What a drill made on the
     * host is no network of VMM's: the host knows.
     */
    @Override
    public Map<VmId, List<Optional<NetworkConnection>>> connections(
            SiteHost host, List<DescribedVm> vms, CallContext context) {
        Map<String, NetworkId> drills = drills(host, vms, context);
        List<VmId> withAdapters = vms.stream()
                .filter(vm -> !vm.adapters().isEmpty())
                .map(DescribedVm::vm)
                .toList();
        List<String> ids = withAdapters.isEmpty()
                ? List.of()
                : book.find(withAdapters, context).values().stream()
                        .map(ManagedVm::vmmId)
                        .toList();
        Map<NetworkId, VmmNetwork> networks = ids.isEmpty() ? Map.of() : byId(context);
        Map<VmId, List<VmmAdapter>> known =
                ids.isEmpty() ? Map.of() : book.calls().adapters(ids, context);
        Map<VmId, List<Optional<NetworkConnection>>> found = new HashMap<>();
        for (DescribedVm vm : vms) {
            List<VmmAdapter> its = known.getOrDefault(vm.vm(), List.of());
            found.put(
                    vm.vm(),
                    vm.adapters().stream()
                            .map(each -> VmmAdapter.find(its, each)
                                    .flatMap(one -> connection(one, networks))
                                    .or(() -> each.network()
                                            .flatMap(id -> Optional.ofNullable(drills.get(id)))
                                            .map(NetworkConnection::to)))
                            .toList());
        }
        return found;
    }

    /** The switches that drills made on a host, by their ids there. */
    private static Map<String, NetworkId> drills(SiteHost host, List<DescribedVm> vms, CallContext context) {
        boolean connected = vms.stream()
                .flatMap(vm -> vm.adapters().stream())
                .anyMatch(each -> each.network().isPresent());
        return connected
                ? host.networks().list(context).stream()
                        .filter(each -> !each.tags().isEmpty())
                        .collect(Collectors.toMap(Switch::id, each -> SwitchNetworks.id(each.name())))
                : Map.of();
    }

    private static Optional<NetworkConnection> connection(VmmAdapter adapter, Map<NetworkId, VmmNetwork> networks) {
        return networks.entrySet().stream()
                .filter(each ->
                        adapter.network().equals(Optional.of(each.getValue().id())))
                .findFirst()
                .map(each -> {
                    Optional<VmmNetwork.Subnet> subnet = each.getValue().subnets().stream()
                            .filter(one -> adapter.subnet().equals(Optional.of(one.id())))
                            .findFirst();
                    return new NetworkConnection(
                            each.getKey(),
                            subnet.map(VmmNetwork.Subnet::name),
                            subnet.map(VmmNetwork.Subnet::vlan).orElse(OptionalInt.empty()));
                });
    }

    /**
     * Lets VMM connect the adapters whose networks are VMM's; one that the VM does not have is left out, and so is one that is connected
     * so already.
     *
     * @param vm the VM, as VMM knows it since its last change
     * @param atHost its adapters at its host
     * @param adapters what they shall be connected to
     * @throws RetryableException code {@code NOT_IN_VMM} if VMM does not have one that it shall connect
     */
    void connect(ManagedVm vm, List<DescribedVm.Adapter> atHost, List<NetworkAdapter> adapters, CallContext context) {
        Map<NetworkId, VmmNetwork> networks = byId(context);
        List<VmmAdapter> known =
                book.calls().adapters(List.of(vm.vmmId()), context).getOrDefault(vm.vm(), List.of());
        for (NetworkAdapter adapter : adapters) {
            Optional<VmmNetwork> network =
                    adapter.connection().flatMap(to -> Optional.ofNullable(networks.get(to.network())));
            if (network.isPresent()) {
                Optional<String> subnet =
                        subnet(network.get(), adapter.connection().get());
                for (DescribedVm.Adapter there : atHost) {
                    if (there.name().equals(adapter.name())) {
                        VmmAdapter its = VmmAdapter.find(known, there).orElseThrow(() -> notInVmm(vm, there));
                        if (!its.network().equals(network.map(VmmNetwork::id))
                                || !its.subnet().equals(subnet)) {
                            book.calls().connect(vm.vmmId(), its.id(), network.map(VmmNetwork::id), subnet, context);
                        }
                    }
                }
            }
        }
    }

    private static RetryableException notInVmm(ManagedVm vm, DescribedVm.Adapter adapter) {
        return new RetryableException(Problem.of("NOT_IN_VMM")
                .attempted("connect adapter " + adapter.name() + " of VM " + vm.vm() + " by VMM")
                .state("VMM shows no adapter of the VM with id " + adapter.id() + " or address " + adapter.mac()
                        + "; it is not connected")
                .remedy("refresh the VM in VMM (Read-SCVirtualMachine); it is tried again"));
    }

    /** The same subnet name wins, then the same VLAN, then the first one. */
    private static Optional<String> subnet(VmmNetwork network, NetworkConnection to) {
        List<VmmNetwork.Subnet> all = network.subnets();
        return all.stream()
                .filter(each -> to.subnet().equals(Optional.of(each.name())))
                .findFirst()
                .or(() -> all.stream()
                        .filter(each -> to.vlan().isPresent() && each.vlan().equals(to.vlan()))
                        .findFirst())
                .or(() -> all.stream().findFirst())
                .map(VmmNetwork.Subnet::id);
    }

    /** Tells whether a network is VMM's. */
    boolean has(NetworkId network, CallContext context) {
        return byId(context).containsKey(network);
    }
}
