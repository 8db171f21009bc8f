package io.sdr.core.engine;

import io.sdr.api.InvalidRequestException;
import io.sdr.api.ItemId;
import io.sdr.api.JobId;
import io.sdr.api.Problem;
import io.sdr.api.RecoveryEvent;
import io.sdr.api.RecoveryListener;
import io.sdr.api.Subscription;
import io.sdr.api.Timekeeper;
import io.sdr.core.job.EventRecord;
import io.sdr.core.job.JobEngine;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Listeners with a stored cursor each: at least once, in order; a slow one holds up only itself. */
final class Subscriptions {
    private static final Logger LOG = LoggerFactory.getLogger(Subscriptions.class);
    private static final int BATCH = 100;
    private static final String OWN = "sdr.";
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(15);

    private final JobEngine jobs;
    private final Timekeeper time;
    private final Map<String, Feed> feeds = new ConcurrentHashMap<>();

    Subscriptions(JobEngine jobs, Timekeeper time) {
        this.jobs = jobs;
        this.time = time;
    }

    Subscription subscribe(String name, RecoveryListener listener) {
        if (name.isBlank() || name.startsWith(OWN)) {
            throw new InvalidRequestException(Problem.of("INVALID_NAME")
                    .attempted("subscribe a listener as '" + name + "'")
                    .state("a name is not blank, and those that begin with " + OWN + " are the engine's own")
                    .remedy("use another name"));
        }
        Feed feed = new Feed(name, listener);
        if (feeds.putIfAbsent(name, feed) != null) {
            throw new InvalidRequestException(Problem.of("LISTENER_EXISTS")
                    .attempted("subscribe a listener as '" + name + "'")
                    .state("one of that name listens already: with one cursor for both, each would miss events")
                    .remedy("use another name, or close the other subscription first"));
        }
        feed.wake();
        return () -> {
            feed.closed.set(true);
            feeds.remove(name, feed);
        };
    }

    /** Something was written: every feed looks for itself. */
    void wake() {
        feeds.values().forEach(Feed::wake);
    }

    /** Stops every feed at its next event. */
    void close() {
        feeds.values().forEach(feed -> feed.closed.set(true));
        feeds.clear();
    }

    private final class Feed {
        private final String name;
        private final RecoveryListener listener;
        private final AtomicBoolean closed = new AtomicBoolean();
        private final AtomicBoolean scheduled = new AtomicBoolean();

        Feed(String name, RecoveryListener listener) {
            this.name = name;
            this.listener = listener;
        }

        void wake() {
            if (!closed.get() && scheduled.compareAndSet(false, true)) {
                time.execute(this::run);
            }
        }

        private void run() {
            scheduled.set(false);
            synchronized (this) {
                while (!closed.get()) {
                    List<EventRecord> batch = jobs.events(jobs.cursor(name), BATCH);
                    if (batch.isEmpty()) {
                        return;
                    }
                    for (EventRecord event : batch) {
                        if (closed.get() || !taken(event)) {
                            return;
                        }
                    }
                }
            }
        }

        private boolean taken(EventRecord event) {
            try {
                listener.on(new RecoveryEvent(
                        event.sequence(),
                        event.at(),
                        Optional.of(event.subject())
                                .filter(subject -> !subject.equals(EventRecord.NO_SUBJECT))
                                .map(ItemId::new),
                        event.job().map(JobId::new),
                        event.kind(),
                        event.text()));
            } catch (RuntimeException e) {
                LOG.warn("listener {} threw at event {}; it will hear of it again", name, event.sequence(), e);
                time.schedule(AFTER_FAILURE, this::wake);
                return false;
            }
            jobs.setCursor(name, event.sequence());
            return true;
        }
    }
}
