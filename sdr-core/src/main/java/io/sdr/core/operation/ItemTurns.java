package io.sdr.core.operation;

import io.sdr.api.ItemId;
import io.sdr.api.Problem;
import io.sdr.api.RetryableException;
import io.sdr.api.spi.CallContext;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Whose turn it is with an item. Whoever comes under a later epoch, as a failover does that has decided, tells the one before to stop;
 * and nobody waits longer than the patience: the one before may hang, with a source that is there and does nothing, and whoever waits
 * shall say so and not hang with it. Thread-safe.
 */
final class ItemTurns {
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final Duration patience;
    private final LongSupplier nanoTime;
    private final Map<ItemId, Turn> turns = new HashMap<>();

    /** Somebody's turn. */
    static final class Turn {
        private final long epoch;
        private volatile boolean superseded;

        private Turn(long epoch) {
            this.epoch = epoch;
        }

        /** Whether somebody waits under a later epoch. */
        boolean isSuperseded() {
            return superseded;
        }
    }

    ItemTurns(Duration patience, LongSupplier nanoTime) {
        this.patience = patience;
        this.nanoTime = nanoTime;
    }

    /**
     * Begins a turn, after the one before has ended.
     *
     * @param call whose epoch counts
     * @throws RetryableException code {@code REPLICA_BUSY} if that does not end in time
     */
    synchronized Turn begin(ItemId item, CallContext call) {
        Turn mine = new Turn(call.epoch());
        long until = nanoTime.getAsLong() + patience.toNanos();
        for (Turn present = turns.get(item); present != null; present = turns.get(item)) {
            if (present.epoch < mine.epoch) {
                present.superseded = true;
            }
            if (nanoTime.getAsLong() - until >= 0) {
                throw busy(item, "has not ended within " + patience.toSeconds() + " s");
            }
            try {
                TimeUnit.NANOSECONDS.timedWait(this, LOOK_NANOS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw busy(item, "has not ended, and whoever waited for it was interrupted");
            }
        }
        turns.put(item, mine);
        return mine;
    }

    private static RetryableException busy(ItemId item, String state) {
        return new RetryableException(Problem.of("REPLICA_BUSY")
                .attempted("work on the replica of " + item)
                .state("an earlier call for it " + state + "; nothing was changed")
                .remedy("see whether the source, or the storage of either side, hangs; then run it again"));
    }

    /** Ends a turn. */
    synchronized void end(ItemId item, Turn turn) {
        turns.remove(item, turn);
        notifyAll();
    }
}
