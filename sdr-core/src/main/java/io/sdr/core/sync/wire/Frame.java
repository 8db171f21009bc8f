package io.sdr.core.sync.wire;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * A frame that was received.
 *
 * @param type what it is
 * @param payload its plain payload; valid until the next one is received
 */
public record Frame(FrameType type, ByteBuffer payload) {
    /**
     * Begins to take the payload apart.
     *
     * @return reads it from its beginning
     */
    public PayloadReader read() {
        return new PayloadReader(type, payload.duplicate());
    }

    /** Zeroes the first bytes of the payload, for what must not stay in memory. */
    void wipeFirst(int count) {
        Arrays.fill(payload.array(), payload.position(), payload.position() + count, (byte) 0);
    }
}
