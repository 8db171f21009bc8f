package io.sdr.hyperv.blocks;

/** Where one block is: a kind, and for some kinds the position of its payload in the file, packed into a long. */
public final class BlockEntry {
    /** Not in this file: the parent's, or zeros. */
    public static final int ABSENT = 0;
    /** Zeros, whatever the parent holds. */
    public static final int ZERO = 1;
    /** All of it in this file. */
    public static final int FULL = 2;
    /** The sectors that its bitmap names are in this file; the others are the parent's, or zeros. */
    public static final int PARTIAL = 3;

    private BlockEntry() {}

    /** Packs an entry; positions are multiples of 512. */
    public static long of(int kind, long position) {
        return position | kind;
    }

    public static int kind(long entry) {
        return (int) entry & 3;
    }

    public static long position(long entry) {
        return entry & ~3L;
    }
}
