package io.sdr.api;

import java.time.Duration;
import java.util.Objects;

/**
 * How an item is replicated. Immutable; start from {@link #defaults()} and change with the withers. Each wither checks its
 * value and throws {@link InvalidRequestException}, code {@code POLICY_OUT_OF_RANGE}, before anything else happens.
 *
 * <p>Defaults: a cycle every 5 minutes, a point every hour, 24 points kept beside the latest, application-consistent every
 * hour, the delta phase of a planned failover ends when a cycle moved less than 16 MiB, 5 minutes for the guest to shut down, a stale
 * copy is stopped, hosts start neither copy by themselves.
 */
public final class ReplicationPolicy {
    private static final ReplicationPolicy DEFAULTS = new ReplicationPolicy(
            Duration.ofMinutes(5),
            Duration.ofHours(1),
            24,
            Duration.ofHours(1),
            16L << 20,
            Duration.ofMinutes(5),
            StaleCopy.STOP,
            BootGate.HYPERVISOR);

    private final Duration frequency;
    private final Duration pointEvery;
    private final int pointsKept;
    private final Duration applicationConsistentEvery;
    private final long finalDeltaThresholdBytes;
    private final Duration shutdownDeadline;
    private final StaleCopy onStaleCopy;
    private final BootGate bootGate;

    private ReplicationPolicy(
            Duration frequency,
            Duration pointEvery,
            int pointsKept,
            Duration applicationConsistentEvery,
            long finalDeltaThresholdBytes,
            Duration shutdownDeadline,
            StaleCopy onStaleCopy,
            BootGate bootGate) {
        this.frequency = frequency;
        this.pointEvery = pointEvery;
        this.pointsKept = pointsKept;
        this.applicationConsistentEvery = applicationConsistentEvery;
        this.finalDeltaThresholdBytes = finalDeltaThresholdBytes;
        this.shutdownDeadline = shutdownDeadline;
        this.onStaleCopy = onStaleCopy;
        this.bootGate = bootGate;
    }

    /**
     * Gives the default policy.
     *
     * @return the defaults of the class description
     */
    public static ReplicationPolicy defaults() {
        return DEFAULTS;
    }

    /**
     * Sets how often a cycle is due.
     *
     * @param value 30 seconds to 24 hours
     * @return a copy
     */
    public ReplicationPolicy every(Duration value) {
        range("replication frequency", value, Duration.ofSeconds(30), Duration.ofHours(24));
        return new ReplicationPolicy(
                value,
                pointEvery,
                pointsKept,
                applicationConsistentEvery,
                finalDeltaThresholdBytes,
                shutdownDeadline,
                onStaleCopy,
                bootGate);
    }

    /**
     * Sets how far apart kept points are; between them undo data is coalesced.
     *
     * @param value zero (every cycle is a point) or 15 minutes to 24 hours
     * @return a copy
     */
    public ReplicationPolicy pointEvery(Duration value) {
        if (!value.isZero()) {
            range("distance of recovery points", value, Duration.ofMinutes(15), Duration.ofHours(24));
        }
        return new ReplicationPolicy(
                frequency,
                value,
                pointsKept,
                applicationConsistentEvery,
                finalDeltaThresholdBytes,
                shutdownDeadline,
                onStaleCopy,
                bootGate);
    }

    /**
     * Sets how many points are kept beside the latest.
     *
     * @param value 0 to 720
     * @return a copy
     */
    public ReplicationPolicy pointsKept(int value) {
        if (value < 0 || value > 720) {
            throw outOfRange("recovery points kept", Integer.toString(value), "0", "720");
        }
        return new ReplicationPolicy(
                frequency,
                pointEvery,
                value,
                applicationConsistentEvery,
                finalDeltaThresholdBytes,
                shutdownDeadline,
                onStaleCopy,
                bootGate);
    }

    /**
     * Sets how often a scheduled cycle is application-consistent.
     *
     * @param value zero for never, or 1 to 12 hours
     * @return a copy
     */
    public ReplicationPolicy applicationConsistentEvery(Duration value) {
        if (!value.isZero()) {
            range("application-consistent frequency", value, Duration.ofHours(1), Duration.ofHours(12));
        }
        return new ReplicationPolicy(
                frequency,
                pointEvery,
                pointsKept,
                value,
                finalDeltaThresholdBytes,
                shutdownDeadline,
                onStaleCopy,
                bootGate);
    }

