package io.sdr.core.job;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Looks at the steps that a superseded job left with an unknown outcome, until they are known or can no longer act: before that
 * the job that took its place does not act.
 */
final class Inheritance {
    /** How it became known that a step has no effect and will have none. */
    static final String NOT_DONE = "not done";

    private final JobRun run;
    private final JobEngine engine;

    Inheritance(JobRun run, JobEngine engine) {
        this.run = run;
        this.engine = engine;
    }

    /** Empty if all are known; otherwise the pause before the next look. */
    Optional<Turn> settle(JobState state) {
        List<InheritedStep> open = state.inherited().stream()
                .filter(each -> each.known().isEmpty())
                .toList();
        for (InheritedStep step : open) {
            Optional<String> known = look(step);
            if (known.isEmpty()) {
                return Optional.of(pause(state, step));
            }
            run.journal.known(new InheritedStep(step.job(), step.from(), step.step(), step.until(), known));
        }
        return Optional.empty();
    }

    private Turn pause(JobState state, InheritedStep step) {
        Duration left = Duration.between(run.time.now(), step.until());
        Duration most = run.limits.longestPause();
        StepRecord present = state.firstAhead().orElseThrow();
        run.attempts(present).deadline = null;
        return run.pauseFor(
                present,
                left.compareTo(most) < 0 ? left : most,
                "step '" + step.step() + "' of the superseded job " + step.from() + " may still act");
    }

    private Optional<String> look(InheritedStep step) {
        Instant now = run.time.now();
        boolean over = !now.isBefore(step.until());
        if (!over && engine.isCallUnderWay(step.from())) {
            return Optional.empty();
        }
        Observation seen = engine.observeStored(step.from(), step.step());
        if (seen instanceof Observation.Done && (over || !engine.wasBeingUndone(step))) {
            return Optional.of("done");
        }
        if (!over) {
            return Optional.empty();
        }
        return Optional.of(seen instanceof Observation.Unknown unknown ? "unknown: " + unknown.why() : NOT_DONE);
    }
}
