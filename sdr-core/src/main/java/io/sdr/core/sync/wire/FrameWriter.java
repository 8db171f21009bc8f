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

    private static final int BUFFER_BYTES = 16 << 10; // what a record of TLS carries

    private final OutputStream out;
    private final CRC32C crc = new CRC32C();
    private final byte[] header = new byte[HEADER_BYTES];
    private final ByteBuffer fields = ByteBuffer.wrap(header);
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int buffered;
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
        fields.clear()
                .put((byte) type.code())
                .put((byte) flags)
                .putShort((short) 0)
                .putInt(length)
                .putInt(sequence++);
        crc.reset();
        crc.update(header, 0, fields.position());
        crc.update(payload, 0, length);
        fields.putInt((int) crc.getValue());
        buffer(header, HEADER_BYTES);
        buffer(payload, length);
        return HEADER_BYTES + length;
    }

    /** Small frames share a write, since each write is a record of TLS; what fills one goes out by itself. */
    private void buffer(byte[] bytes, int length) throws IOException {
        if (length > buffer.length - buffered) {
            writeBuffered();
        }
        if (length > buffer.length) {
            out.write(bytes, 0, length);
        } else {
            System.arraycopy(bytes, 0, buffer, buffered, length);
            buffered += length;
        }
    }

    private void writeBuffered() throws IOException {
        if (buffered > 0) {
            out.write(buffer, 0, buffered);
            buffered = 0;
        }
    }

    /** Forgets the payloads that were written before the last {@link #flush}. */
    void wipe() {
        Arrays.fill(buffer, buffered, buffer.length, (byte) 0);
    }

    /**
     * Writes what waits to go out together with more.
     *
     * @throws IOException if the stream fails
     */
    public void flush() throws IOException {
        writeBuffered();
        out.flush();
    }

    @Override
    public void close() {
        deflater.end();
    }
}
