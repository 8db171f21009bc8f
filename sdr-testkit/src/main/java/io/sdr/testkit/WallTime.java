package io.sdr.testkit;

import io.sdr.api.Timekeeper;
import java.time.Duration;
import java.time.Instant;
import java.util.function.BooleanSupplier;

/** The wall clock for sites that are used without an engine's timekeeper. It runs nothing. */
final class WallTime implements Timekeeper {
    WallTime() {}

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
        throw cannot();
    }

    @Override
    public Cancellation schedule(Duration delay, Runnable task) {
        throw cannot();
    }

    @Override
    public boolean await(BooleanSupplier condition, Instant until) {
        throw cannot();
    }

    @Override
    public void signal() {
        // nobody waits
    }

    private static UnsupportedOperationException cannot() {
        return new UnsupportedOperationException("give the site a timekeeper: SiteOptions.time(...)");
    }
}
