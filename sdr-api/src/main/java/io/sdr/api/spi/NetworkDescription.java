package io.sdr.api.spi;

import io.sdr.api.NetworkId;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A network as the inventory lists it.
 *
 * @param id its id
 * @param name its name
 * @param subnets its subnets, in the site's order; empty where it has none
 */
public record NetworkDescription(NetworkId id, String name, List<Subnet> subnets) {
    /**
     * A subnet of a network.
     *
     * @param name its name, unique in the network
     * @param vlan the VLAN's number; empty for none
     */
    public record Subnet(String name, OptionalInt vlan) {}

    /** Copies the list. */
    public NetworkDescription {
        subnets = List.copyOf(subnets);
    }

    /**
     * Finds the connection to it that fits an adapter: the subnet of the same name is preferred, then the first one.
     *
     * @param subnet the name of the subnet in which the adapter is at the other side, if any
     * @return the connection
     */
    public NetworkConnection connection(Optional<String> subnet) {
        Optional<Subnet> fits = subnets.stream()
                .filter(each -> subnet.equals(Optional.of(each.name())))
                .findFirst()
                .or(() -> subnets.stream().findFirst());
        return new NetworkConnection(
                id, fits.map(Subnet::name), fits.map(Subnet::vlan).orElse(OptionalInt.empty()));
    }
}
