package io.sdr.core.sync;

import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Runs the same work in several threads, the calling one among them, and waits for those that began. What the executor has not begun
 * when the calling thread is done never begins. The first failure stops the others and is thrown, theirs with it.
 */
final class Crew {
    /** The work of one. */
    @FunctionalInterface
    interface Work {
        /**
         * Does it.
         *
         * @param first whether this is the calling thread
         */
        void run(boolean first);
    }

    private final SyncWorkers workers;
    private final Runnable stop;
    private int working;
    private boolean over;
    private @Nullable Throwable failure;

    Crew(SyncWorkers workers, Runnable stop) {
        this.workers = workers;
        this.stop = stop;
    }

    void run(Work work) {
        for (int i = 1; i < workers.count(); i++) {
            try {
                workers.executor().execute(() -> join(work));
            } catch (RejectedExecutionException e) {
                break; // those that are there do it all
            }
        }
        attempt(work, true);
        awaitOthers();
        rethrow();
    }

    private void join(Work work) {
        synchronized (this) {
            if (over) {
                return;
            }
            working++;
        }
        try {
            attempt(work, false);
        } finally {
            synchronized (this) {
                working--;
                notifyAll();
            }
        }
    }

    private void attempt(Work work, boolean first) {
        try {
            work.run(first);
        } catch (RuntimeException | Error e) {
            fail(e);
            stop.run();
        }
    }

    private synchronized void fail(Throwable e) {
        if (failure == null) {
            failure = e;
        } else if (failure != e) {
            failure.addSuppressed(e);
        }
    }

    private synchronized void awaitOthers() {
        over = true;
        boolean interrupted = false;
        while (working > 0) {
            try {
                wait();
            } catch (InterruptedException e) {
                interrupted = true; // disks must not be closed under a worker; the flag says it to the caller
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void rethrow() {
        if (failure instanceof RuntimeException e) {
            throw e;
        }
        if (failure instanceof Error e) {
            throw e;
        }
    }
}
