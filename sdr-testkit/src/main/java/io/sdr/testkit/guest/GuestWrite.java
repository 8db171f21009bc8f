package io.sdr.testkit.guest;

import io.sdr.api.DiskId;
import java.nio.ByteBuffer;

/**
 * One write of a guest. Its content is its number, as 8 big-endian bytes, over and over.
 *
 * @param n its number, from 1 on, never used twice
 * @param previous the number of the write before it in the history that it belongs to; 0 for none
 * @param disk the disk
 * @param offset where, in bytes
 * @param length how many bytes
 */
public record GuestWrite(long n, long previous, DiskId disk, long offset, int length) {
    /**
     * Gives the bytes.
     *
     * @return a new buffer, ready to be read
     */
    public ByteBuffer content() {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        while (bytes.hasRemaining()) {
            bytes.put((byte) (n >>> (56 - 8 * (bytes.position() % 8))));
        }
        return bytes.flip();
    }

    /**
     * Gives the write as a line of JSON.
     *
     * @return the line, without a line break
     */
    public String toJson() {
        return "{\"n\":" + n + ",\"disk\":\"" + disk + "\",\"offset\":" + offset + ",\"length\":" + length + "}";
    }
}
