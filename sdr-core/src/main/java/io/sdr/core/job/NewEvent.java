package io.sdr.core.job;

/**
 * Something that happened, to be told to listeners.
 *
 * @param kind stable, in {@code UPPER_SNAKE_CASE}
 * @param text for people
 */
public record NewEvent(String kind, String text) {}
