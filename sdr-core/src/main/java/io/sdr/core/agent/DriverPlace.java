package io.sdr.core.agent;

import io.sdr.api.spi.ReplicaLink;
import java.util.Optional;

/**
 * One relation, as an agent is told of it that shall run its driver.
 *
 * @param link the direction
 * @param source the replica's folder at the source, if this agent has it
 * @param target the replica's folder at the target, if this agent has it
 * @param callback the name under which the controller serves the two sites: with {@code .source} and {@code .target} behind it
 */
public record DriverPlace(ReplicaLink link, Optional<String> source, Optional<String> target, String callback) {}
