package io.sdr.core.call;

import io.sdr.api.SdrException;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.CancelFlag;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A call that waits for its answer. Whoever called waits, tells when it is cancelled, and hears its progress. One that is cancelled is
 * waited for a while only: the other end may hang, and somebody else may wait for whoever called.
 */
final class OutgoingCall {
    /** How often whoever called is asked whether it still wants the answer. */
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final CallLink link;
    private final long id;
    private final Optional<CallContext> context;
    private final CancelFlag cancel;
    private final long patienceNanos;
    private byte @Nullable [] answer;
    private @Nullable SdrException lost;
    private long done;
    private long total;
    private boolean progressed;
    private boolean givenUp;
    private long givenUpAt;

    /**
     * Prepares.
     *
     * @param cancel tells that nobody wants the answer any more
     * @param patienceNanos how long the other end has to come to rest after that
     */
    OutgoingCall(CallLink link, long id, Optional<CallContext> context, CancelFlag cancel, long patienceNanos) {
        this.link = link;
        this.id = id;
        this.context = context;
        this.cancel = cancel;
        this.patienceNanos = patienceNanos;
    }

    static Optional<CallContext> contextOf(Object[] arguments) {
        return Arrays.stream(arguments)
                .filter(CallContext.class::isInstance)
                .map(CallContext.class::cast)
                .findFirst();
    }

    long id() {
        return id;
    }

    synchronized void answered(byte[] bytes) {
        answer = bytes;
        notifyAll();
    }

    synchronized boolean isAnswered() {
        return answer != null;
    }

    synchronized void lost(SdrException why) {
        lost = why;
        notifyAll();
    }

    synchronized void progress(long bytesDone, long bytesTotal) {
        done = bytesDone;
        total = bytesTotal;
        progressed = true;
        notifyAll();
    }

    byte[] await() {
        boolean interrupted = false;
        try {
            while (true) {
                long[] heard = new long[0];
                synchronized (this) {
                    if (answer != null) {
                        return answer;
                    }
                    if (lost != null) {
                        throw new CallLostException(lost);
                    }
                    if (progressed) {
                        progressed = false;
                        heard = new long[] {done, total};
                    } else {
                        interrupted |= isInterruptedWaiting();
                    }
                }
                tell(heard, interrupted);
                if (givenUp && link.nanoTime() - givenUpAt >= patienceNanos) {
                    throw link.unanswered();
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Waits for something to happen, for a while. */
    private synchronized boolean isInterruptedWaiting() {
        long until = System.nanoTime() + LOOK_NANOS;
        long left = LOOK_NANOS;
        while (answer == null && lost == null && !progressed && left > 0) {
            try {
                TimeUnit.NANOSECONDS.timedWait(this, left);
            } catch (InterruptedException e) {
                return true;
            }
            left = until - System.nanoTime();
        }
        return false;
    }

    private void tell(long[] heard, boolean interrupted) {
        if (heard.length > 0) {
            context.ifPresent(each -> each.progress().progress(heard[0], heard[1]));
        }
        boolean unwanted = interrupted
                || cancel.isSet()
                || context.filter(each -> each.cancel().isSet()).isPresent();
        if (!givenUp && unwanted) {
            givenUp = true;
            givenUpAt = link.nanoTime();
            link.giveUp(id);
        }
    }
}
