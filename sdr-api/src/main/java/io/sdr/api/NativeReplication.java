package io.sdr.api;

import java.time.Instant;
import java.time.LocalTime;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What only the hypervisor's own replication uses of a policy. Immutable; start from {@link #defaults()}: compressed, first copy over
 * the network and at once, Kerberos at the replica server's own port, all disks, no resynchronisation by itself.
 */
public final class NativeReplication {
    private static final int LARGEST_PORT = 65_535;
    private static final NativeReplication DEFAULTS = new NativeReplication(
            true, false, Optional.empty(), false, OptionalInt.empty(), List.of(), Optional.empty());

    private final boolean compression;
    private final boolean existingCopy;
    private final Optional<Instant> startAt;
    private final boolean certificate;
    private final OptionalInt port;
    private final List<DiskId> excluded;
    private final Optional<Window> automaticResync;

    /**
     * When, in a host's day, something may begin by itself.
     *
     * @param from from when; after {@code until} it spans midnight
     * @param until until when
     */
    public record Window(LocalTime from, LocalTime until) {}

    private NativeReplication(
            boolean compression,
            boolean existingCopy,
            Optional<Instant> startAt,
            boolean certificate,
            OptionalInt port,
            List<DiskId> excluded,
            Optional<Window> automaticResync) {
        this.compression = compression;
        this.existingCopy = existingCopy;
        this.startAt = startAt;
        this.certificate = certificate;
        this.port = port;
        this.excluded = List.copyOf(excluded);
        this.automaticResync = automaticResync;
    }

    /**
     * Gives the defaults.
     *
     * @return the defaults of the class description
     */
    public static NativeReplication defaults() {
        return DEFAULTS;
    }

    /**
     * Says whether data is compressed on the wire.
     *
     * @param value whether it is
     * @return a copy
     */
    public NativeReplication compression(boolean value) {
        return new NativeReplication(value, existingCopy, startAt, certificate, port, excluded, automaticResync);
    }

    /**
     * Says that a copy of the VM, of the same id, is at the other side already: the first replication compares instead of copying.
     *
     * @return a copy
     */
    public NativeReplication fromExistingCopy() {
        return new NativeReplication(compression, true, startAt, certificate, port, excluded, automaticResync);
    }

    /**
     * Says when the first copy begins. A moment that is past means at once.
     *
     * @param value the moment
     * @return a copy
     */
    public NativeReplication firstCopyAt(Instant value) {
        return new NativeReplication(
                compression, existingCopy, Optional.of(value), certificate, port, excluded, automaticResync);
    }

    /**
     * Says that hosts authenticate by certificates, which the sites name, instead of Kerberos.
     *
     * @return a copy
     */
    public NativeReplication withCertificates() {
        return new NativeReplication(compression, existingCopy, startAt, true, port, excluded, automaticResync);
    }

    /**
     * Sets the port at which replica servers listen. Unless set, 80 for Kerberos and 443 for certificates.
     *
     * @param value 1 to 65535
     * @return a copy
     * @throws InvalidRequestException code {@code POLICY_OUT_OF_RANGE}
     */
    public NativeReplication port(int value) {
        if (value < 1 || value > LARGEST_PORT) {
            throw new InvalidRequestException(Problem.of("POLICY_OUT_OF_RANGE")
                    .attempted("set the port of the replica servers to " + value)
                    .state("nothing was changed")
                    .remedy("give a value from 1 to " + LARGEST_PORT));
        }
        return new NativeReplication(
                compression, existingCopy, startAt, certificate, OptionalInt.of(value), excluded, automaticResync);
    }

    /**
     * Leaves disks out of replication.
     *
     * @param value the disks, as the site names them
     * @return a copy
     */
    public NativeReplication excluding(List<DiskId> value) {
        return new NativeReplication(compression, existingCopy, startAt, certificate, port, value, automaticResync);
    }

    /**
     * Lets the hypervisor resynchronise by itself in a part of the day.
     *
     * @param value when it may begin
     * @return a copy
     */
    public NativeReplication resynchronizingIn(Window value) {
        return new NativeReplication(
                compression, existingCopy, startAt, certificate, port, excluded, Optional.of(value));
    }

    /**
     * Tells whether data is compressed on the wire.
     *
     * @return whether it is
     */
    public boolean isCompressed() {
        return compression;
    }

    /**
     * Tells whether the first replication compares with a copy that is there.
     *
     * @return whether it does
     */
    public boolean usesExistingCopy() {
        return existingCopy;
    }

    /**
     * Tells when the first copy begins.
     *
     * @return the moment; empty for at once
     */
    public Optional<Instant> firstCopyAt() {
        return startAt;
    }

    /**
     * Tells whether hosts authenticate by certificates.
     *
     * @return whether they do; else by Kerberos
     */
    public boolean usesCertificates() {
        return certificate;
    }

    /**
     * Tells the port at which replica servers listen.
     *
     * @return the port; empty for the one that belongs to the authentication
     */
    public OptionalInt port() {
        return port;
    }

    /**
     * Names the disks that are not replicated.
     *
     * @return the disks
     */
    public List<DiskId> excluded() {
        return excluded;
    }

    /**
     * Tells when the hypervisor may resynchronise by itself.
     *
     * @return the part of the day; empty for never
     */
    public Optional<Window> automaticResync() {
        return automaticResync;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof NativeReplication n
                && compression == n.compression
                && existingCopy == n.existingCopy
                && startAt.equals(n.startAt)
                && certificate == n.certificate
                && port.equals(n.port)
                && excluded.equals(n.excluded)
                && automaticResync.equals(n.automaticResync);
    }

    @Override
    public int hashCode() {
        return Objects.hash(compression, existingCopy, startAt, certificate, port, excluded, automaticResync);
    }

    @Override
    public String toString() {
        return (compression ? "compressed" : "not compressed") + ", " + (certificate ? "certificates" : "Kerberos")
                + (existingCopy ? ", from an existing copy" : "")
                + startAt.map(at -> ", first copy at " + at).orElse("")
                + (excluded.isEmpty() ? "" : ", without " + excluded);
    }
}
