package io.sdr.hyperv.vhd;

import io.sdr.hyperv.blocks.ImageFile;
import io.sdr.hyperv.blocks.Rules;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * Passes over the BAT (section "Block Allocation Table and Data Blocks") in pieces of 64 KiB: every block must lie inside the file, in
 * space of its own. Keeps 4 bytes for each allocated block until that is known, at most 33 MiB.
 */
final class TableScan {
    static final int ABSENT = -1;

    private static final int PIECE = 64 << 10;
    private static final int MOST_NAMED = 16;

    private final ImageFile file;
    private final DynamicHeader header;
    private final long blocks;
    private final long room;
    private final Footers footers;
    private final Rules rules;

    /** Space that is not for blocks. */
    record Taken(String name, long from, long until) {}

    /** Scans the entries of so many blocks, each of which takes {@code room} bytes before the footer. */
    TableScan(ImageFile file, DynamicHeader header, long blocks, long room, Footers footers, Rules rules) {
        this.file = file;
        this.header = header;
        this.blocks = blocks;
        this.room = room;
        this.footers = footers;
        this.rules = rules;
    }

    private interface EntryVisitor {
        void visit(long number, int entry);
    }

    private void forEach(EntryVisitor visitor) {
        ByteBuffer piece = ByteBuffer.allocate(PIECE);
        for (long number = 0; number < blocks; ) {
            piece.clear().limit((int) Math.min(PIECE, (blocks - number) * Integer.BYTES));
            file.read(at(number), piece);
            piece.flip();
            while (piece.hasRemaining()) {
                visitor.visit(number++, piece.getInt());
            }
        }
    }

    private long at(long number) {
        return header.tableOffset() + number * Integer.BYTES;
    }

    /** Scans; {@code others} are sorted and apart. */
    Found scan(List<Taken> others) {
        int[] count = {0};
        forEach((number, entry) -> count[0] += entry == ABSENT ? 0 : 1);
        int[] sectors = new int[count[0]];
        int[] next = {0};
        forEach((number, entry) -> {
            if (entry != ABSENT && isPossible(number, position(entry), others)) {
                sectors[next[0]++] = entry ^ Integer.MIN_VALUE; // ascends as unsigned numbers do
            }
        });
        Arrays.sort(sectors, 0, next[0]);
        return new Found(next[0], space(sectors, next[0], others));
    }

    /**
     * What a scan found.
     *
     * @param blocks how many blocks are allocated
     * @param space what is free
     */
    record Found(long blocks, VhdSpace space) {}

    static long position(int entry) {
        return (entry & 0xFFFFFFFFL) * Footer.SECTOR;
    }

    private boolean isPossible(long number, long position, List<Taken> others) {
        if (position > footers.end() - room) {
            rules.defect(
                    "BAT_OUTSIDE",
                    at(number),
                    "a block of " + room + " bytes at " + position,
                    "one before " + footers.end() + ", where the footer is or the file ends");
            return false;
        }
        for (Taken each : others) {
            if (position < each.until() && position + room > each.from()) {
                rules.defect(
                        "BAT_ON_TABLES",
                        at(number),
                        "a block of " + room + " bytes at " + position + ", where " + each.name() + " is",
                        "space of its own");
                return false;
            }
        }
        return true;
    }

    /** Takes what is between the blocks as free, and names blocks that share space. */
    private VhdSpace space(int[] sectors, int length, List<Taken> others) {
        VhdSpace space = new VhdSpace(room);
        long end = Footer.BYTES;
        int named = 0;
        for (int i = 0; i < length; i++) {
            int entry = sectors[i] ^ Integer.MIN_VALUE;
            long position = position(entry);
            if (position < end && i > 0 && named < MOST_NAMED) {
                named++;
                rules.defect(
                        "BAT_SHARED",
                        at(lastNumberOf(entry)),
                        "a block of " + room + " bytes at " + position + ", where another one is",
                        "space of its own");
            }
            free(space, end, position, others);
            end = Math.max(end, position + room);
        }
        if (footers.isAtEnd()) {
            free(space, end, footers.end(), others);
            space.endAt(footers.end());
        } else {
            long tables = others.get(others.size() - 1).until();
            space.endAt(Math.max(end, VhdTable.sectors(tables))); // behind is what a crash left
        }
        return space;
    }

    private void free(VhdSpace space, long from, long until, List<Taken> others) {
        long at = from;
        if (until - from >= room) {
            for (Taken each : others) {
                if (each.from() < until && each.until() > at) {
                    space.free(at, each.from());
                    at = each.until();
                }
            }
            space.free(at, until);
        }
    }

    private long lastNumberOf(int wanted) {
        long[] last = {0};
        forEach((number, entry) -> last[0] = entry == wanted ? number : last[0]);
        return last[0];
    }
}
