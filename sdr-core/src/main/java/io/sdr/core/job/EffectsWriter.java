package io.sdr.core.job;

import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Writes effects: the subject by compare-and-set, notes and the event. */
final class EffectsWriter {
    /** {@code KIND: text} names the event's kind; anything else is an {@code ITEM_CHANGED}. */
    private static final Pattern EVENT = Pattern.compile("([A-Z][A-Z0-9_]{2,63}): (.*)", Pattern.DOTALL);

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
        effects.event().ifPresent(line -> {
            Matcher named = EVENT.matcher(line);
            if (named.matches()) {
                tx.addEvent(now, basis.id(), job, named.group(1), named.group(2));
            } else {
                tx.addEvent(now, basis.id(), job, "ITEM_CHANGED", line);
            }
        });
        return Optional.of(after);
    }
}
