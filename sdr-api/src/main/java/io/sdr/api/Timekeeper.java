package io.sdr.api;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Time and threads, injected so that tests control both. With a virtual timekeeper nothing runs but inside {@link #await}: who
 * waits runs what is due. Thread-safe.
 */
public interface Timekeeper {
    /** Takes back what was scheduled. */
    @FunctionalInterface
    interface Cancellation {
        /** Takes it back; without effect once it has begun. */
        void cancel();
    }

    /**
     * Tells the time.
     *
     * @return now
     */
    Instant now();

    /**
     * Tells a time that never jumps, for measuring.
     *
     * @return nanoseconds since an arbitrary moment
     */
    long nanos();

    /**
     * Runs something soon, on another thread than the caller's or inside a later {@link #await}.
     *
     * @param task the task; must not throw
     */
    void execute(Runnable task);

    /**
     * Runs something later.
     *
     * @param delay how much later
     * @param task the task; must not throw
     * @return takes it back
     */
    Cancellation schedule(Duration delay, Runnable task);

    /**
     * Waits until a condition holds. It is looked at after each {@link #signal}.
     *
     * @param condition the condition
     * @param until when to give up
     * @return whether the condition holds
     */
    boolean await(BooleanSupplier condition, Instant until);

    /** Makes those who wait look again. */
    void signal();

    /**
     * Lets time pass within a call that shall not go faster; nothing is run in this thread meanwhile. Unless overridden the thread
     * sleeps.
     *
     * @param duration how long
     * @throws InterruptedException if the thread is interrupted
     */
    default void pause(Duration duration) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(duration.toNanos());
    }
}
