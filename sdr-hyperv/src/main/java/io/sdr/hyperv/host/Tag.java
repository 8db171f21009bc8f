package io.sdr.hyperv.host;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The line in a VM's notes that says what it is for, readable for the administrator: {@code sdr:<item>:<epoch>:<role>}.
 *
 * @param item the item, as {@link HostScripts#name} writes it
 * @param epoch the epoch in which it was written
 * @param role what the VM is for the item: small letters, digits and {@code -}
 */
public record Tag(String item, long epoch, String role) {
    private static final Pattern LINE = Pattern.compile("sdr:([a-z0-9_-]{1,200}):(\\d{1,18}):([a-z0-9-]{1,64})");

    /** Reads a line; what somebody else wrote there is none. */
    public static Optional<Tag> find(String line) {
        Matcher parts = LINE.matcher(line);
        return parts.matches()
                ? Optional.of(new Tag(parts.group(1), Long.parseLong(parts.group(2)), parts.group(3)))
                : Optional.empty();
    }
}
