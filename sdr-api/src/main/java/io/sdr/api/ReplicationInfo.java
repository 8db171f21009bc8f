package io.sdr.api;

import java.time.Instant;
import java.util.Optional;

/**
 * Replication of an item, while there is a replica. The numbers are those of the last answer of the target.
 *
 * @param from the side that is read
 * @param to the side that is written
 * @param received the number of the newest cycle that is durable at the target
 * @param applied the number of the newest cycle in the target's base
 * @param lastPoint the time of the newest recovery point, by the source's clock; empty before the first
 */
public record ReplicationInfo(Side from, Side to, long received, long applied, Optional<Instant> lastPoint) {}
