package io.sdr.api;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A static address for one network adapter of a guest.
 *
 * @param address an IPv4 or IPv6 address in digits
 * @param prefixLength the length of its network's prefix in bits: 0 to 32, or to 128
 * @param gateway the gateway's address, if any
 * @param dnsServers addresses of name servers; at most 8
 */
public record GuestAddress(String address, int prefixLength, Optional<String> gateway, List<String> dnsServers) {
    private static final int MOST_DNS_SERVERS = 8;
    private static final Pattern V4 =
            Pattern.compile("((25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)(\\.(?!$)|$)){4}"); // never a name to look up
    private static final Pattern V6 = Pattern.compile(
            "(?i)(([0-9a-f]{1,4}:){7}[0-9a-f]{1,4}|(?=.*::)(?!.*::.*::)(?!.*:::)(([0-9a-f]{1,4})?:){1,7}([0-9a-f]{1,4})?)");

    /**
     * Checks and copies.
     *
     * @throws InvalidRequestException code {@code INVALID_ADDRESS} if an address or the prefix has another form
     */
    public GuestAddress {
        dnsServers = List.copyOf(dnsServers);
        int bits = bits(address);
        if (prefixLength < 0 || prefixLength > bits) {
            throw invalid(address + "/" + prefixLength, "use a prefix of 0 to " + bits + " bits");
        }
        if (dnsServers.size() > MOST_DNS_SERVERS) {
            throw invalid(dnsServers.size() + " name servers", "name at most " + MOST_DNS_SERVERS);
        }
        gateway.ifPresent(GuestAddress::bits);
        dnsServers.forEach(GuestAddress::bits);
    }

    /**
     * Reads an address with its prefix, such as {@code 10.20.0.15/24}.
     *
     * @param cidr the text
     * @return the address, without gateway and name servers
     * @throws InvalidRequestException code {@code INVALID_ADDRESS} if it has another form
     */
    public static GuestAddress of(String cidr) {
        int slash = cidr.indexOf('/');
        String digits = cidr.substring(slash + 1);
        if (slash < 0 || !digits.matches("\\d{1,3}")) {
            throw invalid(cidr, "write address/prefix, such as 10.20.0.15/24");
        }
        return new GuestAddress(cidr.substring(0, slash), Integer.parseInt(digits), Optional.empty(), List.of());
    }

    /**
     * Sets the gateway.
     *
     * @param value its address
     * @return a copy
     */
    public GuestAddress gateway(String value) {
        return new GuestAddress(address, prefixLength, Optional.of(value), dnsServers);
    }

    /**
     * Sets the name servers.
     *
     * @param values their addresses
     * @return a copy
     */
    public GuestAddress dnsServers(String... values) {
        return new GuestAddress(address, prefixLength, gateway, List.of(values));
    }

    private static int bits(String text) {
        if (V4.matcher(text).matches()) {
            return 32;
        }
        if (V6.matcher(text).matches()) {
            return 128;
        }
        throw invalid(text, "write an IPv4 or IPv6 address in digits");
    }

    private static InvalidRequestException invalid(String text, String remedy) {
        return new InvalidRequestException(Problem.of("INVALID_ADDRESS")
                .attempted("use '" + text + "' as an address for a guest")
                .state("it has another form; nothing was changed")
                .remedy(remedy));
    }
}
