package io.sdr.core.job;

import io.sdr.api.Prompt;
import java.util.List;

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
     */
    record Contradiction(Prompt prompt) implements Observation {}

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
