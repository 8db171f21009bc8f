package io.sdr.benchmarks.drill;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.LongConsumer;

/** Compares two disks byte by byte. */
final class DiskComparison {
    private static final int CHUNK = 1 << 20;

    private final ByteBuffer left = ByteBuffer.allocate(CHUNK);
    private final ByteBuffer right = ByteBuffer.allocate(CHUNK);

    /**
     * Looks for the first difference.
     *
     * @param progress hears how many bytes are compared
     * @return where it is, or empty if there is none in these ranges
     */
    OptionalLong firstDifference(PlainDisk a, PlainDisk b, List<Range> ranges, LongConsumer progress)
            throws IOException {
        long done = 0;
        for (Range range : ranges) {
            for (long at = range.offset(); at < range.end(); at += CHUNK) {
                int length = (int) Math.min(CHUNK, range.end() - at);
                fill(a, at, left, length);
                fill(b, at, right, length);
                int mismatch = left.mismatch(right);
                if (mismatch >= 0) {
                    return OptionalLong.of(at + mismatch);
                }
                done += length;
                progress.accept(done);
            }
        }
        return OptionalLong.empty();
    }

    static long bytes(List<Range> ranges) {
        return ranges.stream().mapToLong(Range::length).sum();
    }

    private static void fill(PlainDisk disk, long offset, ByteBuffer buffer, int length) throws IOException {
        buffer.clear().limit(length);
        disk.read(offset, buffer);
        buffer.rewind();
    }
}
