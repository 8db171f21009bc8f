package io.sdr.core.sync.wire;

import io.sdr.api.spi.CancelFlag;
import io.sdr.core.sync.SyncCancelledException;
import java.util.concurrent.TimeUnit;

/**
 * Looks at a cancel flag for those who wait for the other end of a connection and can look at nothing. An end whose disk hangs still
 * sends its pings: nothing but this would ever end the wait. Once the flag is set the connection ends.
 */
final class CancelWatch implements Runnable, AutoCloseable {
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final Link link;
    private final CancelFlag cancel;
    private final String work;
    private boolean over;
    private boolean ended;

    private CancelWatch(Link link, CancelFlag cancel, String work) {
        this.link = link;
        this.cancel = cancel;
        this.work = work;
    }

    /**
     * Begins to look, in a thread of its own, until this is closed.
     *
     * @param work what the connection is for, for the message
     */
    static CancelWatch over(Link link, CancelFlag cancel, String work) {
        CancelWatch watch = new CancelWatch(link, cancel, work);
        link.options().threads().execute(watch);
        return watch;
    }

    @Override
    public void run() {
        try {
            while (isWanted()) {
                if (cancel.isSet()) {
                    link.stop(new SyncCancelledException(work, 0));
                    return;
                }
            }
        } finally {
            synchronized (this) {
                ended = true;
                notifyAll();
            }
        }
    }

    /** Waits for a while; false if nobody needs this any more. */
    private synchronized boolean isWanted() {
        try {
            if (!over) {
                TimeUnit.NANOSECONDS.timedWait(this, LOOK_NANOS);
            }
            return !over;
        } catch (InterruptedException e) {
            return false; // somebody wants this thread to end
        }
    }

    /** Looks no more, and waits until the thread has ended. A second call does nothing. */
    @Override
    public void close() {
        boolean interrupted = false;
        synchronized (this) {
            over = true;
            notifyAll();
            while (!ended) {
                try {
                    wait();
                } catch (InterruptedException e) {
                    interrupted = true; // it takes a moment only
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
