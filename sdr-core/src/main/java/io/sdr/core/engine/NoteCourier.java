package io.sdr.core.engine;

import io.sdr.api.SdrException;
import io.sdr.api.SiteId;
import io.sdr.core.job.JobEngine;
import io.sdr.core.job.NoteRecord;
import io.sdr.core.job.Subject;
import io.sdr.core.operation.Notes;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Delivers notes: in order per site and item, each once, at the first contact. */
final class NoteCourier {
    private static final Logger LOG = LoggerFactory.getLogger(NoteCourier.class);

    /** Keeps jobs of an item from beginning meanwhile. */
    @FunctionalInterface
    interface Quiet {
        /**
         * Does something, unless somebody is at work on the item.
         *
         * @param item the item's id
         * @param work what to do
         * @return what it says; false if it was not done
         */
        boolean during(String item, BooleanSupplier work);
    }

    private final JobEngine jobs;
    private final Notes notes;
    private final SiteContacts contacts;

    NoteCourier(JobEngine jobs, Notes notes, SiteContacts contacts) {
        this.jobs = jobs;
        this.notes = notes;
        this.contacts = contacts;
    }

    /**
     * Delivers to each of these sites what it can; a site that does not answer keeps its notes.
     *
     * @param sites the sites
     * @param quiet keeps jobs away from what they would disturb
     * @return the items whose notes were delivered
     */
    Set<String> deliver(Set<SiteId> sites, Quiet quiet) {
        Set<String> delivered = new TreeSet<>();
        for (SiteId site : sites) {
            Set<String> waiting = new HashSet<>();
            for (NoteRecord record : jobs.pendingNotesForSite(site.value())) {
                String item = record.subject();
                if (waiting.contains(item)) {
                    continue; // it may rely on the one before
                }
                boolean done =
                        Notes.needsQuiet(record.note(), jobs.subject(item).orElseThrow())
                                ? quiet.during(item, () -> delivered(site, record))
                                : delivered(site, record);
                if (done) {
                    delivered.add(item);
                } else if (contacts.isUp(site)) {
                    waiting.add(item); // the item is at fault: others do not wait for it
                } else {
                    break;
                }
            }
        }
        return delivered;
    }

    private boolean delivered(SiteId site, NoteRecord record) {
        Subject subject = jobs.subject(record.subject()).orElseThrow();
        if (Notes.waits(record.note(), subject)) {
            return false;
        }
        try {
            notes.deliver(
                    record.note(),
                    subject,
                    "note-" + record.sequence(),
                    (item, effects) -> jobs.updateSubject(item.id(), item.version(), effects));
        } catch (SdrException e) {
            LOG.info("note {} for site {} waits: {}", record.sequence(), site, e.getMessage());
            contacts.suspect(site);
            return false;
        }
        jobs.markDelivered(record.sequence());
        LOG.info(
                "note {} delivered to site {}: {}",
                record.sequence(),
                site,
                record.note().what());
        return true;
    }
}
