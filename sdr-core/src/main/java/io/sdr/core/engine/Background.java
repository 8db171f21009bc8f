package io.sdr.core.engine;

import io.sdr.api.ItemId;
import io.sdr.api.OutcomeUnknownException;
import io.sdr.api.Pause;
import io.sdr.api.Problem;
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
import io.sdr.core.operation.EventKind;
import io.sdr.core.operation.Housekeeping;
import io.sdr.core.operation.ItemState;
import io.sdr.core.operation.Surroundings;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
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

    /** Longer than a cycle whose source hangs needs to be given up. */
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    /** Who works on an item. */
    static final class Gate {
        private final ReentrantLock lock = new ReentrantLock();
        private final AtomicBoolean wanted = new AtomicBoolean();

        /** Whether somebody waits for what is at work. */
        boolean isWanted() {
            return wanted.get();
        }

        void leave() {
            lock.unlock();
        }

        /** Stops what is at work, and waits for its end; but not for ever, since it may hang. */
        void enter(String item, Duration patience) {
            wanted.set(true);
            boolean entered = false;
            try {
                entered = lock.tryLock(patience.toNanos(), TimeUnit.NANOSECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            wanted.set(false); // if others still wait: they, too, wait for one that was told
            if (!entered) {
                throw new RetryableException(Problem.of("REPLICA_BUSY")
                        .attempted("begin to work on item " + item)
                        .state("a cycle or housekeeping of it was told to stop and has not ended; nothing was changed")
                        .remedy("see whether a site of it hangs, then ask again"));
            }
        }
    }

    private final JobEngine jobs;
    private final Survey survey;
    private final NoteCourier courier;
    private final Housekeeping housekeeping;
    private final BackgroundCycle cycles;
    private final SiteContacts contacts;
    private final RecordKeeper records;
    private final RpoWatch rpo;
    private final Surroundings world;
    private final Timekeeper time;
    private final CycleSchedule schedule = new CycleSchedule();
    private final Set<String> untidy = ConcurrentHashMap.newKeySet();
    private final Map<String, Gate> gates = new ConcurrentHashMap<>();
    private volatile Instant lastRound = Instant.MIN;
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
        this.rpo = new RpoWatch(jobs, time);
        this.world = world;
        this.time = time;
    }

    /** Runs something while nothing of this works on the item; what is at work stops at its next block. */
    <T> T alone(ItemId item, Supplier<T> work) {
        Gate gate = gate(item.value());
        gate.enter(item.value(), PATIENCE);
        try {
            return work.get();
        } finally {
            gate.leave();
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
            Instant now = time.now();
            if (now.isBefore(lastRound) || !now.isBefore(lastRound.plus(ROUND))) {
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
        lastRound = time.now();
        rpo.look();
    }

    /** Asks silent sites once more, unless that was done just now, and does what notes say at those that answer. */
    void beforeRequest() {
        world.siteIds().forEach(contacts::askForRequest);
        deliver();
    }

    /** Asks silent sites once more, and does what notes say at those that answer. */
    void deliverNotes() {
        world.siteIds().forEach(contacts::askNow);
        deliver();
    }

    /** Records say which notes wait. */
    private void deliver() {
        courier.deliver(sitesUp(), this::quietly).forEach(records::later);
    }

    /** A job that wants to begin waits for it; beside one that is at work it is not done. */
    private boolean quietly(String item, BooleanSupplier work) {
        Gate gate = gate(item);
        if (!gate.lock.tryLock()) {
            return false;
        }
        try {
            boolean free = !gate.isWanted()
                    && jobs.holder(item).filter(job -> job.status().isOpen()).isEmpty();
            return free && work.getAsBoolean();
        } finally {
            gate.lock.unlock();
        }
    }

    private Set<SiteId> sitesUp() {
        return world.siteIds().stream().filter(contacts::isUp).collect(java.util.stream.Collectors.toSet());
    }

    // ---- cycles

    private void cycle(CycleSchedule.Entry entry) {
        Gate gate = gate(entry.item());
        gate.lock.lock();
        try {
            if (closed.get() || gate.isWanted()) {
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
            Effects effects = cycles.run(subject, () -> gate.isWanted() || closed.get());
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
        if (gate.isWanted() || closed.get()) {
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
        ItemState item = ItemState.read(subject.document());
        if (isBehind(item)) {
            schedule.dropped(entry);
            return;
        }
        schedule.failed(entry, time.now());
        if (e.code().equals(StorageException.FULL) && item.paused().by() == Pause.By.NOBODY) {
            String reason = "no room for replication: " + e.problem().state();
            jobs.updateSubject(
                    subject.id(),
                    subject.version(),
                    Effects.document(item.withPause(new Pause(Pause.By.SYSTEM, reason))
                                    .document())
                            .withEvent(EventKind.REPLICATION_PAUSED.says("item " + item.id() + ": " + reason)));
        } else if (entry.failures() == 0) {
            jobs.updateSubject(
                    subject.id(),
                    subject.version(),
                    Effects.NONE.withEvent(EventKind.CYCLE_FAILED.says("a cycle of item " + item.id()
                            + " failed and is tried again: " + e.problem().describe())));
        }
    }

    /** A target refuses the cycles of an engine after whose last decision another one has decided. */
    private boolean isBehind(ItemState item) {
        try {
            return survey.isBehind(item, contacts::isUp);
        } catch (SdrException e) {
            LOG.info("whether the store is behind for item {} could not be told: {}", item.id(), e.getMessage());
            return false;
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
        boolean due = item.storeBehind().isEmpty() && (item.isOldSideToBeLookedAt() || item.areHostStartsDue());
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
            if (!free
                    || closed.get()
                    || item.state() == ProtectionState.DISABLED
                    || item.storeBehind().isPresent()) {
                return;
            }
            if (!canBeTidied(item)) {
                untidy.add(subject.id());
                return;
            }
            untidy.remove(subject.id());
            housekeeping
                    .tidy(subject, () -> gate.isWanted() || closed.get())
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
