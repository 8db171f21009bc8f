package io.sdr.api;

import java.time.Instant;

/**
 * Something that a site still has to be told. Notes are delivered in order at the first contact.
 *
 * @param site the site that does not answer
 * @param epoch the epoch under which it was written
 * @param what what is to be done there
 * @param since when it was queued
 */
public record PendingNote(SiteId site, long epoch, String what, Instant since) {}
