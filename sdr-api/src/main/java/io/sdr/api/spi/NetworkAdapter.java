package io.sdr.api.spi;

import io.sdr.api.GuestAddress;
import java.util.Optional;

/**
 * A network adapter of a VM.
 *
 * @param name its name, unique in the VM
 * @param mac its hardware address where it is fixed; empty if the site gives one
 * @param connection what it is connected to; empty for disconnected
 * @param address the address that the guest gets at its next start; empty to leave the guest as it is
 */
public record NetworkAdapter(
        String name, Optional<String> mac, Optional<NetworkConnection> connection, Optional<GuestAddress> address) {
    /**
     * Makes an adapter that is disconnected, with a hardware address that the site gives.
     *
     * @param name its name
     * @return the adapter
     */
    public static NetworkAdapter named(String name) {
        return new NetworkAdapter(name, Optional.empty(), Optional.empty(), Optional.empty());
    }

    /**
     * Fixes its hardware address.
     *
     * @param value the address
     * @return a copy
     */
    public NetworkAdapter withMac(String value) {
        return new NetworkAdapter(name, Optional.of(value), connection, address);
    }

    /**
     * Connects or disconnects it.
     *
     * @param value the connection; empty for none
     * @return a copy
     */
    public NetworkAdapter withConnection(Optional<NetworkConnection> value) {
        return new NetworkAdapter(name, mac, value, address);
    }

    /**
     * Sets the guest's address.
     *
     * @param value the address; empty to leave the guest as it is
     * @return a copy
     */
    public NetworkAdapter withAddress(Optional<GuestAddress> value) {
        return new NetworkAdapter(name, mac, connection, value);
    }
}
