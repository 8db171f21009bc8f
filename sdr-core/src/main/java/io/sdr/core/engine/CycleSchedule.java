package io.sdr.core.engine;

import io.sdr.api.Side;
import io.sdr.api.SiteId;
import io.sdr.core.operation.ItemState;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * When the next cycle of each item is due: so long after its newest recovery point as the policy says, or after a failure so long as
 * the {@link RetryLadder} says. A recovery point's time is that of another clock, and the engine's own may be set back: nobody waits
 * longer than was meant because of that. Kept in memory; an engine that starts makes it anew from the items. Thread-safe.
 */
final class CycleSchedule {
    /**
     * An item that waits for its next cycle.
     *
     * @param item its id
     * @param from the site it replicates from
     * @param to the site it replicates to
     * @param due when its cycle is due
     * @param pause how long that was at most when it was planned
     * @param failures how many cycles failed in a row
     */
    record Entry(String item, SiteId from, SiteId to, Instant due, Duration pause, int failures) {
        private Entry noLaterThan(Instant latest) {
            return due.isAfter(latest) ? new Entry(item, from, to, latest, pause, failures) : this;
        }
    }

    private final TreeSet<Entry> waiting =
            new TreeSet<>(Comparator.comparing(Entry::due).thenComparing(Entry::item));
    private final Map<String, Entry> byItem = new HashMap<>();
    private final Set<String> inFlight = new HashSet<>();
    private Instant lastNow = Instant.MIN;

    /** The item changed: it is planned anew, or not at all. One whose cycle is in flight is planned when that ends. */
    synchronized void plan(ItemState item, boolean replicates, Instant now) {
        String id = item.id().value();
        if (!replicates) {
            forget(id);
        } else if (!inFlight.contains(id)) {
            put(entry(item, dueAfterLast(item, now), failures(id)));
        }
    }

    /** The item gives no reason for cycles any more. */
    synchronized void forget(String item) {
        Entry old = byItem.remove(item);
        if (old != null) {
            waiting.remove(old);
        }
    }

    /** Takes the item that is due longest and whose sites may be called; it is in flight then. */
    synchronized Optional<Entry> take(Instant now, Predicate<SiteId> callable) {
        if (now.isBefore(lastNow)) {
            for (Entry each : List.copyOf(waiting)) {
                put(each.noLaterThan(now.plus(each.pause())));
            }
        }
        lastNow = now;
        for (Entry each : waiting) {
            if (each.due().isAfter(now)) {
                return Optional.empty();
            }
            if (callable.test(each.from()) && callable.test(each.to())) {
                waiting.remove(each);
                inFlight.add(each.item());
                return Optional.of(each);
            }
        }
        return Optional.empty();
    }

    /** A cycle was acknowledged. */
    synchronized void succeeded(ItemState item, Instant begun) {
        inFlight.remove(item.id().value());
        put(entry(item, begun.plus(item.policy().every()), 0));
    }

    /** A cycle failed though the sites answer. */
    synchronized void failed(Entry entry, Instant now) {
        inFlight.remove(entry.item());
        int failures = entry.failures() + 1;
        Duration wait = RetryLadder.after(failures);
        put(new Entry(entry.item(), entry.from(), entry.to(), now.plus(wait), wait, failures));
    }

    /** Nothing came of it and nothing is known: a site went away, or somebody else needed the item. It is due as before. */
    synchronized void putBack(Entry entry) {
        inFlight.remove(entry.item());
        put(entry);
    }

    /** It must not replicate now. */
    synchronized void dropped(Entry entry) {
        inFlight.remove(entry.item());
        forget(entry.item());
    }

    private int failures(String item) {
        return Optional.ofNullable(byItem.get(item)).map(Entry::failures).orElse(0);
    }

    private void put(Entry entry) {
        Entry old = byItem.put(entry.item(), entry);
        if (old != null) {
            waiting.remove(old);
        }
        waiting.add(entry);
    }

    private static Instant dueAfterLast(ItemState item, Instant now) {
        return item.lastPoint()
                .map(last -> (last.isAfter(now) ? now : last).plus(item.policy().every()))
                .orElse(now);
    }

    private static Entry entry(ItemState item, Instant due, int failures) {
        Side to = item.replicatesTo().orElse(item.active().other());
        return new Entry(
                item.id().value(),
                item.place(to.other()).site(),
                item.place(to).site(),
                due,
                item.policy().every(),
                failures);
    }
}
