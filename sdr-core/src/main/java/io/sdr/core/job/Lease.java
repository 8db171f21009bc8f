package io.sdr.core.job;

import java.time.Instant;
import java.util.Optional;

/**
 * Who may work on a job.
 *
 * @param owner the engine's name, or empty
 * @param epoch grows with every claim; every write names it
 * @param until when another engine may claim
 */
public record Lease(Optional<String> owner, long epoch, Instant until) {}
