package io.sdr.hyperv.vhdx;

import io.sdr.hyperv.blocks.ImageFile;
import io.sdr.hyperv.blocks.Rules;
import io.sdr.hyperv.blocks.SpaceMap;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * The region table, of which the file has two copies ([MS-VHDX] 2.2.3).
 *
 * @param regions all regions, in the table's order
 */
record RegionTable(List<Region> regions) {
    static final long[] AT = {192 << 10, 256 << 10};
    static final int BYTES = 64 << 10;
    static final int MOST = 2047;
    static final UUID BAT = UUID.fromString("2DC27766-F623-4200-9D64-115E9BFD4A08");
    static final UUID METADATA = UUID.fromString("8B7CA206-4790-4B9A-B8FE-575F050F886E");

    private static final int SIGNATURE = 0x69676572; // regi
    private static final int HEADER = 16;
    private static final int ENTRY = 32;

    /**
     * A region (2.2.3.2).
     *
     * @param id what it is for
     * @param offset where it is in the file
     * @param length its bytes
     * @param required whether who does not know it must refuse the file
     */
    record Region(UUID id, long offset, long length, boolean required) {}

    RegionTable {
        regions = List.copyOf(regions);
    }

    /** Reads the first copy that verifies, and takes log and regions as used space. */
    static RegionTable read(ImageFile file, Header header, SpaceMap space, Rules rules) {
        Optional<RegionTable> first = readCopy(file, rules, 0);
        Optional<RegionTable> second = readCopy(file, rules, 1);
        RegionTable table = first.or(() -> second)
                .orElseThrow(() -> rules.fatal(
                        "REGION_TABLES",
                        AT[0],
                        "two region tables that do not verify",
                        "one with the signature \"regi\", its CRC-32C and at most 2047 entries (2.2.3.1)"));
        if (first.isPresent() && second.isPresent() && !first.equals(second)) {
            rules.remark("REGION_TABLES_DIFFER", AT[1], "other entries than in the first copy", "the same (2.2.3)");
        }
        table.check(file, header, space, rules);
        return table;
    }

    private static Optional<RegionTable> readCopy(ImageFile file, Rules rules, int copy) {
        ByteBuffer bytes = file.read(AT[copy], BYTES).order(ByteOrder.LITTLE_ENDIAN);
        int count = bytes.getInt(8);
        if (bytes.getInt(0) != SIGNATURE) {
            rules.remark("REGION_TABLE_SIGNATURE", AT[copy], "another signature", "\"regi\" (2.2.3.1)");
            return Optional.empty();
        }
        if (bytes.getInt(Checksums.AT) != Checksums.of(bytes)) {
            rules.remark("REGION_TABLE_CHECKSUM", AT[copy], "another checksum", "the table's CRC-32C (2.2.3.1)");
            return Optional.empty();
        }
        if (count < 0 || count > MOST) {
            rules.remark(
                    "REGION_COUNT", AT[copy] + 8, Integer.toUnsignedString(count), "at most 2047 entries (2.2.3.1)");
            return Optional.empty();
        }
        List<Region> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int at = HEADER + i * ENTRY;
            all.add(new Region(
                    Guids.get(bytes, at),
                    bytes.getLong(at + 16),
                    bytes.getInt(at + 24) & 0xFFFFFFFFL,
                    (bytes.getInt(at + 28) & 1) != 0));
        }
        return Optional.of(new RegionTable(all));
    }

    private void check(ImageFile file, Header header, SpaceMap space, Rules rules) {
        space.use(0, Headers.MIB);
        space.use(header.logOffset(), header.logLength());
        Set<UUID> seen = new HashSet<>();
        for (int i = 0; i < regions.size(); i++) {
            Region each = regions.get(i);
            long at = AT[0] + HEADER + (long) i * ENTRY;
            rules.require(seen.add(each.id()), "REGION_TWICE", at, each.id(), "each region once (2.2.3.2)");
            rules.require(
                    each.offset() >= Headers.MIB && each.offset() % Headers.MIB == 0,
                    "REGION_OFFSET",
                    at + 16,
                    Long.toUnsignedString(each.offset()),
                    "a multiple of 1 MiB, at least 1 MiB (2.2.3.2)");
            rules.require(
                    each.length() > 0 && each.length() % Headers.MIB == 0,
                    "REGION_LENGTH",
                    at + 24,
                    each.length(),
                    "a multiple of 1 MiB above 0 (2.2.3.2)");
            rules.require(
                    each.length() <= file.size() && each.offset() <= file.size() - each.length(),
                    "REGION_OUTSIDE",
                    at + 16,
                    each.offset() + " + " + each.length(),
                    "a region inside the file of " + file.size() + " bytes (2.2.3.2)");
            rules.require(
                    space.use(each.offset(), each.length()),
                    "REGION_OVERLAP",
                    at + 16,
                    each.offset() + " + " + each.length(),
                    "space of its own: not the log's, not another region's (2.2.3.2)");
            rules.require(
                    each.id().equals(BAT) || each.id().equals(METADATA) || !each.required(),
                    "REGION_UNKNOWN",
                    at,
                    "the required region " + each.id(),
                    "no required region but BAT and metadata (2.2.3.2)");
        }
        rules.require(find(BAT).isPresent(), "REGION_BAT", AT[0], "no BAT region", "one (2.2.3.2)");
        rules.require(find(METADATA).isPresent(), "REGION_METADATA", AT[0], "no metadata region", "one (2.2.3.2)");
    }

    private Optional<Region> find(UUID id) {
        return regions.stream().filter(each -> each.id().equals(id)).findFirst();
    }

    Region bat() {
        return find(BAT).orElseThrow();
    }

    Region metadata() {
        return find(METADATA).orElseThrow();
    }

    /** Gives a table in which the BAT is elsewhere. */
    RegionTable withBat(long offset, long length) {
        return new RegionTable(regions.stream()
                .map(each -> each.id().equals(BAT) ? new Region(BAT, offset, length, each.required()) : each)
                .toList());
    }

    ByteBuffer encode() {
        ByteBuffer into = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
        into.putInt(0, SIGNATURE);
        into.putInt(8, regions.size());
        for (int i = 0; i < regions.size(); i++) {
            int at = HEADER + i * ENTRY;
            Region each = regions.get(i);
            Guids.put(into, at, each.id());
            into.putLong(at + 16, each.offset());
            into.putInt(at + 24, (int) each.length());
            into.putInt(at + 28, each.required() ? 1 : 0);
        }
        Checksums.seal(into);
        return into;
    }
}
