package io.sdr.core.job;

/**
 * What a step says of itself in the documentation and in dry runs.
 *
 * @param observes what it looks at
 * @param acts what it does
 * @param undo how it is taken back; "nothing" where there is nothing to take back
 */
public record StepText(String observes, String acts, String undo) {}
