package io.sdr.api;

import java.time.Instant;
import java.util.Optional;

/**
 * One step of a job, as it was at one moment.
 *
 * @param name its name, as listed in the documentation of steps
 * @param status how far it is
 * @param started when it began; empty while pending
 * @param ended when it ended; empty before
 * @param progress how far it is in bytes
 * @param detail what it waits for and why, what it did, or how it failed; may be empty
 */
public record JobStep(
        String name,
        Status status,
        Optional<Instant> started,
        Optional<Instant> ended,
        Progress progress,
        String detail) {
    /** How far a step is. */
    public enum Status {
        /** Not begun. */
        PENDING,
        /** At work. */
        RUNNING,
        /** It waits, for time, a site or a person. */
        WAITING,
        /** Its effect was observed. */
        SUCCEEDED,
        /** Its effect was observed, with something worth a look. */
        WARNING,
        /** Not needed. */
        SKIPPED,
        /** Its effect was there before it acted. */
        ALREADY_DONE,
        /** It failed. */
        FAILED,
        /** Its effect was taken back. */
        UNDONE
    }
}
