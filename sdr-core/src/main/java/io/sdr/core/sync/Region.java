package io.sdr.core.sync;

import io.sdr.api.spi.Extent;

/** A part of the disk that one worker deals with; used again for the next one. */
final class Region {
    private long offset;
    private long length;
    private Extent source = Extent.DATA;
    private Extent stale = Extent.DATA;
    private long number;

    void set(long at, long bytes, Extent sourceKind, Extent staleKind, long ordinal) {
        offset = at;
        length = bytes;
        source = sourceKind;
        stale = staleKind;
        number = ordinal;
    }

    long offset() {
        return offset;
    }

    /** At most {@link Regions#IO_BYTES}, unless there is nothing to read in it. */
    long length() {
        return length;
    }

    Extent source() {
        return source;
    }

    Extent stale() {
        return stale;
    }

    /** Counted from 0 in ascending order of offset, without gaps. */
    long number() {
        return number;
    }
}
