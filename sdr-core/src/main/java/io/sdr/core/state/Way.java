package io.sdr.core.state;

/** How an operation works on its item. */
public enum Way {
    /** A job that moves the item's state. */
    JOB,
    /** A job that leaves the item's state as it is. */
    JOB_BESIDE,
    /** No job of its own: it steers the one that is open, or changes a setting. */
    SIGNAL
}
