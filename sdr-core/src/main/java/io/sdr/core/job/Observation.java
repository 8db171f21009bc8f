package io.sdr.core.job;

import io.sdr.api.Prompt;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What a step sees in the world; never in the store. */
public sealed interface Observation {
    /** The effect is not there. */
    record NotDone() implements Observation {}

    /**
     * The effect is there.
     *
     * @param outcome what is worth keeping
     * @param warnings what is worth a look
     */
    record Done(Values outcome, List<String> warnings) implements Observation {
        /** Copies the list. */
        public Done {
            warnings = List.copyOf(warnings);
        }
    }

    /**
     * The effect is there in part, and acting again completes it.
     *
     * @param detail what is there
     */
    record Partial(String detail) implements Observation {}

    /**
     * It cannot be told now. Nothing is done, undone or skipped on this.
     *
     * @param why why
     */
    record Unknown(String why) implements Observation {}

    /**
     * A person has to say how to go on; the answer reaches the next observation by {@link StepContext#answers}.
     *
     * @param prompt the question with its evidence
     * @param lookAgain how often to look again unasked: what is asked about may settle by itself; empty: only after a signal
     */
    record Contradiction(Prompt prompt, Optional<Duration> lookAgain) implements Observation {
        /**
         * Asks, and looks again only after a signal.
         *
         * @param prompt the question with its evidence
         */
        public Contradiction(Prompt prompt) {
            this(prompt, Optional.empty());
        }
    }

    /**
     * The effect is not there, and the intent was chosen when less could be seen: it is chosen anew and forced before anything acts
     * on it. Only for a step that does not act on the old one.
     *
     * @param why what is seen now
     */
    record Outdated(String why) implements Observation {}

    /**
     * The step is not needed in this job.
     *
     * @param why why
     */
    record NotNeeded(String why) implements Observation {}

    /**
     * The effect is not there.
     *
     * @return the observation
     */
    static Observation notDone() {
        return new NotDone();
    }

    /**
     * The effect is there.
     *
     * @param outcome what is worth keeping
     * @param warnings what is worth a look
     * @return the observation
     */
    static Observation done(Values outcome, String... warnings) {
        return new Done(outcome, List.of(warnings));
    }
}
