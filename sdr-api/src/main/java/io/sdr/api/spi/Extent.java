package io.sdr.api.spi;

/** What is known of a range of a disk without reading it. */
public enum Extent {
    /** It may hold data. */
    DATA,
    /** It reads as zeros. */
    ZERO
}
