package io.sdr.core.job;

import java.util.List;
import java.util.Optional;

/**
 * What is written in the same transaction as the end of a step or job.
 *
 * @param document the subject's new document, or empty to leave it
 * @param epoch the subject's new epoch, or empty to leave it
 * @param notes notes to queue
 * @param event what listeners hear, or empty
 */
public record Effects(Optional<String> document, Optional<Long> epoch, List<Note> notes, Optional<NewEvent> event) {
    /** Nothing. */
    public static final Effects NONE = new Effects(Optional.empty(), Optional.empty(), List.of(), Optional.empty());

    /** Copies the list. */
    public Effects {
        notes = List.copyOf(notes);
    }

    /**
     * Changes the subject's document.
     *
     * @param document the new document
     * @return the effects
     */
    public static Effects document(String document) {
        return new Effects(Optional.of(document), Optional.empty(), List.of(), Optional.empty());
    }

    /**
     * Changes the epoch, too.
     *
     * @param value the epoch
     * @return a copy
     */
    public Effects withEpoch(long value) {
        return new Effects(document, Optional.of(value), notes, event);
    }

    /**
     * Queues notes, too.
     *
     * @param value the notes
     * @return a copy
     */
    public Effects withNotes(List<Note> value) {
        return new Effects(document, epoch, value, event);
    }

    /**
     * Tells listeners, too.
     *
     * @param value what they hear
     * @return a copy
     */
    public Effects withEvent(NewEvent value) {
        return new Effects(document, epoch, notes, Optional.of(value));
    }
}
