package io.sdr.core.sync.wire;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32C;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** Reads frames from a stream, as {@link FrameType} describes them; a length is checked before anything is read. One thread's own. */
public final class FrameReader {
    private final InputStream in;
    private final CRC32C crc = new CRC32C();
    private final byte[] header = new byte[FrameWriter.HEADER_BYTES];
    private final Inflater inflater = new Inflater(true);
    private byte[] payload = new byte[512];
    private byte[] inflated = new byte[0];
    private final AtomicLong bytes = new AtomicLong();
    private int sequence;

    /**
     * Begins to read a stream of frames.
     *
     * @param in gives it
     */
    public FrameReader(InputStream in) {
        this.in = in;
    }

    /**
     * Reads the next frame.
     *
     * @return the frame; empty if the stream ended where a frame could begin
     * @throws IOException if the stream fails, or ends within a frame
     * @throws io.sdr.api.CorruptException if what comes is no such frame
     */
    public Optional<Frame> read() throws IOException {
        int got = in.readNBytes(header, 0, header.length);
        if (got == 0) {
            return Optional.empty();
        }
        if (got < header.length) {
            throw new IOException("the stream ended within a frame");
        }
        ByteBuffer fields = ByteBuffer.wrap(header);
        int code = fields.get() & 0xff;
        int flags = fields.get();
        int reserved = fields.getShort();
        FrameType type = FrameType.of(code)
                .filter(each -> (flags == 0 || flags == 1) && reserved == 0)
                .orElseThrow(() -> WireProblems.noFrame(header));
        int length = fields.getInt();
        if (length < 0 || length > type.maxBytes()) {
            throw WireProblems.tooLong(type, Integer.toUnsignedLong(length));
        }
        int number = fields.getInt();
        payload = atLeast(payload, length);
        if (in.readNBytes(payload, 0, length) < length) {
            throw new IOException("the stream ended within a frame");
        }
        crc.reset();
        crc.update(header, 0, fields.position());
        crc.update(payload, 0, length);
        if (fields.getInt() != (int) crc.getValue()) {
            throw WireProblems.damaged(type);
        }
        if (number != sequence) {
            throw WireProblems.gap(type, Integer.toUnsignedLong(sequence), Integer.toUnsignedLong(number));
        }
        sequence++;
        bytes.addAndGet(header.length + length);
        return Optional.of(flags == 0 ? new Frame(type, payload, length) : inflate(type, length));
    }

    /** Tells how many bytes of frames were read; any thread may ask. */
    long bytes() {
        return bytes.get();
    }

    private Frame inflate(FrameType type, int length) {
        int plain = length < Integer.BYTES ? -1 : ByteBuffer.wrap(payload).getInt();
        if (plain < 0 || plain > type.maxBytes()) {
            throw WireProblems.tooLong(type, Integer.toUnsignedLong(plain));
        }
        inflated = atLeast(inflated, plain);
        inflater.reset();
        inflater.setInput(payload, Integer.BYTES, length - Integer.BYTES);
        try {
            int count = inflater.inflate(inflated, 0, plain);
            boolean whole = count == plain && (inflater.finished() || inflater.inflate(new byte[1]) == 0);
            if (!whole || !inflater.finished() || inflater.getRemaining() > 0) {
                throw WireProblems.malformed(type, "it does not unpack to the " + plain + " bytes that it names");
            }
        } catch (DataFormatException e) {
            throw WireProblems.malformed(type, "it does not unpack");
        }
        return new Frame(type, inflated, plain);
    }

    private static byte[] atLeast(byte[] array, int length) {
        return array.length >= length ? array : new byte[Math.max(length, array.length * 2)];
    }
}
