package io.sdr.testkit;

import io.sdr.api.Timekeeper;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Time that passes only when somebody waits. Nothing runs but inside {@link #await}: first what was handed to {@link #execute},
 * in that order, then what was scheduled, in the order of its moments, the clock jumping to each. No thread, no sleep, the same
 * run every time. To be used from one thread; a task may itself wait.
 */
public final class VirtualTime implements Timekeeper {
    /** So many tasks without the clock moving are taken for a task that calls itself for ever. */
    private static final int MOST_TASKS_AT_ONE_MOMENT = 1_000_000;

    private static final Duration FOR_EVER = Duration.ofDays(365_000);

    private final Queue<Runnable> ready = new ArrayDeque<>();
    private final PriorityQueue<Scheduled> later =
            new PriorityQueue<>(Comparator.comparing(Scheduled::due).thenComparing(Scheduled::number));
    private final Instant start;
    private Instant now;
    private long scheduled;
    private int tasksAtThisMoment;

    private record Scheduled(Instant due, long number, Runnable task) {}

    /** Starts at noon of the first of January 2025. */
    public VirtualTime() {
        this(Instant.parse("2025-01-01T12:00:00Z"));
    }

    /**
     * Starts at a moment.
     *
     * @param start the moment
     */
    public VirtualTime(Instant start) {
        this.start = start;
        this.now = start;
    }

    @Override
    public synchronized Instant now() {
        return now;
    }

    @Override
    public synchronized long nanos() {
        return Duration.between(start, now).toNanos();
    }

    @Override
    public synchronized void execute(Runnable task) {
        ready.add(task);
    }

    @Override
    public synchronized Cancellation schedule(Duration delay, Runnable task) {
        Scheduled entry = new Scheduled(now.plus(delay.isNegative() ? Duration.ZERO : delay), scheduled++, task);
        later.add(entry);
        return () -> remove(entry);
    }

    private synchronized void remove(Scheduled entry) {
        later.remove(entry);
    }

    /**
     * Runs what is due until the condition holds, moving the clock.
     *
     * @param condition looked at before each task and at the end
     * @param until when to give up; what is due at this very moment still runs, and then the clock stands here
     * @return whether the condition holds
     * @throws IllegalStateException if nothing is due any more and {@code until} is more than a thousand years away: with a real
     *     clock this wait would never end
     */
    @Override
    public boolean await(BooleanSupplier condition, Instant until) {
        while (!condition.getAsBoolean()) {
            Runnable task = next(until);
            if (task == null) {
                return condition.getAsBoolean();
            }
            task.run();
        }
        return true;
    }

    private synchronized @Nullable Runnable next(Instant until) {
        if (until.isBefore(now)) {
            return null;
        }
        Runnable task = ready.poll();
        if (task == null) {
            Scheduled first = later.peek();
            if (first == null || first.due().isAfter(until)) {
                if (first == null && until.isAfter(now.plus(FOR_EVER))) {
                    throw new IllegalStateException(
                            "nothing is due any more at " + now + ": this wait would never end");
                }
                moveTo(until);
                return null;
            }
            later.remove(first);
            moveTo(first.due());
            task = first.task();
        }
        if (++tasksAtThisMoment > MOST_TASKS_AT_ONE_MOMENT) {
            throw new IllegalStateException(
                    MOST_TASKS_AT_ONE_MOMENT + " tasks ran at " + now + " without the clock moving: " + task);
        }
        return task;
    }

    private void moveTo(Instant moment) {
        if (moment.isAfter(now)) {
            now = moment;
            tasksAtThisMoment = 0;
        }
    }

    @Override
    public void signal() {
        // nobody sleeps: who waits looks at its condition after every task
    }

    /**
     * Moves the clock without running anything: what a slow call does.
     *
     * @param duration how far
     */
    public synchronized void pass(Duration duration) {
        moveTo(now.plus(duration));
    }

    @Override
    public void pause(Duration duration) {
        pass(duration);
    }

    /**
     * Lets time go by and runs what is due in it.
     *
     * @param duration how long
     */
    public void runFor(Duration duration) {
        Instant until = now().plus(duration);
        await(() -> false, until);
    }

    /**
     * Counts what waits to be run.
     *
     * @return tasks handed over or scheduled
     */
    public synchronized int pending() {
        return ready.size() + later.size();
    }
}
