package io.sdr.core.sync.wire;

import io.sdr.api.spi.VirtualDisk;
import io.sdr.core.sync.wire.Fingerprint.Level;
import java.nio.ByteBuffer;
import java.security.MessageDigest;

/** Tags of the parts of a disk, in the protocol's two levels, and their comparison. One thread's own. */
final class Tags {
    private final Fingerprint fingerprint;
    private final byte[] block = new byte[Sizes.BLOCK_BYTES];
    private final byte[] one = new byte[Fingerprint.TAG_BYTES];
    private final byte[] other = new byte[Fingerprint.TAG_BYTES];

    Tags(Fingerprint fingerprint) {
        this.fingerprint = fingerprint;
    }

    /** Reads a unit block by block and tags the blocks, and these tags as a whole. */
    void unit(VirtualDisk disk, long unit, int length, byte[] blockTags, byte[] unitTags, int at) {
        int blocks = Sizes.blocks(length);
        for (int i = 0; i < blocks; i++) {
            int bytes = Math.min(Sizes.BLOCK_BYTES, length - i * Sizes.BLOCK_BYTES);
            long number = unit * Sizes.BLOCKS_PER_UNIT + i;
            disk.read(number * Sizes.BLOCK_BYTES, ByteBuffer.wrap(block, 0, bytes));
            fingerprint.tag(Level.BLOCK, number, block, 0, bytes, blockTags, i * Fingerprint.TAG_BYTES);
        }
        fingerprint.tag(Level.UNIT, unit, blockTags, 0, blocks * Fingerprint.TAG_BYTES, unitTags, at);
    }

    /** Tags the cells of a block. */
    void cells(long block, byte[] data, int length, byte[] tags, int at) {
        for (int i = 0; i < Sizes.cells(length); i++) {
            int from = i * Sizes.CELL_BYTES;
            int bytes = Math.min(Sizes.CELL_BYTES, length - from);
            long cell = block * Sizes.CELLS_PER_BLOCK + i;
            fingerprint.tag(Level.CELL, cell, data, from, bytes, tags, at + i * Fingerprint.TAG_BYTES);
        }
    }

    /** Tags what was stored for a frame. */
    void stored(long frame, byte[] data, int length, byte[] tag) {
        fingerprint.tag(Level.STORED, frame, data, 0, length, tag, 0);
    }

    /** Whether two tags are equal; takes as long wherever they differ. */
    boolean isEqual(byte[] tags, int at, byte[] others, int otherAt) {
        System.arraycopy(tags, at, one, 0, one.length);
        System.arraycopy(others, otherAt, other, 0, other.length);
        return MessageDigest.isEqual(one, other);
    }
}
