package io.sdr.core.agent;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;

/**
 * Sees to it that changes to one folder come one at a time. A controller that calls over another connection has lost the one before,
 * though that end may not have been noticed here yet: so what still works for it is cancelled, and waited for. Unless it works under a
 * later epoch: then it is the caller that was left behind, by an engine that has decided since, and it must not even disturb. Over the
 * same connection a call under a later epoch cancels what works under an earlier one, which nobody wants any more; whatever else is at
 * work there, such as a call that was given up because it hangs, is waited for. Thread-safe.
 */
final class Exclusive {
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final Duration patience;
    private final LongSupplier nanoTime;
    private final Map<Path, Turn> turns = new HashMap<>();

    /** Somebody's turn. */
    static final class Turn {
        private final Object owner;
        private final long epoch;
        private final AtomicBoolean cancelled = new AtomicBoolean();

        Turn(Object owner, long epoch) {
            this.owner = owner;
            this.epoch = epoch;
        }

        boolean isCancelled() {
            return cancelled.get();
        }
    }

    Exclusive(Duration patience, LongSupplier nanoTime) {
        this.patience = patience;
        this.nanoTime = nanoTime;
    }

    /**
     * Begins a turn, after all others have ended.
     *
     * @param owner the connection over which the call came
     * @param epoch under which it came
     */
    synchronized Turn begin(Path folder, Object owner, long epoch) {
        long until = nanoTime.getAsLong() + patience.toNanos();
        Turn mine = new Turn(owner, epoch);
        while (turns.containsKey(folder)) {
            Turn present = turns.get(folder);
            refuseOlder(folder, present, mine);
            if (present.owner != owner || present.epoch < epoch) {
                present.cancelled.set(true);
            }
            if (nanoTime.getAsLong() - until >= 0) {
                throw AgentProblems.folderBusy(folder.toString());
            }
            try {
                TimeUnit.NANOSECONDS.timedWait(this, LOOK_NANOS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw AgentProblems.folderBusy(folder.toString());
            }
        }
        turns.put(folder, mine);
        return mine;
    }

    private static void refuseOlder(Path folder, Turn present, Turn mine) {
        if (present.owner != mine.owner && present.epoch > mine.epoch) {
            throw AgentProblems.staleEpoch(folder.toString(), mine.epoch, present.epoch);
        }
    }

    /** Ends a turn. */
    synchronized void end(Path folder, Turn turn) {
        turns.remove(folder, turn);
        notifyAll();
    }
}
