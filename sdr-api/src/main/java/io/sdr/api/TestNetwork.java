package io.sdr.api;

/** What the network adapters of a test failover's VM are connected to. */
public sealed interface TestNetwork {
    /**
     * Leaves all adapters disconnected.
     *
     * @return the choice
     */
    static TestNetwork none() {
        return new None();
    }

    /**
     * Connects all adapters to a network that is made for the drill, reaches nothing else and goes with its cleanup. It carries the
     * failover addresses, since nobody can answer to them there.
     *
     * @return the choice
     */
    static TestNetwork isolated() {
        return new Isolated();
    }

    /**
     * Connects all adapters to a network of the site where the test runs. Failover addresses are not given to the guest there: the
     * network is somebody's.
     *
     * @param network the network
     * @return the choice
     */
    static TestNetwork existing(NetworkId network) {
        return new Existing(network);
    }

    /**
     * Connects all adapters to a network of the site where the test runs, as {@link #existing(NetworkId)} does.
     *
     * @param network the network, as it was listed
     * @return the choice
     */
    static TestNetwork existing(VirtualNetwork network) {
        return existing(network.id());
    }

    /** Disconnected. */
    record None() implements TestNetwork {}

    /** A temporary network of its own. */
    record Isolated() implements TestNetwork {}

    /**
     * A network that is there.
     *
     * @param network the network
     */
    record Existing(NetworkId network) implements TestNetwork {}
}
