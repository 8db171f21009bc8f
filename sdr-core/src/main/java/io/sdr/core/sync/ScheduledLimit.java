package io.sdr.core.sync;

import io.sdr.api.BandwidthSchedule;
import io.sdr.api.spi.CancelFlag;
import io.sdr.api.spi.Throttle;
import java.time.Instant;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * A limit that changes with the time of day, and with what it is asked of: both are looked at again at least ten times a second, also
 * by who waits already. Who takes waits until what was taken before is paid for; what was not used for up to a tenth of a second may be
 * used later. Thread-safe.
 */
public final class ScheduledLimit implements Throttle {
    private static final long TENTH = TimeUnit.MILLISECONDS.toNanos(100);
    private static final double SECOND = TimeUnit.SECONDS.toNanos(1);

    private final Supplier<BandwidthSchedule> schedule;
    private final Supplier<Instant> now;
    private final LongSupplier nanoTime;
    private final RateLimit.Sleeper sleeper;
    private double owed;
    private long since;
    private boolean used;

    /**
     * Follows a schedule.
     *
     * @param schedule gives the one that holds now
     * @param now tells the time of day
     * @param nanoTime tells the time in nanoseconds
     * @param sleeper lets it pass
     */
    public ScheduledLimit(
            Supplier<BandwidthSchedule> schedule,
            Supplier<Instant> now,
            LongSupplier nanoTime,
            RateLimit.Sleeper sleeper) {
        this.schedule = schedule;
        this.now = now;
        this.nanoTime = nanoTime;
        this.sleeper = sleeper;
    }

    /**
     * {@inheritDoc}
     *
     * @throws SyncCancelledException if the thread was interrupted; its flag is set again
     */
    @Override
    public void take(long bytes, CancelFlag cancel) {
        try {
            for (long wait = waitFor(bytes); wait > 0 && !cancel.isSet(); wait = waitFor(bytes)) {
                sleeper.sleep(Math.min(wait, TENTH));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SyncCancelledException("keep to a bandwidth of " + schedule.get(), 0);
        }
    }

    /** Takes the bytes and gives 0, or gives how long to wait for that at the present rate. */
    private synchronized long waitFor(long bytes) {
        OptionalLong rate = schedule.get().at(now.get());
        long time = nanoTime.getAsLong();
        if (rate.isEmpty()) {
            owed = 0;
            used = false;
            return 0;
        }
        double perNano = rate.getAsLong() / SECOND;
        double unused = TENTH * perNano;
        owed = used ? Math.max(-unused, owed - (time - since) * perNano) : -unused;
        since = time;
        used = true;
        if (owed > 0) {
            return Math.max(1, (long) Math.ceil(owed / perNano));
        }
        owed += bytes;
        return 0;
    }
}
