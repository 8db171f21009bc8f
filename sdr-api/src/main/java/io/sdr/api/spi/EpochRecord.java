package io.sdr.api.spi;

import io.sdr.api.JobId;
import io.sdr.api.PointId;
import io.sdr.api.Side;
import java.time.Instant;
import java.util.Optional;

/**
 * A decision on who is active, as it lies in a catalogue.
 *
 * @param epoch its number
 * @param kind what was decided
 * @param from the side that was active
 * @param to the side that is active now; for {@link Kind#ABORT} the side that would have been
 * @param job the job that decided
 * @param point the recovery point that was used, if any
 * @param time when, by the engine's clock
 */
public record EpochRecord(long epoch, Kind kind, Side from, Side to, JobId job, Optional<PointId> point, Instant time) {
    /** What was decided. */
    public enum Kind {
        /** The side {@code to} is active. */
        ACTIVATE,
        /** The number is used up; nothing changed. */
        ABORT
    }
}
