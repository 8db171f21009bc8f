package io.sdr.core.job;

import java.time.Instant;
import java.util.Optional;

/**
 * A step that a superseded job left with an unknown outcome. It is looked at before the first act of the job that took its
 * place.
 *
 * @param job the job that inherits
 * @param from the superseded job
 * @param step the step's name there
 * @param until when its call can no longer act, margin included
 * @param known when and how it became known; empty before
 */
public record InheritedStep(String job, String from, String step, Instant until, Optional<String> known) {}
