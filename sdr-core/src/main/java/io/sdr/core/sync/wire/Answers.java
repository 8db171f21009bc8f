package io.sdr.core.sync.wire;

import io.sdr.api.spi.VirtualDisk;
import java.nio.ByteBuffer;

/** Tells the source more about units and blocks that differ. One thread's own. */
final class Answers {
    private final VirtualDisk disk;
    private final TagStream stream;
    private final Link link;
    private final Tags tags;
    private final long size;
    private final byte[] data = new byte[Sizes.BLOCK_BYTES];
    private final byte[] cellTags = new byte[Sizes.CELLS_PER_BLOCK * Fingerprint.TAG_BYTES];

    Answers(VirtualDisk disk, TagStream stream, Link link, Tags tags) {
        this.disk = disk;
        this.stream = stream;
        this.link = link;
        this.tags = tags;
        this.size = disk.sizeBytes();
    }

    /** Answers with the tags of the blocks of units. */
    void blocks(PayloadReader from) {
        while (from.remaining() > 0) {
            long unit = from.i64(Sizes.units(size) - 1);
            byte[] ofBlocks = stream.blockTags(unit)
                    .orElseThrow(() -> from.malformed("MiB " + unit + " was not told of, or is done with"));
            link.send(
                    FrameType.BLOCK_TAGS,
                    new PayloadWriter(Long.BYTES + ofBlocks.length).i64(unit).bytes(ofBlocks, 0, ofBlocks.length));
        }
    }

    /** Answers with the tags of the cells of blocks. */
    void cells(PayloadReader from) {
        while (from.remaining() > 0) {
            long block = from.i64((size - 1) / Sizes.BLOCK_BYTES);
            int length = Sizes.blockLength(size, block);
            disk.read(block * Sizes.BLOCK_BYTES, ByteBuffer.wrap(data, 0, length));
            tags.cells(block, data, length, cellTags, 0);
            int bytes = Sizes.cells(length) * Fingerprint.TAG_BYTES;
            link.send(
                    FrameType.CELL_TAGS,
                    new PayloadWriter(Long.BYTES + bytes).i64(block).bytes(cellTags, 0, bytes));
        }
    }
}
