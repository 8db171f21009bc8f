package io.sdr.hyperv.provider;

import io.sdr.api.InvalidRequestException;
import io.sdr.api.NetworkId;
import io.sdr.api.Problem;
import io.sdr.api.VmId;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.NetworkAdapter;
import io.sdr.api.spi.NetworkConnection;
import io.sdr.api.spi.NetworkDescription;
import io.sdr.hyperv.host.Answered;
import io.sdr.hyperv.host.DescribedVm;
import io.sdr.hyperv.host.SiteHost;
import io.sdr.hyperv.host.SiteHosts;
import io.sdr.hyperv.host.Switch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Virtual switches as networks, known by their names: a VM that moves to another node of its cluster finds the switch of the same name
 * there, which has another id. Hosts know VLANs by numbers only; who sets the site up may name them as subnets.
 */
public final class SwitchNetworks implements Networks {
    private static final String PLAIN = "[A-Za-z0-9][A-Za-z0-9.-]{0,99}";

    private final SiteHosts hosts;
    private final Map<NetworkId, List<NetworkDescription.Subnet>> subnets = new HashMap<>();

    public SwitchNetworks(SiteHosts hosts) {
        this(hosts, Map.of());
    }

    /**
     * Makes them with named VLANs.
     *
     * @param hosts the hosts
     * @param subnets the names, by networks
     */
    public SwitchNetworks(SiteHosts hosts, Map<NetworkId, List<NetworkDescription.Subnet>> subnets) {
        this.hosts = hosts;
        subnets.forEach((network, named) -> this.subnets.put(network, List.copyOf(named)));
    }

    private List<NetworkDescription.Subnet> subnets(NetworkId network) {
        return subnets.getOrDefault(network, List.of());
    }

    private NetworkConnection connection(String name, OptionalInt vlan) {
        NetworkId network = id(name);
        return new NetworkConnection(
                network,
                subnets(network).stream()
                        .filter(each -> each.vlan().equals(vlan))
                        .map(NetworkDescription.Subnet::name)
                        .findFirst(),
                vlan);
    }

    /** Makes an id of a switch's name: the name itself if it is plain, else with {@code _} and hex digits for what is not. */
    public static NetworkId id(String name) {
        if (name.matches(PLAIN)) {
            return new NetworkId(name);
        }
        StringBuilder id = new StringBuilder("n");
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
            id.append(plain ? String.valueOf(c) : String.format(Locale.ROOT, "_%x", (int) c));
        }
        return new NetworkId(id.length() <= 100 ? id.toString() : "n-" + Digests.of(name));
    }

    @Override
    public List<NetworkDescription> list(CallContext context) {
        Map<String, NetworkDescription> networks = new TreeMap<>();
        for (List<Switch> switches :
                answering(hosts.each(host -> host.networks().list(context)))) {
            switches.stream().filter(each -> each.tags().isEmpty()).forEach(each -> {
                NetworkId id = id(each.name());
                networks.put(id.value(), new NetworkDescription(id, each.name(), subnets(id)));
            });
        }
        return List.copyOf(networks.values());
    }

    @Override
    public List<NetworkAdapter> onHost(SiteHost host, List<NetworkAdapter> adapters, CallContext context) {
        if (adapters.stream().allMatch(each -> each.connection().isEmpty())) {
            return adapters;
        }
        Map<NetworkId, String> switches = host.networks().list(context).stream()
                .collect(Collectors.toMap(each -> id(each.name()), Switch::id, (one, other) -> one));
        List<NetworkAdapter> translated = new ArrayList<>();
        for (NetworkAdapter adapter : adapters) {
            translated.add(adapter.withConnection(adapter.connection().map(each -> {
                String own = switches.get(each.network());
                if (own == null) {
                    throw new InvalidRequestException(Problem.of("UNKNOWN_NETWORK")
                            .attempted("connect adapter '" + adapter.name() + "' to network " + each.network())
                            .state("host " + host + " has only " + switches.keySet() + "; nothing was changed")
                            .remedy("map the network to one of these"));
                }
                return new NetworkConnection(new NetworkId(own), each.subnet(), each.vlan());
            })));
        }
        return translated;
    }

    /** The nodes of a cluster have the same networks: those that answer tell them. */
    private static List<List<Switch>> answering(Answered<List<Switch>> answered) {
        return answered.answers().isEmpty()
                ? answered.ofAll()
                : List.copyOf(answered.answers().values());
    }

    @Override
    public Map<VmId, List<Optional<NetworkConnection>>> connections(
            SiteHost host, List<DescribedVm> vms, CallContext context) {
        Map<String, String> names = new HashMap<>();
        if (vms.stream()
                .flatMap(vm -> vm.adapters().stream())
                .anyMatch(each -> each.network().isPresent())) {
            host.networks().list(context).forEach(each -> names.put(each.id(), each.name()));
        }
        Map<VmId, List<Optional<NetworkConnection>>> found = new HashMap<>();
        for (DescribedVm vm : vms) {
            found.put(
                    vm.vm(),
                    vm.adapters().stream()
                            .map(each -> each.network()
                                    .flatMap(id -> Optional.ofNullable(names.get(id)))
                                    .map(name -> connection(name, each.vlan())))
                            .toList());
        }
        return found;
    }
}
