package io.sdr.hyperv.vhdx;

import io.sdr.hyperv.blocks.ImageFile;
import io.sdr.hyperv.blocks.Rules;
import io.sdr.hyperv.blocks.SpaceMap;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Passes once over the BAT ([MS-VHDX] 2.5), in pieces of 64 KiB: every entry must be possible, and no space used twice. What it leaves
 * is one bit for each MiB of the file.
 */
final class BatScan {
    static final int NOT_PRESENT = 0;
    static final int UNDEFINED = 1;
    static final int ZERO = 2;
    static final int UNMAPPED = 3;
    static final int FULLY = 6;
    static final int PARTIALLY = 7;
    /** Of a sector bitmap block. */
    static final int BITMAP_PRESENT = 6;

    private static final int PIECE = 64 << 10;
    private static final long OFFSET_MASK = -1L << 20;
    private static final long RESERVED_MASK = 0xFFFF8L;

    private final ImageFile file;
    private final Parameters parameters;
    private final long start;
    private final SpaceMap space;
    private final Rules rules;
    private long dataBytes;
    private long partialAt = -1;

    private BatScan(ImageFile file, Parameters parameters, long start, SpaceMap space, Rules rules) {
        this.file = file;
        this.parameters = parameters;
        this.start = start;
        this.space = space;
        this.rules = rules;
    }

    /** Scans, and gives the bytes of allocated payload. */
    static long scan(ImageFile file, Parameters parameters, RegionTable.Region region, SpaceMap space, Rules rules) {
        long entries = parameters.batEntries();
        rules.require(
                entries * Long.BYTES <= region.length(),
                "BAT_TOO_SHORT",
                region.offset(),
                region.length() + " bytes",
                "room for " + entries + " entries (2.5)");
        BatScan scan = new BatScan(file, parameters, region.offset(), space, rules);
        scan.run(entries);
        return scan.dataBytes;
    }

    static int state(long entry) {
        return (int) entry & 7;
    }

    static long position(long entry) {
        return entry & OFFSET_MASK;
    }

    private void run(long entries) {
        int inChunk = parameters.chunkRatio() + 1;
        ByteBuffer piece = ByteBuffer.allocate(PIECE).order(ByteOrder.LITTLE_ENDIAN);
        long number = 0;
        while (number < entries) {
            piece.clear().limit((int) Math.min(PIECE, (entries - number) * Long.BYTES));
            file.read(start + number * Long.BYTES, piece);
            piece.flip();
            if (partialAt < 0 && ImageFile.isZero(piece)) { // nothing is there: most of the table of a large disk
                number += piece.remaining() / Long.BYTES;
                continue;
            }
            while (piece.hasRemaining()) {
                long entry = piece.getLong();
                if (number % inChunk == inChunk - 1) {
                    bitmap(number, entry);
                } else if (number - number / inChunk < parameters.blocks()) {
                    payload(number, entry);
                }
                number++;
            }
        }
    }

    private long at(long number) {
        return start + number * Long.BYTES;
    }

    private void payload(long number, long entry) {
        if (entry == 0) {
            return;
        }
        reservedBits(number, entry);
        switch (state(entry)) {
            case NOT_PRESENT, ZERO -> {}
            case UNDEFINED, UNMAPPED -> keepAside(position(entry));
            case FULLY -> usePayload(number, entry);
            case PARTIALLY -> {
                if (parameters.parent().isEmpty()) {
                    rules.defect(
                            "BAT_PARTIAL_WITHOUT_PARENT",
                            at(number),
                            "PARTIALLY_PRESENT",
                            "that only in a differencing disk (2.5.1.1)");
                }
                partialAt = partialAt < 0 ? at(number) : partialAt;
                usePayload(number, entry);
            }
            default -> rules.defect("BAT_STATE", at(number), "state " + state(entry), "0 to 3, 6 or 7 (2.5.1.1)");
        }
    }

    private void usePayload(long number, long entry) {
        use(number, position(entry), parameters.blockBytes());
        dataBytes += parameters.blockBytes();
    }

    private void reservedBits(long number, long entry) {
        if ((entry & RESERVED_MASK) != 0) {
            rules.remark("BAT_RESERVED", at(number), "reserved bits that are set", "zeros (2.5.1)");
        }
    }

    /** Another program may take up again what an unmapped block names: nothing else is put there. */
    private void keepAside(long position) {
        if (position >= Headers.MIB && position <= file.size() - parameters.blockBytes()) {
            space.reserve(position, parameters.blockBytes());
        }
    }

    private void use(long number, long position, long length) {
        if (position < Headers.MIB || position > file.size() - length) {
            rules.defect(
                    "BAT_OUTSIDE",
                    at(number),
                    "a block of " + length + " bytes at " + Long.toUnsignedString(position),
                    "one behind the first MiB, inside the file of " + file.size() + " bytes (2.5.1)");
        } else if (!space.use(position, length)) {
            rules.defect(
                    "BAT_SHARED",
                    at(number),
                    "a block of " + length + " bytes at " + position + ", where something else is",
                    "space of its own (2.5.1)");
        }
    }

    private void bitmap(long number, long entry) {
        int state = state(entry);
        boolean differencing = parameters.parent().isPresent();
        if (state != NOT_PRESENT && (state != BITMAP_PRESENT || !differencing)) {
            rules.defect(
                    "BAT_BITMAP_STATE",
                    at(number),
                    "state " + state + " of a sector bitmap block",
                    differencing ? "0 or 6 (2.5.1.2)" : "0, since the disk has no parent (2.5.1.2)");
        } else if (state == BITMAP_PRESENT) {
            reservedBits(number, entry);
            use(number, position(entry), Headers.MIB);
        }
        if (partialAt >= 0 && differencing && state != BITMAP_PRESENT) {
            rules.defect(
                    "BAT_PARTIAL_WITHOUT_BITMAP",
                    partialAt,
                    "PARTIALLY_PRESENT, and no sector bitmap block of its chunk",
                    "a sector bitmap block that is present (2.5.1.1)");
        }
        partialAt = -1;
    }
}
