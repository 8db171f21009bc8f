package io.sdr.hyperv.vhd;

import io.sdr.api.spi.DiskType;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * The footer (section "Hard Disk Footer Format"), which ends every file; in a dynamic or differencing one a copy begins it. What is
 * not understood here is kept. Immutable.
 */
final class Footer {
    static final int BYTES = 512;
    /** Files of programs before Virtual PC 2004 have footers that lack the last byte. */
    static final int OLD_BYTES = 511;
    /** 2040 GiB: what the specification's offsets of 32 bits can take with bitmaps. */
    static final long MOST_BYTES = 2040L << 30;

    static final long COOKIE = 0x636F6E6563746978L; // conectix
    static final int VERSION = 0x00010000;
    static final int SECTOR = 512;
    static final int TYPE_AT = 60;
    static final int SIZE_AT = 48;

    private static final int CHECKSUM_AT = 64;
    private static final int FIXED = 2;
    private static final int DYNAMIC = 3;
    private static final int DIFFERENCING = 4;
    /** Hyper-V's: other creators' disks are as large as their geometry says for some programs, QEMU among them. */
    private static final int CREATOR = 0x77696E20; // "win "

    private static final int CREATOR_VERSION = 0x000A0000;
    private static final int WINDOWS = 0x5769326B; // Wi2k
    private static final Instant EPOCH = Instant.parse("2000-01-01T00:00:00Z");

    private final ByteBuffer bytes;

    private Footer(ByteBuffer bytes) {
        this.bytes = bytes;
    }

    /** Tells whether bytes begin as a footer does. */
    static boolean hasCookie(ByteBuffer bytes) {
        return bytes.remaining() >= Long.BYTES && bytes.getLong(bytes.position()) == COOKIE;
    }

    /** Takes 512 bytes, if they have the cookie and their checksum. */
    static Optional<Footer> decode(ByteBuffer bytes) {
        return hasCookie(bytes) && bytes.getInt(CHECKSUM_AT) == Sum.of(bytes, CHECKSUM_AT)
                ? Optional.of(new Footer(bytes))
                : Optional.empty();
    }

    static Footer of(DiskType type, long sizeBytes, UUID id, Instant now) {
        ByteBuffer bytes = ByteBuffer.allocate(BYTES);
        bytes.putLong(0, COOKIE);
        bytes.putInt(8, 2); // reserved, always set ("Features")
        bytes.putInt(12, VERSION);
        bytes.putLong(16, type == DiskType.FIXED ? -1 : BYTES);
        bytes.putInt(24, seconds(now));
        bytes.putInt(28, CREATOR);
        bytes.putInt(32, CREATOR_VERSION);
        bytes.putInt(36, WINDOWS);
        bytes.putLong(40, sizeBytes);
        bytes.putInt(TYPE_AT, type == DiskType.FIXED ? FIXED : type == DiskType.DYNAMIC ? DYNAMIC : DIFFERENCING);
        bytes.putLong(68, id.getMostSignificantBits());
        bytes.putLong(76, id.getLeastSignificantBits());
        return new Footer(bytes).withSize(sizeBytes);
    }

    /** Counts a moment as the format does: in seconds since 2000, of which 32 bits are kept. */
    static int seconds(Instant moment) {
        return (int) (moment.getEpochSecond() - EPOCH.getEpochSecond());
    }

    Footer withSize(long sizeBytes) {
        ByteBuffer changed = encode();
        changed.putInt(28, CREATOR);
        changed.putLong(SIZE_AT, sizeBytes);
        changed.putInt(56, geometry(sizeBytes / SECTOR));
        changed.putInt(CHECKSUM_AT, Sum.of(changed, CHECKSUM_AT));
        return new Footer(changed);
    }

    /** Computes cylinders, heads and sectors of a track (appendix "CHS Calculation"). */
    static int geometry(long diskSectors) {
        long total = Math.min(diskSectors, 65535L * 16 * 255);
        int track = 17;
        long rows = total / track;
        int heads = (int) Math.max(4, (rows + 1023) / 1024);
        if (total >= 65535L * 16 * 63) {
            track = 255;
            heads = 16;
            rows = total / track;
        } else {
            if (rows >= heads * 1024L || heads > 16) {
                track = 31;
                heads = 16;
                rows = total / track;
            }
            if (rows >= heads * 1024L) {
                track = 63;
                heads = 16;
                rows = total / track;
            }
        }
        return (int) (rows / heads) << 16 | heads << 8 | track;
    }

    int version() {
        return bytes.getInt(12);
    }

    /** Gives where the dynamic header is. */
    long dataOffset() {
        return bytes.getLong(16);
    }

    int timestamp() {
        return bytes.getInt(24);
    }

    long sizeBytes() {
        return bytes.getLong(SIZE_AT);
    }

    int typeNumber() {
        return bytes.getInt(TYPE_AT);
    }

    Optional<DiskType> type() {
        return switch (typeNumber()) {
            case FIXED -> Optional.of(DiskType.FIXED);
            case DYNAMIC -> Optional.of(DiskType.DYNAMIC);
            case DIFFERENCING -> Optional.of(DiskType.DIFFERENCING);
            default -> Optional.empty();
        };
    }

    UUID id() {
        return new UUID(bytes.getLong(68), bytes.getLong(76));
    }

    /** Gives a copy of the bytes. */
    ByteBuffer encode() {
        return ByteBuffer.allocate(BYTES).put(0, bytes, 0, BYTES);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Footer footer && bytes.equals(footer.bytes);
    }

    @Override
    public int hashCode() {
        return bytes.hashCode();
    }
}
