package io.sdr.hyperv.blocks;

import java.util.BitSet;

/** Which units of a file are in use. Takes one bit a unit, up to the last that is used. Not thread-safe. */
public final class SpaceMap {
    private final long unit;
    private final BitSet used = new BitSet();
    private final BitSet reserved = new BitSet();
    private int firstFree;

    /** Maps a file in units of so many bytes; the caller sees to it that no more than 2³⁰ are used. */
    public SpaceMap(long unit) {
        this.unit = unit;
    }

    private int unitOf(long bytes) {
        return Math.toIntExact(bytes / unit);
    }

    private int unitEnd(long bytes) {
        return Math.toIntExact(bytes / unit + (bytes % unit == 0 ? 0 : 1));
    }

    /** Takes a range as used; false if part of it was used before, and then nothing is changed. */
    public boolean use(long position, long length) {
        int from = unitOf(position);
        int end = unitEnd(position + length);
        int next = used.nextSetBit(from);
        if (next >= 0 && next < end) {
            return false;
        }
        used.set(from, end);
        return true;
    }

    /** Keeps a range from being allocated, whether it is used or not. */
    public void reserve(long position, long length) {
        reserved.set(unitOf(position), unitEnd(position + length));
    }

    /** Takes a range as free again. */
    public void free(long position, long length) {
        used.clear(unitOf(position), unitEnd(position + length));
        firstFree = Math.min(firstFree, unitOf(position));
    }

    /** Finds the first place for so many bytes and takes it as used; it may lie behind {@link #end}. */
    public long allocate(long length) {
        int units = unitEnd(length);
        int at = nextFree(firstFree);
        firstFree = at;
        while (true) {
            int end = nextTaken(at, at + units);
            if (end - at >= units) {
                used.set(at, at + units);
                return at * unit;
            }
            at = nextFree(end);
        }
    }

    private int nextFree(int from) {
        int at = from;
        while (used.get(at) || reserved.get(at)) {
            at = reserved.nextClearBit(used.nextClearBit(at));
        }
        return at;
    }

    private int nextTaken(int from, int limit) {
        int use = used.nextSetBit(from);
        int keep = reserved.nextSetBit(from);
        int first = use < 0 ? limit : Math.min(limit, use);
        return keep < 0 ? first : Math.min(first, keep);
    }

    /** Gives the end of the last unit that is used or reserved, in bytes. */
    public long end() {
        return Math.max(used.length(), reserved.length()) * unit;
    }
}
