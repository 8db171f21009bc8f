package io.sdr.api.spi;

/** What a file or disk is opened for. */
public enum Access {
    /** Reading only. */
    READ,
    /** Reading and writing. */
    WRITE
}
