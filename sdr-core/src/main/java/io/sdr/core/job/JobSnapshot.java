package io.sdr.core.job;

import io.sdr.api.Answer;
import io.sdr.api.JobStatus;
import io.sdr.api.JobStep;
import io.sdr.api.Problem;
import io.sdr.api.Progress;
import io.sdr.api.Prompt;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A job as it was at one moment.
 *
 * @param record what is stored of the job itself
 * @param steps its steps in order
 * @param present the name of the step at work; of the last one, if it ended
 * @param progress the progress of that step
 * @param intents what the steps chose, by name, of those begun
 * @param outcomes what was observed, by name, of those done
 * @param answers answers so far, oldest first
 * @param confirmations who said what when, in order: answers, cancel, retry
 * @param warnings what is worth a look
 */
public record JobSnapshot(
        JobRecord record,
        List<JobStep> steps,
        String present,
        Progress progress,
        Map<String, Values> intents,
        Map<String, Values> outcomes,
        List<Answer> answers,
        List<String> confirmations,
        List<String> warnings) {
    /** Copies the collections. */
    public JobSnapshot {
        steps = List.copyOf(steps);
        intents = Map.copyOf(intents);
        outcomes = Map.copyOf(outcomes);
        answers = List.copyOf(answers);
        confirmations = List.copyOf(confirmations);
        warnings = List.copyOf(warnings);
    }

    /**
     * Gives the job's id.
     *
     * @return the id
     */
    public String id() {
        return record.id();
    }

    /**
     * Gives the state.
     *
     * @return the state
     */
    public JobStatus status() {
        return record.status();
    }

    /**
     * Gives what the job asks.
     *
     * @return the prompts; empty unless it waits for input
     */
    public List<Prompt> prompts() {
        return record.status() == JobStatus.WAITING_FOR_INPUT
                ? record.prompt().stream().toList()
                : List.of();
    }

    /**
     * Gives why it failed.
     *
     * @return the problem
     */
    public Optional<Problem> failure() {
        return record.failure();
    }

    /**
     * Gives when it ended.
     *
     * @return the moment, or empty while open
     */
    public Optional<Instant> ended() {
        return record.ended();
    }

    /**
     * Gives the outcome of a step.
     *
     * @param step its name
     * @return the values; none if it is not that far
     */
    public Values outcome(String step) {
        return outcomes.getOrDefault(step, Values.NONE);
    }
}
