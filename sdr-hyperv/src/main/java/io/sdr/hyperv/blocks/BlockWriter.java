package io.sdr.hyperv.blocks;

import io.sdr.api.spi.VirtualDisk;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Writes to the blocks of a file. Payload is written before a table tells of it, and sectors are written whole where the parent's
 * would show before, so that no crash leaves a sector of which one part is older than the other.
 */
final class BlockWriter {
    private static final int BATCH = 1024;
    private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(1 << 20).asReadOnlyBuffer();

    private final ImageFile file;
    private final BlockTable table;
    private final Optional<VirtualDisk> parent;
    private final Runnable commit;

    BlockWriter(ImageFile file, BlockTable table, Optional<VirtualDisk> parent, Runnable commit) {
        this.file = file;
        this.table = table;
        this.parent = parent;
        this.commit = commit;
    }

    /** Tells whether the file has all sectors of a range inside one block. */
    boolean isInFile(long from, long end) {
        long block = from / table.blockBytes();
        int kind = BlockEntry.kind(table.entryToWrite(block));
        if (kind != BlockEntry.PARTIAL) {
            return kind == BlockEntry.FULL;
        }
        long start = block * table.blockBytes();
        int first = (int) ((from - start) / table.sectorBytes());
        int last = (int) ((end - 1 - start) / table.sectorBytes());
        return table.isPresent(block, first) && table.runEnd(block, first, last + 1) == last + 1;
    }

    /** Overwrites what the file has. */
    void overwrite(long offset, ByteBuffer from) {
        forEachPart(
                offset,
                from,
                (block, inBlock, part) -> file.write(BlockEntry.position(table.entry(block)) + inBlock, part));
    }

    void write(long offset, ByteBuffer from) {
        forEachPart(offset, from, (block, inBlock, part) -> {
            makeRoom();
            writePart(block, inBlock, part);
        });
    }

    private interface PartVisitor {
        void visit(long block, int inBlock, ByteBuffer part);
    }

    private void forEachPart(long offset, ByteBuffer from, PartVisitor visitor) {
        int blockBytes = table.blockBytes();
        long at = offset;
        while (from.hasRemaining()) {
            int inBlock = (int) (at % blockBytes);
            int length = Math.min(from.remaining(), blockBytes - inBlock);
            visitor.visit(at / blockBytes, inBlock, from.slice(from.position(), length));
            from.position(from.position() + length);
            at += length;
        }
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
            case BlockEntry.ZERO -> writeNew(block, inBlock, part);
            default -> {
                if (part.remaining() == bytesOf(block) || ParentView.isBehind(parent, start(block))) {
                    writeNew(block, inBlock, part);
                } else {
                    BlockTable.Room room = table.allocate(block);
                    table.attach(block, room.position(), false);
                    writeSectors(block, room.position(), inBlock, part);
                }
            }
        }
    }

    /** Writes a block all of which is in this file from now on; what is not given is zero. */
    private void writeNew(long block, int inBlock, ByteBuffer part) {
        BlockTable.Room room = table.allocate(block);
        int end = inBlock + part.remaining();
        if (!room.zeroed()) {
            file.writeZeros(room.position(), inBlock);
            file.writeZeros(room.position() + end, table.blockBytes() - end);
        }
        file.write(room.position() + inBlock, part);
        table.attach(block, room.position(), true);
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
