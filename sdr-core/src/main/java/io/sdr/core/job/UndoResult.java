package io.sdr.core.job;

import java.time.Duration;
import java.util.List;

/** How an undo ended. */
public sealed interface UndoResult {
    /**
     * The effect is gone; that was looked at. Or it cannot be taken back now and is not waited for longer than some minutes: the effects
     * see to it later, and the warnings say so.
     *
     * @param effects what is stored together with it; it changes neither the subject's document nor its epoch
     * @param warnings what is worth a look
     */
    record Undone(Effects effects, List<String> warnings) implements UndoResult {
        /** Copies the list. */
        public Undone {
            warnings = List.copyOf(warnings);
        }
    }

    /**
     * Not finished: try again later.
     *
     * @param after how much later
     * @param reason what it waits for
     */
    record Again(Duration after, String reason) implements UndoResult {}

    /** The decision was made after all: the job is past the point of no return and goes forward. */
    record PastDecision() implements UndoResult {}

    /**
     * The effect is gone.
     *
     * @return the result
     */
    static UndoResult undone() {
        return new Undone(Effects.NONE, List.of());
    }

    /**
     * The effect stays for now, and something else takes it back later.
     *
     * @param effects what takes it back, and what tells of it
     * @param warning what is left
     * @return the result
     */
    static UndoResult left(Effects effects, String warning) {
        return new Undone(effects, List.of(warning));
    }
}
