package io.sdr.core.engine;

import io.sdr.api.Timekeeper;
import io.sdr.core.job.EventRecord;
import io.sdr.core.job.JobEngine;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** Looks for new events after each commit, once for many commits, away from the thread that committed. */
final class EventPump implements StoreObserver {
    private static final int BATCH = 200;
    private static final String CURSOR = "sdr.engine";

    private final JobEngine jobs;
    private final Timekeeper time;
    private final Consumer<EventRecord> taker;
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private final AtomicBoolean closed = new AtomicBoolean();

    EventPump(JobEngine jobs, Timekeeper time, Consumer<EventRecord> taker) {
        this.jobs = jobs;
        this.time = time;
        this.taker = taker;
    }

    @Override
    public void committed() {
        if (!closed.get() && scheduled.compareAndSet(false, true)) {
            time.execute(this::pump);
        }
    }

    private void pump() {
        scheduled.set(false);
        synchronized (this) {
            while (!closed.get()) {
                List<EventRecord> news = jobs.events(jobs.cursor(CURSOR), BATCH);
                if (news.isEmpty()) {
                    return;
                }
                for (EventRecord event : news) {
                    taker.accept(event);
                }
                jobs.setCursor(CURSOR, news.get(news.size() - 1).sequence());
            }
        }
    }

    void close() {
        closed.set(true);
    }
}
