package io.sdr.core.engine;

import io.sdr.api.ItemId;
import io.sdr.api.OutcomeUnknownException;
import io.sdr.api.Pause;
import io.sdr.api.ProtectionState;
import io.sdr.api.RetryableException;
import io.sdr.api.SdrException;
import io.sdr.api.Side;
import io.sdr.api.SiteId;
import io.sdr.api.Timekeeper;
import io.sdr.api.spi.StorageException;
import io.sdr.core.job.Effects;
import io.sdr.core.job.JobEngine;
import io.sdr.core.job.Subject;
import io.sdr.core.job.SubjectChangedException;
import io.sdr.core.operation.BackgroundCycle;
import io.sdr.core.operation.Housekeeping;
import io.sdr.core.operation.ItemState;
import io.sdr.core.operation.Surroundings;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What goes on without a job: notes, cycles that are due, housekeeping. Nothing of it works on an item beside one of its jobs: a new
 * job makes it stop first. A site that does not answer costs one call, not one for each item ({@link SiteContacts}).
 */
final class Background {
    private static final Logger LOG = LoggerFactory.getLogger(Background.class);
    private static final Duration TICK = Duration.ofSeconds(5);
    private static final Duration ROUND = Duration.ofMinutes(5);
    private static final int MOST_CYCLES_AT_ONCE = 16;

    private static final class Gate {
        private final ReentrantLock lock = new ReentrantLock();
        private final AtomicBoolean wanted = new AtomicBoolean();
    }

    private final JobEngine jobs;
    private final Survey survey;
    private final NoteCourier courier;
    private final Housekeeping housekeeping;
    private final BackgroundCycle cycles;
    private final SiteContacts contacts;
    private final RecordKeeper records;
    private final Surroundings world;
    private final Timekeeper time;
    private final CycleSchedule schedule = new CycleSchedule();
    private final Set<String> untidy = ConcurrentHashMap.newKeySet();
    private final Map<String, Gate> gates = new ConcurrentHashMap<>();
    private volatile Instant nextRound = Instant.MIN;
    private final AtomicInteger underWay = new AtomicInteger();
    private final AtomicBoolean closed = new AtomicBoolean();

    Background(
            JobEngine jobs,
            Survey survey,
            NoteCourier courier,
            Housekeeping housekeeping,
            SiteContacts contacts,
            Surroundings world,
            Timekeeper time) {
        this.jobs = jobs;
        this.survey = survey;
        this.courier = courier;
        this.housekeeping = housekeeping;
        this.cycles = new BackgroundCycle(world, time);
        this.contacts = contacts;
        this.records = new RecordKeeper(jobs, contacts, world, time);
        this.world = world;
        this.time = time;
    }

