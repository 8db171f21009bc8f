package io.sdr.core.sync.wire;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32C;
import java.util.zip.Deflater;

/** Writes frames to a stream, as {@link FrameType} describes them. One thread's own. */
public final class FrameWriter implements AutoCloseable {
    static final int HEADER_BYTES = 16;

    private static final int SMALL_BYTES = 8 << 10;

    private final OutputStream out;
    private final CRC32C crc = new CRC32C();
    private final byte[] start = new byte[HEADER_BYTES + SMALL_BYTES];
    private final ByteBuffer header = ByteBuffer.wrap(start);
    private final Deflater deflater = new Deflater(Deflater.BEST_SPEED, true);
    private byte[] deflated = new byte[0];
    private int sequence;

    /**
     * Begins a stream of frames.
     *
     * @param out takes it
     */
    public FrameWriter(OutputStream out) {
        this.out = out;
    }

    /**
     * Writes a frame as it is.
     *
     * @param type what it is
     * @param payload holds what it carries
     * @param length how many bytes of it
     * @return the bytes written, header included
     * @throws IOException if the stream fails
     */
    public int write(FrameType type, byte[] payload, int length) throws IOException {
        return write(type, 0, payload, length);
    }

    /**
     * Compresses a payload.
     *
     * @param payload holds it
     * @param length how many bytes of it
     * @return its length then, or 0 if it would not become shorter
     */
    public int compress(byte[] payload, int length) {
        if (length <= Integer.BYTES) {
            return 0;
        }
        if (deflated.length < length) {
            deflated = new byte[length];
        }
        deflater.reset();
        deflater.setInput(payload, 0, length);
        deflater.finish();
        int count = deflater.deflate(deflated, Integer.BYTES, length - Integer.BYTES);
        ByteBuffer.wrap(deflated).putInt(0, length);
        return deflater.finished() ? Integer.BYTES + count : 0;
    }

    /**
     * Writes a frame with what {@link #compress} has made.
     *
     * @param type what it is
     * @param length what {@link #compress} gave
     * @return the bytes written, header included
     * @throws IOException if the stream fails
     */
    public int writeCompressed(FrameType type, int length) throws IOException {
        return write(type, 1, deflated, length);
    }

    private int write(FrameType type, int flags, byte[] payload, int length) throws IOException {
        if (length > type.maxBytes()) {
            throw new IllegalArgumentException(type + " cannot carry " + length + " bytes");
        }
        header.clear()
                .put((byte) type.code())
                .put((byte) flags)
                .putShort((short) 0)
                .putInt(length)
                .putInt(sequence++);
        crc.reset();
        crc.update(start, 0, header.position());
        crc.update(payload, 0, length);
        header.putInt((int) crc.getValue());
        int first = Math.min(length, SMALL_BYTES); // one write for a small frame: each is a record of TLS
        System.arraycopy(payload, 0, start, HEADER_BYTES, first);
        out.write(start, 0, HEADER_BYTES + first);
        if (first < length) {
            out.write(payload, first, length - first);
        }
        return HEADER_BYTES + length;
    }

    /** Forgets the payload of the last frame. */
    void wipe() {
        Arrays.fill(start, (byte) 0);
    }

    void flush() throws IOException {
        out.flush();
    }

    @Override
    public void close() {
        deflater.end();
    }
}
