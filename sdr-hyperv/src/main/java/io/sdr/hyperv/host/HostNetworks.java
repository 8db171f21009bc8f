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
public final class HostNetworks {
    private final HostScripts host;

    public HostNetworks(HostScripts host) {
        this.host = host;
    }

    public List<Switch> list(CallContext context) {
        return host.run("host-networks", Arguments.none(), context).each("networks").stream()
                .map(Switch::of)
                .toList();
    }

    /**
     * Makes a switch that reaches nothing outside itself; one with this tag is taken as it is.
     *
     * @return its id
     */
    public String createIsolated(String name, String role, CallContext context) {
        return Reading.guid(host.run("network-create", tagged(role, context).with("name", name), context), "network");
    }

    /** Deletes such a switch. Missing is done. Refused with code {@code NETWORK_IN_USE} or {@code NOT_TAGGED}. */
    public void delete(String network, String role, CallContext context) {
        host.run("network-delete", tagged(role, context).with("network", network), context);
    }

    /**
     * Gives a VM that is off exactly these adapters, and notes the addresses that its guest gets at its next start. Refused with code
     * {@code UNKNOWN_NETWORK} before anything changes.
     */
    public SeenVm connect(VmId vm, List<NetworkAdapter> adapters, CallContext context) {
        return SeenVm.of(host.run("vm-adapters", adapters(host.guarded(vm, context), adapters), context));
    }

    /** Adds adapters, and the addresses of their guest. */
    static Arguments adapters(Arguments arguments, List<NetworkAdapter> adapters) {
        return arguments
                .withEach(
                        "adapters",
                        adapters.stream().map(HostNetworks::arguments).toList())
                .with("addresses", AddressLines.of(adapters));
    }

    /**
     * Connects or disconnects adapters of a VM, running or not; those that it does not have are left out. Refused with code
     * {@code UNKNOWN_NETWORK} before anything changes.
     */
    public SeenVm reconnect(VmId vm, List<NetworkAdapter> adapters, CallContext context) {
        List<Arguments> links = adapters.stream()
                .map(each -> link(Arguments.none().with("name", each.name()), each))
                .toList();
        return SeenVm.of(host.run("vm-connect", host.guarded(vm, context).withEach("adapters", links), context));
    }

    /** Sets the address that Hyper-V Replica gives a guest at failover; empty clears it. At most two name servers are taken. */
    public void setFailoverAddress(VmId vm, String adapter, Optional<GuestAddress> address, CallContext context) {
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
            boolean ipv6 = AddressLines.isIpv6(guest);
            arguments = arguments
                    .with("address", guest.address())
                    .with("ipv6", ipv6)
                    .with("prefixLength", guest.prefixLength())
                    .with("mask", ipv6 ? "" : AddressLines.mask(guest.prefixLength()))
                    .with("dnsServers", guest.dnsServers());
            arguments = guest.gateway().isPresent()
                    ? arguments.with("gateway", guest.gateway().get())
                    : arguments.without("gateway");
        }
        host.run("vm-failover-address", arguments, context);
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
        return link(arguments, adapter);
    }

    private static Arguments link(Arguments arguments, NetworkAdapter adapter) {
        Optional<NetworkConnection> connection = adapter.connection();
        Arguments linked = connection.isPresent()
                ? arguments.with("network", connection.get().network().value())
                : arguments.without("network");
        return connection.isPresent() && connection.get().vlan().isPresent()
                ? linked.with("vlan", connection.get().vlan().getAsInt())
                : linked.without("vlan");
    }
}
