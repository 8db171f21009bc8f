package io.sdr.core.engine;

import io.sdr.api.SdrException;
import io.sdr.api.Side;
import io.sdr.api.SiteId;
import io.sdr.api.Timekeeper;
import io.sdr.api.spi.CallContext;
import io.sdr.core.job.JobEngine;
import io.sdr.core.job.NoteRecord;
import io.sdr.core.job.Subject;
import io.sdr.core.operation.CatalogueRecord;
import io.sdr.core.operation.ItemState;
import io.sdr.core.operation.Surroundings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the records of items current in the catalogues of both sites, behind the store: after jobs, changes and notes. Nothing waits
 * for it, for a record is never the judge: one that could not be written is written later. Thread-safe.
 */
final class RecordKeeper {
    private static final Logger LOG = LoggerFactory.getLogger(RecordKeeper.class);
    private static final Duration DEADLINE = Duration.ofSeconds(30);
    private static final int MOST_AT_ONCE = 100;

    private record Place(String item, Side side) {}

    private final JobEngine jobs;
    private final SiteContacts contacts;
    private final Surroundings world;
    private final Timekeeper time;
    private final Map<Place, CatalogueRecord> written = new ConcurrentHashMap<>();
    private final Map<String, Object> locks = new ConcurrentHashMap<>();
    private final Set<String> behind = ConcurrentHashMap.newKeySet();

    RecordKeeper(JobEngine jobs, SiteContacts contacts, Surroundings world, Timekeeper time) {
        this.jobs = jobs;
        this.contacts = contacts;
        this.world = world;
        this.time = time;
    }

    /** The item's records are looked at with the next round. */
    void later(String item) {
        behind.add(item);
    }

    /** Brings some of those up to date that are behind and whose sites answer. */
    void catchUp() {
        behind.stream().limit(MOST_AT_ONCE).toList().forEach(this::keep);
    }

    /** Brings the records of an item up to date at the sites that answer. */
    void keep(String id) {
        synchronized (locks.computeIfAbsent(id, each -> new Object())) {
            behind.remove(id);
            jobs.subject(id)
                    .filter(subject -> CatalogueRecord.isKept(ItemState.read(subject.document())))
                    .ifPresent(this::keep);
        }
    }

    private void keep(Subject subject) {
        List<NoteRecord> notes = jobs.pendingNotesOf(subject.id());
        if (notes.stream().anyMatch(note -> contacts.isUp(new SiteId(note.note().site())))) {
            behind.add(subject.id()); // what notes say comes before anything else
            return;
        }
        CatalogueRecord record = CatalogueRecord.of(subject, notes, time.now());
        for (Side side : Side.values()) {
            Place place = new Place(subject.id(), side);
            SiteId site = record.item().place(side).site();
            boolean same = Optional.ofNullable(written.get(place))
                    .filter(record::saysTheSameAs)
                    .isPresent();
            if (same) {
                continue;
            }
            if (!contacts.answers(site) || !put(record, site)) {
                behind.add(subject.id());
            } else {
                written.put(place, record);
            }
        }
    }

    private boolean put(CatalogueRecord record, SiteId site) {
        try {
            record.put(world.site(site).catalogue(), call(record));
            return true;
        } catch (SdrException e) {
            LOG.info(
                    "the record of item {} at site {} is written later: {}",
                    record.item().id(),
                    site,
                    e.getMessage());
            contacts.suspect(site);
            return false;
        }
    }

    private CallContext call(CatalogueRecord record) {
        return CallContext.once(
                record.item().id(),
                record.epoch(),
                "record-" + record.item().id(),
                time.now().plus(DEADLINE));
    }
}
