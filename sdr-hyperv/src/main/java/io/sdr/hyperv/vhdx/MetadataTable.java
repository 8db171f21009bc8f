package io.sdr.hyperv.vhdx;

import io.sdr.hyperv.blocks.ImageFile;
import io.sdr.hyperv.blocks.Rules;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * The metadata table ([MS-VHDX] 2.6.1).
 *
 * @param at where the region is in the file
 * @param items all items; offsets count from the region's begin
 */
record MetadataTable(long at, List<Item> items) {
    static final UUID FILE_PARAMETERS = UUID.fromString("CAA16737-FA36-4D43-B3B6-33F0AA44E76B");
    static final UUID DISK_SIZE = UUID.fromString("2FA54224-CD1B-4876-B211-5DBED83BF4B8");
    static final UUID DISK_ID = UUID.fromString("BECA12AB-B2E6-4523-93EF-C309E000C746");
    static final UUID LOGICAL_SECTOR = UUID.fromString("8141BF1D-A96F-4709-BA47-F233A8FAAB5F");
    static final UUID PHYSICAL_SECTOR = UUID.fromString("CDA348C7-445D-4471-9CC9-E9885251C556");
    static final UUID PARENT_LOCATOR = UUID.fromString("A8D35F2D-B30B-454D-ABF7-D3D84834AB0C");

    static final int BYTES = 64 << 10;
    static final int MOST_ITEM_BYTES = 1 << 20;

    private static final Set<UUID> KNOWN =
            Set.of(FILE_PARAMETERS, DISK_SIZE, DISK_ID, LOGICAL_SECTOR, PHYSICAL_SECTOR, PARENT_LOCATOR);
    private static final long SIGNATURE = 0x617461646174656DL; // metadata
    private static final int ENTRY = 32;
    /** Where in an entry offset and length of its item stand. */
    static final int PLACE_IN_ENTRY = 16;

    private static final int MOST = 2047;

    /**
     * An item (2.6.1.2).
     *
     * @param id what it is, together with {@code user}
     * @param offset where it is in the region; 0 for an empty one
     * @param length its bytes
     * @param user whether it is not of the system
     * @param disk whether it describes the disk, not the file
     * @param required whether who does not know it must refuse the file
     */
    record Item(UUID id, long offset, long length, boolean user, boolean disk, boolean required) {}

    private record Key(UUID id, boolean user) {}

    /** Gives where in the file an entry is. */
    static long entryAt(long region, int number) {
        return region + (1L + number) * ENTRY;
    }

    MetadataTable {
        items = List.copyOf(items);
    }

    static MetadataTable read(ImageFile file, RegionTable.Region region, Rules rules) {
        long at = region.offset();
        ByteBuffer bytes = file.read(at, BYTES).order(ByteOrder.LITTLE_ENDIAN);
        rules.require(
                bytes.getLong(0) == SIGNATURE, "METADATA_SIGNATURE", at, "another signature", "\"metadata\" (2.6.1.1)");
        int count = bytes.getShort(10) & 0xFFFF;
        rules.require(count <= MOST, "METADATA_COUNT", at + 10, count, "at most 2047 entries (2.6.1.1)");
        List<Item> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int entry = (1 + i) * ENTRY;
            int flags = bytes.getInt(entry + 24);
            all.add(new Item(
                    Guids.get(bytes, entry),
                    bytes.getInt(entry + 16) & 0xFFFFFFFFL,
                    bytes.getInt(entry + 20) & 0xFFFFFFFFL,
                    (flags & 1) != 0,
                    (flags & 2) != 0,
                    (flags & 4) != 0));
        }
        MetadataTable table = new MetadataTable(at, all);
        table.check(region, rules);
        return table;
    }

    private void check(RegionTable.Region region, Rules rules) {
        Set<Key> seen = new HashSet<>();
        for (int i = 0; i < items.size(); i++) {
            Item each = items.get(i);
            long entry = at + (1L + i) * ENTRY;
            rules.require(
                    seen.add(new Key(each.id(), each.user())),
                    "METADATA_TWICE",
                    entry,
                    each.id(),
                    "each pair of ItemId and IsUser once (2.6.1.2)");
            boolean known = !each.user() && KNOWN.contains(each.id());
            rules.require(
                    known || !each.required(),
                    "METADATA_UNKNOWN",
                    entry,
                    "the required item " + each.id(),
                    "no unknown required item (2.6.1.2)");
            if (each.length() == 0) {
                rules.require(
                        each.offset() == 0 && !known,
                        "METADATA_EMPTY",
                        entry + 16,
                        "length 0, offset " + each.offset(),
                        "offset 0, and no item of the system (2.6.1.2)");
                continue;
            }
            rules.require(
                    each.length() <= MOST_ITEM_BYTES,
                    "METADATA_LENGTH",
                    entry + 20,
                    each.length(),
                    "at most 1 MiB (2.6.1.2)");
            rules.require(
                    each.offset() >= BYTES && each.offset() <= region.length() - each.length(),
                    "METADATA_OUTSIDE",
                    entry + 16,
                    each.offset() + " + " + each.length(),
                    "from 64 KiB on, inside the region of " + region.length() + " bytes (2.6.1.2)");
        }
        checkOverlap(rules);
    }

    private void checkOverlap(Rules rules) {
        List<Item> sorted = items.stream()
                .filter(each -> each.length() > 0)
                .sorted(Comparator.comparingLong(Item::offset))
                .toList();
        for (int i = 1; i < sorted.size(); i++) {
            Item before = sorted.get(i - 1);
            rules.require(
                    before.offset() + before.length() <= sorted.get(i).offset(),
                    "METADATA_OVERLAP",
                    at + sorted.get(i).offset(),
                    "an item in the space of another",
                    "space of its own (2.6.1.2)");
        }
    }

    Optional<Item> find(UUID id) {
        return items.stream()
                .filter(each -> !each.user() && each.id().equals(id))
                .findFirst();
    }

    /** Finds an item of the system that must be there, with a given length. */
    Item require(UUID id, String name, int length, Rules rules) {
        Item item = find(id).orElseThrow(() -> rules.fatal("METADATA_MISSING", at, "no item " + name, "one (2.6.2)"));
        rules.require(
                item.length() == length,
                "METADATA_ITEM_LENGTH",
                at + item.offset(),
                item.length() + " bytes of " + name,
                length + " bytes (2.6.2)");
        return item;
    }

    ByteBuffer encode() {
        ByteBuffer into = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
        into.putLong(0, SIGNATURE);
        into.putShort(10, (short) items.size());
        for (int i = 0; i < items.size(); i++) {
            int entry = (1 + i) * ENTRY;
            Item each = items.get(i);
            Guids.put(into, entry, each.id());
            into.putInt(entry + 16, (int) each.offset());
            into.putInt(entry + 20, (int) each.length());
            into.putInt(entry + 24, (each.user() ? 1 : 0) | (each.disk() ? 2 : 0) | (each.required() ? 4 : 0));
        }
        return into;
    }
}
