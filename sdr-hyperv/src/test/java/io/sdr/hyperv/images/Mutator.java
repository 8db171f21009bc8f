package io.sdr.hyperv.images;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.SplittableRandom;

/** Changes fields of an image so that its checksums are right again. */
abstract class Mutator {
    private final ByteOrder order;

    Mutator(ByteOrder order) {
        this.order = order;
    }

    /** Changes one thing. */
    abstract void mutate(FuzzFile file, SplittableRandom random);

    ByteBuffer get(FuzzFile file, long position, int length) {
        return file.get(position, length, order);
    }

    static void put(FuzzFile file, long position, ByteBuffer bytes) {
        file.write(position, bytes.duplicate().clear());
    }

    /** Gives a number that is likely to be taken wrongly. */
    static long odd(SplittableRandom random, long old, long fileSize) {
        long mib = 1 << 20;
        return switch (random.nextInt(14)) {
            case 0 -> 0;
            case 1 -> 1;
            case 2 -> -1;
            case 3 -> Long.MIN_VALUE;
            case 4 -> Long.MAX_VALUE;
            case 5 -> 1L << random.nextInt(64);
            case 6 -> old ^ 1L << random.nextInt(64);
            case 7 -> old + random.nextInt(-3, 4);
            case 8 -> fileSize / mib * mib + random.nextInt(-2, 3) * mib;
            case 9 -> random.nextInt(8) * mib;
            case 10 -> random.nextInt(1 << 16);
            case 11 -> -random.nextLong(1L << 33);
            case 12 -> old * 2;
            default -> random.nextLong();
        };
    }

    static void change(ByteBuffer bytes, int at, int width, SplittableRandom random, long fileSize) {
        switch (width) {
            case 2 -> bytes.putShort(at, (short) odd(random, bytes.getShort(at), fileSize));
            case 4 -> bytes.putInt(at, (int) odd(random, bytes.getInt(at), fileSize));
            case 8 -> bytes.putLong(at, odd(random, bytes.getLong(at), fileSize));
            default -> bytes.put(at + random.nextInt(width), (byte) random.nextInt(256));
        }
    }

    /** Changes one of some fields, given as offset and width. */
    static void changeOne(ByteBuffer bytes, int base, int[][] fields, SplittableRandom random, long fileSize) {
        int[] field = fields[random.nextInt(fields.length)];
        change(bytes, base + field[0], field[1], random, fileSize);
    }
}
