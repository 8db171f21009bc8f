package io.sdr.api;

/** Who carries the data of an item. */
public enum DriverChoice {
    /** sdr's own replication, which can do every operation between any two sites. The default. */
    SDR,
    /** The hypervisor's own replication, such as Hyper-V Replica: sdr drives it. Refused where the two sites have none. */
    NATIVE
}
