package io.sdr.benchmarks.drill;

import java.nio.ByteBuffer;

/**
 * One write of the drill's guest. Its content is its number as eight big-endian bytes, repeated.
 *
 * @param n its number, from 1
 * @param step the step of the drill in which it was made
 * @param offset where it begins on the disk, in bytes
 * @param length how many bytes
 */
record GuestWrite(long n, String step, long offset, int length) {
    long end() {
        return offset + length;
    }

    ByteBuffer content() {
        ByteBuffer content = ByteBuffer.allocate(length);
        overlay(offset, content);
        return content.rewind();
    }

    /** Puts the part of this write that falls into a buffer into it; the buffer's limit counts, its position does not. */
    void overlay(long bufferOffset, ByteBuffer buffer) {
        long from = Math.max(offset, bufferOffset);
        long to = Math.min(end(), bufferOffset + buffer.limit());
        for (long at = from; at < to; at++) {
            buffer.put((int) (at - bufferOffset), byteAt(at));
        }
    }

    boolean touches(long from, long length) {
        return offset < from + length && from < end();
    }

    private byte byteAt(long at) {
        int shift = 56 - 8 * (int) ((at - offset) % 8);
        return (byte) (n >>> shift);
    }
}
