package io.sdr.core.job;

import java.time.Instant;
import java.util.Optional;

/** Writes effects: the subject by compare-and-set, notes and the event. */
final class EffectsWriter {
    private EffectsWriter() {}

    /** The subject with the effects, not yet stored. */
    static Subject after(Subject subject, Effects effects) {
        if (effects.document().isEmpty() && effects.epoch().isEmpty()) {
            return subject;
        }
        return new Subject(
                subject.id(),
                subject.version() + 1,
                effects.epoch().orElse(subject.epoch()),
                effects.document().orElse(subject.document()));
    }

    /**
     * Writes them.
     *
     * @return the subject after, or empty if it is no longer the basis; nothing is written then
     */
    static Optional<Subject> apply(
            JobStore.Transaction tx, Subject basis, Effects effects, Optional<String> job, Instant now) {
        Subject after = after(basis, effects);
        if (after.version() != basis.version()) {
            if (!tx.update(after, basis.version())) {
                return Optional.empty();
            }
        } else if (tx.subject(basis.id())
                .filter(each -> each.version() == basis.version())
                .isEmpty()) {
            return Optional.empty();
        }
        effects.notes().forEach(note -> tx.queue(basis.id(), note, now));
        effects.event().ifPresent(event -> tx.addEvent(now, basis.id(), job, event.kind(), event.text()));
        return Optional.of(after);
    }
}
