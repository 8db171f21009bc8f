package io.sdr.api.spi;

/**
 * What a cycle cost.
 *
 * @param bytesRead bytes read from disks on both sides
 * @param bytesMoved bytes of data written to the target
 * @param changedBytes bytes that the source named as possibly changed
 */
public record CycleStatistics(long bytesRead, long bytesMoved, long changedBytes) {
    /** Nothing. */
    public static final CycleStatistics NONE = new CycleStatistics(0, 0, 0);
}
