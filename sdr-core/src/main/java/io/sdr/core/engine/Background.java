package io.sdr.core.engine;

import io.sdr.api.ItemId;
import io.sdr.api.SdrException;
import io.sdr.api.SiteId;
import io.sdr.api.Timekeeper;
import io.sdr.core.job.JobEngine;
import io.sdr.core.job.Subject;
import io.sdr.core.operation.Housekeeping;
import io.sdr.core.operation.Surroundings;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Notes and housekeeping. Housekeeping of an item never runs beside one of its jobs: a new job makes it stop first. */
final class Background {
    private static final Logger LOG = LoggerFactory.getLogger(Background.class);

    private static final class Gate {
        private final ReentrantLock lock = new ReentrantLock();
        private final AtomicBoolean wanted = new AtomicBoolean();
    }

    private final JobEngine jobs;
    private final NoteCourier courier;
    private final Housekeeping housekeeping;
    private final Surroundings world;
    private final Timekeeper time;
    private final Map<String, Gate> gates = new ConcurrentHashMap<>();
    private final AtomicBoolean closed = new AtomicBoolean();

    Background(JobEngine jobs, NoteCourier courier, Housekeeping housekeeping, Surroundings world, Timekeeper time) {
        this.jobs = jobs;
        this.courier = courier;
        this.housekeeping = housekeeping;
        this.world = world;
        this.time = time;
    }

    /** Runs something while no housekeeping works on the item; what is at work stops at its next block. */
    <T> T alone(ItemId item, Supplier<T> work) {
        Gate gate = gate(item.value());
        gate.wanted.set(true);
        gate.lock.lock();
        try {
            gate.wanted.set(false);
            return work.get();
        } finally {
            gate.lock.unlock();
        }
    }

    void afterJob(String item) {
        time.execute(() -> tidy(item));
    }

    void runDue() {
        deliverNotes();
        jobs.subjects().forEach(subject -> tidy(subject.id()));
    }

    void deliverNotes() {
        Set<SiteId> sites = world.siteIds();
        courier.deliver(sites);
    }

    private void tidy(String item) {
        if (closed.get()) {
            return;
        }
        Gate gate = gate(item);
        gate.lock.lock();
        try {
            Optional<Subject> subject = jobs.subject(item);
            boolean fenced = jobs.pendingNotesOf(item).isEmpty(); // what notes say comes before anything else
            if (fenced && subject.isPresent() && jobs.holder(item).isEmpty()) {
                housekeeping.tidy(subject.get(), () -> gate.wanted.get() || closed.get());
            }
        } catch (SdrException e) {
            LOG.info("housekeeping of item {} waits: {}", item, e.getMessage());
        } finally {
            gate.lock.unlock();
        }
    }

    private Gate gate(String item) {
        return gates.computeIfAbsent(item, each -> new Gate());
    }

    /** Stops at the next block, and waits for it. */
    void close() {
        closed.set(true);
        for (Gate gate : gates.values()) {
            gate.lock.lock();
            try {
                gate.wanted.set(true);
            } finally {
                gate.lock.unlock();
            }
        }
    }
}
