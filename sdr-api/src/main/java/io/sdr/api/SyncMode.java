package io.sdr.api;

/** How a planned failover brings the other side's disks up to date. */
public enum SyncMode {
    /** The VM keeps running while only differences are sent, then stops shortly: the least downtime. The default. */
    DELTA_BEFORE_FAILOVER,
    /** The VM is stopped, then whole disks are downloaded without comparing: for disks that differ almost everywhere or are gone. */
    FULL_DURING_FAILOVER
}
