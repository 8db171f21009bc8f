package io.sdr.hyperv.simulation;

import io.sdr.api.spi.RangeSet;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Change tracking (RCT) of one disk: what was written when, and the moments that can be asked for. */
final class Tracking {
    private static final int GRAIN = 64 << 10;

    private record Write(long moment, long offset, long length) {}

    private final List<Write> writes = new ArrayList<>();
    private final Map<String, Long> marks = new HashMap<>();
    private long moment;

    void wrote(long offset, long length) {
        writes.add(new Write(moment, offset, length));
    }

    /** Begins a new moment and gives the number of the one that ends. */
    long freeze() {
        return moment++;
    }

    /** Lets what changes behind a moment be asked for. */
    void mark(String id, long frozen) {
        marks.put(id, frozen);
    }

    void forget(String id) {
        marks.remove(id);
    }

    /** Nothing can be asked for any more: what tracking knew was lost, or the disk was changed while nobody tracked. */
    void lose() {
        marks.clear();
    }

    /** All that was written behind a mark and up to a moment, and rather more: whole grains; or nothing if the mark is unknown. */
    Optional<RangeSet> changes(String since, long until, long sizeBytes) {
        Long from = marks.get(since);
        if (from == null) {
            return Optional.empty();
        }
        RangeSet.Builder changed = new RangeSet.Builder();
        for (Write write : writes) {
            if (write.moment() > from && write.moment() <= until) {
                changed.add(write.offset(), write.length());
            }
        }
        return Optional.of(changed.build().aligned(GRAIN, sizeBytes));
    }

    /** The moment that lasts. */
    long now() {
        return moment;
    }
}
