package io.sdr.core.job;

import io.sdr.api.Answer;
import io.sdr.api.CorruptException;
import io.sdr.api.Problem;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Everything stored of one job, read at one moment. */
record JobState(
        JobRecord job,
        Subject subject,
        List<StepRecord> steps,
        List<SignalRecord> signals,
        List<InheritedStep> inherited) {
    static JobState read(JobStore.View view, JobRecord job) {
        Subject subject = view.subject(job.subject())
                .orElseThrow(() -> new CorruptException(Problem.of("STORE_CORRUPT")
                        .attempted("read the item of job " + job.id())
                        .state("there is no item " + job.subject())
                        .remedy("restore the store, or adopt the items from their sites")));
        return new JobState(job, subject, view.steps(job.id()), view.signals(job.id()), view.inherited(job.id()));
    }

    Optional<StepRecord> firstAhead() {
        return steps.stream().filter(each -> !each.isBehind()).findFirst();
    }

    List<Answer> answers() {
        return signals.stream().flatMap(each -> each.answer().stream()).toList();
    }

    StepContext.Outcomes outcomes() {
        Map<String, Values> values = outcomeMap();
        return step -> Optional.ofNullable(values.get(step));
    }

    StepContext.Outcomes intents() {
        Map<String, Values> values = intentMap();
        return step -> Optional.ofNullable(values.get(step));
    }

    Map<String, Values> outcomeMap() {
        Map<String, Values> values = new HashMap<>();
        steps.forEach(each -> each.outcome().ifPresent(value -> values.put(each.name(), value)));
        return values;
    }

    Map<String, Values> intentMap() {
        Map<String, Values> values = new HashMap<>();
        steps.forEach(each -> each.intent().ifPresent(value -> values.put(each.name(), value)));
        return values;
    }

    /** The state as it will be once a step and the subject have changed. */
    JobState with(StepRecord step, Subject newSubject) {
        List<StepRecord> more = steps.stream()
                .map(each -> each.number() == step.number() ? step : each)
                .toList();
        return new JobState(job, newSubject, more, signals, inherited);
    }
}
