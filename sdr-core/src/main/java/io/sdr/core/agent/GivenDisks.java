package io.sdr.core.agent;

import io.sdr.api.SdrException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The handles of frozen disks that an agent was given for one item over one connection. Each is taken back when the disk was read; or,
 * if the agent died before, or never heard of it, when the call is over that it was given for, or the connection. Thread-safe.
 */
final class GivenDisks {
    private static final Logger LOG = LoggerFactory.getLogger(GivenDisks.class);

    private final Map<Handle, Given> given = new HashMap<>();
    private boolean closed;

    private record Given(String token, Runnable takeBack) {}

    /** Notes what was given for a call; too late, it is taken back at once. */
    void give(Handle handle, String token, Runnable takeBack) {
        synchronized (this) {
            if (!closed) {
                given.put(handle, new Given(token, takeBack));
                return;
            }
        }
        takeBack(takeBack);
    }

    /** Takes back what was read. Unknown is done. */
    void takeBack(Handle handle) {
        Optional<Given> found;
        synchronized (this) {
            found = Optional.ofNullable(given.get(handle));
        }
        found.ifPresent(each -> takeBack(handle, each));
    }

    /** A call is over: takes back what is left of what was given for it. */
    void over(String token) {
        takeBackAll(each -> each.token().equals(token));
    }

    /** The connection is over: takes back what is left. */
    void close() {
        synchronized (this) {
            closed = true;
        }
        takeBackAll(each -> true);
    }

    private void takeBackAll(Predicate<Given> which) {
        Map<Handle, Given> left;
        synchronized (this) {
            left = new HashMap<>(given);
        }
        left.values().removeIf(which.negate());
        left.forEach(this::takeBack);
    }

    /** Two may do so at once: neither goes on before it is done. */
    private void takeBack(Handle handle, Given what) {
        takeBack(what.takeBack());
        synchronized (this) {
            given.remove(handle);
        }
    }

    private static void takeBack(Runnable takeBack) {
        try {
            takeBack.run();
        } catch (SdrException e) {
            LOG.debug("a handle was not taken back; it goes with the connection over which it was given", e);
        }
    }
}
