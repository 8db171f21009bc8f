package io.sdr.api;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * To which networks a VM is connected after a failover, and with which addresses. A network that is not mapped leaves its adapters
 * disconnected; in a mapped one the subnet of the same name is preferred. Going back keeps the network that the adapter had, if the
 * copy was not connected to another one meanwhile. Immutable; the withers give copies. Default: nothing is mapped, guests keep the
 * addresses that they have.
 */
public final class NetworkSettings {
    private static final NetworkSettings NONE = new NetworkSettings(List.of(), Map.of());

    private final List<Pair> pairs;
    private final Map<Side, Map<String, GuestAddress>> addresses;

    /**
     * Two networks that stand for each other.
     *
     * @param primary the network at the primary site
     * @param recovery the network at the recovery site
     */
    public record Pair(NetworkId primary, NetworkId recovery) {
        /**
         * Gives the network of a side.
         *
         * @param side the side
         * @return its network
         */
        public NetworkId at(Side side) {
            return side == Side.PRIMARY ? primary : recovery;
        }
    }

    private NetworkSettings(List<Pair> pairs, Map<Side, Map<String, GuestAddress>> addresses) {
        this.pairs = List.copyOf(pairs);
        this.addresses = Map.copyOf(addresses);
    }

    /**
     * Begins with nothing.
     *
     * @return settings in which nothing is mapped
     */
    public static NetworkSettings none() {
        return NONE;
    }

    /**
     * Maps two networks onto each other. Several networks of one side may stand for the same one of the other; on the way back the
     * pair that was named first counts.
     *
     * @param primary the network at the primary site
     * @param recovery the network at the recovery site
     * @return a copy
     * @throws InvalidRequestException code {@code NETWORK_MAPPED_TWICE} if the primary's network is mapped already
     */
    public NetworkSettings map(NetworkId primary, NetworkId recovery) {
        if (pairs.stream().anyMatch(pair -> pair.primary().equals(primary))) {
            throw new InvalidRequestException(Problem.of("NETWORK_MAPPED_TWICE")
                    .attempted("map network " + primary + " to " + recovery)
                    .state("it is mapped already; nothing was changed")
                    .remedy("map each network of the primary site once"));
        }
        List<Pair> more = new ArrayList<>(pairs);
        more.add(new Pair(primary, recovery));
        return new NetworkSettings(more, addresses);
    }

    /**
     * Maps two networks onto each other.
     *
     * @param primary the network's id at the primary site
     * @param recovery the network's id at the recovery site
     * @return a copy
     * @throws InvalidRequestException codes {@code NETWORK_MAPPED_TWICE}, {@code INVALID_ID}
     */
    public NetworkSettings map(String primary, String recovery) {
        return map(new NetworkId(primary), new NetworkId(recovery));
    }

    /**
     * Maps two networks onto each other.
     *
     * @param primary the network at the primary site, as it was listed
     * @param recovery the network at the recovery site, as it was listed
     * @return a copy
     * @throws InvalidRequestException code {@code NETWORK_MAPPED_TWICE}
     */
    public NetworkSettings map(VirtualNetwork primary, VirtualNetwork recovery) {
        return map(primary.id(), recovery.id());
    }

    /**
     * Sets the address that an adapter gets by a failover to a side. It is given where the site can do that.
     *
     * @param side the side
     * @param adapter the adapter's name
     * @param address the address
     * @return a copy
     */
    public NetworkSettings address(Side side, String adapter, GuestAddress address) {
        Map<Side, Map<String, GuestAddress>> more = new EnumMap<>(Side.class);
        more.putAll(addresses);
        Map<String, GuestAddress> there = new TreeMap<>(addresses(side));
        there.put(adapter, address);
        more.put(side, Map.copyOf(there));
        return new NetworkSettings(pairs, more);
    }

    /**
     * Gives the pairs.
     *
     * @return the pairs, in the order in which they were named
     */
    public List<Pair> pairs() {
        return pairs;
    }

    /**
     * Gives the addresses for a side.
     *
     * @param side the side
     * @return by adapter
     */
    public Map<String, GuestAddress> addresses(Side side) {
        return addresses.getOrDefault(side, Map.of());
    }

    /**
     * Finds the network that stands for another one.
     *
     * @param network a network of the other side
     * @param side the side whose network is wanted
     * @return the network, or empty if it is not mapped
     */
    public Optional<NetworkId> counterpart(NetworkId network, Side side) {
        return pairs.stream()
                .filter(pair -> pair.at(side.other()).equals(network))
                .map(pair -> pair.at(side))
                .findFirst();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof NetworkSettings that && pairs.equals(that.pairs) && addresses.equals(that.addresses);
    }

    @Override
    public int hashCode() {
        return 31 * pairs.hashCode() + addresses.hashCode();
    }

    @Override
    public String toString() {
        return "networks " + pairs + ", addresses " + addresses;
    }
}
