package io.sdr.core.agent;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Connections whose other end has not shown yet who it is. They are few, and for a short time: one more than may be takes the place of
 * the oldest one, of the address from which most have come. So nobody who only holds connections open keeps those out who say who they
 * are at once. Thread-safe.
 *
 * @param <C> a connection
 */
final class Strangers<C> {
    private final int most;
    private final long patienceNanos;
    private final LongSupplier nanoTime;
    private final Map<C, Arrival> present = new LinkedHashMap<>();

    private record Arrival(String address, long at) {}

    /**
     * Begins with none.
     *
     * @param most how many at once
     * @param patience how long one may be a stranger
     * @param nanoTime tells the time in nanoseconds
     */
    Strangers(int most, Duration patience, LongSupplier nanoTime) {
        this.most = most;
        this.patienceNanos = patience.toNanos();
        this.nanoTime = nanoTime;
    }

    /** Takes one in; gives the one that has to go for it. */
    synchronized Optional<C> admit(C connection, String address) {
        Optional<C> leaves = present.size() < most ? Optional.empty() : Optional.of(oldestOfMost());
        leaves.ifPresent(present::remove);
        present.put(connection, new Arrival(address, nanoTime.getAsLong()));
        return leaves;
    }

    private C oldestOfMost() {
        Map<String, Integer> counts = new HashMap<>();
        present.values().forEach(each -> counts.merge(each.address(), 1, Integer::sum));
        int largest = counts.values().stream().max(Integer::compare).orElseThrow();
        return present.entrySet().stream()
                .filter(each -> counts.getOrDefault(each.getValue().address(), 0) == largest)
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow();
    }

    /** One is known now, or gone; false if it had to go before. */
    synchronized boolean leave(C connection) {
        return present.remove(connection) != null;
    }

    /** Gives those whose time is over, which have to go. */
    synchronized List<C> overdue() {
        List<C> all = new ArrayList<>();
        Iterator<Map.Entry<C, Arrival>> each = present.entrySet().iterator();
        while (each.hasNext()) {
            Map.Entry<C, Arrival> next = each.next();
            if (nanoTime.getAsLong() - next.getValue().at() >= patienceNanos) {
                all.add(next.getKey());
                each.remove();
            }
        }
        return all;
    }
}
