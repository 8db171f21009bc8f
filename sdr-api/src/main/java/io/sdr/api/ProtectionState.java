package io.sdr.api;

/** The state of a replicated item. What is allowed in it is told by {@link ReplicatedItem#allowedOperations()}. */
public enum ProtectionState {
    /** Readiness, placeholder and replication relation are being made. */
    ENABLING,
    /** The first copy is under way. */
    INITIAL_REPLICATION,
    /** Replicating; failover is possible. */
    PROTECTED,
    /** The history broke; the cause is kept with the item. */
    RESYNC_REQUIRED,
    /** The replica is being compared and repaired. */
    RESYNCHRONIZING,
    /** The delta phase of a planned failover; the VM still runs. */
    SYNCING_BEFORE_FAILOVER,
    /** A planned failover waits for the word to complete; cycles go on, so that the last one stays short. */
    READY_TO_COMPLETE,
    /** Stop, last changes, decide, start. */
    FAILING_OVER,
    /** Failed over; the recovery points are still there. */
    COMMIT_PENDING,
    /** The copy is being started from another recovery point. */
    CHANGING_POINT,
    /** Going back to the side the failover came from. */
    CANCELLING_FAILOVER,
    /** The failover is being accepted. */
    COMMITTING,
    /** The failover was accepted; nothing replicates. */
    FAILED_OVER,
    /** The old active disk becomes a replica. */
    REVERSING,
    /** The relation is being removed on both sides. */
    DISABLING,
    /** A tombstone with history and undelivered notes. */
    DISABLED
}
