package io.sdr.core.call;

import io.sdr.api.Problem;
import io.sdr.api.RetryableException;
import io.sdr.api.SdrException;
import io.sdr.api.spi.CancelFlag;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What one end of a connection has sent and the other one still holds for it, kept within what that takes: so a busy end waits, and
 * never breaks its own connection. Some places are kept for what is answered at once: calls that take long may wait for those, over
 * this connection or another one, and must not be in their way. Thread-safe.
 */
final class Outstanding {
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /** A place that somebody has. */
    record Place(int bytes, boolean takesLong) {}

    private final String peer;
    private final int mostBytes;
    private final int most;
    private final int mostLong;
    private int count;
    private int countLong;
    private long bytes;
    private @Nullable SdrException ended;

    /**
     * Begins with nothing.
     *
     * @param peer the other end, for messages
     * @param most how many at once
     * @param mostLong how many of them may take long
     * @param mostBytes how many bytes at once, all in all
     */
    Outstanding(String peer, int most, int mostLong, int mostBytes) {
        this.peer = peer;
        this.most = most;
        this.mostLong = mostLong;
        this.mostBytes = mostBytes;
    }

    /**
     * Takes a place; waits until there is one.
     *
     * @param cancel ends the wait
     * @throws RetryableException code {@code CALL_NOT_MADE} if the wait was ended
     * @throws CallLostException if the connection has ended
     */
    Place take(int size, boolean takesLong, CancelFlag cancel) {
        while (true) {
            synchronized (this) {
                if (ended != null) {
                    throw new CallLostException(ended);
                }
                if (isRoom(size, takesLong)) {
                    count++;
                    countLong += takesLong ? 1 : 0;
                    bytes += size;
                    return new Place(size, takesLong);
                }
            }
            if (cancel.isSet()) {
                throw notMade("cancelled");
            }
            try {
                synchronized (this) {
                    if (ended == null && !isRoom(size, takesLong)) {
                        TimeUnit.NANOSECONDS.timedWait(this, LOOK_NANOS);
                    }
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw notMade("interrupted");
            }
        }
    }

    private boolean isRoom(int size, boolean takesLong) {
        return count < most && !(takesLong && countLong >= mostLong) && bytes + size <= mostBytes;
    }

    private RetryableException notMade(String how) {
        return new RetryableException(Problem.of("CALL_NOT_MADE")
                .attempted("call " + peer)
                .state("as much was under way there as it takes, and the wait was " + how + "; nothing was sent")
                .remedy("run it again"));
    }

    /** Gives a place back. */
    synchronized void giveBack(Place place) {
        count--;
        countLong -= place.takesLong() ? 1 : 0;
        bytes -= place.bytes();
        notifyAll();
    }

    /** Nobody gets a place any more. */
    synchronized void end(SdrException why) {
        ended = why;
        notifyAll();
    }
}
