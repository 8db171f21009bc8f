package io.sdr.core.job;

import java.time.Instant;
import java.util.Optional;

/**
 * Something that happened.
 *
 * @param sequence grows without end within one store
 * @param at when
 * @param subject the subject, or {@link #NO_SUBJECT}
 * @param job the job, if one was at work
 * @param kind stable, in {@code UPPER_SNAKE_CASE}
 * @param text for people
 */
public record EventRecord(long sequence, Instant at, String subject, Optional<String> job, String kind, String text) {
    /** What stands for the subject of an event that is about none. */
    public static final String NO_SUBJECT = "";
}
