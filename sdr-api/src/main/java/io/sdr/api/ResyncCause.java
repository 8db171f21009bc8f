package io.sdr.api;

/** Why an item's history broke. */
public enum ResyncCause {
    /** The source no longer knows what it changed since the last cycle. The recovery points stay valid. */
    SOURCE_HISTORY_LOST,
    /** The replica's base was changed outside. Its points are unverified until the resynchronisation. */
    REPLICA_SUSPECT,
    /** The replica is gone. */
    REPLICA_MISSING,
    /** The source disk has another size than the replica. */
    GEOMETRY
}
