package io.sdr.core.sync;

import java.nio.ByteBuffer;

/**
 * Takes the differences that a sync finds, without overlap: one at a time and in ascending order of offset, unless it says that
 * it takes them {@link #inAnyOrder in any order}.
 */
public interface ChangeSink {
    /**
     * Takes bytes that differ.
     *
     * @param offset where they belong, in bytes
     * @param data the bytes; only valid during the call, consumed by it
     */
    void data(long offset, ByteBuffer data);

    /**
     * Takes a range that shall read as zeros.
     *
     * @param offset where it begins, in bytes
     * @param length how many bytes
     */
    void zero(long offset, long length);

    /**
     * Tells whether several threads may call at once, in any order of offsets.
     *
     * @return false unless overridden
     */
    default boolean inAnyOrder() {
        return false;
    }
}
