package io.sdr.core.sync.wire;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** A frame that was received; valid until the next one is. */
public final class Frame {
    private final FrameType type;
    private final byte[] payload;
    private final int length;

    /** A frame whose plain payload is the beginning of an array. */
    Frame(FrameType type, byte[] payload, int length) {
        this.type = type;
        this.payload = payload;
        this.length = length;
    }

    /**
     * Tells what it is.
     *
     * @return its type
     */
    public FrameType type() {
        return type;
    }

    /**
     * Begins to take the payload apart.
     *
     * @return reads it from its beginning
     */
    public PayloadReader read() {
        return new PayloadReader(type, ByteBuffer.wrap(payload, 0, length));
    }

    /** The array that begins with the plain payload. */
    byte[] payload() {
        return payload;
    }

    int length() {
        return length;
    }

    /** Zeroes the first bytes of the payload, for what must not stay in memory. */
    void wipeFirst(int count) {
        Arrays.fill(payload, 0, count, (byte) 0);
    }
}
