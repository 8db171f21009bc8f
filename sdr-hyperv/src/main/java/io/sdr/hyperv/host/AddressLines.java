package io.sdr.hyperv.host;

import io.sdr.api.GuestAddress;
import io.sdr.api.InvalidRequestException;
import io.sdr.api.spi.NetworkAdapter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is noted of the addresses of a VM's guest: for each adapter a line of protocol, address, subnet, gateway, name servers and the
 * adapter's name, as Hyper-V wants them.
 */
final class AddressLines {
    private static final int IPV4_BITS = 32;
    /** {@code Msvm_GuestNetworkAdapterConfiguration.ProtocolIFType}. */
    private static final String IPV4 = "4096";

    private static final String IPV6 = "4097";
    private static final String NONE = "-";
    private static final int PARTS = 6;

    private AddressLines() {}

    /** An adapter whose name has control characters gets none: it would end the line. */
    static List<String> of(List<NetworkAdapter> adapters) {
        List<String> lines = new ArrayList<>();
        for (NetworkAdapter adapter : adapters) {
            boolean plain = adapter.name().chars().noneMatch(Character::isISOControl);
            adapter.address().filter(address -> plain).ifPresent(address -> lines.add(line(adapter.name(), address)));
        }
        return lines;
    }

    private static String line(String adapter, GuestAddress address) {
        boolean ipv6 = isIpv6(address);
        String servers = String.join(",", address.dnsServers());
        return String.join(
                " ",
                ipv6 ? IPV6 : IPV4,
                address.address(),
                ipv6 ? Integer.toString(address.prefixLength()) : mask(address.prefixLength()),
                address.gateway().orElse(NONE),
                servers.isEmpty() ? NONE : servers,
                adapter);
    }

    /** Reads such lines, by adapters; one of another form says nothing. */
    static Map<String, GuestAddress> read(List<String> lines) {
        Map<String, GuestAddress> addresses = new HashMap<>();
        for (String line : lines) {
            String[] parts = line.split(" ", PARTS);
            if (parts.length == PARTS) {
                address(parts).ifPresent(address -> addresses.put(parts[PARTS - 1], address));
            }
        }
        return addresses;
    }

    private static Optional<GuestAddress> address(String[] parts) {
        try {
            return Optional.of(new GuestAddress(
                    parts[1],
                    parts[0].equals(IPV6) ? Integer.parseInt(parts[2]) : prefixLength(parts[2]),
                    Optional.of(parts[3]).filter(each -> !each.equals(NONE)),
                    parts[4].equals(NONE) ? List.of() : List.of(parts[4].split(",", -1))));
        } catch (InvalidRequestException | NumberFormatException other) {
            return Optional.empty();
        }
    }

    static boolean isIpv6(GuestAddress address) {
        return address.address().indexOf(':') >= 0;
    }

    /** An IPv4 prefix as the mask that Windows wants: 24 is 255.255.255.0. */
    static String mask(int prefixLength) {
        long bits = 0xFFFF_FFFFL << (IPV4_BITS - prefixLength);
        return (bits >> 24 & 0xFF) + "." + (bits >> 16 & 0xFF) + "." + (bits >> 8 & 0xFF) + "." + (bits & 0xFF);
    }

    private static int prefixLength(String mask) {
        int bits = 0;
        for (String part : mask.split("\\.", -1)) {
            bits += Integer.bitCount(Integer.parseInt(part));
        }
        return bits;
    }
}
