package io.sdr.hyperv.readiness;

/**
 * A host that does not answer.
 *
 * @param host its name
 * @param why as far as known
 */
public record Silent(String host, String why) {}
