package io.sdr.testkit;

import io.sdr.api.GuestAddress;
import io.sdr.api.NetworkId;
import io.sdr.api.spi.NetworkAdapter;
import io.sdr.api.spi.NetworkConnection;
import io.sdr.api.spi.VmConfiguration;
import io.sdr.api.spi.VmConfiguration.DynamicMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** A VM's configuration as fields. */
final class ConfigurationFields {
    private ConfigurationFields() {}

    static void put(Fields fields, VmConfiguration configuration) {
        fields.put("processors", configuration.processors())
                .put("memoryBytes", configuration.memoryBytes())
                .put("firmware", configuration.firmware())
                .put("secureBoot", configuration.secureBoot())
                .put("secureBootTemplate", configuration.secureBootTemplate())
                .put("minimumMemoryBytes", configuration.dynamicMemory().map(DynamicMemory::minimumBytes))
                .put("maximumMemoryBytes", configuration.dynamicMemory().map(DynamicMemory::maximumBytes))
                .put("adapters", configuration.adapters().size());
        for (int i = 0; i < configuration.adapters().size(); i++) {
            put(fields, "adapter." + i + ".", configuration.adapters().get(i));
        }
    }

    private static void put(Fields fields, String at, NetworkAdapter adapter) {
        fields.put(at + "name", adapter.name()).put(at + "mac", adapter.mac());
        adapter.connection().ifPresent(connection -> {
            fields.put(at + "network", connection.network()).put(at + "subnet", connection.subnet());
            connection.vlan().ifPresent(vlan -> fields.put(at + "vlan", vlan));
        });
        adapter.address()
                .ifPresent(address -> fields.put(at + "address", address.address())
                        .put(at + "prefix", address.prefixLength())
                        .put(at + "gateway", address.gateway())
                        .put(at + "dns", String.join(" ", address.dnsServers())));
    }

    static VmConfiguration parse(Fields fields) {
        List<NetworkAdapter> adapters = new ArrayList<>();
        long count = fields.find("adapters").map(Long::parseLong).orElse(0L);
        for (int i = 0; i < count; i++) {
            adapters.add(adapter(fields, "adapter." + i + "."));
        }
        return VmConfiguration.of(
                        (int) fields.number("processors"), fields.number("memoryBytes"), fields.get("firmware"))
                .withDynamicMemory(fields.find("minimumMemoryBytes")
                        .map(any -> new DynamicMemory(
                                fields.number("minimumMemoryBytes"), fields.number("maximumMemoryBytes"))))
                .withSecureBoot(fields.flag("secureBoot"))
                .withSecureBootTemplate(fields.find("secureBootTemplate"))
                .withAdapters(adapters);
    }

    private static NetworkAdapter adapter(Fields fields, String at) {
        Optional<NetworkConnection> connection = fields.find(at + "network")
                .map(network -> new NetworkConnection(
                        new NetworkId(network),
                        fields.find(at + "subnet"),
                        fields.find(at + "vlan")
                                .map(vlan -> OptionalInt.of(Integer.parseInt(vlan)))
                                .orElse(OptionalInt.empty())));
        Optional<GuestAddress> address = fields.find(at + "address")
                .map(text -> new GuestAddress(
                        text,
                        (int) fields.number(at + "prefix"),
                        fields.find(at + "gateway"),
                        fields.find(at + "dns")
                                .filter(dns -> !dns.isEmpty())
                                .map(dns -> List.of(dns.split(" ", -1)))
                                .orElse(List.of())));
        return new NetworkAdapter(fields.get(at + "name"), fields.find(at + "mac"), connection, address);
    }
}
