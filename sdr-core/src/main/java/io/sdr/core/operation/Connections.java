package io.sdr.core.operation;

import io.sdr.api.Finding;
import io.sdr.api.NetworkId;
import io.sdr.api.NetworkSettings;
import io.sdr.api.Side;
import io.sdr.api.TestNetwork;
import io.sdr.api.spi.NetworkAdapter;
import io.sdr.api.spi.NetworkConnection;
import io.sdr.api.spi.NetworkDescription;
import io.sdr.api.spi.SiteCapabilities;
import io.sdr.api.spi.VmConfiguration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** To what the adapters of a VM are connected after a failover, and what has to be said about it. Pure. */
final class Connections {
    private final NetworkSettings settings;
    private final Side to;
    private final List<NetworkDescription> there;
    private final SiteCapabilities capabilities;

    /**
     * Looks at a side.
     *
     * @param settings the item's settings
     * @param to the side to which is failed over
     * @param there its networks
     * @param capabilities what its site can do
     */
    Connections(NetworkSettings settings, Side to, List<NetworkDescription> there, SiteCapabilities capabilities) {
        this.settings = settings;
        this.to = to;
        this.there = there;
        this.capabilities = capabilities;
    }

    private Optional<NetworkDescription> network(NetworkId id) {
        return there.stream().filter(each -> each.id().equals(id)).findFirst();
    }

    /** What an adapter is connected to by the mapping. */
    private Optional<NetworkConnection> mapped(NetworkAdapter source) {
        return source.connection()
                .flatMap(connection -> settings.counterpart(connection.network(), to)
                        .flatMap(this::network)
                        .map(network -> network.connection(connection.subnet())));
    }

    /**
     * Gives a VM the configuration that the other side's has, with the networks of this side. Towards the primary side an adapter
     * keeps the network that it had, if the copy's was not connected to another one than the failover had chosen.
     *
     * @param source the configuration of the VM that is left
     * @param present the configuration of the VM that shall run
     * @param item what the last failover chose for the VM that is left
     * @return what it shall be
     */
    VmConfiguration failedOver(VmConfiguration source, VmConfiguration present, ItemState item) {
        List<NetworkAdapter> adapters = new ArrayList<>();
        for (NetworkAdapter adapter : source.adapters()) {
            Optional<NetworkAdapter> own = present.adapters().stream()
                    .filter(each -> each.name().equals(adapter.name()))
                    .findFirst();
            Optional<String> chosen = item.chosenNetwork(to.other(), adapter.name());
            boolean unchanged = to == Side.PRIMARY
                    && own.isPresent()
                    && chosen.equals(Optional.of(adapter.connection()
                            .map(connection -> connection.network().value())
                            .orElse("")));
            adapters.add(adapter.withConnection(unchanged ? own.get().connection() : mapped(adapter))
                    .withAddress(address(adapter)));
        }
        return source.withFirmware(present.firmware()).withAdapters(adapters);
    }

    /** For a test failover: all adapters are connected to what was chosen. */
    VmConfiguration tested(VmConfiguration source, TestNetwork choice, Optional<NetworkId> isolated) {
        List<NetworkAdapter> adapters = new ArrayList<>();
        for (NetworkAdapter adapter : source.adapters()) {
            Optional<NetworkConnection> connection = choice instanceof TestNetwork.Existing existing
                    ? network(existing.network())
                            .map(found -> found.connection(adapter.connection().flatMap(NetworkConnection::subnet)))
                    : isolated.map(NetworkConnection::to);
            adapters.add(adapter.withConnection(connection)
                    .withAddress(choice instanceof TestNetwork.Isolated ? address(adapter) : Optional.empty()));
        }
        return source.withAdapters(adapters);
    }

    private Optional<io.sdr.api.GuestAddress> address(NetworkAdapter adapter) {
        return capabilities.has(SiteCapabilities.Flag.GUEST_ADDRESSES)
                ? Optional.ofNullable(settings.addresses(to).get(adapter.name()))
                : Optional.empty();
    }

    /** What cannot be connected or given, for a VM as it is now. */
    List<Finding> findings(VmConfiguration source) {
        List<Finding> findings = new ArrayList<>();
        for (NetworkSettings.Pair pair : settings.pairs()) {
            if (network(pair.at(to)).isEmpty()) {
                findings.add(Finding.blocker(
                        "UNKNOWN_NETWORK",
                        "network " + pair.at(to),
                        "is not at the " + to + " side",
                        "one of " + there.stream().map(NetworkDescription::id).toList(),
                        "map network " + pair.at(to.other())
                                + " to a network of that site; SiteRecovery.networks lists them"));
            }
        }
        for (NetworkAdapter adapter : source.adapters()) {
            boolean unmapped = adapter.connection().isPresent()
                    && settings.counterpart(adapter.connection().get().network(), to)
                            .isEmpty();
            if (unmapped) {
                findings.add(Finding.warning(
                        "NETWORK_NOT_MAPPED",
                        "adapter " + adapter.name(),
                        "network " + adapter.connection().get().network()
                                + " is not mapped: a failover leaves the adapter disconnected",
                        "map the network if the VM shall be reached there; SiteRecovery.networks lists both sides'"));
            }
        }
        addressFindings(source, findings);
        return findings;
    }

    private void addressFindings(VmConfiguration source, List<Finding> findings) {
        for (String adapter : settings.addresses(to).keySet().stream().sorted().toList()) {
            if (source.adapters().stream().noneMatch(each -> each.name().equals(adapter))) {
                findings.add(Finding.blocker(
                        "UNKNOWN_ADAPTER",
                        "adapter " + adapter,
                        "an address is set for it, and the VM has no adapter of this name",
                        "one of "
                                + source.adapters().stream()
                                        .map(NetworkAdapter::name)
                                        .toList(),
                        "name an adapter of the VM"));
            } else if (!capabilities.has(SiteCapabilities.Flag.GUEST_ADDRESSES)) {
                findings.add(Finding.warning(
                        "ADDRESS_NOT_GIVEN",
                        "adapter " + adapter,
                        "the site at the " + to + " side cannot give a guest its address",
                        "expect the guest to start with the address that it has"));
            }
        }
    }
}
