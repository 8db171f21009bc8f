package io.sdr.core.engine;

import io.sdr.api.SdrException;
import io.sdr.api.SiteId;
import io.sdr.core.job.Effects;
import io.sdr.core.job.JobEngine;
import io.sdr.core.job.NoteRecord;
import io.sdr.core.job.Subject;
import io.sdr.core.operation.Notes;
import java.util.List;
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
            List<NoteRecord> pending = jobs.pendingNotesForSite(site.value());
            for (NoteRecord record : pending) {
                if (!delivered(site, record)) {
                    break; // later notes may rely on this one
                }
                delivered.add(record.subject());
            }
        }
        return delivered;
    }

    private boolean delivered(SiteId site, NoteRecord record) {
        try {
            Subject subject = jobs.subject(record.subject()).orElseThrow();
            notes.deliver(
                    record.note(),
                    subject,
                    "note-" + record.sequence(),
                    document -> jobs.updateSubject(subject.id(), subject.version(), Effects.document(document)));
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
