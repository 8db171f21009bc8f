package io.sdr.api.spi;

import io.sdr.api.JobId;
import io.sdr.api.RecoveryPoint;
import io.sdr.api.ResyncCause;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a driver sees of a replica, read from the target and never from memory.
 *
 * @param role what the target's files are now
 * @param epochFloor cycles of a lower epoch are refused
 * @param received number of the newest cycle that is durable for every disk; 0 before the first
 * @param applied number of the newest cycle in the base
 * @param points the recovery points that can be reached, oldest first
 * @param held what jobs hold, by job
 * @param activeDisks in role {@link Role#ACTIVE}: the disks that the VM shall have attached, in order; else empty
 * @param lastCycle what the newest received cycle cost; zeros before the first
 * @param broken why no cycle can be received any more, or empty
 * @param startedOver why the newest cycle, or the one that comes next, is sent from its start although something of it had arrived
 *     before a pause; empty if that did not happen
 * @param lastToken the token of the call that made the newest received cycle, where the driver has
 *     {@link DriverCapabilities.Flag#NAMES_CYCLES}; empty before the first, and for one that was made before drivers kept it
 */
public record ReplicaStatus(
        Role role,
        long epochFloor,
        long received,
        long applied,
        List<RecoveryPoint> points,
        Map<JobId, HeldPoint> held,
        List<DiskRef> activeDisks,
        CycleStatistics lastCycle,
        Optional<ResyncCause> broken,
        Optional<String> startedOver,
        Optional<String> lastToken) {
    /** What files are at the target. */
    public enum Role {
        /** There is no replica. */
        NONE,
        /** A replica that receives cycles. */
        REPLICA,
        /** The disks of the active VM, after a commit; there are no points. */
        ACTIVE
    }

    /** There is no replica. */
    public static final ReplicaStatus NONE = new ReplicaStatus(
            Role.NONE,
            0,
            0,
            0,
            List.of(),
            Map.of(),
            List.of(),
            CycleStatistics.NONE,
            Optional.empty(),
            Optional.empty(),
            Optional.empty());

    /**
     * For drivers that do not tell which call made a cycle.
     *
     * @param role what the target's files are now
     * @param epochFloor cycles of a lower epoch are refused
     * @param received number of the newest cycle that is durable for every disk
     * @param applied number of the newest cycle in the base
     * @param points the recovery points, oldest first
     * @param held what jobs hold, by job
     * @param activeDisks the disks of the active VM; else empty
     * @param lastCycle what the newest received cycle cost
     * @param broken why no cycle can be received any more, or empty
     * @param startedOver why something is sent again, or empty
     */
    public ReplicaStatus(
            Role role,
            long epochFloor,
            long received,
            long applied,
            List<RecoveryPoint> points,
            Map<JobId, HeldPoint> held,
            List<DiskRef> activeDisks,
            CycleStatistics lastCycle,
            Optional<ResyncCause> broken,
            Optional<String> startedOver) {
        this(
                role,
                epochFloor,
                received,
                applied,
                points,
                held,
                activeDisks,
                lastCycle,
                broken,
                startedOver,
                Optional.empty());
    }

    /** Copies the collections. */
    public ReplicaStatus {
        points = List.copyOf(points);
        held = Map.copyOf(held);
        activeDisks = List.copyOf(activeDisks);
    }
}
