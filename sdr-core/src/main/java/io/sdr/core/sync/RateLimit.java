package io.sdr.core.sync;

import io.sdr.api.spi.CancelFlag;
import io.sdr.api.spi.Throttle;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * A limit in bytes a second, shared by all who take from it. Who takes waits until what was taken before is paid for; so what is
 * taken at once may be any amount, and over a longer time the rate is kept. What was not used for up to a tenth of a second may be
 * used later. Thread-safe.
 */
public final class RateLimit implements Throttle {
    /** No limit. */
    public static final RateLimit NONE = new RateLimit(0, System::nanoTime, nanos -> {});

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final long TENTH = TimeUnit.MILLISECONDS.toNanos(100);

    /** Lets time pass. */
    @FunctionalInterface
    public interface Sleeper {
        /**
         * Waits.
         *
         * @param nanos how long
         * @throws InterruptedException if the thread was interrupted
         */
        void sleep(long nanos) throws InterruptedException;
    }

    private final long bytesPerSecond;
    private final LongSupplier nanoTime;
    private final Sleeper sleeper;
    private long paidUntil;
    private boolean used;

    private RateLimit(long bytesPerSecond, LongSupplier nanoTime, Sleeper sleeper) {
        this.bytesPerSecond = bytesPerSecond;
        this.nanoTime = nanoTime;
        this.sleeper = sleeper;
    }

    /**
     * Makes a limit.
     *
     * @param bytesPerSecond how many, above 0
     * @return the limit
     */
    public static RateLimit of(long bytesPerSecond) {
        return of(bytesPerSecond, System::nanoTime, TimeUnit.NANOSECONDS::sleep);
    }

    /**
     * Makes a limit on another clock.
     *
     * @param bytesPerSecond how many, above 0
     * @param nanoTime tells the time in nanoseconds
     * @param sleeper lets it pass
     * @return the limit
     */
    public static RateLimit of(long bytesPerSecond, LongSupplier nanoTime, Sleeper sleeper) {
        if (bytesPerSecond < 1) {
            throw new IllegalArgumentException("not a rate: " + bytesPerSecond + " bytes a second");
        }
        return new RateLimit(bytesPerSecond, nanoTime, sleeper);
    }

    /**
     * Takes bytes, and waits until they may be used.
     *
     * @param bytes how many
     * @param cancel ends the waiting early
     * @throws SyncCancelledException if the thread was interrupted; its flag is set again
     */
    @Override
    public void take(long bytes, CancelFlag cancel) {
        if (bytesPerSecond == 0) {
            return;
        }
        long until = book(bytes);
        try {
            for (long left = until - nanoTime.getAsLong();
                    left > 0 && !cancel.isSet();
                    left = until - nanoTime.getAsLong()) {
                sleeper.sleep(Math.min(left, TENTH));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SyncCancelledException("keep to " + bytesPerSecond + " bytes a second", 0);
        }
    }

    /** Gives the time at which what is taken now may be used. */
    private synchronized long book(long bytes) {
        long now = nanoTime.getAsLong();
        long earliest = now - TENTH;
        long from = used && paidUntil - earliest > 0 ? paidUntil : earliest;
        used = true;
        long whole = bytes / bytesPerSecond;
        paidUntil = from + whole * SECOND + (long) ((double) (bytes % bytesPerSecond) / bytesPerSecond * SECOND);
        return from;
    }
}
