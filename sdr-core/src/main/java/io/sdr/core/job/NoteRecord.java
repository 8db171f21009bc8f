package io.sdr.core.job;

import java.time.Instant;
import java.util.Optional;

/**
 * A queued note.
 *
 * @param sequence its number, growing within the store
 * @param subject the subject
 * @param note the note
 * @param queued when it was queued
 * @param delivered when it was delivered; empty while pending
 */
public record NoteRecord(long sequence, String subject, Note note, Instant queued, Optional<Instant> delivered) {}
