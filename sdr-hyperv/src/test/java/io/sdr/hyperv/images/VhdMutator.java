package io.sdr.hyperv.images;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;

/** Changes footers, header, BAT, bitmaps and parent locators of a VHD file as this project lays it out. */
final class VhdMutator extends Mutator {
    private static final int HEADER_AT = 512;
    private static final int TABLE_AT = 1536;
    private static final int[][] FOOTER = {
        {0, 8}, {8, 4}, {12, 4}, {16, 8}, {24, 4}, {40, 8}, {48, 8}, {48, 8}, {56, 4}, {60, 4}, {60, 4}, {68, 16}
    };
    private static final int[][] HEADER = {
        {0, 8}, {8, 8}, {16, 8}, {24, 4}, {28, 4}, {32, 4}, {32, 4}, {40, 16}, {56, 4}, {64, 64}
    };
    private static final int[][] LOCATOR = {{0, 4}, {4, 4}, {8, 4}, {12, 4}, {16, 8}};

    VhdMutator() {
        super(ByteOrder.BIG_ENDIAN);
    }

    private static void seal(ByteBuffer bytes, int checksumAt) {
        bytes.putInt(checksumAt, 0);
        int sum = 0;
        for (int i = 0; i < bytes.capacity(); i++) {
            sum += bytes.get(i) & 0xFF;
        }
        bytes.putInt(checksumAt, ~sum);
    }

    @Override
    void mutate(FuzzFile file, SplittableRandom random) {
        switch (random.nextInt(10)) {
            case 0, 1 -> footers(file, random);
            case 2, 3 -> header(file, random);
            case 4, 5 -> locators(file, random);
            case 6 -> path(file, random);
            case 7 -> {
                if (random.nextInt(8) == 0) {
                    file.setSize(Math.max(0, odd(random, file.size(), file.size()) % (file.size() + 1)));
                }
            }
            default -> table(file, random);
        }
    }

    private void footers(FuzzFile file, SplittableRandom random) {
        long seed = random.nextLong();
        boolean broken = random.nextInt(20) == 0;
        for (long at : new long[] {0, file.size() - 512}) {
            if (at >= 0 && random.nextInt(5) > 0) {
                ByteBuffer footer = get(file, at, 512);
                SplittableRandom same = new SplittableRandom(seed);
                if (same.nextInt(4) == 0) {
                    footer.putLong(48, (same.nextLong() >>> same.nextInt(20, 64)) / 512 * 512);
                } else {
                    changeOne(footer, 0, FOOTER, same, file.size());
                }
                if (!broken) {
                    seal(footer, 64);
                }
                put(file, at, footer);
            }
        }
    }

    private void header(FuzzFile file, SplittableRandom random) {
        ByteBuffer header = get(file, HEADER_AT, 1024);
        changeOne(header, 0, HEADER, random, file.size());
        if (random.nextInt(20) > 0) {
            seal(header, 36);
        }
        put(file, HEADER_AT, header);
    }

    private void locators(FuzzFile file, SplittableRandom random) {
        ByteBuffer header = get(file, HEADER_AT, 1024);
        int at = 576 + 24 * random.nextInt(3);
        if (random.nextInt(3) == 0) {
            header.putInt(at, random.nextBoolean() ? 0x57327275 : 0x57326B75);
        } else {
            changeOne(header, at, LOCATOR, random, file.size());
        }
        seal(header, 36);
        put(file, HEADER_AT, header);
    }

    private void path(FuzzFile file, SplittableRandom random) {
        ByteBuffer header = get(file, HEADER_AT, 1024);
        String[] texts = {
            "..\\a", "\\\\host\\share\\a", "C:\\a", "/etc/a", ".\\b", ".", "..", ".\\a/../../b", "a:b", "\0"
        };
        byte[] text = texts[random.nextInt(texts.length)].getBytes(StandardCharsets.UTF_16LE);
        long at = header.getLong(576 + 16);
        if (at > 0 && at < file.size() - text.length) {
            put(file, at, ByteBuffer.wrap(text));
            header.putInt(576 + 8, text.length);
        }
        seal(header, 36);
        put(file, HEADER_AT, header);
    }

    private void table(FuzzFile file, SplittableRandom random) {
        long at = TABLE_AT + 4L * random.nextInt(9);
        ByteBuffer entry = get(file, at, 4);
        if (random.nextBoolean()) {
            entry.putInt(0, (int) random.nextLong(file.size() / 512 + 2));
        } else {
            change(entry, 0, 4, random, file.size());
        }
        put(file, at, entry);
    }
}
