package io.sdr.hyperv.host;

/** Health of Hyper-V Replica, by the names of the module's enumeration {@code VMReplicationHealthState}. */
public enum RelationHealth {
    NOT_APPLICABLE,
    NORMAL,
    WARNING,
    CRITICAL,
    /** A name of a newer host. */
    UNKNOWN
}
