package io.sdr.benchmarks.cli;

import io.sdr.core.sync.Pace;
import io.sdr.core.sync.SyncWorkers;

/** The threads of commands that move much data, and how they tell of their pace. */
public final class Threads {
    private static final int DEFAULT_WORKERS = 2;

    private Threads() {}

    /**
     * Gives two workers, or one on a machine with one core.
     *
     * @return the workers
     */
    public static SyncWorkers workers() {
        return workers(Math.min(Runtime.getRuntime().availableProcessors(), DEFAULT_WORKERS));
    }

    /**
     * Gives some workers.
     *
     * @param count how many, the calling thread included
     * @return the workers
     */
    public static SyncWorkers workers(int count) {
        return SyncWorkers.of(count, work -> {
            Thread thread = new Thread(work, "sync worker");
            thread.setDaemon(true);
            thread.start();
        });
    }

    /**
     * Puts a pace into words.
     *
     * @param pace how far it is
     * @return a line
     */
    public static String text(Pace pace) {
        long percent = pace.bytesTotal() == 0 ? 100 : pace.bytesDone() * 100 / pace.bytesTotal();
        return percent + " %, " + (pace.bytesPerSecond() >> 20) + " MiB/s"
                + pace.remaining()
                        .map(left -> ", " + left.toSeconds() + " s left")
                        .orElse("");
    }
}
