package io.sdr.api;

/** What a recovery point promises about the data in it. */
public enum Consistency {
    /** All disks as of one moment, as after a power cut. */
    CRASH_CONSISTENT,
    /** All disks as of one moment at which the guest's applications had finished what they were writing. */
    APPLICATION_CONSISTENT
}
