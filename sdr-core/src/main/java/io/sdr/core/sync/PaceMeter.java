package io.sdr.core.sync;

import io.sdr.api.spi.ProgressListener;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Makes of the many reports of long work few that tell the rate and the time that remains. The rate is that of the last ten
 * intervals. Thread-safe.
 */
public final class PaceMeter implements ProgressListener {
    private static final int INTERVALS = 10;
    private static final double NANOS = 1e9;

    private final LongSupplier nanoTime;
    private final long everyNanos;
    private final Consumer<Pace> listener;
    private final long[] times = new long[INTERVALS + 1];
    private final long[] dones = new long[INTERVALS + 1];
    private int reports;

    /**
     * Makes a meter.
     *
     * @param nanoTime tells the time in nanoseconds
     * @param every how much time passes between reports, at least
     * @param listener hears them, on the thread that does the work
     */
    public PaceMeter(LongSupplier nanoTime, Duration every, Consumer<Pace> listener) {
        this.nanoTime = nanoTime;
        this.everyNanos = every.toNanos();
        this.listener = listener;
    }

    @Override
    public synchronized void progress(long bytesDone, long bytesTotal) {
        long now = nanoTime.getAsLong();
        if (reports > 0 && now - times[(reports - 1) % times.length] < everyNanos && bytesDone != bytesTotal) {
            return;
        }
        times[reports % times.length] = now;
        dones[reports % times.length] = bytesDone;
        int first = Math.max(0, reports - INTERVALS) % times.length;
        double seconds = (now - times[first]) / NANOS;
        long rate = seconds > 0 ? (long) ((bytesDone - dones[first]) / seconds) : 0;
        reports++;
        listener.accept(new Pace(
                bytesDone,
                bytesTotal,
                rate,
                rate > 0 && bytesTotal >= bytesDone
                        ? Optional.of(Duration.ofMillis((long) ((double) (bytesTotal - bytesDone) / rate * 1000)))
                        : Optional.empty()));
    }
}
