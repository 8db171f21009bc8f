package io.sdr.hyperv.site;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Threads that ask several hosts at once. No call waits in a queue behind those to a host that hangs: it would begin after its time is
 * over. Where there are too many, whoever asks does it.
 */
final class HostThreads {
    /** Calls to each host at once, beyond which callers wait for their own. */
    private static final int MOST_FOR_EACH_HOST = 32;

    private static final long IDLE_SECONDS = 30;

    private HostThreads() {}

    static ExecutorService of(int hosts, String name) {
        return new ThreadPoolExecutor(
                0,
                hosts * MOST_FOR_EACH_HOST,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new SynchronousQueue<>(),
                task -> {
                    Thread thread = new Thread(task, name);
                    thread.setDaemon(true);
                    return thread;
                },
                (task, pool) -> {
                    if (pool.isShutdown()) {
                        throw new RejectedExecutionException("the site is closed");
                    }
                    task.run();
                });
    }
}
