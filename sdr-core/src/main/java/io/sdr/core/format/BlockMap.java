package io.sdr.core.format;

import java.util.Arrays;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What is known of each block of a disk: two bits a block, in pages that exist only where something is known. A page of one
 * kind throughout is shared, so that neither an empty nor a full disk of any size costs memory. Thread-safe.
 */
final class BlockMap {
    /** Not in this file. */
    static final int ABSENT = 0;
    /** In the data file. */
    static final int DATA = 1;
    /** Zeros, whatever the data file or the parent holds. */
    static final int ZERO = 2;

    static final int PAGE_BLOCKS = 4096;

    private static final int PAGE_BYTES = PAGE_BLOCKS / 4;
    private static final byte[][] UNIFORM = {uniform(0b00000000), uniform(0b01010101), uniform(0b10101010)};

    /**
     * Blocks of one kind in a row.
     *
     * @param kind their kind
     * @param end the first block behind them
     */
    record Run(int kind, long end) {}

    /** Takes runs of blocks in ascending order. */
    @FunctionalInterface
    interface RunVisitor {
        void visit(long first, long count, int kind);
    }

    private final TreeMap<Long, byte[]> pages = new TreeMap<>();

    private static byte[] uniform(int pattern) {
        byte[] page = new byte[PAGE_BYTES];
        Arrays.fill(page, (byte) pattern);
        return page;
    }

    /** Finds the longest run of one kind that begins at a block and ends at or before a limit. */
    synchronized Run run(long first, long limit) {
        int kind = kindIn(pages.get(first / PAGE_BLOCKS), (int) (first % PAGE_BLOCKS));
        long at = first + 1;
        while (at < limit) {
            long number = at / PAGE_BLOCKS;
            byte[] page = pages.get(number);
            if (page == null) {
                if (kind != ABSENT) {
                    return new Run(kind, at);
                }
                Long next = pages.ceilingKey(number + 1);
                at = next == null ? limit : next * PAGE_BLOCKS;
                continue;
            }
            long pageEnd = Math.min(limit, (number + 1) * PAGE_BLOCKS);
            long end = page == UNIFORM[kind] ? pageEnd : endIn(page, kind, number * PAGE_BLOCKS, at, pageEnd);
            if (end < pageEnd) {
                return new Run(kind, end);
            }
            at = pageEnd;
        }
        return new Run(kind, limit);
    }

    private static long endIn(byte[] page, int kind, long pageFirst, long from, long pageEnd) {
        byte four = UNIFORM[kind][0];
        long at = from;
        while (at < pageEnd) {
            int inPage = (int) (at - pageFirst);
            if (inPage % 4 == 0 && page[inPage / 4] == four) {
                at += 4;
            } else if (kindIn(page, inPage) == kind) {
                at++;
            } else {
                return at;
            }
        }
        return pageEnd;
    }

    private static int kindIn(byte @Nullable [] page, int block) {
        return page == null ? ABSENT : (page[block / 4] >>> (2 * (block % 4))) & 3;
    }

    /** Tells whether all blocks from {@code first} to before {@code end} are of a kind. */
    boolean isAll(long first, long end, int kind) {
        Run run = run(first, end);
        return run.kind() == kind && run.end() >= end;
    }

    /** Sets blocks to a kind. */
    synchronized void set(long first, long count, int kind) {
        long end = first + count;
        long at = first;
        while (at < end) {
            long number = at / PAGE_BLOCKS;
            int from = (int) (at % PAGE_BLOCKS);
            int to = (int) Math.min(PAGE_BLOCKS, end - number * PAGE_BLOCKS);
            if (to - from < PAGE_BLOCKS) {
                setIn(number, from, to, kind);
            } else if (kind == ABSENT) {
                pages.remove(number);
            } else {
                pages.put(number, UNIFORM[kind]);
            }
            at = number * PAGE_BLOCKS + to;
        }
    }

    private void setIn(long number, int from, int to, int kind) {
        byte[] page = pages.get(number);
        if (page == UNIFORM[kind] || (page == null && kind == ABSENT)) {
            return;
        }
        if (page == null) {
            page = new byte[PAGE_BYTES];
            pages.put(number, page);
        } else if (page == UNIFORM[DATA] || page == UNIFORM[ZERO]) {
            page = page.clone();
            pages.put(number, page);
        }
        for (int block = from; block < to; block++) {
            int shift = 2 * (block % 4);
            page[block / 4] = (byte) ((page[block / 4] & ~(3 << shift)) | (kind << shift));
        }
        if (Arrays.equals(page, UNIFORM[kind])) {
            set(number * PAGE_BLOCKS, PAGE_BLOCKS, kind);
        }
    }

    /** Visits all runs from {@code first} to before {@code end}, those of absent blocks included. */
    void forEachRun(long first, long end, RunVisitor visitor) {
        long at = first;
        while (at < end) {
            Run run = run(at, end);
            visitor.visit(at, run.end() - at, run.kind());
            at = run.end();
        }
    }
}
