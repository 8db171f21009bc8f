package io.sdr.core.operation;

import io.sdr.api.GuestAddress;
import io.sdr.api.NetworkId;
import io.sdr.api.spi.NetworkAdapter;
import io.sdr.api.spi.NetworkConnection;
import io.sdr.api.spi.VmConfiguration;
import io.sdr.api.spi.VmConfiguration.DynamicMemory;
import io.sdr.core.job.Values;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Configurations of VMs as values: in the intents of steps and in the catalogue. */
final class ConfigurationCodec {
    private static final String ADAPTERS = "adapters";
    private static final String TEMPLATE = "secureBootTemplate";
    private static final String LEAST_MEMORY = "minimumMemoryBytes";
    private static final String MOST_MEMORY = "maximumMemoryBytes";

    private ConfigurationCodec() {}

    static Values write(VmConfiguration configuration) {
        Values values = Values.of("processors", configuration.processors())
                .with("memoryBytes", configuration.memoryBytes())
                .with("firmware", configuration.firmware())
                .with("secureBoot", configuration.secureBoot())
                .with(ADAPTERS, configuration.adapters().size());
        values = with(values, TEMPLATE, configuration.secureBootTemplate());
        if (configuration.dynamicMemory().isPresent()) {
            DynamicMemory memory = configuration.dynamicMemory().get();
            values = values.with(LEAST_MEMORY, memory.minimumBytes()).with(MOST_MEMORY, memory.maximumBytes());
        }
        for (int i = 0; i < configuration.adapters().size(); i++) {
            values = values.with(
                    write("adapter." + i + ".", configuration.adapters().get(i)));
        }
        return values;
    }

    private static Values write(String at, NetworkAdapter adapter) {
        Values values = with(Values.of(at + "name", adapter.name()), at + "mac", adapter.mac());
        if (adapter.connection().isPresent()) {
            NetworkConnection connection = adapter.connection().get();
            values = with(values.with(at + "network", connection.network()), at + "subnet", connection.subnet());
            if (connection.vlan().isPresent()) {
                values = values.with(at + "vlan", connection.vlan().getAsInt());
            }
        }
        return adapter.address().isPresent()
                ? values.with(address(at + "address.", adapter.address().get()))
                : values;
    }

    /** An address under names that begin so. */
    static Values address(String at, GuestAddress address) {
        Values values = Values.of(at + "digits", address.address())
                .with(at + "prefix", address.prefixLength())
                .with(at + "dns", String.join(" ", address.dnsServers()));
        return with(values, at + "gateway", address.gateway());
    }

    static Optional<GuestAddress> address(String at, Values values) {
        return values.find(at + "digits")
                .map(digits -> new GuestAddress(
                        digits,
                        (int) values.number(at + "prefix"),
                        values.find(at + "gateway"),
                        values.find(at + "dns")
                                .filter(dns -> !dns.isEmpty())
                                .map(dns -> List.of(dns.split(" ", -1)))
                                .orElse(List.of())));
    }

    private static Values with(Values values, String name, Optional<String> value) {
        return value.isPresent() ? values.with(name, value.get()) : values;
    }

    static VmConfiguration read(Values values) {
        List<NetworkAdapter> adapters = new ArrayList<>();
        for (int i = 0; i < values.number(ADAPTERS); i++) {
            adapters.add(adapter("adapter." + i + ".", values));
        }
        return VmConfiguration.of(
                        (int) values.number("processors"), values.number("memoryBytes"), values.text("firmware"))
                .withDynamicMemory(values.find(LEAST_MEMORY)
                        .map(any -> new DynamicMemory(values.number(LEAST_MEMORY), values.number(MOST_MEMORY))))
                .withSecureBoot(values.flag("secureBoot"))
                .withSecureBootTemplate(values.find(TEMPLATE))
                .withAdapters(adapters);
    }

    private static NetworkAdapter adapter(String at, Values values) {
        OptionalInt vlan = values.find(at + "vlan").isPresent()
                ? OptionalInt.of((int) values.number(at + "vlan"))
                : OptionalInt.empty();
        return new NetworkAdapter(
                values.text(at + "name"),
                values.find(at + "mac"),
                values.find(at + "network")
                        .map(network ->
                                new NetworkConnection(new NetworkId(network), values.find(at + "subnet"), vlan)),
                address(at + "address.", values));
    }
}
