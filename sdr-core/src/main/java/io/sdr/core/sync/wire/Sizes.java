package io.sdr.core.sync.wire;

/** Sizes and limits of the protocol, in bytes unless named otherwise. */
final class Sizes {
    /** What has one tag in the stream. */
    static final int UNIT_BYTES = 1 << 20;

    /** What is told apart first within a unit that differs. */
    static final int BLOCK_BYTES = 64 << 10;

    /** What is sent. */
    static final int CELL_BYTES = 4 << 10;

    static final int BLOCKS_PER_UNIT = UNIT_BYTES / BLOCK_BYTES;
    static final int CELLS_PER_BLOCK = BLOCK_BYTES / CELL_BYTES;

    /** Tags of units in one frame of the stream. */
    static final int UNITS_PER_FRAME = 16;

    /** Frames of the stream that the target may be ahead of the source. */
    static final int STREAM_WINDOW_FRAMES = 16;

    /** Units whose blocks' tags the source may have asked for at once. */
    static final int PENDING_UNITS = 128;

    /** Blocks named or answered in one frame. */
    static final int BLOCKS_PER_FRAME = 64;

    /** The largest payload. */
    static final int FRAME_BYTES = 256 << 10;

    /** Frames that wait to be written, together. */
    static final int OUTBOX_BYTES = 2 << 20;

    private static final int PROBE_EVERY = 16;

    private Sizes() {}

    /** Whether a unit is compared even where most differs. */
    static boolean isProbe(long unit) {
        return unit % PROBE_EVERY == 0;
    }

    static long units(long diskBytes) {
        return (diskBytes + UNIT_BYTES - 1) / UNIT_BYTES;
    }

    static int unitLength(long diskBytes, long unit) {
        return (int) Math.min(UNIT_BYTES, diskBytes - unit * UNIT_BYTES);
    }

    static int blocks(int length) {
        return (length + BLOCK_BYTES - 1) / BLOCK_BYTES;
    }

    static int blockLength(long diskBytes, long block) {
        return (int) Math.min(BLOCK_BYTES, diskBytes - block * BLOCK_BYTES);
    }

    static int cells(int length) {
        return (length + CELL_BYTES - 1) / CELL_BYTES;
    }
}
