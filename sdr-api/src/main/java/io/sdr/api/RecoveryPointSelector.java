package io.sdr.api;

import java.time.Instant;

/** Says which recovery point a failover shall use. Pure data; resolved when the failover runs. */
public sealed interface RecoveryPointSelector {
    /**
     * Everything that was received, processed first: the lowest RPO. The default.
     *
     * @return the selector
     */
    static RecoveryPointSelector latest() {
        return new Latest();
    }

    /**
     * The newest point that needs no processing: the lowest RTO.
     *
     * @return the selector
     */
    static RecoveryPointSelector latestProcessed() {
        return new LatestProcessed();
    }

    /**
     * The newest application-consistent point.
     *
     * @return the selector
     */
    static RecoveryPointSelector latestApplicationConsistent() {
        return new LatestApplicationConsistent();
    }

    /**
     * The newest point that is not younger than a moment.
     *
     * @param moment the moment, by the source site's clock
     * @return the selector
     */
    static RecoveryPointSelector notAfter(Instant moment) {
        return new NotAfter(moment);
    }

    /**
     * One point by its id.
     *
     * @param point the point
     * @return the selector
     */
    static RecoveryPointSelector exactly(PointId point) {
        return new Exactly(point);
    }

    /** See {@link #latest()}. */
    record Latest() implements RecoveryPointSelector {}

    /** See {@link #latestProcessed()}. */
    record LatestProcessed() implements RecoveryPointSelector {}

    /** See {@link #latestApplicationConsistent()}. */
    record LatestApplicationConsistent() implements RecoveryPointSelector {}

    /**
     * See {@link #notAfter(Instant)}.
     *
     * @param moment the moment
     */
    record NotAfter(Instant moment) implements RecoveryPointSelector {}

    /**
     * See {@link #exactly(PointId)}.
     *
     * @param point the point
     */
    record Exactly(PointId point) implements RecoveryPointSelector {}
}
