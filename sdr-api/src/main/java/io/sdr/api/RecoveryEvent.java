package io.sdr.api;

import java.time.Instant;
import java.util.Optional;

/**
 * Something that happened. Kinds will come: ignore those you do not know.
 *
 * @param sequence grows without end within one store
 * @param time when
 * @param item the item
 * @param job the job, if one was at work
 * @param kind stable, in {@code UPPER_SNAKE_CASE}
 * @param text for people
 */
public record RecoveryEvent(long sequence, Instant time, ItemId item, Optional<JobId> job, String kind, String text) {}
