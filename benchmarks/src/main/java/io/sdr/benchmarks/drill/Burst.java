package io.sdr.benchmarks.drill;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * The places that the guest writes to in one part of a step: transactions of two blocks each, the same in every run on a disk of
 * this size. The last one ends at the end of the disk.
 */
final class Burst {
    private static final int SECTOR = 512;
    private static final int TRANSACTIONS = 16;
    /** Largest block, in sectors; all blocks of a burst together stay below 1 MiB. */
    private static final int MAX_SECTORS = 64;
    /** On a tiny disk blocks of one burst may overlap after so many draws. */
    private static final int DRAWS = 50;

    private final long diskBytes;
    private final long sectors;
    private final Random random;
    private final List<Range> taken = new ArrayList<>();

    private Burst(long diskBytes, long seed) {
        this.diskBytes = diskBytes;
        this.sectors = (diskBytes + SECTOR - 1) / SECTOR;
        this.random = new Random(seed);
    }

    static List<List<Range>> transactions(String name, long diskBytes) {
        return new Burst(diskBytes, name.hashCode() * 0x9e3779b97f4a7c15L).draw();
    }

    private List<List<Range>> draw() {
        List<List<Range>> transactions = new ArrayList<>();
        int count = (int) Math.max(1, Math.min(TRANSACTIONS, sectors / 16));
        Range last = lastBlock();
        taken.add(last);
        for (int i = 1; i < count; i++) {
            transactions.add(List.of(block(), block()));
        }
        transactions.add(List.of(block(), last));
        return transactions;
    }

    private Range lastBlock() {
        long first = Math.max(0, sectors - blockSectors());
        return range(first, sectors - first);
    }

    private Range block() {
        Range drawn = drawBlock();
        for (int i = 0; i < DRAWS && overlaps(drawn); i++) {
            drawn = drawBlock();
        }
        taken.add(drawn);
        return drawn;
    }

    private boolean overlaps(Range range) {
        return taken.stream().anyMatch(other -> other.offset() < range.end() && range.offset() < other.end());
    }

    private Range drawBlock() {
        long length = blockSectors();
        long first = (long) (random.nextDouble() * Math.max(1, sectors - length));
        return range(first, length);
    }

    private int blockSectors() {
        int most = (int) Math.max(1, Math.min(MAX_SECTORS, sectors / 64));
        return 1 + random.nextInt(most);
    }

    private Range range(long firstSector, long sectorCount) {
        long offset = firstSector * SECTOR;
        return new Range(offset, Math.min(sectorCount * SECTOR, diskBytes - offset));
    }
}
