package io.sdr.api.spi;

import java.util.Set;

/**
 * What a replication driver promises. The contract suite runs the tests of each flag where it is claimed and asserts a clear
 * denial where it is not.
 *
 * @param flags the promises
 */
public record DriverCapabilities(Set<Flag> flags) {
    /** One promise. */
    public enum Flag {
        /** Recovery points stay valid through a resynchronisation. */
        POINTS_SURVIVE_RESYNC,
        /** A reverse after an unplanned failover sends only what either side changed, where both still know it. */
        UNION_REVERSE,
        /** A replica can be enlarged after its source grew. */
        GROW_REPLICA,
        /** A planned failover can download whole disks. */
        FULL_DOWNLOAD,
        /** Disks can be written over in place, without room for what they held. */
        REPLACE_IN_PLACE,
        /** An unplanned failover works beside a running test failover. */
        FAILOVER_DURING_TEST,
        /** What a copy wrote can be kept aside when its failover is cancelled. */
        KEEPS_TARGET_WRITES,
        /** The driver runs its cycles by its own clock; the engine only observes. */
        SELF_SCHEDULED,
        /**
         * The driver makes the target's VM and the VM of a test, and keeps their disks attached: the engine neither makes them nor
         * attaches anything to them.
         */
        OWNS_VMS,
        /** What both sides' whole disks hold can be digested while a point is held. */
        COMPARES_DISKS,
        /**
         * {@link ReplicaStatus#lastToken} tells whose call made the newest cycle. Without it a planned failover knows its last cycle by
         * the number alone.
         */
        NAMES_CYCLES,
        /** The disks that a failover left behind can be started as they stood, before and during a reverse replication. */
        KEEPS_OLD_DISKS
    }

    /** Copies the set. */
    public DriverCapabilities {
        flags = Set.copyOf(flags);
    }

    /**
     * Looks for a promise.
     *
     * @param flag the promise
     * @return whether it is made
     */
    public boolean has(Flag flag) {
        return flags.contains(flag);
    }
}
