package io.sdr.testkit;

import io.sdr.api.OperationFailedException;
import io.sdr.api.OutcomeUnknownException;
import io.sdr.api.Problem;
import io.sdr.api.RetryableException;
import io.sdr.api.SdrException;
import io.sdr.api.SiteId;
import io.sdr.api.Timekeeper;
import io.sdr.api.spi.StorageException;
import io.sdr.api.spi.StorageFile;
import io.sdr.api.spi.VirtualDisk;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The one gate through which every call of a simulated site goes, and the script of what goes wrong there. Calls are named
 * {@code vms.start}, {@code disks.checkpoint}, {@code catalogue.createIfAbsent}, {@code inventory.find}, {@code contact},
 * {@code storage.write}, {@code disk.write}, … and counted. A test runs an operation once, reads {@link #log()}, and then runs it
 * again with a fault at each call that is listed there.
 *
 * <pre>{@code
 * site.faults().at("vms.start", 1, new Fault.LosesAnswer());
 * site.faults().from("storage.write", 3, new Fault.StorageFull());
 * }</pre>
 *
 * <p>Thread-safe.
 */
public final class Faults {
    /** What a call may do. */
    public enum Kind {
        /** It only looks. */
        READ,
        /** It changes something at the site. */
        CHANGE,
        /** It looks at a file or disk. These calls are not listed in {@link Faults#log} and have no number there. */
        STORAGE_READ,
        /** It changes a file or disk. */
        STORAGE_CHANGE,
        /** It asks whether the site answers. */
        CONTACT
    }

    /**
     * A call that was made.
     *
     * @param number counted from 1 over all calls but {@link Kind#STORAGE_READ}
     * @param name its name
     * @param kind what it may do
     * @param about the VM, item or file concerned
     */
    public record Call(long number, String name, Kind kind, String about) {
        @Override
        public String toString() {
            return number + " " + name + " " + about;
        }
    }

    private static final int LOG_LIMIT = 1_000_000;

    private record Entry(String name, long number, boolean lasting, Fault fault) {}

    private final SiteId site;
    private final Timekeeper time;
    private final SimulatedProcess process;
    private final List<Call> log = new ArrayList<>();
    private final Map<String, Long> counts = new HashMap<>();
    private final List<Entry> script = new ArrayList<>();
    private long calls;
    private Instant noContactUntil = Instant.MIN;
    private volatile Consumer<Call> watcher = call -> {};

    Faults(SiteId site, Timekeeper time, SimulatedProcess process) {
        this.site = site;
        this.time = time;
        this.process = process;
    }

    /**
     * Lets one call go wrong.
     *
     * @param name the call's name
     * @param nth which one, counted from 1 from now
     * @param fault what happens
     */
    public synchronized void at(String name, long nth, Fault fault) {
        script.add(new Entry(name, counts.getOrDefault(name, 0L) + nth, false, fault));
    }

    /**
     * Lets one call of whatever name go wrong.
     *
     * @param nth which one, counted from 1 from now, reads of files and disks not counted
     * @param fault what happens
     */
    public synchronized void at(long nth, Fault fault) {
        script.add(new Entry("", calls + nth, false, fault));
    }

    /**
     * Lets a call go wrong, and every later one of its name, until {@link #clear}.
     *
     * @param name the call's name
     * @param nth the first one, counted from 1 from now
     * @param fault what happens
     */
    public synchronized void from(String name, long nth, Fault fault) {
        script.add(new Entry(name, counts.getOrDefault(name, 0L) + nth, true, fault));
    }

    /** Forgets the script and restores contact. Counts and log stay. */
    public synchronized void clear() {
        script.clear();
        restoreContact();
    }

    /** Lets the site answer to nothing, until {@link #restoreContact}. */
    public synchronized void loseContact() {
        noContactUntil = Instant.MAX;
    }

    /**
     * Lets the site answer to nothing for a time.
     *
     * @param duration how long
     */
    public synchronized void loseContactFor(Duration duration) {
        noContactUntil = time.now().plus(duration);
    }

    /** Lets the site answer again. */
    public synchronized void restoreContact() {
        noContactUntil = Instant.MIN;
    }

    /**
     * Tells whether the site answers to nothing now.
     *
     * @return true until contact is restored, or the time of silence is over
     */
    public synchronized boolean isSilent() {
        return time.now().isBefore(noContactUntil);
    }

    /**
     * Lists the calls made.
     *
     * @return the first million of them, without reads of files and disks
     */
    public synchronized List<Call> log() {
        return List.copyOf(log);
    }

    /**
     * Counts the calls of a name.
     *
     * @param name the name
     * @return how many were made, reads of files and disks too
     */
    public synchronized long count(String name) {
        return counts.getOrDefault(name, 0L);
    }

    /**
     * Lets somebody look after each call, whether it was made, failed, or acted late: what must hold at any moment is checked here.
     * He hears of reads of files and disks, too; their number is the one of the call before.
     *
     * @param value hears it on the calling thread; replaces the one before
     */
    public void watch(Consumer<Call> value) {
        watcher = value;
    }

    /** Lets a call through the gate. */
    <T> T pass(String name, Kind kind, String about, Supplier<T> action) {
        Fault fault = arrive(name, kind, about);
        try {
            return pass(name, kind, about, action, fault);
        } finally {
            watched(name, kind, about);
        }
    }

    private void watched(String name, Kind kind, String about) {
        if (process.isAlive()) {
            long number;
            synchronized (this) {
                number = calls;
            }
            watcher.accept(new Call(number, name, kind, about));
        }
    }

    private <T> T pass(String name, Kind kind, String about, Supplier<T> action, @Nullable Fault fault) {
        if (fault == null) {
            return action.get();
        } else if (fault instanceof Fault.Fails) {
            throw failure(name, kind, about, "SCRIPTED_FAILURE", "the call failed, nothing was done");
        } else if (fault instanceof Fault.Refuses refuses) {
            throw refusal(name, kind, about, refuses.code());
        } else if (fault instanceof Fault.StorageFull) {
            throw MemoryStorage.full(name, about);
        } else if (fault instanceof Fault.LosesContact || fault instanceof Fault.LosesContactFor) {
            throw noContact(name, kind, about);
        } else if (fault instanceof Fault.DiesBefore) {
            throw process.die("before " + name + " " + about + " at " + site);
        } else if (fault instanceof Fault.DiesAfter) {
            var unused = action.get();
            throw process.die("after " + name + " " + about + " at " + site);
        } else if (fault instanceof Fault.LosesAnswer) {
            giveUp(action.get());
            throw lost(name, kind, about);
        } else if (fault instanceof Fault.ActsLate late) {
            time.schedule(late.after(), () -> actLate(name, kind, about, action));
            throw lost(name, kind, about);
        } else {
            return action.get(); // slow: the time has passed already
        }
    }

    /** Lets a call without a result through the gate. */
    void run(String name, Kind kind, String about, Runnable action) {
        boolean unused = pass(name, kind, about, () -> {
            action.run();
            return true;
        });
    }

    private void actLate(String name, Kind kind, String about, Supplier<?> action) {
        if (process.isAlive()) {
            try {
                giveUp(action.get());
            } catch (SdrException e) {
                // nobody is there to hear it
            }
            watched(name, kind, about);
        }
    }

    /** What was opened for somebody who will never hear of it is closed, as a server does that loses its client. */
    private static void giveUp(@Nullable Object answer) {
        if (answer instanceof StorageFile file) {
            file.close();
        } else if (answer instanceof VirtualDisk disk) {
            disk.close();
        }
    }

    private synchronized @Nullable Fault arrive(String name, Kind kind, String about) {
        process.check();
        long count = counts.merge(name, 1L, Long::sum);
        if (kind != Kind.STORAGE_READ) {
            calls++;
            if (log.size() < LOG_LIMIT) {
                log.add(new Call(calls, name, kind, about));
            }
        }
        Fault found = null;
        Iterator<Entry> entries = script.iterator();
        while (entries.hasNext()) {
            Entry entry = entries.next();
            boolean hit = entry.name().isEmpty()
                    ? kind != Kind.STORAGE_READ && calls == entry.number()
                    : entry.name().equals(name)
                            && (entry.lasting() ? count >= entry.number() : count == entry.number());
            if (hit && found == null) {
                found = entry.fault();
            }
            if (hit && !entry.lasting()) {
                entries.remove();
            }
        }
        if (found instanceof Fault.LosesContact) {
            loseContact();
        } else if (found instanceof Fault.LosesContactFor gone) {
            loseContactFor(gone.duration());
        } else if (found instanceof Fault.Slow slow && time instanceof VirtualTime virtual) {
            virtual.pass(slow.duration());
        }
        return isSilent() && !(found instanceof Fault.DiesBefore) ? new Fault.LosesContact() : found;
    }

    private SdrException noContact(String name, Kind kind, String about) {
        Problem problem = Problem.of("NO_CONTACT")
                .attempted("reach site " + site + " for " + name + " " + about)
                .state("it does not answer")
                .remedy("restore the contact, then retry");
        return switch (kind) {
            case CHANGE -> new OutcomeUnknownException(problem);
            case STORAGE_READ, STORAGE_CHANGE -> MemoryStorage.failed(name, about, "site " + site + " does not answer");
            default -> new RetryableException(problem);
        };
    }

    private SdrException lost(String name, Kind kind, String about) {
        Problem problem = Problem.of("ANSWER_LOST")
                .attempted("hear the answer of site " + site + " to " + name + " " + about)
                .state("it may or may not have acted")
                .remedy("look at the site");
        return switch (kind) {
            case CHANGE -> new OutcomeUnknownException(problem);
            case STORAGE_READ, STORAGE_CHANGE -> MemoryStorage.failed(name, about, "the answer was lost");
            default -> new RetryableException(problem);
        };
    }

    private SdrException failure(String name, Kind kind, String about, String code, String why) {
        return kind == Kind.STORAGE_READ || kind == Kind.STORAGE_CHANGE
                ? MemoryStorage.failed(name, about, why)
                : new RetryableException(Problem.of(code)
                        .attempted("call " + name + " " + about + " at site " + site)
                        .state(why)
                        .remedy("retry"));
    }

    private SdrException refusal(String name, Kind kind, String about, String code) {
        Problem problem = Problem.of(code)
                .attempted("call " + name + " " + about + " at site " + site)
                .state("the site refuses, nothing was done")
                .remedy("ask the site's administrator");
        return kind == Kind.STORAGE_READ || kind == Kind.STORAGE_CHANGE
                ? new StorageException(problem)
                : new OperationFailedException(problem);
    }
}
