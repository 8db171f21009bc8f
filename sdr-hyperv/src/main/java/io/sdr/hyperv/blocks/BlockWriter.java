package io.sdr.hyperv.blocks;

import io.sdr.api.spi.VirtualDisk;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Writes to the blocks of a file. Payload is written before a table tells of it, but for what takes the place of zeros in a room of
 * zeros; and sectors are written whole where the parent's would show before, so that no crash leaves a sector of which one part is
 * older than the other.
 */
final class BlockWriter {
    private static final int BATCH = 1024;
    private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(1 << 20).asReadOnlyBuffer();

    private final ImageFile file;
    private final BlockTable table;
    private final Optional<VirtualDisk> parent;
    private final UnfilledRooms unfilled;
    private final Runnable commit;

    BlockWriter(
            ImageFile file, BlockTable table, Optional<VirtualDisk> parent, UnfilledRooms unfilled, Runnable commit) {
        this.file = file;
        this.table = table;
        this.parent = parent;
        this.unfilled = unfilled;
        this.commit = commit;
    }

    /** Takes the part of a write that is inside one block. */
    interface PartVisitor {
        void visit(long block, int inBlock, ByteBuffer part);
    }

    /** Cuts a write at the ends of blocks, and uses up the buffer. */
    static void forEachPart(int blockBytes, long offset, ByteBuffer from, PartVisitor visitor) {
        long at = offset;
        while (from.hasRemaining()) {
            int inBlock = (int) (at % blockBytes);
            int length = Math.min(from.remaining(), blockBytes - inBlock);
            visitor.visit(at / blockBytes, inBlock, from.slice(from.position(), length));
            from.position(from.position() + length);
            at += length;
        }
    }

    /** Writes inside one block if the file has all sectors of the range; else nothing is done. Several threads may. */
    boolean overwrite(long block, int inBlock, ByteBuffer part) {
        long entry = table.entryToWrite(block);
        int kind = BlockEntry.kind(entry);
        int end = inBlock + part.remaining();
        boolean has = kind == BlockEntry.FULL || (kind == BlockEntry.PARTIAL && hasSectors(block, inBlock, end));
        if (has && !unfilled.contains(block)) {
            file.write(BlockEntry.position(entry) + inBlock, part);
            return true;
        }
        return false;
    }

    private boolean hasSectors(long block, int from, int end) {
        int first = from / table.sectorBytes();
        int last = (end - 1) / table.sectorBytes();
        return table.isPresent(block, first) && table.runEnd(block, first, last + 1) == last + 1;
    }

    /**
     * Writes inside one block whatever the file has of it.
     *
     * @return false if it has got its room and nothing else: it reads as zeros, as before, and {@link #overwrite} is to write the payload
     */
    boolean write(long block, int inBlock, ByteBuffer part) {
        makeRoom();
        if (hidesNothing(block, table.entryToWrite(block))) {
            BlockTable.Room room = table.allocate(block);
            if (!room.zeroed()) {
                unfilled.add(block, room.position());
            }
            table.attach(block, room.position(), true);
            return unfilled.write(block, inBlock, part);
        }
        if (!unfilled.write(block, inBlock, part)) {
            writePart(block, inBlock, part);
        }
        return true;
    }

    /** Tells whether a block is not in the file and reads as zeros: then a room of zeros may be named before its payload is there. */
    private boolean hidesNothing(long block, long entry) {
        int kind = BlockEntry.kind(entry);
        return kind == BlockEntry.ZERO || (kind == BlockEntry.ABSENT && ParentView.isBehind(parent, start(block)));
    }

    private void makeRoom() {
        if (table.isCrowded()) {
            commit.run();
        }
    }

    private long start(long block) {
        return block * table.blockBytes();
    }

    /** Gives how much of a block the disk has: the last one may be short. */
    private long bytesOf(long block) {
        return Math.min(table.blockBytes(), table.sizeBytes() - start(block));
    }

    private void writePart(long block, int inBlock, ByteBuffer part) {
        long entry = table.entryToWrite(block);
        switch (BlockEntry.kind(entry)) {
            case BlockEntry.FULL -> file.write(BlockEntry.position(entry) + inBlock, part);
            case BlockEntry.PARTIAL -> writeSectors(block, BlockEntry.position(entry), inBlock, part);
            default -> {
                if (part.remaining() == bytesOf(block)) {
                    writeWhole(block, inBlock, part);
                } else {
                    BlockTable.Room room = table.allocate(block);
                    table.attach(block, room.position(), false);
                    writeSectors(block, room.position(), inBlock, part);
                }
            }
        }
    }

