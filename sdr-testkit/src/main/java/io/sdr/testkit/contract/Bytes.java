package io.sdr.testkit.contract;

import static org.junit.jupiter.api.Assertions.fail;

import io.sdr.api.spi.Extent;
import io.sdr.api.spi.RangeSet;
import io.sdr.api.spi.VirtualDisk;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;

/** Contents of disks, and what must hold for them. */
final class Bytes {
    private Bytes() {}

    static byte[] of(VirtualDisk disk) {
        ByteBuffer all = ByteBuffer.allocate(Math.toIntExact(disk.sizeBytes()));
        disk.read(0, all);
        return all.array();
    }

    /** Bytes from a seed, none of them zero. */
    static byte[] pattern(int length, long seed) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        for (int i = 0; i < length; i++) {
            bytes[i] = bytes[i] == 0 ? 1 : bytes[i];
        }
        return bytes;
    }

    static void same(byte[] expected, byte[] actual, String what) {
        int at = Arrays.mismatch(expected, actual);
        if (at >= 0) {
            fail(what + ": the first difference is at byte " + at + " of " + expected.length + ", found "
                    + (at < actual.length ? actual[at] : "the end") + " instead of "
                    + (at < expected.length ? expected[at] : "the end"));
        }
    }

    /** Extents follow each other without gaps, and what is called zero is zero. */
    static void checkExtents(VirtualDisk disk, byte[] content, long offset, long length) {
        long[] next = {offset};
        disk.extents(offset, length, (from, count, extent) -> {
            if (from != next[0] || count < 1 || from + count > offset + length) {
                fail("after byte " + next[0] + " comes an extent of " + count + " bytes at " + from);
            }
            for (long at = from; extent == Extent.ZERO && at < from + count; at++) {
                if (content[(int) at] != 0) {
                    fail("byte " + at + " is " + content[(int) at] + " in an extent of zeros");
                }
            }
            next[0] = from + count;
        });
        if (next[0] != offset + length) {
            fail("the extents of " + offset + "+" + length + " end at " + next[0]);
        }
    }

    /** Every byte that differs lies in the ranges. */
    static void checkCovers(RangeSet ranges, byte[] before, byte[] after, String what) {
        for (int at = 0; at < after.length; at++) {
            if (before[at] != after[at] && !ranges.contains(at)) {
                fail(what + ": byte " + at + " changed and is not in " + ranges);
            }
        }
    }
}
