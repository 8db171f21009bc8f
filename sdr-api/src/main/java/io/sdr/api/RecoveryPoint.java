package io.sdr.api;

import java.time.Instant;

/**
 * A moment to which the target can be started, for all disks of the item together.
 *
 * @param id its id, stable over restarts
 * @param sequence the number of the cycle that made it; 0 is a replica's base as it stood before the first cycle
 * @param time when the checkpoint was taken, by the source site's clock
 * @param consistency what it promises
 * @param processed whether it is applied to the replica's base; else it is received and still to be processed
 * @param pinned whether no retention drops it, because what is on it may exist nowhere else: it goes with the commit of the next
 *     failover, with a repair of a replica that was changed outside, or with the protection
 */
public record RecoveryPoint(
        PointId id, long sequence, Instant time, Consistency consistency, boolean processed, boolean pinned) {}
