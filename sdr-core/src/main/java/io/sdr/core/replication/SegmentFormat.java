package io.sdr.core.replication;

import io.sdr.api.spi.StorageFolder;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.zip.CRC32C;

/**
 * The form of a segment file, big-endian:
 *
 * <pre>
 * start   8 bytes "SDRSEG01", int length of the header, int CRC-32C of the header, the header as JSON
 * record  int tag DATA|ZERO, long offset, long length, int CRC-32C of the data (ZERO: 0), int CRC-32C of these 24 bytes, the data
 * footer  int tag ENDS, long number of records, long bytes of data, 32 bytes SHA-256 of all records, int CRC-32C of these 52 bytes
 * </pre>
 *
 * Records are ascending and do not overlap. The SHA-256 is over tag, offset, length and data of each record. A segment is whole if
 * and only if its footer is the end of the file and fits the records.
 */
final class SegmentFormat {
    static final long MAGIC = 0x5344525345473031L;
    static final int START_BYTES = 16;
    static final int MAX_HEADER_BYTES = 64 << 10;
    static final int DATA = 0x44415441;
    static final int ZERO = 0x5a45524f;
    static final int END = 0x454e4453;
    static final int HEAD_BYTES = 28;
    static final int FOOTER_BYTES = 56;
    /** The largest data of one record. */
    static final int MAX_DATA_BYTES = 256 << 10;

    private SegmentFormat() {}

    /** The head of a record. */
    record Head(int tag, long offset, long length, int dataCrc) {
        long end() {
            return offset + length;
        }

        int dataBytes() {
            return tag == DATA ? (int) length : 0;
        }
    }

    /** The footer. */
    record Footer(long records, long bytes, String sha256) {}

    static int crc(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.duplicate());
        return (int) crc.getValue();
    }

    static void putHead(ByteBuffer into, Head head) {
        int start = into.position();
        into.putInt(head.tag()).putLong(head.offset()).putLong(head.length()).putInt(head.dataCrc());
        into.putInt(crc(into.duplicate().position(start).limit(start + HEAD_BYTES - 4)));
    }

    /** Reads a head that may be damaged; then throws what {@code damage} makes. */
    static Head head(ByteBuffer from, long sizeBytes, long notBefore, Damage damage) {
        int start = from.position();
        Head head = new Head(from.getInt(), from.getLong(), from.getLong(), from.getInt());
        if (from.getInt() != crc(from.duplicate().position(start).limit(start + HEAD_BYTES - 4))) {
            throw damage.found("the head of a record has a wrong checksum");
        }
        boolean data = head.tag() == DATA;
        if ((!data && head.tag() != ZERO)
                || head.offset() < notBefore
                || head.length() < 1
                || head.length() > sizeBytes - head.offset()
                || (data && head.length() > MAX_DATA_BYTES)) {
            throw damage.found("the record at byte " + head.offset() + " of the disk is impossible");
        }
        return head;
    }

    static void putFooter(ByteBuffer into, Footer footer) {
        int start = into.position();
        into.putInt(END)
                .putLong(footer.records())
                .putLong(footer.bytes())
                .put(HexFormat.of().parseHex(footer.sha256()));
        into.putInt(crc(into.duplicate().position(start).limit(start + FOOTER_BYTES - 4)));
    }

    static Footer footer(ByteBuffer from, Damage damage) {
        int start = from.position();
        int tag = from.getInt();
        long records = from.getLong();
        long bytes = from.getLong();
        byte[] sha = new byte[32];
        from.get(sha);
        if (from.getInt() != crc(from.duplicate().position(start).limit(start + FOOTER_BYTES - 4))
                || tag != END
                || records < 0
                || bytes < 0) {
            throw damage.found("it has no whole footer");
        }
        return new Footer(records, bytes, HexFormat.of().formatHex(sha));
    }

    /** Adds a record to the digest. */
    static void digest(MessageDigest digest, Head head, ByteBuffer data) {
        ByteBuffer frame = ByteBuffer.allocate(20);
        frame.putInt(head.tag()).putLong(head.offset()).putLong(head.length()).flip();
        digest.update(frame);
        digest.update(data.duplicate());
    }

    static MessageDigest newDigest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** Makes the exception for damage. */
    interface Damage {
        RuntimeException found(String what);

        static Damage in(StorageFolder folder, String file) {
            return what -> Trouble.corrupt(folder, file, what);
        }
    }
}
