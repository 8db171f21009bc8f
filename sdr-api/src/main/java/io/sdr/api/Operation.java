package io.sdr.api;

import java.util.Locale;

/** What a user can ask of a replicated item. */
public enum Operation {
    /** Run one cycle now. */
    REPLICATE_NOW,
    /** Planned failover that sends differences while the VM runs. */
    PLANNED_FAILOVER_DELTA,
    /** Planned failover that stops the VM and downloads whole disks. */
    PLANNED_FAILOVER_FULL,
    /** Failover while the active side is lost or given up. */
    UNPLANNED_FAILOVER,
    /** Start the replica in isolation beside running replication. */
    TEST_FAILOVER,
    /** Remove what a test failover made. */
    TEST_CLEANUP,
    /** End the sync phase of a planned failover: stop, last changes, start on the other side. */
    COMPLETE_FAILOVER,
    /** Start the failed-over copy from another recovery point. */
    CHANGE_RECOVERY_POINT,
    /** Accept a failover; all recovery points go. */
    COMMIT,
    /** Give a failover up and go back to the other side. */
    CANCEL_FAILOVER,
    /** Replicate from the new active side back. */
    REVERSE_REPLICATE,
    /** Stop replicating for a while. */
    PAUSE,
    /** Undo a pause. */
    RESUME,
    /** Bring a replica whose history broke back in line. */
    RESYNCHRONIZE,
    /** Enlarge the replica after the source disk grew. */
    GROW_REPLICA,
    /** Change the item's settings. */
    UPDATE_SETTINGS,
    /** Remove the protection. */
    DISABLE,
    /** Finish disabling without a side that is gone for good. */
    FORGET_UNREACHABLE,
    /** Say which copy survives after both ran. */
    RESOLVE_DIVERGENCE,
    /** Start the active VM when it does not run. */
    START_VM,
    /** Cancel the running job. */
    CANCEL_JOB,
    /** Go on with a failed job from its first step not done. */
    RETRY_JOB;

    /**
     * Gives the name for people.
     *
     * @return the words, in lower case
     */
    public String words() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
