package io.sdr.core.sync.wire;

/** Decides for each frame of data whether it is compressed. One thread's own. */
public interface Compression {
    /** Compresses nothing. */
    Compression NEVER = (payload, length) -> false;

    /** Compresses whatever becomes shorter by it. */
    Compression ALWAYS = (payload, length) -> true;

    /**
     * Decides.
     *
     * @param payload holds what shall be sent
     * @param length how many bytes of it
     * @return whether to compress it
     */
    boolean pays(byte[] payload, int length);

    /**
     * Learns how long the last frame took.
     *
     * @param plainBytes its bytes before it was compressed
     * @param sentBytes bytes that went over the connection
     * @param compressNanos how long compressing took; 0 if it was not
     * @param sendNanos how long sending took
     */
    default void sent(int plainBytes, int sentBytes, long compressNanos, long sendNanos) {}
}