    /** Runs something while nothing of this works on the item; what is at work stops at its next block. */
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
        takeUp(item);
        time.execute(() -> {
            if (!closed.get()) {
                records.keep(item);
            }
        });
    }

    /** The engine begins; whether records are current is looked at bit by bit. */
    void takeUp(String item) {
        jobs.subject(item).ifPresent(this::plan);
        records.later(item);
        time.execute(() -> tidy(item));
    }

    private void plan(Subject subject) {
        ItemState item = ItemState.read(subject.document());
        schedule.plan(item, BackgroundCycle.isWanted(item), time.now());
    }

    // ---- the two ways in

    /** From now on all this is done by itself. */
    void startScheduler() {
        time.schedule(TICK, this::tick);
    }

    private void tick() {
        if (closed.get()) {
            return;
        }
        try {
            world.siteIds().forEach(contacts::answers);
            if (!time.now().isBefore(nextRound)) {
                lookRound();
            }
            deliver();
            records.catchUp();
            dispatch();
            untidy.forEach(item -> time.execute(() -> tidy(item)));
        } catch (SdrException e) {
            LOG.warn("background work waits: {}", e.getMessage());
        } finally {
            startScheduler();
        }
    }

    private void dispatch() {
        while (!closed.get() && underWay.incrementAndGet() <= MOST_CYCLES_AT_ONCE) {
            Optional<CycleSchedule.Entry> due = schedule.take(time.now(), contacts::isUp);
            if (due.isEmpty()) {
                break;
            }
            time.execute(() -> {
                try {
                    cycle(due.get());
                } finally {
                    underWay.decrementAndGet();
                    dispatch();
                }
            });
        }
        underWay.decrementAndGet();
    }

    void runDue() {
        lookRound();
        deliverNotes();
        Optional<CycleSchedule.Entry> due = schedule.take(time.now(), contacts::isUp);
        while (due.isPresent() && !closed.get()) {
            cycle(due.get());
            due = schedule.take(time.now(), contacts::isUp);
        }
        jobs.subjects().forEach(subject -> {
            records.keep(subject.id());
            tidy(subject.id());
        });
    }

    /** What somebody started at a side that is not active is found before long, though its site answered all the time. */
    private void lookRound() {
        for (SiteId site : sitesUp()) {
            try {
                survey.round(site);
            } catch (SdrException e) {
                LOG.info("site {} could not be looked at: {}", site, e.getMessage());
                contacts.suspect(site);
            }
        }
        nextRound = time.now().plus(ROUND);
    }

    /** Asks silent sites once more, and does what notes say at those that answer. */
    void deliverNotes() {
        world.siteIds().forEach(contacts::askNow);
        deliver();
    }

    /** Records say which notes wait. */
    private void deliver() {
        courier.deliver(sitesUp()).forEach(records::later);
    }

    private Set<SiteId> sitesUp() {
        return world.siteIds().stream().filter(contacts::isUp).collect(java.util.stream.Collectors.toSet());
    }

    // ---- cycles

    private void cycle(CycleSchedule.Entry entry) {
        Gate gate = gate(entry.item());
        gate.lock.lock();
        try {
            if (closed.get() || gate.wanted.get()) {
                schedule.putBack(entry);
                return;
            }
            Optional<Subject> subject = jobs.subject(entry.item());
            boolean free = subject.isPresent()
                    && jobs.holder(entry.item()).isEmpty()
                    && jobs.pendingNotesOf(entry.item()).isEmpty()
                    && BackgroundCycle.isWanted(ItemState.read(subject.get().document()));
            if (free) {
                cycle(entry, subject.get(), gate);
            } else {
                schedule.dropped(
                        entry); // it is planned again after the job, the note or the change that stands in the way
            }
        } catch (RuntimeException e) {
            schedule.failed(entry, time.now());
            LOG.warn("a cycle of item {} could not be run", entry.item(), e);
        } finally {
            gate.lock.unlock();
        }
    }

    private void cycle(CycleSchedule.Entry entry, Subject subject, Gate gate) {
        Instant begun = time.now();
        try {
            Effects effects = cycles.run(subject, () -> gate.wanted.get() || closed.get());
            Subject after = jobs.updateSubject(subject.id(), subject.version(), effects);
            ItemState item = ItemState.read(after.document());
            if (BackgroundCycle.isWanted(item)) {
                schedule.succeeded(item, begun);
            } else {
                schedule.dropped(entry);
            }
            tidy(after, gate);
        } catch (SdrException e) {
            failed(entry, subject, gate, e);
        }
    }

    private void failed(CycleSchedule.Entry entry, Subject subject, Gate gate, SdrException e) {
        if (gate.wanted.get() || closed.get()) {
            schedule.putBack(entry);
            return;
        }
        LOG.info("a cycle of item {} failed: {}", entry.item(), e.getMessage());
        if (e instanceof RetryableException || e instanceof OutcomeUnknownException) {
            contacts.suspect(entry.from());
            contacts.suspect(entry.to());
        }
        if (!contacts.isUp(entry.from()) || !contacts.isUp(entry.to())) {
            schedule.putBack(entry); // the site is at fault, not the item
            return;
        }
        schedule.failed(entry, time.now());
        ItemState item = ItemState.read(subject.document());
        if (e.code().equals(StorageException.FULL) && item.paused().by() == Pause.By.NOBODY) {
            String reason = "no room for replication: " + e.problem().state();
            jobs.updateSubject(
                    subject.id(),
                    subject.version(),
                    Effects.document(item.withPause(new Pause(Pause.By.SYSTEM, reason))
                                    .document())
                            .withEvent("REPLICATION_PAUSED: item " + item.id() + ": " + reason));
        } else if (entry.failures() == 0) {
            jobs.updateSubject(
                    subject.id(),
                    subject.version(),
                    Effects.NONE.withEvent("CYCLE_FAILED: a cycle of item " + item.id() + " failed and is tried again: "
                            + e.problem().describe()));
        }
    }

    // ---- housekeeping

    private void tidy(String item) {
        if (closed.get()) {
            return;
        }
        Gate gate = gate(item);
        gate.lock.lock();
        try {
            boolean settled = jobs.subject(item).map(this::settled).orElse(true);
            jobs.subject(item).ifPresent(subject -> tidy(subject, gate));
            if (!settled) {
                untidy.add(item);
            }
        } finally {
            gate.lock.unlock();
        }
    }

    /** Does what was left unsettled when its sites were looked at; says whether nothing is left. */
    private boolean settled(Subject subject) {
        ItemState item = ItemState.read(subject.document());
        boolean due = item.isOldSideToBeLookedAt() || item.areHostStartsDue();
        if (!due
                || jobs.holder(subject.id())
                        .filter(job -> job.status().isOpen())
                        .isPresent()) {
            return true;
        }
        boolean all = true;
        for (Side side : Side.values()) {
            all &= contacts.isUp(item.place(side).site()) && settled(subject.id(), side);
        }
        return all;
    }

    private boolean settled(String item, Side side) {
        try {
            jobs.subject(item).ifPresent(subject -> survey.again(subject, side));
            return true;
        } catch (SubjectChangedException e) {
            return false;
        } catch (SdrException e) {
            LOG.warn("item {} is not settled yet: {}", item, e.getMessage());
            jobs.subject(item)
                    .ifPresent(subject -> contacts.suspect(
                            ItemState.read(subject.document()).place(side).site()));
            return false;
        }
    }

    /** What notes say comes before anything else, and a site that does not answer is not called. */
    private void tidy(Subject subject, Gate gate) {
        try {
            boolean free = jobs.pendingNotesOf(subject.id()).isEmpty()
                    && jobs.holder(subject.id()).isEmpty();
            ItemState item = ItemState.read(subject.document());
            if (!free || closed.get() || item.state() == ProtectionState.DISABLED) {
                return;
            }
            if (!canBeTidied(item)) {
                untidy.add(subject.id());
                return;
            }
            untidy.remove(subject.id());
            housekeeping
                    .tidy(subject, () -> gate.wanted.get() || closed.get())
                    .ifPresent(document ->
                            jobs.updateSubject(subject.id(), subject.version(), Effects.document(document)));
        } catch (SdrException e) {
            untidy.add(subject.id());
            if (e instanceof RetryableException || e instanceof OutcomeUnknownException) {
                for (Side side : Side.values()) {
                    contacts.suspect(
                            ItemState.read(subject.document()).place(side).site());
                }
            }
            LOG.info("housekeeping of item {} waits: {}", subject.id(), e.getMessage());
        }
    }

    /** While something replicates, both sides are needed; else only the active one. */
    private boolean canBeTidied(ItemState item) {
        return item.replicatesTo().isPresent()
                ? contacts.answers(item.place(Side.PRIMARY).site())
                        && contacts.answers(item.place(Side.RECOVERY).site())
                : contacts.answers(item.place(item.active()).site());
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
