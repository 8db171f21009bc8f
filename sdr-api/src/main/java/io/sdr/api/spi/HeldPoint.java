package io.sdr.api.spi;

import io.sdr.api.PointId;
import java.util.List;

/**
 * A recovery point that a job holds: disks from which a VM can be started without touching the replica.
 *
 * @param point the point
 * @param token the token of the call that built it: a later call with another token builds afresh, also for the same point
 * @param disks the disks to attach, in order
 */
public record HeldPoint(PointId point, String token, List<DiskRef> disks) {
    /** Copies the list. */
    public HeldPoint {
        disks = List.copyOf(disks);
    }
}