    /** Writes a block all of which is in this file from now on; what is not given is zero. */
    private void writeWhole(long block, int inBlock, ByteBuffer part) {
        BlockTable.Room room = table.allocate(block);
        if (room.zeroed()) {
            file.write(room.position() + inBlock, part);
        } else {
            writeNew(room.position(), inBlock, part);
        }
        table.attach(block, room.position(), true);
    }

    /** Fills a room of a block with the part that is given, and zeros around it: nothing of what was there may ever show. */
    private void writeNew(long position, int inBlock, ByteBuffer part) {
        int end = inBlock + part.remaining();
        file.writeZeros(position, inBlock);
        file.writeZeros(position + end, table.blockBytes() - end);
        file.write(position + inBlock, part);
    }

    /** Writes into a partial block: edges that the file lacks are made whole first. */
    private void writeSectors(long block, long position, int inBlock, ByteBuffer part) {
        int sectorBytes = table.sectorBytes();
        int end = inBlock + part.remaining();
        int first = inBlock / sectorBytes;
        int last = (end - 1) / sectorBytes;
        int from = inBlock;
        int until = end;
        if (inBlock % sectorBytes != 0 && !table.isPresent(block, first)) {
            writeComposed(block, position, first, inBlock, part);
            from = Math.min(end, (first + 1) * sectorBytes);
        }
        if (end % sectorBytes != 0 && from < end && !table.isPresent(block, last)) {
            writeComposed(block, position, last, inBlock, part);
            until = last * sectorBytes;
        }
        if (from < until) {
            file.write(position + from, part.slice(from - inBlock, until - from));
        }
        table.markPresent(block, first, last + 1);
    }

    private void writeComposed(long block, long position, int sector, int inBlock, ByteBuffer part) {
        int sectorBytes = table.sectorBytes();
        int start = sector * sectorBytes;
        ByteBuffer whole = ByteBuffer.allocate(sectorBytes);
        ParentView.read(parent, start(block) + start, whole);
        int from = Math.max(start, inBlock);
        int until = Math.min(start + sectorBytes, inBlock + part.remaining());
        whole.put(from - start, part, from - inBlock, until - from);
        file.write(position + start, whole.flip());
    }

    /** Makes what lies behind the disk's end in its last block zeros, which show when the disk grows. */
    void clearSlack() {
        long block = table.sizeBytes() / table.blockBytes();
        int inBlock = (int) (table.sizeBytes() - start(block));
        if (inBlock == 0) {
            return;
        }
        long entry = table.entryToWrite(block);
        boolean shows = BlockEntry.kind(entry) == BlockEntry.ABSENT && !ParentView.isBehind(parent, table.sizeBytes());
        if (shows) {
            table.attach(block, table.allocate(block).position(), false);
            entry = table.entryToWrite(block);
        }
        int kind = BlockEntry.kind(entry);
        if (kind == BlockEntry.FULL || kind == BlockEntry.PARTIAL) {
            file.writeZeros(BlockEntry.position(entry) + inBlock, table.blockBytes() - inBlock);
        }
        if (kind == BlockEntry.PARTIAL) {
            table.markPresent(block, inBlock / table.sectorBytes(), table.blockBytes() / table.sectorBytes());
        }
    }

    void zero(long offset, long length) {
        int blockBytes = table.blockBytes();
        long end = offset + length;
        long last = (end - 1) / blockBytes;
        long[] batch = new long[BATCH];
        for (long first = offset / blockBytes; first <= last; first += BATCH) {
            int count = (int) Math.min(BATCH, last - first + 1);
            table.entries(first, batch, count);
            for (int i = 0; i < count; i++) {
                long start = (first + i) * blockBytes;
                zeroPart(first + i, Math.max(offset, start), Math.min(end, start + blockBytes), batch[i]);
            }
        }
    }

    private void zeroPart(long block, long from, long end, long entry) {
        int kind = BlockEntry.kind(entry);
        if (kind == BlockEntry.ZERO || (kind == BlockEntry.ABSENT && ParentView.isZero(parent, from, end - from))) {
            return;
        }
        makeRoom();
        unfilled.fill(block);
        boolean hidden = table.hasZeroKind() || ParentView.isBehind(parent, start(block));
        boolean keeps = table.keepsSpace() && kind != BlockEntry.ABSENT;
        if (end - from == bytesOf(block) && hidden && !keeps) {
            table.detach(block);
        } else if (kind == BlockEntry.FULL) {
            file.clear(BlockEntry.position(entry) + (from - start(block)), end - from);
        } else {
            long at = from;
            while (at < end) {
                ByteBuffer zeros = ZEROS.duplicate();
                zeros.limit((int) Math.min(zeros.capacity(), end - at));
                int inBlock = (int) (at - start(block));
                at += zeros.remaining();
                writePart(block, inBlock, zeros);
            }
        }
    }
}
