package io.sdr.core.format;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * The head of a map file, as {@link RawFormat} documents it.
 *
 * @param kind {@link #BASE} or {@link #LAYER}
 * @param sizeBytes the disk's size in bytes
 * @param id drawn when the disk was made
 * @param parent the parent's file name; empty for a base
 * @param parentId the parent's id; {@link #NO_ID} for a base, and if the parent has no map
 */
record MapHeader(int kind, long sizeBytes, UUID id, String parent, UUID parentId) {
    static final int BASE = 1;
    static final int LAYER = 2;
    static final UUID NO_ID = new UUID(0, 0);

    /** Bytes that the header takes, its CRC-32C in the last four. */
    static final int BYTES = 2048;

    private static final long MAGIC = 0x5344525241574D31L; // SDRRAWM1
    private static final int VERSION = 1;
    private static final int NAME_AT = 64;
    private static final int CRC_AT = BYTES - Integer.BYTES;

    static MapHeader base(long sizeBytes) {
        return new MapHeader(BASE, sizeBytes, UUID.randomUUID(), "", NO_ID);
    }

    static MapHeader layer(long sizeBytes, String parent, UUID parentId) {
        return new MapHeader(LAYER, sizeBytes, UUID.randomUUID(), parent, parentId);
    }

    long blocks() {
        return RawDisk.blockEnd(sizeBytes);
    }

    ByteBuffer encode() {
        byte[] name = parent.getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(BYTES);
        bytes.putLong(MAGIC).putInt(VERSION).putInt(kind).putInt(RawDisk.BLOCK).putInt(name.length);
        bytes.putLong(sizeBytes);
        bytes.putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
        bytes.putLong(parentId.getMostSignificantBits()).putLong(parentId.getLeastSignificantBits());
        bytes.put(name);
        bytes.putInt(CRC_AT, crc(bytes));
        return bytes.rewind();
    }

    /**
     * Reads a header.
     *
     * @param bytes {@link #BYTES} bytes
     * @param path the file, for messages
     * @throws io.sdr.api.CorruptException if it is none
     */
    static MapHeader decode(ByteBuffer bytes, String path) {
        if (bytes.getLong(0) != MAGIC || bytes.getInt(CRC_AT) != crc(bytes)) {
            throw RawProblems.damagedMap(path, "its header does not verify");
        }
        if (bytes.getInt(8) != VERSION) {
            throw RawProblems.damagedMap(path, "it is of version " + bytes.getInt(8) + ", this sdr reads " + VERSION);
        }
        int kind = bytes.getInt(12);
        int nameLength = bytes.getInt(20);
        long sizeBytes = bytes.getLong(24);
        boolean plausible = (kind == BASE ? nameLength == 0 : kind == LAYER && nameLength > 0)
                && nameLength <= CRC_AT - NAME_AT
                && bytes.getInt(16) == RawDisk.BLOCK
                && sizeBytes > 0;
        if (!plausible) {
            throw RawProblems.damagedMap(path, "its header contradicts itself");
        }
        byte[] name = new byte[nameLength];
        bytes.get(NAME_AT, name);
        return new MapHeader(
                kind,
                sizeBytes,
                new UUID(bytes.getLong(32), bytes.getLong(40)),
                new String(name, StandardCharsets.UTF_8),
                new UUID(bytes.getLong(48), bytes.getLong(56)));
    }

    private static int crc(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.duplicate().clear().limit(CRC_AT));
        return (int) crc.getValue();
    }

    /** Starts the checksum of everything that follows the header: it is bound to this file by its id. */
    CRC32C boundCrc() {
        CRC32C crc = new CRC32C();
        crc.update(ByteBuffer.allocate(16)
                .putLong(id.getMostSignificantBits())
                .putLong(id.getLeastSignificantBits())
                .rewind());
        return crc;
    }
}
