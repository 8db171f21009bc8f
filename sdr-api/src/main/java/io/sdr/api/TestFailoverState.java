package io.sdr.api;

/** How far a test failover is. It stands beside the item's state and does not change it. */
public enum TestFailoverState {
    /** There is none. */
    NONE,
    /** The test VM is being made or runs unverified. */
    RUNNING,
    /** The test VM was verified and waits for its cleanup. */
    WAITING_FOR_CLEANUP,
    /** It is being removed. */
    CLEANING_UP,
    /** Something could not be removed. */
    CLEANUP_FAILED
}
