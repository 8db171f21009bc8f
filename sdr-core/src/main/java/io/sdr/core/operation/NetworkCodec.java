package io.sdr.core.operation;

import io.sdr.api.GuestAddress;
import io.sdr.api.NetworkId;
import io.sdr.api.NetworkSettings;
import io.sdr.api.Side;
import io.sdr.api.TestNetwork;
import io.sdr.core.job.Values;
import java.util.Map;
import java.util.TreeMap;

/** Network settings and choices as values. */
final class NetworkCodec {
    /** The names under which settings are stored begin so. */
    static final String PREFIX = "networks.";

    private static final String PAIRS = "networks.pairs";
    private static final String ADDRESSES = "networks.addresses";
    private static final String EXISTING = "existing:";

    private NetworkCodec() {}

    static Values write(NetworkSettings settings) {
        Values values = Values.of(PAIRS, settings.pairs().size());
        for (int i = 0; i < settings.pairs().size(); i++) {
            NetworkSettings.Pair pair = settings.pairs().get(i);
            values = values.with("networks.pair." + i + ".primary", pair.primary())
                    .with("networks.pair." + i + ".recovery", pair.recovery());
        }
        int count = 0;
        for (Side side : Side.values()) {
            for (Map.Entry<String, GuestAddress> each : new TreeMap<>(settings.addresses(side)).entrySet()) {
                String at = "networks.address." + count++ + ".";
                values = values.with(at + "side", side)
                        .with(at + "adapter", each.getKey())
                        .with(ConfigurationCodec.address(at, each.getValue()));
            }
        }
        return values.with(ADDRESSES, count);
    }

    static NetworkSettings read(Values values) {
        NetworkSettings settings = NetworkSettings.none();
        for (int i = 0; i < count(values, PAIRS); i++) {
            settings = settings.map(
                    new NetworkId(values.text("networks.pair." + i + ".primary")),
                    new NetworkId(values.text("networks.pair." + i + ".recovery")));
        }
        for (int i = 0; i < count(values, ADDRESSES); i++) {
            String at = "networks.address." + i + ".";
            settings = settings.address(
                    Side.valueOf(values.text(at + "side")),
                    values.text(at + "adapter"),
                    ConfigurationCodec.address(at, values).orElseThrow());
        }
        return settings;
    }

    /** Items of a time before there were such settings have none. */
    private static long count(Values values, String name) {
        return values.find(name).map(Long::parseLong).orElse(0L);
    }

    static String write(TestNetwork network) {
        if (network instanceof TestNetwork.Existing existing) {
            return EXISTING + existing.network();
        }
        return network instanceof TestNetwork.Isolated ? "isolated" : "none";
    }

    static TestNetwork testNetwork(String text) {
        if (text.startsWith(EXISTING)) {
            return TestNetwork.existing(new NetworkId(text.substring(EXISTING.length())));
        }
        return text.equals("isolated") ? TestNetwork.isolated() : TestNetwork.none();
    }
}
