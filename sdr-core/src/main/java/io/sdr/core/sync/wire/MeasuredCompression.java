package io.sdr.core.sync.wire;

import java.util.zip.Deflater;

/**
 * Compresses where that takes less time than sending the bytes that it saves: so over a slow link what a sample says shrinks, over a
 * fast one nothing. What both take is measured while sending; before anything was measured the link counts as one of 1 Gbit/s.
 * One thread's own.
 */
public final class MeasuredCompression implements Compression, AutoCloseable {
    private static final int SAMPLE_BYTES = 4 << 10;
    private static final double INITIAL_SEND_NANOS = 8;
    private static final double INITIAL_COMPRESS_NANOS = 10;
    private static final double WEIGHT = 1.0 / 16;
    private static final int MIN_BYTES = 1 << 10;

    private final Deflater deflater = new Deflater(Deflater.BEST_SPEED, true);
    private final byte[] sampled = new byte[SAMPLE_BYTES];
    private double sendNanosPerByte = INITIAL_SEND_NANOS;
    private double compressNanosPerByte = INITIAL_COMPRESS_NANOS;

    /** Begins with what is usual. */
    public MeasuredCompression() {}

    @Override
    public boolean pays(byte[] payload, int length) {
        if (length < MIN_BYTES || compressNanosPerByte > sendNanosPerByte) {
            return false; // even if nothing were left to send
        }
        int count = Math.min(SAMPLE_BYTES, length);
        deflater.reset();
        deflater.setInput(payload, (length - count) / 2, count);
        deflater.finish();
        int left = deflater.deflate(sampled);
        double saved = deflater.finished() ? 1 - (double) left / count : 0;
        return compressNanosPerByte < sendNanosPerByte * saved;
    }

    @Override
    public void sent(int plainBytes, int sentBytes, long compressNanos, long sendNanos) {
        sendNanosPerByte += WEIGHT * ((double) sendNanos / Math.max(1, sentBytes) - sendNanosPerByte);
        if (compressNanos > 0) {
            compressNanosPerByte += WEIGHT * ((double) compressNanos / Math.max(1, plainBytes) - compressNanosPerByte);
        }
    }

    @Override
    public void close() {
        deflater.end();
    }
}
