package io.sdr.core.job;

import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.Optional;
import java.util.Set;

/**
 * Lets so many long transfers act at once, so that whatever is short always finds a thread. Who asks first is served first; those
 * for whom a VM is down come before the others. Thread-safe; never blocks.
 */
final class Transfers {
    private final int most;
    private final Set<Object> acting = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Deque<Waiter> urgent = new ArrayDeque<>();
    private final Deque<Waiter> usual = new ArrayDeque<>();

    private record Waiter(Object who, Runnable wake) {}

    /**
     * Makes all permits.
     *
     * @param most how many act at once
     */
    Transfers(int most) {
        this.most = most;
    }

    int most() {
        return most;
    }

    /**
     * Takes a permit, or a place in the queue; asked again, the place is the same. Whoever gets one later is woken, and has it then.
     *
     * @param who who asks, by identity
     * @param first whether a VM is down meanwhile
     * @param wake called without any lock when the permit is there
     * @return whether it may act now
     */
    boolean take(Object who, boolean first, Runnable wake) {
        synchronized (this) {
            if (acting.contains(who)) {
                return true;
            }
            if (isWaiting(who)) {
                return false;
            }
            if (acting.size() < most) {
                return acting.add(who); // nobody waits while one is free
            }
            (first ? urgent : usual).add(new Waiter(who, wake));
            return false;
        }
    }

    /** Gives back the permit, or the place in the queue; nothing if there is neither. */
    void leave(Object who) {
        next(who).ifPresent(waiter -> waiter.wake().run());
    }

    private synchronized Optional<Waiter> next(Object who) {
        withdraw(urgent, who);
        withdraw(usual, who);
        if (!acting.remove(who)) {
            return Optional.empty();
        }
        Optional<Waiter> next = Optional.ofNullable(urgent.isEmpty() ? usual.poll() : urgent.poll());
        next.ifPresent(waiter -> acting.add(waiter.who()));
        return next;
    }

    private boolean isWaiting(Object who) {
        return urgent.stream().anyMatch(each -> each.who() == who)
                || usual.stream().anyMatch(each -> each.who() == who);
    }

    private static void withdraw(Deque<Waiter> queue, Object who) {
        for (Iterator<Waiter> all = queue.iterator(); all.hasNext(); ) {
            if (all.next().who() == who) {
                all.remove();
            }
        }
    }
}
