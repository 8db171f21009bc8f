package io.sdr.testkit;

import io.sdr.api.spi.RangeSet;
import java.util.BitSet;

/** A set of blocks of 64 KiB of a disk. Not thread-safe. */
final class BlockSet {
    static final int BLOCK = 64 * 1024;

    private final BitSet bits = new BitSet();

    BlockSet() {}

    static int first(long offset) {
        return Math.toIntExact(offset / BLOCK);
    }

    static int last(long offset, long length) {
        return Math.toIntExact((offset + length - 1) / BLOCK);
    }

    void add(int firstBlock, int lastBlock) {
        bits.set(firstBlock, lastBlock + 1);
    }

    void addAll(BlockSet other) {
        bits.or(other.bits);
    }

    boolean isEmpty() {
        return bits.isEmpty();
    }

    void clear() {
        bits.clear();
    }

    /** Takes the runs of blocks that are in the set. */
    interface RunVisitor {
        void visit(int firstBlock, int lastBlock);
    }

    void forEachRun(RunVisitor visitor) {
        for (int from = bits.nextSetBit(0); from >= 0; ) {
            int to = bits.nextClearBit(from);
            visitor.visit(from, to - 1);
            from = bits.nextSetBit(to);
        }
    }

    int runs() {
        int[] count = new int[1];
        forEachRun((from, to) -> count[0]++);
        return count[0];
    }

    RangeSet ranges(long diskSize) {
        RangeSet.Builder ranges = new RangeSet.Builder();
        forEachRun((from, to) -> {
            long start = (long) from * BLOCK;
            long end = Math.min(diskSize, (to + 1L) * BLOCK);
            if (start < end) {
                ranges.add(start, end - start);
            }
        });
        return ranges.build();
    }
}
