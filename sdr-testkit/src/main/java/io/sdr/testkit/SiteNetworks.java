package io.sdr.testkit;

import io.sdr.api.ItemId;
import io.sdr.api.JobId;
import io.sdr.api.NetworkId;
import io.sdr.api.spi.NetworkAdapter;
import io.sdr.api.spi.NetworkConnection;
import io.sdr.api.spi.NetworkDescription;
import io.sdr.api.spi.StorageFolder;
import io.sdr.api.spi.VmConfiguration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The networks of a simulated site: those it was opened with, and those that drills made, which survive a restart. */
final class SiteNetworks {
    private static final String FOLDER = "drill-networks";
    private static final String NETWORK = "network";

    private final SiteState state;
    private final List<NetworkDescription> own;

    SiteNetworks(SiteState state, List<NetworkDescription> own) {
        this.state = state;
        this.own = List.copyOf(own);
    }

    List<NetworkDescription> own() {
        return own;
    }

    /** What a test failover's objects are tagged with. */
    static String tag(ItemId item, JobId drill) {
        return item + "/" + drill;
    }

    NetworkId make(ItemId item, JobId drill) {
        NetworkId id = new NetworkId("isolated-" + drill);
        StateDocument document = new StateDocument(folder(id), NETWORK);
        if (document.read().isEmpty()) {
            document.write(new Fields().put("tag", tag(item, drill)).text());
        }
        return id;
    }

    List<NetworkId> made(String tag) {
        List<NetworkId> found = new ArrayList<>();
        for (String name : state.root.child(FOLDER).children()) {
            NetworkId id = new NetworkId(name);
            if (tagOf(id).equals(Optional.of(tag))) {
                found.add(id);
            }
        }
        return found;
    }

    Optional<String> tagOf(NetworkId network) {
        return new StateDocument(folder(network), NETWORK)
                .read()
                .map(text -> Fields.parse(text).get("tag"));
    }

    void delete(NetworkId network) {
        new StateDocument(folder(network), NETWORK).delete();
        state.root.child(FOLDER).deleteChild(network.value());
    }

    boolean isConnected(NetworkId network) {
        return state.all().stream()
                .flatMap(vm -> vm.configuration.adapters().stream())
                .anyMatch(adapter ->
                        adapter.connection().map(NetworkConnection::network).equals(Optional.of(network)));
    }

    /** Refuses connections to what is not there. */
    void check(String attempted, VmConfiguration configuration) {
        for (NetworkAdapter adapter : configuration.adapters()) {
            adapter.connection().ifPresent(connection -> check(attempted, connection));
        }
    }

    private void check(String attempted, NetworkConnection connection) {
        NetworkId network = connection.network();
        Optional<NetworkDescription> described =
                own.stream().filter(each -> each.id().equals(network)).findFirst();
        boolean known = described.isPresent() || tagOf(network).isPresent();
        boolean subnetKnown = connection.subnet().isEmpty()
                || described
                        .map(each -> each.subnets().stream()
                                .anyMatch(subnet -> connection.subnet().equals(Optional.of(subnet.name()))))
                        .orElse(false);
        if (!known || !subnetKnown) {
            throw SiteState.invalid(
                    "UNKNOWN_NETWORK",
                    attempted,
                    "site " + state.id + " has no " + connection,
                    "name one of " + own.stream().map(NetworkDescription::id).toList());
        }
    }

    private StorageFolder folder(NetworkId network) {
        return state.root.child(FOLDER).child(network.value());
    }
}
