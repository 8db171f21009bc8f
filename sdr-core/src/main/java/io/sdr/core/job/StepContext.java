package io.sdr.core.job;

import io.sdr.api.Answer;
import io.sdr.api.Timekeeper;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * What a step sees around itself.
 *
 * @param job the job's id
 * @param spec what was asked, as stored with the job
 * @param subject the subject as it is now
 * @param outcomes the outcomes of the steps done so far, by step name
 * @param intents the intents of the steps begun so far, by step name
 * @param answers answers to this job's prompts so far, oldest first
 * @param attempt counts attempts of this step from 1
 * @param takenUp when this engine took up the step from one before, which did not ask about it: time without an engine is no
 *     patience of anybody's. {@link Instant#EPOCH} for any other step
 * @param blindUntil until when silence, or an answer that was lost, kept this step from looking: within its deadline, and as often
 *     as a lost answer renews that, this time is no patience of anybody's either. {@link Instant#EPOCH} if it always could look
 * @param notAfter the far side must refuse to act after this moment
 * @param cancelled true when the work shall stop: looked at between blocks
 * @param progress hears of progress
 * @param time the clock
 */
public record StepContext(
        String job,
        Values spec,
        Subject subject,
        Outcomes outcomes,
        Outcomes intents,
        List<Answer> answers,
        int attempt,
        Instant takenUp,
        Instant blindUntil,
        Instant notAfter,
        BooleanSupplier cancelled,
        StepProgress progress,
        Timekeeper time) {
    /** Values by step name. */
    @FunctionalInterface
    public interface Outcomes {
        /**
         * Looks for a step's values.
         *
         * @param step the step's name
         * @return the values, or empty if it is not that far or was skipped
         */
        Optional<Values> find(String step);

        /**
         * Gives a step's values.
         *
         * @param step the step's name
         * @return the values; none if it is not that far or was skipped
         */
        default Values of(String step) {
            return find(step).orElse(Values.NONE);
        }
    }

    /**
     * Looks for an answer.
     *
     * @param kind its kind
     * @return the newest of that kind
     */
    public Optional<Answer> answer(Answer.Kind kind) {
        return answers.stream().filter(each -> each.kind() == kind).reduce((older, newer) -> newer);
    }
}
