package io.sdr.hyperv.host;

/** What a VM is in Hyper-V Replica, by the names of the module's enumeration {@code VMReplicationMode}. */
public enum RelationMode {
    NONE,
    PRIMARY,
    REPLICA,
    TEST_REPLICA,
    EXTENDED_REPLICA,
    /** A name of a newer host. */
    UNKNOWN
}
