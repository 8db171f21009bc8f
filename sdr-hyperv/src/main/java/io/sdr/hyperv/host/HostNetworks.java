package io.sdr.hyperv.host;

import io.sdr.api.GuestAddress;
import io.sdr.api.VmId;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.NetworkAdapter;
import io.sdr.api.spi.NetworkConnection;
import io.sdr.hyperv.powershell.Arguments;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Switches of a host, and how its VMs' adapters are connected. Thread-safe. */
final class HostNetworks {
    private static final int IPV4_BITS = 32;
    /** {@code Msvm_GuestNetworkAdapterConfiguration.ProtocolIFType}. */
    private static final int PROTOCOL_IPV4 = 4096;

    private static final int PROTOCOL_IPV6 = 4097;

    private final HostScripts host;

    HostNetworks(HostScripts host) {
        this.host = host;
    }

    List<Switch> list(CallContext context) {
        return host.run("host-networks", Arguments.none(), context).each("networks").stream()
                .map(Switch::of)
                .toList();
    }

    /**
     * Makes a switch that reaches nothing outside itself; one with this tag is taken as it is.
     *
     * @return its id
     */
    String createIsolated(String name, String role, CallContext context) {
        return Reading.guid(host.run("network-create", tagged(role, context).with("name", name), context), "network");
    }

    /** Deletes such a switch. Missing is done. Refused with code {@code NETWORK_IN_USE} or {@code NOT_TAGGED}. */
    void delete(String network, String role, CallContext context) {
        host.run("network-delete", tagged(role, context).with("network", network), context);
    }

    /**
     * Gives a VM that is off exactly these adapters. Addresses of guests are set by other calls. Refused with code
     * {@code UNKNOWN_NETWORK} before anything changes.
     */
    SeenVm connect(VmId vm, List<NetworkAdapter> adapters, CallContext context) {
        return SeenVm.of(host.run(
                "vm-adapters",
                host.guarded(vm, context)
                        .withEach(
                                "adapters",
                                adapters.stream().map(HostNetworks::arguments).toList()),
                context));
    }

    /** Sets the address that Hyper-V Replica gives a guest at failover; empty clears it. At most two name servers are taken. */
    void setFailoverAddress(VmId vm, String adapter, Optional<GuestAddress> address, CallContext context) {
        Arguments arguments = host.guarded(vm, context).with("adapter", adapter);
        if (address.isEmpty()) {
            arguments = arguments
                    .without("address")
                    .with("ipv6", false)
                    .without("prefixLength")
                    .without("mask")
                    .without("gateway")
                    .with("dnsServers", List.of());
        } else {
            GuestAddress guest = address.get();
            boolean ipv6 = isIpv6(guest);
            arguments = arguments
                    .with("address", guest.address())
                    .with("ipv6", ipv6)
                    .with("prefixLength", guest.prefixLength())
                    .with("mask", ipv6 ? "" : mask(guest.prefixLength()))
                    .with("dnsServers", guest.dnsServers());
            arguments = guest.gateway().isPresent()
                    ? arguments.with("gateway", guest.gateway().get())
                    : arguments.without("gateway");
        }
        host.run("vm-failover-address", arguments, context);
    }

    /** Gives a running guest an address through its integration services. */
    void setGuestAddress(VmId vm, String adapter, GuestAddress address, CallContext context) {
        boolean ipv6 = isIpv6(address);
        host.run(
                "vm-guest-address",
                host.guarded(vm, context)
                        .with("adapter", adapter)
                        .with("protocol", ipv6 ? PROTOCOL_IPV6 : PROTOCOL_IPV4)
                        .with("addresses", List.of(address.address()))
                        .with(
                                "subnets",
                                List.of(ipv6 ? Integer.toString(address.prefixLength()) : mask(address.prefixLength())))
                        .with("gateways", address.gateway().stream().toList())
                        .with("dnsServers", address.dnsServers()),
                context);
    }

    private static boolean isIpv6(GuestAddress address) {
        return address.address().indexOf(':') >= 0;
    }

    /** An IPv4 prefix as the mask that Windows wants: 24 is 255.255.255.0. */
    static String mask(int prefixLength) {
        long bits = 0xFFFF_FFFFL << (IPV4_BITS - prefixLength);
        return (bits >> 24 & 0xFF) + "." + (bits >> 16 & 0xFF) + "." + (bits >> 8 & 0xFF) + "." + (bits & 0xFF);
    }

    /** A hardware address as Hyper-V writes it: twelve hex digits, without separators. */
    private static String hyperV(String mac) {
        return mac.replaceAll("[:.-]", "").toUpperCase(Locale.ROOT);
    }

    private Arguments tagged(String role, CallContext context) {
        // Not the epoch of the call: a later one must find the switch that an earlier one made.
        return host.guarded(context).with("tag", "sdr:" + HostScripts.name(context.item()) + ":0:" + role);
    }

    private static Arguments arguments(NetworkAdapter adapter) {
        Arguments arguments = Arguments.none().with("name", adapter.name());
        arguments = adapter.mac().isPresent()
                ? arguments.with("mac", hyperV(adapter.mac().get()))
                : arguments.without("mac");
        Optional<NetworkConnection> connection = adapter.connection();
        arguments = connection.isPresent()
                ? arguments.with("network", connection.get().network().value())
                : arguments.without("network");
        return connection.isPresent() && connection.get().vlan().isPresent()
                ? arguments.with("vlan", connection.get().vlan().getAsInt())
                : arguments.without("vlan");
    }
}