    /**
     * Sets when the delta phase of a planned failover is ready to complete.
     *
     * @param bytes a cycle that moved fewer bytes ends the phase; 1 byte to 1 TiB
     * @return a copy
     */
    public ReplicationPolicy finalDeltaThresholdBytes(long bytes) {
        if (bytes < 1 || bytes > 1L << 40) {
            throw outOfRange("final delta threshold", bytes + " bytes", "1 byte", "1 TiB");
        }
        return new ReplicationPolicy(
                frequency,
                pointEvery,
                pointsKept,
                applicationConsistentEvery,
                bytes,
                shutdownDeadline,
                onStaleCopy,
                bootGate);
    }

    /**
     * Sets how long a guest may take to shut down.
     *
     * @param value 1 second to 1 hour
     * @return a copy
     */
    public ReplicationPolicy shutdownDeadline(Duration value) {
        range("shutdown deadline", value, Duration.ofSeconds(1), Duration.ofHours(1));
        return new ReplicationPolicy(
                frequency,
                pointEvery,
                pointsKept,
                applicationConsistentEvery,
                finalDeltaThresholdBytes,
                value,
                onStaleCopy,
                bootGate);
    }

    /**
     * Says what is done with a VM that is seen running at the side that is not active.
     *
     * @param value what is done
     * @return a copy
     */
    public ReplicationPolicy onStaleCopy(StaleCopy value) {
        return new ReplicationPolicy(
                frequency,
                pointEvery,
                pointsKept,
                applicationConsistentEvery,
                finalDeltaThresholdBytes,
                shutdownDeadline,
                value,
                bootGate);
    }

    /**
     * Says who starts the two copies when their hosts come up.
     *
     * @param value who does
     * @return a copy
     */
    public ReplicationPolicy bootGate(BootGate value) {
        return new ReplicationPolicy(
                frequency,
                pointEvery,
                pointsKept,
                applicationConsistentEvery,
                finalDeltaThresholdBytes,
                shutdownDeadline,
                onStaleCopy,
                value);
    }

    /**
     * Tells how often a cycle is due.
     *
     * @return the frequency
     */
    public Duration every() {
        return frequency;
    }

    /**
     * Tells how far apart kept points are.
     *
     * @return the distance; zero when every cycle is a point
     */
    public Duration pointEvery() {
        return pointEvery;
    }

    /**
     * Tells how many points are kept beside the latest.
     *
     * @return the number
     */
    public int pointsKept() {
        return pointsKept;
    }

    /**
     * Tells how often a scheduled cycle is application-consistent.
     *
     * @return the frequency; zero for never
     */
    public Duration applicationConsistentEvery() {
        return applicationConsistentEvery;
    }

    /**
     * Tells when the delta phase ends.
     *
     * @return the threshold in bytes
     */
    public long finalDeltaThresholdBytes() {
        return finalDeltaThresholdBytes;
    }

    /**
     * Tells how long a guest may take to shut down.
     *
     * @return the deadline
     */
    public Duration shutdownDeadline() {
        return shutdownDeadline;
    }

    /**
     * Tells what is done with a VM that is seen running at the side that is not active.
     *
     * @return what is done
     */
    public StaleCopy onStaleCopy() {
        return onStaleCopy;
    }

    /**
     * Tells who starts the two copies when their hosts come up.
     *
     * @return who does
     */
    public BootGate bootGate() {
        return bootGate;
    }

    private static void range(String what, Duration value, Duration least, Duration most) {
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            throw outOfRange(what, value.toString(), least.toString(), most.toString());
        }
    }

    private static InvalidRequestException outOfRange(String what, String value, String least, String most) {
        return new InvalidRequestException(Problem.of("POLICY_OUT_OF_RANGE")
                .attempted("set the " + what + " to " + value)
                .state("nothing was changed")
                .remedy("give a value from " + least + " to " + most));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ReplicationPolicy p
                && frequency.equals(p.frequency)
                && pointEvery.equals(p.pointEvery)
                && pointsKept == p.pointsKept
                && applicationConsistentEvery.equals(p.applicationConsistentEvery)
                && finalDeltaThresholdBytes == p.finalDeltaThresholdBytes
                && shutdownDeadline.equals(p.shutdownDeadline)
                && onStaleCopy == p.onStaleCopy
                && bootGate == p.bootGate;
    }

    @Override
    public int hashCode() {
        return Objects.hash(
                frequency,
                pointEvery,
                pointsKept,
                applicationConsistentEvery,
                finalDeltaThresholdBytes,
                shutdownDeadline,
                onStaleCopy,
                bootGate);
    }

    @Override
    public String toString() {
        return "every " + frequency + ", point every " + pointEvery + ", " + pointsKept + " kept";
    }
}
