package io.sdr.hyperv.readiness;

import java.util.stream.Stream;

/**
 * Where a rule found what it looks for.
 *
 * @param subject the host, VM, disk, certificate concerned
 * @param observed what is
 * @param required what would have to be, where it depends on the facts; else empty
 */
public record Seen(String subject, String observed, String required) {
    static Seen of(String subject, String observed) {
        return new Seen(subject, observed, "");
    }

    /** None or one. */
    static Stream<Seen> when(boolean found, String subject, String observed) {
        return found ? Stream.of(of(subject, observed)) : Stream.empty();
    }
}
