package io.sdr.benchmarks.drill;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;

/**
 * Which parts of a disk are compared: a small disk whole; of a large one all that held data at the import, all that the guest
 * ever wrote, and some ranges elsewhere, the same in each run.
 */
final class CheckPlan {
    /** Up to this size a disk is compared whole, in bytes. */
    static final long WHOLE_LIMIT = 8L << 30;

    private static final int ELSEWHERE = 1000;
    private static final int ELSEWHERE_BYTES = 64 << 10;
    /** A disk that is nearly full has little elsewhere: so often a range is drawn again. */
    private static final int DRAWS = 20;

    private static final long SEED = 0x5d12d1L;

    private CheckPlan() {}

    static List<Range> of(long sizeBytes, List<Range> imported, Collection<GuestWrite> writes, long wholeLimit) {
        if (sizeBytes <= wholeLimit) {
            return List.of(new Range(0, sizeBytes));
        }
        List<Range> ranges = new ArrayList<>(imported);
        for (GuestWrite write : writes) {
            ranges.add(new Range(write.offset(), write.length()));
        }
        List<Range> known = merge(ranges);
        TreeMap<Long, Range> byOffset = new TreeMap<>();
        known.forEach(range -> byOffset.put(range.offset(), range));
        Random random = new Random(SEED);
        List<Range> all = new ArrayList<>(known);
        for (int i = 0; i < ELSEWHERE; i++) {
            all.add(elsewhere(random, sizeBytes, byOffset));
        }
        return merge(all);
    }

    private static Range elsewhere(Random random, long sizeBytes, NavigableMap<Long, Range> known) {
        Range range = draw(random, sizeBytes);
        for (int again = 0; again < DRAWS && touches(known, range); again++) {
            range = draw(random, sizeBytes);
        }
        return range;
    }

    private static Range draw(Random random, long sizeBytes) {
        long offset = (long) (random.nextDouble() * sizeBytes);
        return new Range(offset, Math.min(ELSEWHERE_BYTES, sizeBytes - offset));
    }

    private static boolean touches(NavigableMap<Long, Range> known, Range range) {
        Map.Entry<Long, Range> before = known.lowerEntry(range.end());
        return before != null && before.getValue().end() > range.offset();
    }

    private static List<Range> merge(List<Range> ranges) {
        ranges.sort(Comparator.comparingLong(Range::offset));
        List<Range> merged = new ArrayList<>();
        for (Range range : ranges) {
            int last = merged.size() - 1;
            if (last >= 0 && merged.get(last).end() >= range.offset()) {
                Range before = merged.get(last);
                merged.set(last, new Range(before.offset(), Math.max(before.end(), range.end()) - before.offset()));
            } else {
                merged.add(range);
            }
        }
        return merged;
    }
}
