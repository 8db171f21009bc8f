package io.sdr.core.sync.wire;

import java.nio.ByteBuffer;

/**
 * Puts what differs into frames: records of data and of zeros, neighbours joined, and the tag by which the target proves what it
 * stored. One thread's own.
 */
final class DataBatch {
    static final int DATA = 0;
    static final int ZEROS = 1;
    static final int RECORD_BYTES = 13;

    private static final int KIND_AT = 0;
    private static final int OFFSET_AT = 1;
    private static final int LENGTH_AT = 9;
    private static final int NONE = -1;
    private static final int ROOM_BYTES = RECORD_BYTES + 512;

    private final Link link;
    private final Tags tags;
    private final byte[] stored = new byte[Sizes.FRAME_BYTES];
    private final byte[] tag = new byte[Fingerprint.TAG_BYTES];
    private byte[] payload = new byte[0];
    private int length;
    private int storedLength;
    private int record = NONE;
    private long frames;
    private long dataBytes;
    private long zeroBytes;

    DataBatch(Link link, Tags tags) {
        this.link = link;
        this.tags = tags;
    }

    /** Adds bytes that belong at an offset. */
    void data(long offset, byte[] bytes, int from, int count) {
        dataBytes += count;
        int at = 0;
        while (at < count) {
            open(DATA, offset + at);
            int part = Math.min(count - at, Sizes.FRAME_BYTES - length);
            System.arraycopy(bytes, from + at, payload, length, part);
            System.arraycopy(bytes, from + at, stored, storedLength, part);
            length += part;
            storedLength += part;
            lengthen(part);
            at += part;
        }
    }

    /** Adds a range that shall be zeros. */
    void zeros(long offset, int count) {
        zeroBytes += count;
        open(ZEROS, offset);
        lengthen(count);
    }

    /** Lengthens the last record, or begins one, in a frame that has room. */
    private void open(int kind, long offset) {
        if (length > 0 && Sizes.FRAME_BYTES - length < ROOM_BYTES) {
            flush();
        }
        if (length == 0) {
            payload = new byte[Sizes.FRAME_BYTES];
            length = Fingerprint.TAG_BYTES;
        }
        if (record != NONE && payload[record + KIND_AT] == kind && end() == offset) {
            return;
        }
        record = length;
        payload[record + KIND_AT] = (byte) kind;
        fields().putLong(record + OFFSET_AT, offset).putInt(record + LENGTH_AT, 0);
        length += RECORD_BYTES;
    }

    private ByteBuffer fields() {
        return ByteBuffer.wrap(payload);
    }

    private long end() {
        return fields().getLong(record + OFFSET_AT) + fields().getInt(record + LENGTH_AT);
    }

    private void lengthen(int count) {
        fields().putInt(record + LENGTH_AT, fields().getInt(record + LENGTH_AT) + count);
    }

    /** Sends what is there. */
    void flush() {
        if (length == 0) {
            return;
        }
        tags.stored(frames++, stored, storedLength, tag);
        System.arraycopy(tag, 0, payload, 0, tag.length);
        link.send(FrameType.DATA, payload, length);
        length = 0;
        storedLength = 0;
        record = NONE;
    }

    long frames() {
        return frames;
    }

    long dataBytes() {
        return dataBytes;
    }

    long zeroBytes() {
        return zeroBytes;
    }
}
