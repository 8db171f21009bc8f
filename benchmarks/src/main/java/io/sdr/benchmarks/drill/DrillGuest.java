package io.sdr.benchmarks.drill;

import java.util.ArrayList;
import java.util.List;

/**
 * What runs in the drill's VM. It lists each write before it makes it; what was listed and perhaps not made when the process
 * died is made again, in order, before anything else happens.
 */
final class DrillGuest {
    private final GuestLog log;
    private final DrillJournal journal;
    private final long diskBytes;

    DrillGuest(GuestLog log, DrillJournal journal, long diskBytes) {
        this.log = log;
        this.journal = journal;
        this.diskBytes = diskBytes;
    }

    /** Writes a burst, or what of it is left. Done already: nothing. */
    void write(DrillStep step, String part, GuestDisk disk) {
        String burst = step.label() + "/" + part;
        if (journal.isDone(burst)) {
            return;
        }
        if (journal.firstOf(burst).isEmpty()) {
            journal.burstBegun(burst, log.nextNumber());
        }
        int listed = makeListed(burst, disk);
        for (List<Range> transaction : Burst.transactions(burst, diskBytes)) {
            int known = Math.min(listed, transaction.size());
            listed -= known;
            if (known < transaction.size()) {
                List<GuestWrite> writes = number(step, transaction.subList(known, transaction.size()));
                log.append(writes);
                disk.transaction(writes);
            }
        }
        journal.burstDone(burst);
    }

    /** Goes on with the bursts of a step that were begun and not finished. */
    void finish(DrillStep step, List<String> parts, GuestDisk disk) {
        for (String part : parts) {
            if (journal.firstOf(step.label() + "/" + part).isPresent()) {
                write(step, part, disk);
            }
        }
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
