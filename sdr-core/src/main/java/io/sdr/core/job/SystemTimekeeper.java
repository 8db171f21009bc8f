package io.sdr.core.job;

import io.sdr.api.Timekeeper;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The system's clock, and daemon threads: up to a limit for work, one that only hands over what is due. Threads are never
 * interrupted by it: an interrupt inside a file call closes the file.
 */
public final class SystemTimekeeper implements Timekeeper, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SystemTimekeeper.class);
    private static final int LONGEST_QUEUE = 1_000_000;
    private static final Duration LONGEST_DELAY = Duration.ofDays(365);
    private static final Duration LONGEST_SLEEP = Duration.ofSeconds(1);

    private final ThreadPoolExecutor workers;
    private final ScheduledThreadPoolExecutor timer;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private long signals;
    private volatile boolean closed;

    /** Makes one with at most 64 working threads. */
    public SystemTimekeeper() {
        this(64);
    }

    /**
     * Makes one.
     *
     * @param threads how many tasks run at once at most
     */
    public SystemTimekeeper(int threads) {
        workers = new ThreadPoolExecutor(
                threads,
                threads,
                30,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(LONGEST_QUEUE),
                daemons("sdr-worker-"));
        workers.allowCoreThreadTimeOut(true);
        timer = new ScheduledThreadPoolExecutor(1, daemons("sdr-timer-"));
        timer.setRemoveOnCancelPolicy(true);
        timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    private static ThreadFactory daemons(String prefix) {
        AtomicInteger number = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, prefix + number.incrementAndGet());
            thread.setDaemon(true);
            thread.setUncaughtExceptionHandler(
                    (dead, error) -> LOG.error("{} died; what it worked on stands until a restart", dead, error));
            return thread;
        };
    }

    @Override
    public Instant now() {
        return Instant.now();
    }

    @Override
    public long nanos() {
        return System.nanoTime();
    }

    @Override
    public void execute(Runnable task) {
        if (closed) {
            return;
        }
        try {
            workers.execute(task);
        } catch (RejectedExecutionException e) {
            if (!closed) {
                throw e;
            }
            LOG.debug("closed while a task was handed over", e);
        }
    }

    @Override
    public Cancellation schedule(Duration delay, Runnable task) {
        if (closed) {
            return () -> {};
        }
        Duration bounded = delay.compareTo(LONGEST_DELAY) > 0 ? LONGEST_DELAY : delay;
        try {
            ScheduledFuture<?> due =
                    timer.schedule(() -> execute(task), Math.max(0, bounded.toNanos()), TimeUnit.NANOSECONDS);
            return () -> due.cancel(false);
        } catch (RejectedExecutionException e) {
            LOG.debug("closed while a task was scheduled", e);
            return () -> {};
        }
    }

    /**
     * {@inheritDoc}
     *
     * <p>An interrupt ends the wait early, with the thread's interrupt status kept.
     */
    @Override
    public boolean await(BooleanSupplier condition, Instant until) {
        while (true) {
            long seen = signalsSoFar();
            if (condition.getAsBoolean()) {
                return true;
            }
            Instant now = now();
            if (!now.isBefore(until)) {
                return false;
            }
            Duration left = until.isAfter(now.plus(LONGEST_SLEEP)) ? LONGEST_SLEEP : Duration.between(now, until);
            if (!sleepUntilSignal(seen, left)) {
                return condition.getAsBoolean();
            }
        }
    }

    private long signalsSoFar() {
        lock.lock();
        try {
            return signals;
        } finally {
            lock.unlock();
        }
    }

    /** False if the thread was interrupted. */
    private boolean sleepUntilSignal(long seen, Duration longest) {
        long nanos = longest.toNanos();
        lock.lock();
        try {
            while (signals == seen && nanos > 0) {
                nanos = changed.awaitNanos(nanos);
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void signal() {
        lock.lock();
        try {
            signals++;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Begins nothing any more; what runs comes to its own end. */
    @Override
    public void close() {
        closed = true;
        timer.shutdown();
        workers.shutdown();
        signal();
    }
}
