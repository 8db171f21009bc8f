package io.sdr.api.spi;

/** How a disk file takes space. */
public enum DiskType {
    /** All of it from the beginning. */
    FIXED,
    /** As it is written. */
    DYNAMIC,
    /** As it is written; what was not written is the parent's. */
    DIFFERENCING
}
