package io.sdr.core.replication;

import io.sdr.api.spi.RangeSet;
import io.sdr.core.replication.Manifest.Disk;
import java.util.ArrayList;
import java.util.List;

/**
 * Ranges in which disks may differ. They are compared before anything is sent, so they may be wider than the truth: where a manifest
 * could not hold them, they are widened to whole blocks, the smallest that will do.
 */
final class Candidates {
    /** Of all disks together; some 15 MiB of a manifest. */
    static final int MOST_RANGES = 500_000;

    private static final int SMALLEST_BLOCK = 64 << 10;
    private static final int LARGEST_BLOCK = 1 << 30;

    private Candidates() {}

    /** The same ranges by disk, or wider ones. */
    static List<RangeSet> bounded(List<RangeSet> byDisk, List<Disk> disks) {
        long count = byDisk.stream().mapToLong(RangeSet::count).sum();
        if (count <= MOST_RANGES || byDisk.size() != disks.size()) {
            return List.copyOf(byDisk);
        }
        List<RangeSet> wide = new ArrayList<>();
        for (int k = 0; k < disks.size(); k++) {
            wide.add(bounded(byDisk.get(k), disks.get(k).sizeBytes(), MOST_RANGES / disks.size()));
        }
        return List.copyOf(wide);
    }

    private static RangeSet bounded(RangeSet ranges, long sizeBytes, int most) {
        RangeSet wide = ranges;
        for (int block = SMALLEST_BLOCK; wide.count() > most && block < LARGEST_BLOCK; block *= 2) {
            wide = ranges.aligned(block, sizeBytes);
        }
        return wide.count() > most ? RangeSet.of(0, sizeBytes) : wide;
    }
}
