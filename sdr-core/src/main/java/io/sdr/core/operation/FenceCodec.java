package io.sdr.core.operation;

import io.sdr.api.NetworkId;
import io.sdr.api.Side;
import io.sdr.api.VmId;
import io.sdr.api.spi.NetworkAdapter;
import io.sdr.api.spi.NetworkConnection;
import io.sdr.core.job.Values;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What an item remembers of the engine's own doings at its VMs, so that they can be taken back: as values. */
final class FenceCodec {
    private FenceCodec() {}

    // ---- adapters that were disconnected from a stale copy

    static String cut(Side side) {
        return "cut." + side + ".";
    }

    static Values cut(Side side, List<NetworkAdapter> adapters) {
        Values values = Values.NONE;
        for (int i = 0; i < adapters.size(); i++) {
            Optional<NetworkConnection> connection = adapters.get(i).connection();
            String at = cut(side) + i + ".";
            values = values.with(at + "name", adapters.get(i).name());
            if (connection.isPresent()) {
                values = values.with(at + "network", connection.get().network());
                if (connection.get().subnet().isPresent()) {
                    values =
                            values.with(at + "subnet", connection.get().subnet().get());
                }
                if (connection.get().vlan().isPresent()) {
                    values = values.with(at + "vlan", connection.get().vlan().getAsInt());
                }
            }
        }
        return values;
    }

    static List<NetworkAdapter> cut(Side side, Values values) {
        List<NetworkAdapter> adapters = new ArrayList<>();
        for (int i = 0; values.find(cut(side) + i + ".name").isPresent(); i++) {
            String at = cut(side) + i + ".";
            Optional<NetworkConnection> connection = values.find(at + "network")
                    .map(network -> new NetworkConnection(
                            new NetworkId(network),
                            values.find(at + "subnet"),
                            values.find(at + "vlan").stream()
                                    .mapToInt(Integer::parseInt)
                                    .findFirst()));
            adapters.add(NetworkAdapter.named(values.text(at + "name")).withConnection(connection));
        }
        return adapters;
    }

    // ---- automatic start

    static String gate(Side side) {
        return "gate." + side + ".";
    }

    static Values gate(Side side, VmId vm, boolean wasOn) {
        return Values.of(gate(side) + "vm", vm).with(gate(side) + "wasOn", wasOn);
    }

    static Optional<VmId> gatedVm(Side side, Values values) {
        return values.find(gate(side) + "vm").map(VmId::new);
    }

    static boolean wasOn(Side side, Values values) {
        return values.flag(gate(side) + "wasOn");
    }
}
