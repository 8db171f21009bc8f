package io.sdr.hyperv.vhd;

import java.util.ArrayDeque;
import java.util.Deque;

/** Free rooms of a file whose blocks all take the same space. Not thread-safe. */
final class VhdSpace {
    private final long room;
    private final Deque<Gap> gaps = new ArrayDeque<>();
    private long end;

    private record Gap(long from, long rooms) {}

    VhdSpace(long roomBytes) {
        this.room = roomBytes;
    }

    void endAt(long position) {
        end = position;
    }

    /** Takes what fits between two positions as free. */
    void free(long from, long until) {
        long rooms = (until - from) / room;
        if (rooms > 0) {
            gaps.addLast(new Gap(from, rooms));
        }
    }

    /** Gives the position of a room; at {@link #end} if nothing before it is free. */
    long allocate() {
        Gap first = gaps.pollFirst();
        if (first == null) {
            return append(room);
        }
        if (first.rooms() > 1) {
            gaps.addFirst(new Gap(first.from() + room, first.rooms() - 1));
        }
        return first.from();
    }

    /** Takes bytes at the end. */
    long append(long bytes) {
        long position = end;
        end += bytes;
        return position;
    }

    /** Gives where the footer belongs. */
    long end() {
        return end;
    }
}
