package io.sdr.core.job;

import io.sdr.api.OperationFailedException;
import io.sdr.api.OutcomeUnknownException;
import io.sdr.api.Problem;
import io.sdr.api.RetryableException;
import io.sdr.api.SdrException;
import java.time.Duration;
import java.util.Optional;

/** Looks at every guard once more, just before the decision acts: however old its success is, it must be true now. */
final class Guards {
    private final JobRun run;

    Guards(JobRun run) {
        this.run = run;
    }

    /** Empty if all hold; otherwise what to do instead of deciding. */
    Optional<Turn> check(JobState state, StepRecord decision) {
        for (StepRecord guard : state.steps()) {
            if (guard.number() >= decision.number()) {
                break;
            }
            if (guard.kind() == StepKind.GUARD && guard.phase() == Phase.DONE) {
                Optional<Turn> instead = check(state, decision, guard);
                if (instead.isPresent()) {
                    return instead;
                }
            }
        }
        return Optional.empty();
    }

    private Optional<Turn> check(JobState state, StepRecord decision, StepRecord guard) {
        Observation seen;
        try {
            seen = run.look(state, guard);
        } catch (RetryableException | OutcomeUnknownException e) {
            if (run.isTooLate(decision)) {
                return Optional.of(broken(state, decision, guard, e));
            }
            Duration pause = run.limits.pause(run.attempts(decision).retries++, run.limits.longestPause());
            return Optional.of(run.pauseFor(decision, pause, "guard '" + guard.name() + "': " + e.getMessage()));
        } catch (RuntimeException e) {
            return Optional.of(broken(state, decision, guard, run.asSdr(guard, e)));
        }
        if (seen instanceof Observation.Done || seen instanceof Observation.NotNeeded) {
            return Optional.empty();
        }
        if (seen instanceof Observation.Unknown unknown) {
            return Optional.of(run.unknown(decision, "guard '" + guard.name() + "': " + unknown.why()));
        }
        if (seen instanceof Observation.Contradiction contradiction) {
            return Optional.of(run.ask(decision, contradiction));
        }
        String what = seen instanceof Observation.Partial partial ? partial.detail() : "it is no longer true";
        return Optional.of(broken(
                state,
                decision,
                guard,
                new OperationFailedException(Problem.of("GUARD_BROKEN")
                        .attempted("decide in job " + run.job)
                        .state("'" + guard.name() + "' was true before, and just before the decision it was not: "
                                + what)
                        .remedy("see what changed, then retry or cancel the job; nothing was decided"))));
    }

    /**
     * The guard fails, and the decision goes back to before its intent, for what it chose may rest on the guard. If it may have
     * acted before, only its abort tells that it has not decided.
     */
    private Turn broken(JobState state, StepRecord decision, StepRecord guard, SdrException why) {
        if (!decision.acted()) {
            return run.fail(state, guard, Optional.of(decision.reset()), why);
        }
        UndoResult undone;
        try {
            undone = run.step(decision).undo(JobRun.intent(decision), run.context(state, decision, run::isStopped));
        } catch (RuntimeException e) {
            return run.unknown(decision, "guard '" + guard.name() + "' broke and the abort failed: " + e.getMessage());
        }
        if (undone instanceof UndoResult.Again again) {
            return run.pauseFor(decision, again.after(), again.reason());
        }
        if (undone instanceof UndoResult.PastDecision) {
            run.attempts(decision).blindUntil = null;
            return run.pauseFor(decision, run.limits.firstPause(), "the decision was made already");
        }
        return run.fail(state, guard, Optional.of(decision.reset()), why);
    }
}
