package io.sdr.hyperv.images;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.SplittableRandom;
import java.util.zip.CRC32C;

/** Changes headers, region tables, metadata, BAT, log and parent locator of a VHDX file as this project lays it out. */
final class VhdxMutator extends Mutator {
    private static final int MIB = 1 << 20;
    private static final int LOG_AT = MIB;
    private static final int METADATA_AT = 2 * MIB;
    private static final int ITEMS_AT = METADATA_AT + 65_536;
    private static final int BAT_AT = 3 * MIB;
    private static final int[] HEADERS = {65_536, 131_072};
    private static final int[] REGION_TABLES = {196_608, 262_144};
    private static final int[][] HEADER = {
        {0, 4}, {8, 8}, {16, 16}, {32, 16}, {48, 16}, {64, 2}, {66, 2}, {68, 4}, {72, 8}
    };
    private static final int[][] REGION = {{0, 16}, {16, 8}, {24, 4}, {28, 4}};
    private static final int[][] ITEM = {{0, 16}, {16, 4}, {20, 4}, {24, 4}};
    private static final int[][] LOG_ENTRY = {{0, 4}, {8, 4}, {12, 4}, {16, 8}, {24, 4}, {32, 16}, {48, 8}, {56, 8}};
    private static final int[][] DESCRIPTOR = {{0, 4}, {4, 4}, {8, 8}, {16, 8}, {24, 8}};
    private static final int[][] LOCATOR = {{0, 16}, {18, 2}, {20, 4}, {24, 4}, {28, 2}, {30, 2}, {32, 4}, {36, 4}};

    VhdxMutator() {
        super(ByteOrder.LITTLE_ENDIAN);
    }

    private static void seal(ByteBuffer bytes) {
        bytes.putInt(4, 0);
        CRC32C crc = new CRC32C();
        crc.update(bytes.duplicate().clear());
        bytes.putInt(4, (int) crc.getValue());
    }

    @Override
    void mutate(FuzzFile file, SplittableRandom random) {
        switch (random.nextInt(16)) {
            case 0 -> headers(file, random);
            case 1, 2 -> regions(file, random);
            case 3, 4 -> metadata(file, random);
            case 5, 6, 7 -> items(file, random);
            case 8, 9, 10 -> bat(file, random);
            case 11, 12, 13 -> log(file, random);
            default -> locator(file, random);
        }
    }

    private void headers(FuzzFile file, SplittableRandom random) {
        long seed = random.nextLong();
        for (int at : HEADERS) {
            if (random.nextInt(4) > 0) {
                ByteBuffer header = get(file, at, 4096);
                changeOne(header, 0, HEADER, new SplittableRandom(seed), file.size());
                seal(header);
                put(file, at, header);
            }
        }
    }

    private void regions(FuzzFile file, SplittableRandom random) {
        ByteBuffer table = get(file, REGION_TABLES[0], 65_536);
        if (random.nextInt(6) == 0) {
            change(table, 8, 4, random, file.size());
        } else {
            changeOne(table, 16 + 32 * random.nextInt(3), REGION, random, file.size());
        }
        seal(table);
        put(file, REGION_TABLES[0], table);
        if (random.nextInt(4) > 0) {
            put(file, REGION_TABLES[1], table);
        }
    }

    private void metadata(FuzzFile file, SplittableRandom random) {
        ByteBuffer table = get(file, METADATA_AT, 256);
        if (random.nextInt(6) == 0) {
            change(table, 10, 2, random, file.size());
        } else {
            changeOne(table, 32 + 32 * random.nextInt(6), ITEM, random, file.size());
        }
        put(file, METADATA_AT, table);
    }

    /** Block size and flags, disk size, identifier, sector sizes. */
    private void items(FuzzFile file, SplittableRandom random) {
        ByteBuffer items = get(file, ITEMS_AT, 64);
        if (random.nextInt(3) == 0) {
            items.putLong(8, Math.abs(random.nextLong() >>> random.nextInt(16, 64)) / 4096 * 4096);
        } else {
            changeOne(items, 0, new int[][] {{0, 4}, {4, 4}, {8, 8}, {16, 16}, {32, 4}, {40, 4}}, random, file.size());
        }
        put(file, ITEMS_AT, items);
    }

    private void bat(FuzzFile file, SplittableRandom random) {
        long at = BAT_AT + 8L * (random.nextInt(5) == 0 ? random.nextInt(9000) : random.nextInt(9));
        ByteBuffer entry = get(file, at, 8);
        if (random.nextBoolean()) {
            entry.putLong(0, random.nextLong(file.size() / MIB + 2) * MIB | random.nextInt(8));
        } else {
            change(entry, 0, 8, random, file.size());
        }
        put(file, at, entry);
    }

    private void log(FuzzFile file, SplittableRandom random) {
        int at = LOG_AT;
        for (int entries = random.nextInt(4); entries > 0; entries--) {
            int length = get(file, at, 64).getInt(8);
            if (length <= 0 || at + length > METADATA_AT - 4096) {
                break;
            }
            at += length;
        }
        int length = get(file, at, 64).getInt(8);
        if (length < 4096 || length % 4096 != 0 || length > METADATA_AT - at) {
            return;
        }
        ByteBuffer entry = get(file, at, length);
        int where = random.nextInt(10);
        if (where < 4) {
            changeOne(entry, 0, LOG_ENTRY, random, file.size());
        } else if (where < 8) {
            changeOne(entry, 64 + 32 * random.nextInt(3), DESCRIPTOR, random, file.size());
        } else {
            entry.put(random.nextInt(length), (byte) random.nextInt(256));
        }
        if (random.nextInt(10) > 0) {
            seal(entry);
        }
        put(file, at, entry);
    }

    /** The locator is the last item. */
    private void locator(FuzzFile file, SplittableRandom random) {
        long at = ITEMS_AT + 48;
        ByteBuffer locator = get(file, at, 200);
        if (random.nextInt(3) == 0) {
            String[] texts = {"..\\a", "\\\\host\\share\\a", "C:\\a", "/etc/a", ".\\b", ".", "..", ".\\a/../../b", "a:b"
            };
            String text = texts[random.nextInt(texts.length)];
            int value = locator.getInt(24) & 0xFF;
            for (int i = 0; i < text.length() && value + 2 * i < 190; i++) {
                locator.putChar(value + 2 * i, text.charAt(i));
            }
            locator.putShort(30, (short) (2 * text.length()));
        } else if (random.nextBoolean()) {
            locator.put(random.nextInt(200), (byte) random.nextInt(256));
        } else {
            changeOne(locator, 0, LOCATOR, random, file.size());
        }
        put(file, at, locator);
    }
}
