package io.sdr.core.operation;

import io.sdr.api.BandwidthSchedule;
import io.sdr.api.ItemId;
import io.sdr.api.SiteId;
import io.sdr.api.Timekeeper;
import io.sdr.api.spi.ReplicaLink;
import io.sdr.api.spi.Throttle;
import io.sdr.core.sync.ScheduledLimit;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What may be sent: for each item by its policy, and for all items together between two sites, in either direction. The schedules of
 * items are looked at anew each second, so that a changed policy counts for what is under way. Thread-safe.
 */
public final class Bandwidth {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final Function<ItemId, BandwidthSchedule> policies;
    private final Map<Set<SiteId>, BandwidthSchedule> pairs;
    private final Timekeeper time;
    private final Map<ItemId, Throttle> items = new ConcurrentHashMap<>();
    private final Map<Set<SiteId>, Throttle> links = new ConcurrentHashMap<>();

    /**
     * Keeps to policies.
     *
     * @param policies gives the schedule of an item
     * @param pairs the schedules of two sites together
     * @param time the clock by which they go
     */
    public Bandwidth(
            Function<ItemId, BandwidthSchedule> policies, Map<Set<SiteId>, BandwidthSchedule> pairs, Timekeeper time) {
        this.policies = policies;
        this.pairs = Map.copyOf(pairs);
        this.time = time;
    }

    /** What an item's bytes have to be taken from. */
    Throttle of(ReplicaLink link) {
        Throttle item = items.computeIfAbsent(link.item(), id -> limit(new EachSecond(id)));
        Set<SiteId> sites =
                Set.copyOf(List.of(link.source().site(), link.target().site()));
        Optional<Throttle> pair = Optional.ofNullable(pairs.get(sites))
                .map(schedule -> links.computeIfAbsent(sites, each -> limit(() -> schedule)));
        return pair.<Throttle>map(both -> (bytes, cancel) -> {
                    item.take(bytes, cancel);
                    both.take(bytes, cancel);
                })
                .orElse(item);
    }

    private Throttle limit(Supplier<BandwidthSchedule> schedule) {
        return new ScheduledLimit(schedule, time::now, time::nanos, nanos -> time.pause(Duration.ofNanos(nanos)));
    }

    /** An item's schedule; the store is not asked for each block. */
    private final class EachSecond implements Supplier<BandwidthSchedule> {
        private final ItemId item;
        private BandwidthSchedule schedule = BandwidthSchedule.unlimited();
        private long asked;
        private boolean known;

        EachSecond(ItemId item) {
            this.item = item;
        }

        @Override
        public synchronized BandwidthSchedule get() {
            long now = time.nanos();
            if (!known || now - asked >= SECOND) {
                schedule = policies.apply(item);
                asked = now;
                known = true;
            }
            return schedule;
        }
    }
}
