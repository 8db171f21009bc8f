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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Delivers notes: in order per site, each once, at the first contact. */
final class NoteCourier {
    private static final Logger LOG = LoggerFactory.getLogger(NoteCourier.class);

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
     * @return the items whose notes were delivered
     */
    Set<String> deliver(Set<SiteId> sites) {
        Set<String> delivered = new TreeSet<>();
        for (SiteId site : sites) {
            Set<String> waiting = new HashSet<>();
            for (NoteRecord record : jobs.pendingNotesForSite(site.value())) {
                if (waiting.contains(record.subject()) || waits(record)) {
                    waiting.add(record.subject()); // later notes of this item may rely on this one
                } else if (delivered(site, record)) {
                    delivered.add(record.subject());
                } else {
                    break; // the same, and the site is at fault
                }
            }
        }
        return delivered;
    }

    private boolean waits(NoteRecord record) {
        return Notes.waits(record.note(), jobs.subject(record.subject()).orElseThrow());
    }

    private boolean delivered(SiteId site, NoteRecord record) {
        try {
            Subject subject = jobs.subject(record.subject()).orElseThrow();
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
