package io.sdr.core.agent;

import io.sdr.api.InvalidRequestException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A disk that an agent serves: {@code sdr://HOST:PORT/NAME}. Immutable.
 *
 * @param host where the agent listens; an IPv6 address without brackets
 * @param port its port
 * @param disk the name of the disk there
 */
public record DiskAddress(String host, int port, String disk) {
    private static final Pattern FORM =
            Pattern.compile("sdr://(?:\\[([0-9A-Fa-f:.]+)\\]|([^/:\\[\\]@?#]+)):([0-9]{1,5})/([^?#]+)");
    private static final int MAX_PORT = 65_535;

    /**
     * Tells whether a text is meant to be such an address.
     *
     * @param text the text
     * @return whether it begins with {@code sdr://}
     */
    public static boolean isOne(String text) {
        return text.startsWith("sdr://");
    }

    /**
     * Reads an address.
     *
     * @param text the text
     * @return the address
     * @throws InvalidRequestException code {@code DISK_ADDRESS}
     */
    public static DiskAddress of(String text) {
        Matcher parts = FORM.matcher(text);
        if (!parts.matches()) {
            throw AgentProblems.address(text);
        }
        int port = Integer.parseInt(parts.group(3));
        if (port < 1 || port > MAX_PORT) {
            throw AgentProblems.address(text);
        }
        String host = parts.group(1) == null ? parts.group(2) : parts.group(1);
        return new DiskAddress(host, port, parts.group(4));
    }

    @Override
    public String toString() {
        return "sdr://" + (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port + "/" + disk;
    }
}
