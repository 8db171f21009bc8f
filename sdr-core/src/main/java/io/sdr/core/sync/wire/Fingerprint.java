package io.sdr.core.sync.wire;

/**
 * Tags of 16 bytes that stand for the bytes of a disk: equal tags mean equal bytes, also where somebody chose the bytes in order to
 * deceive, but did not know the session's keys. One thread's own.
 */
public interface Fingerprint {
    /** Bytes of a tag. */
    int TAG_BYTES = 16;

    /** What is tagged. Each level has initialisation vectors of its own. */
    enum Level {
        /** A block of 64 KiB, by its number on the disk. */
        BLOCK(0),
        /** The tags of the blocks of one MiB, by its number on the disk; under the second key. */
        UNIT(1),
        /** A cell of 4 KiB, by its number on the disk. */
        CELL(2),
        /** What was stored for one frame of data, by the frame's number. */
        STORED(3);

        private final int number;

        Level(int number) {
            this.number = number;
        }

        /**
         * Gives the number in the initialisation vector.
         *
         * @return a number that no other level has
         */
        public int number() {
            return number;
        }
    }

    /**
     * Computes a tag. The same level and index must not be asked for twice with different bytes.
     *
     * @param level what it is
     * @param index its number within the level
     * @param data holds the bytes
     * @param from where they begin
     * @param length how many, up to 256 KiB
     * @param tags takes the tag
     * @param at where in {@code tags}
     */
    void tag(Level level, long index, byte[] data, int from, int length, byte[] tags, int at);
}
