package io.sdr.hyperv.vhd;

import io.sdr.hyperv.blocks.ImageFile;
import io.sdr.hyperv.blocks.Rules;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;

/**
 * The header of a dynamic or differencing file (section "Dynamic Disk Header Format"). All that changes lies in its first sector, so
 * a change is whole or not there. Immutable.
 */
final class DynamicHeader {
    static final int BYTES = 1024;
    static final int LEAST_BLOCK_BYTES = 256 << 10;
    static final int MOST_BLOCK_BYTES = 256 << 20;
    static final int LOCATORS = 8;
    static final int LOCATORS_AT = 576;
    static final int LOCATOR_BYTES = 24;
    static final int NAME_AT = 64;
    static final int NAME_BYTES = 512;

    private static final long COOKIE = 0x6378737061727365L; // cxsparse
    private static final int VERSION = 0x00010000;
    private static final int CHECKSUM_AT = 36;

    private final ByteBuffer bytes;
    private final long at;

    private DynamicHeader(ByteBuffer bytes, long at) {
        this.bytes = bytes;
        this.at = at;
    }

    static DynamicHeader of(long at, long tableOffset, int entries, int blockBytes) {
        ByteBuffer bytes = ByteBuffer.allocate(BYTES);
        bytes.putLong(0, COOKIE);
        bytes.putLong(8, -1);
        bytes.putInt(24, VERSION);
        bytes.putInt(32, blockBytes);
        return new DynamicHeader(bytes, at).withTable(tableOffset, entries);
    }

    static DynamicHeader read(ImageFile file, long at, Rules rules) {
        rules.require(
                at >= Footer.BYTES && at % Footer.SECTOR == 0 && at <= file.size() - BYTES,
                "HEADER_OFFSET",
                16,
                Long.toUnsignedString(at),
                "a sector behind the footer's copy, 1024 bytes before the end of the file (\"Data Offset\")");
        ByteBuffer bytes = file.read(at, BYTES);
        rules.require(bytes.getLong(0) == COOKIE, "HEADER_COOKIE", at, "another cookie", "\"cxsparse\" (\"Cookie\")");
        rules.require(
                bytes.getInt(CHECKSUM_AT) == Sum.of(bytes, CHECKSUM_AT),
                "HEADER_CHECKSUM",
                at + CHECKSUM_AT,
                Integer.toHexString(bytes.getInt(CHECKSUM_AT)),
                Integer.toHexString(Sum.of(bytes, CHECKSUM_AT)) + " (\"Checksum\")");
        DynamicHeader header = new DynamicHeader(bytes, at);
        rules.require(
                bytes.getInt(24) == VERSION,
                "HEADER_VERSION",
                at + 24,
                Integer.toHexString(bytes.getInt(24)),
                "10000 (\"Header Version\")");
        int block = header.blockBytes();
        rules.require(
                block >= LEAST_BLOCK_BYTES && block <= MOST_BLOCK_BYTES && Integer.bitCount(block) == 1,
                "BLOCK_SIZE",
                at + 32,
                Integer.toUnsignedString(block),
                "a power of two from 256 KiB to 256 MiB (\"Block Size\")");
        long table = header.tableOffset();
        long tableBytes = header.entries() * Integer.BYTES;
        rules.require(
                table >= Footer.BYTES
                        && table % Footer.SECTOR == 0
                        && tableBytes <= file.size()
                        && table <= file.size() - tableBytes,
                "TABLE_OUTSIDE",
                at + 16,
                Long.toUnsignedString(table) + " + " + tableBytes,
                "a sector, with room for all entries inside the file of " + file.size() + " bytes (\"Table Offset\")");
        return header;
    }

    DynamicHeader withTable(long tableOffset, long entries) {
        ByteBuffer changed = encode();
        changed.putLong(16, tableOffset);
        changed.putInt(28, (int) entries);
        return sealed(changed);
    }

    DynamicHeader withParent(UUID id, int timestamp, String name, List<Locator> locators) {
        ByteBuffer changed = encode();
        changed.putLong(40, id.getMostSignificantBits());
        changed.putLong(48, id.getLeastSignificantBits());
        changed.putInt(56, timestamp);
        byte[] text = name.getBytes(StandardCharsets.UTF_16BE);
        changed.put(NAME_AT, text, 0, Math.min(text.length, NAME_BYTES - 2));
        for (int i = 0; i < locators.size(); i++) {
            locators.get(i).put(changed, LOCATORS_AT + i * LOCATOR_BYTES);
        }
        return sealed(changed);
    }

    private DynamicHeader sealed(ByteBuffer changed) {
        changed.putInt(CHECKSUM_AT, Sum.of(changed, CHECKSUM_AT));
        return new DynamicHeader(changed, at);
    }

    /** Gives where in the file this is. */
    long at() {
        return at;
    }

    long tableOffset() {
        return bytes.getLong(16);
    }

    /** Gives how many entries the BAT has; there may be more than the disk has blocks. */
    long entries() {
        return bytes.getInt(28) & 0xFFFFFFFFL;
    }

    int blockBytes() {
        return bytes.getInt(32);
    }

    UUID parentId() {
        return new UUID(bytes.getLong(40), bytes.getLong(48));
    }

    /** Gives the parent's file name, which has no path ("Parent Unicode Name"). */
    String parentName() {
        byte[] text = new byte[NAME_BYTES];
        bytes.get(NAME_AT, text);
        String name = new String(text, StandardCharsets.UTF_16BE);
        int end = name.indexOf(0);
        return end < 0 ? name : name.substring(0, end);
    }

    Locator locator(int number) {
        return Locator.get(bytes, LOCATORS_AT + number * LOCATOR_BYTES);
    }

    /** Gives a copy of the bytes. */
    ByteBuffer encode() {
        return ByteBuffer.allocate(BYTES).put(0, bytes, 0, BYTES);
    }
}
