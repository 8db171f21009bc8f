package io.sdr.core.job;

/**
 * What jobs are about: one document under a version, changed by compare-and-set.
 *
 * @param id its id
 * @param version grows by one with each change
 * @param epoch travels with every mutating call
 * @param document its content, opaque to the job engine
 */
public record Subject(String id, long version, long epoch, String document) {}
