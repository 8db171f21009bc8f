package io.sdr.core.sync.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Puts together what a frame carries, big-endian. Not thread-safe. */
public final class PayloadWriter {
    /** Bytes of the longest text; longer ones are cut. */
    static final int TEXT_BYTES = 4 << 10;

    private byte[] bytes;
    private int length;

    /**
     * Begins a payload.
     *
     * @param expectedBytes how long it will probably be
     */
    public PayloadWriter(int expectedBytes) {
        this.bytes = new byte[Math.max(16, expectedBytes)];
    }

    /**
     * Adds a number from 0 to 255.
     *
     * @param value the number
     * @return this
     */
    public PayloadWriter u8(int value) {
        room(1);
        bytes[length++] = (byte) value;
        return this;
    }

    /**
     * Adds a truth value.
     *
     * @param value the value
     * @return this
     */
    public PayloadWriter flag(boolean value) {
        return u8(value ? 1 : 0);
    }

    /**
     * Adds 4 bytes.
     *
     * @param value the number
     * @return this
     */
    public PayloadWriter i32(int value) {
        room(Integer.BYTES);
        ByteBuffer.wrap(bytes).putInt(length, value);
        length += Integer.BYTES;
        return this;
    }

    /**
     * Adds 8 bytes.
     *
     * @param value the number
     * @return this
     */
    public PayloadWriter i64(long value) {
        room(Long.BYTES);
        ByteBuffer.wrap(bytes).putLong(length, value);
        length += Long.BYTES;
        return this;
    }

    /**
     * Adds bytes.
     *
     * @param from holds them
     * @param at where they begin
     * @param count how many
     * @return this
     */
    public PayloadWriter bytes(byte[] from, int at, int count) {
        room(count);
        System.arraycopy(from, at, bytes, length, count);
        length += count;
        return this;
    }

    /**
     * Adds a text with its length, cut to 4 KiB.
     *
     * @param text the text
     * @return this
     */
    public PayloadWriter text(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        int count = Math.min(utf8.length, TEXT_BYTES);
        return i32(count).bytes(utf8, 0, count);
    }

    private void room(int count) {
        if (length + count > bytes.length) {
            byte[] larger = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + count));
            Arrays.fill(bytes, (byte) 0);
            bytes = larger;
        }
    }

    int length() {
        return length;
    }

    /** The array that is filled up to {@link #length}; the caller's from now on. */
    byte[] array() {
        return bytes;
    }
}
