package io.sdr.api.spi;

/** What changed on a disk between two moments. */
public sealed interface ChangedRanges {
    /**
     * Nothing outside these ranges changed; more may be named, less never.
     *
     * @param ranges the ranges
     */
    record Known(RangeSet ranges) implements ChangedRanges {}

    /**
     * It cannot be told; never the same as nothing.
     *
     * @param why why
     */
    record Unknown(String why) implements ChangedRanges {}
}
