package io.sdr.core.sync.wire;

import io.sdr.core.sync.wire.Fingerprint.Level;
import java.security.MessageDigest;

/** Tags of the parts of a disk, in the protocol's two levels, and their comparison. One thread's own. */
final class Tags {
    private final Fingerprint fingerprint;
    private final byte[] one = new byte[Fingerprint.TAG_BYTES];
    private final byte[] other = new byte[Fingerprint.TAG_BYTES];

    Tags(Fingerprint fingerprint) {
        this.fingerprint = fingerprint;
    }

    /** Tags the blocks of a unit, and these tags as a whole. */
    void unit(long unit, byte[] data, int length, byte[] blockTags, byte[] unitTags, int at) {
        int blocks = Sizes.blocks(length);
        for (int i = 0; i < blocks; i++) {
            int from = i * Sizes.BLOCK_BYTES;
            int bytes = Math.min(Sizes.BLOCK_BYTES, length - from);
            long block = unit * Sizes.BLOCKS_PER_UNIT + i;
            fingerprint.tag(Level.BLOCK, block, data, from, bytes, blockTags, i * Fingerprint.TAG_BYTES);
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
