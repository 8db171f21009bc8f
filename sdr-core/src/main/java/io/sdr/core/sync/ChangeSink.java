package io.sdr.core.sync;

import java.nio.ByteBuffer;

/**
 * Takes the differences that a sync finds: in ascending order of offset, without overlap. Called by one thread at a time.
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
}
