package io.sdr.api;

import java.util.List;
import java.util.OptionalInt;

/**
 * A network to which VMs of a site can be connected, as it was when {@link SiteRecovery#networks} listed it. Immutable. Made by the
 * engine; more components may come, so do not call the constructor or deconstruct it.
 *
 * @param id its id at its site, by which requests name it
 * @param site the site
 * @param name its name, as people there know it
 * @param subnets its subnets, in the site's order; empty where it has none
 */
public record VirtualNetwork(NetworkId id, SiteId site, String name, List<Subnet> subnets) {
    /**
     * A subnet of a network.
     *
     * @param name its name, unique in the network
     * @param vlan the VLAN's number; empty for none
     */
    public record Subnet(String name, OptionalInt vlan) {}

    /** Copies the list. */
    public VirtualNetwork {
        subnets = List.copyOf(subnets);
    }
}
