package io.sdr.api;

import java.time.Instant;
import java.util.Optional;

/**
 * Something that happened. The page {@code docs/events.md} lists the kinds; more will come: ignore those you do not know.
 *
 * @param sequence grows without end within one store
 * @param time when, by the engine's clock
 * @param item the item; empty for what is about a site
 * @param job the job, if one was at work
 * @param kind stable, in {@code UPPER_SNAKE_CASE}
 * @param text for people
 */
public record RecoveryEvent(
        long sequence, Instant time, Optional<ItemId> item, Optional<JobId> job, String kind, String text) {}
