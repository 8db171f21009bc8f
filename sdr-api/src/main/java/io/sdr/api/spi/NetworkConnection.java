package io.sdr.api.spi;

import io.sdr.api.NetworkId;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a network adapter is connected to.
 *
 * @param network the network
 * @param subnet the name of the subnet in it, where the site has such
 * @param vlan the VLAN's number, 1 to 4094; empty for none
 */
public record NetworkConnection(NetworkId network, Optional<String> subnet, OptionalInt vlan) {
    /**
     * Connects to a network as a whole.
     *
     * @param network the network
     * @return the connection, without subnet and VLAN
     */
    public static NetworkConnection to(NetworkId network) {
        return new NetworkConnection(network, Optional.empty(), OptionalInt.empty());
    }
}
