package io.sdr.core.job;

/**
 * Something that a site still has to be told; kept in order per site until delivered.
 *
 * @param site the site
 * @param epoch the subject's epoch under which it was written
 * @param what what is to be done, as {@code kind} plus arguments
 */
public record Note(String site, long epoch, Values what) {}
