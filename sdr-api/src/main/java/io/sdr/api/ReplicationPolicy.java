package io.sdr.api;

import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * How an item is replicated. Immutable; start from {@link #defaults()} and change with the withers. Each wither checks its
 * value and throws {@link InvalidRequestException}, code {@code POLICY_OUT_OF_RANGE}, before anything else happens.
 *
 * <p>Defaults: a cycle every 5 minutes, a point every hour, 24 points kept beside the latest, application-consistent every
 * hour, the delta phase of a planned failover ends when a cycle moved less than 16 MiB, 5 minutes for the guest to shut down, a stale
 * copy is stopped, hosts start neither copy by themselves, bandwidth is not limited,
 * the driver is {@link DriverChoice#SDR}.
 */
public final class ReplicationPolicy {
    private static final ReplicationPolicy DEFAULTS = new ReplicationPolicy(new Draft());

    private final Duration frequency;
    private final Duration pointEvery;
    private final int pointsKept;
    private final Duration applicationConsistentEvery;
    private final long finalDeltaThresholdBytes;
    private final Duration shutdownDeadline;
    private final StaleCopy onStaleCopy;
    private final BootGate bootGate;
    private final BandwidthSchedule bandwidth;
    private final DriverChoice driver;
    private final NativeReplication nativeReplication;

    private ReplicationPolicy(Draft draft) {
        this.frequency = draft.frequency;
        this.pointEvery = draft.pointEvery;
        this.pointsKept = draft.pointsKept;
        this.applicationConsistentEvery = draft.applicationConsistentEvery;
        this.finalDeltaThresholdBytes = draft.finalDeltaThresholdBytes;
        this.shutdownDeadline = draft.shutdownDeadline;
        this.onStaleCopy = draft.onStaleCopy;
        this.bootGate = draft.bootGate;
        this.bandwidth = draft.bandwidth;
        this.driver = draft.driver;
        this.nativeReplication = draft.nativeReplication;
    }

    private ReplicationPolicy with(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return new ReplicationPolicy(draft);
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
        return with(draft -> draft.frequency = value);
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
        return with(draft -> draft.pointEvery = value);
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
        return with(draft -> draft.pointsKept = value);
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
        return with(draft -> draft.applicationConsistentEvery = value);
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
        return with(draft -> draft.finalDeltaThresholdBytes = bytes);
    }

    /**
     * Sets how long a guest may take to shut down.
     *
     * @param value 1 second to 1 hour
     * @return a copy
     */
    public ReplicationPolicy shutdownDeadline(Duration value) {
        range("shutdown deadline", value, Duration.ofSeconds(1), Duration.ofHours(1));
        return with(draft -> draft.shutdownDeadline = value);
    }

    /**
     * Says what is done with a VM that is seen running at the side that is not active.
     *
     * @param value what is done
     * @return a copy
     */
    public ReplicationPolicy onStaleCopy(StaleCopy value) {
        return with(draft -> draft.onStaleCopy = value);
    }

    /**
     * Says who starts the two copies when their hosts come up.
     *
     * @param value who does
     * @return a copy
     */
    public ReplicationPolicy bootGate(BootGate value) {
        return with(draft -> draft.bootGate = value);
    }

    /**
     * Limits how many bytes a second are sent for the item, by the time of day: cycles, the first copy, copies back, resynchronisations
     * and full downloads alike. What is read to compare does not count. A change counts within a second, also for what is under way.
     *
     * @param value the limits
     * @return a copy
     */
    public ReplicationPolicy bandwidth(BandwidthSchedule value) {
        return with(draft -> draft.bandwidth = value);
    }

    /**
     * Tells how many bytes a second may be sent.
     *
     * @return the limits
     */
    public BandwidthSchedule bandwidth() {
        return bandwidth;
    }

    /**
     * Says which driver replicates. It is chosen when the VM is protected and stays with the item: {@code updateSettings} does not
     * change it.
     *
     * @param value the choice
     * @return a copy
     */
    public ReplicationPolicy driver(DriverChoice value) {
        return with(draft -> draft.driver = value);
    }

    /**
     * Says what only the hypervisor's own replication uses.
     *
     * @param value the settings
     * @return a copy
     */
    public ReplicationPolicy nativeReplication(NativeReplication value) {
        return with(draft -> draft.nativeReplication = value);
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

    /**
     * Tells which driver replicates.
     *
     * @return the choice
     */
    public DriverChoice driver() {
        return driver;
    }

    /**
     * Tells what only the hypervisor's own replication uses.
     *
     * @return the settings
     */
    public NativeReplication nativeReplication() {
        return nativeReplication;
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
                && bootGate == p.bootGate
                && bandwidth.equals(p.bandwidth)
                && driver == p.driver
                && nativeReplication.equals(p.nativeReplication);
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
                bootGate,
                bandwidth,
                driver,
                nativeReplication);
    }

    @Override
    public String toString() {
        return "every " + frequency + ", point every " + pointEvery + ", " + pointsKept + " kept";
    }

    /** The fields while a policy is made: at first the defaults. */
    private static final class Draft {
        private Duration frequency = Duration.ofMinutes(5);
        private Duration pointEvery = Duration.ofHours(1);
        private int pointsKept = 24;
        private Duration applicationConsistentEvery = Duration.ofHours(1);
        private long finalDeltaThresholdBytes = 16L << 20;
        private Duration shutdownDeadline = Duration.ofMinutes(5);
        private StaleCopy onStaleCopy = StaleCopy.STOP;
        private BootGate bootGate = BootGate.ENGINE;
        private BandwidthSchedule bandwidth = BandwidthSchedule.unlimited();
        private DriverChoice driver = DriverChoice.SDR;
        private NativeReplication nativeReplication = NativeReplication.defaults();

        Draft() {}

        Draft(ReplicationPolicy policy) {
            frequency = policy.frequency;
            pointEvery = policy.pointEvery;
            pointsKept = policy.pointsKept;
            applicationConsistentEvery = policy.applicationConsistentEvery;
            finalDeltaThresholdBytes = policy.finalDeltaThresholdBytes;
            shutdownDeadline = policy.shutdownDeadline;
            onStaleCopy = policy.onStaleCopy;
            bootGate = policy.bootGate;
            bandwidth = policy.bandwidth;
            driver = policy.driver;
            nativeReplication = policy.nativeReplication;
        }
    }
}
