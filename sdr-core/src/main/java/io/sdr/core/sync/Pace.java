package io.sdr.core.sync;

import java.time.Duration;
import java.util.Optional;

/**
 * How far long work is, and how fast.
 *
 * @param bytesDone bytes dealt with so far
 * @param bytesTotal bytes to deal with
 * @param bytesPerSecond measured over the last reports
 * @param remaining how long the rest takes at this rate; empty while nothing can be said
 */
public record Pace(long bytesDone, long bytesTotal, long bytesPerSecond, Optional<Duration> remaining) {}
