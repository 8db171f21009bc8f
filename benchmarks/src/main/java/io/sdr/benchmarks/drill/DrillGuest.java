package io.sdr.benchmarks.drill;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What runs in the drill's VM. It lists each write before it makes it; what was listed and perhaps not made when the process
 * died is made again, in order, before anything else happens.
 */
final class DrillGuest {
    /** When in a step it writes. */
    enum Part {
        /** Before the step's job. */
        BEFORE,
        /** Beside the step's job. */
        DURING;

        String burst(DrillStep step) {
            return step.label() + "/" + name().toLowerCase(Locale.ROOT);
        }
    }

    private final GuestLog log;
    private final DrillJournal journal;
    private final long diskBytes;

    DrillGuest(GuestLog log, DrillJournal journal, long diskBytes) {
        this.log = log;
        this.journal = journal;
        this.diskBytes = diskBytes;
    }

    /**
     * Writes a burst, or what of it is left. Done already: nothing. Before a job all is flushed at once, so that there is one
     * short moment at which a kill costs the site its knowledge of changes; beside a job each transaction is.
     *
     * @param way gives the way to the disk; asked only where there is something to write, because a VM whose disks a job has
     *     taken away has none
     */
    void write(DrillStep step, Part part, Supplier<GuestDisk> way) {
        String burst = part.burst(step);
        if (journal.isDone(burst)) {
            return;
        }
        GuestDisk disk = way.get();
        if (journal.firstOf(burst).isEmpty()) {
            journal.burstBegun(burst, log.nextNumber());
        }
        int listed = makeListed(burst, disk);
        List<List<Range>> transactions = Burst.transactions(burst, diskBytes);
        for (List<Range> together : part == Part.BEFORE ? List.of(flat(transactions)) : transactions) {
            int known = Math.min(listed, together.size());
            listed -= known;
            if (known < together.size()) {
                List<GuestWrite> writes = number(step, together.subList(known, together.size()));
                log.append(writes);
                disk.transaction(writes);
            }
        }
        journal.burstDone(burst);
    }

    /**
     * Finishes what it was writing when the process died. Before the engine goes on with its jobs: a guest that starts again
     * repairs its own data first.
     *
     * @param disks gives the way to the disk of the VM that runs when a step begins
     */
    void finishInterrupted(Function<DrillStep, GuestDisk> disks) {
        for (DrillStep step : DrillStep.values()) {
            for (Part part : Part.values()) {
                String burst = part.burst(step);
                if (journal.firstOf(burst).isPresent() && !journal.isDone(burst)) {
                    write(step, part, () -> disks.apply(step));
                }
            }
        }
    }

    private static List<Range> flat(List<List<Range>> transactions) {
        return transactions.stream().flatMap(List::stream).toList();
    }

    /** Makes again what of a burst is listed; it may have been made, or in part. */
    private int makeListed(String burst, GuestDisk disk) {
        long first = journal.firstOf(burst).orElseThrow();
        List<GuestWrite> listed =
                log.writes().stream().filter(write -> write.n() >= first).toList();
        if (!listed.isEmpty()) {
            disk.transaction(listed);
        }
        return listed.size();
    }

    private List<GuestWrite> number(DrillStep step, List<Range> ranges) {
        List<GuestWrite> writes = new ArrayList<>();
        long n = log.nextNumber();
        for (Range range : ranges) {
            writes.add(new GuestWrite(n++, step.label(), range.offset(), (int) range.length()));
        }
        return writes;
    }
}
