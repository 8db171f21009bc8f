package io.sdr.core.job;

import io.sdr.api.JobStatus;
import io.sdr.api.OutcomeUnknownException;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Undoes a job, backwards, lane by lane; the decision first of all. */
final class Undoing {
    private static final Logger LOG = LoggerFactory.getLogger(Undoing.class);

    private static final String IN_DOUBT =
            "the job may have decided: it asked for its decision and has not heard the answer."
                    + " Nothing is taken back before that is known";

    /** A site that is silent for a moment is no reason to leave anything to later. */
    private static final Duration LEAVES_AFTER = Duration.ofMinutes(3);

    private final JobRun run;
    private final JobEngine engine;
    private final Set<String> blocked = new HashSet<>();
    private @Nullable Instant soonest;
    private boolean remains;
    private Optional<StepRecord> hindered = Optional.empty();

    Undoing(JobRun run, JobEngine engine) {
        this.run = run;
        this.engine = engine;
    }

    Turn turn(JobState state) {
        if (state.job().status() != JobStatus.CANCELLING) {
            run.journal.cancelling();
            return Turn.GO;
        }
        boolean inherits = inheritsDecision(state);
        Optional<StepRecord> toAbort = state.steps().stream()
                .filter(row -> inherits && row.kind() == StepKind.DECISION && row.phase() == Phase.PENDING)
                .findFirst();
        if (toAbort.isPresent()) {
            return intendAbort(state, toAbort.get());
        }
        for (int i = state.steps().size() - 1; i >= 0; i--) {
            StepRecord row = state.steps().get(i);
            boolean inheritsUndo =
                    row.isUnbegun() && run.step(row).inheritsUndo(state.job().spec());
            if (!row.hasToBeUndone() && !inheritsUndo) {
                continue;
            }
            if (run.isStopped()) {
                return Turn.END;
            }
            if (row.kind() == StepKind.DECISION && !row.acted() && !inherits) {
                run.journal.undo(row.at(Phase.UNDONE, "it never acted", Optional.of(run.time.now())));
                continue;
            }
            String lane = run.step(row).undoLane();
            if (blocked.contains(lane)) {
                remains = true;
                continue;
            }
            Result result = undo(state, row);
            if (result == Result.FORWARD || result == Result.AGAIN) {
                return Turn.GO;
            }
            if (result == Result.LATER) {
                remains = true;
                blocked.add(lane);
                if (row.kind() == StepKind.DECISION) {
                    break;
                }
            }
        }
        return remains ? again() : end(state);
    }

    /**
     * Whether the job that this one superseded may have decided. Its record is then there, or comes yet, under the number that this
     * job's decision has: only the abort tells, and keeps it from coming.
     */
    private boolean inheritsDecision(JobState state) {
        return state.inherited().stream()
                .filter(each -> !each.known().equals(Optional.of(Inheritance.NOT_DONE)))
                .anyMatch(engine::mayHaveDecided);
    }

    /** The abort needs the names that the decision's intent chooses; and it is in the store before anything acts on it. */
    private Turn intendAbort(JobState state, StepRecord row) {
        try {
            Values intent = run.step(row).prepare(run.context(state, row));
            run.journal.undo(run.begun(run.step(row), row, intent));
            return Turn.GO;
        } catch (RuntimeException e) {
            Attempts of = run.attempts(row);
            LOG.warn("job {}: what step {} would abort cannot be named now", run.job, row.name(), e);
            return run.pauseFor(
                    row, run.limits.pause(of.retries++, run.limits.longestWait()), "undo: " + e.getMessage());
        }
    }

    private enum Result {
        UNDONE,
        /** Its intent is in the store now: begin again with what is there. */
        AGAIN,
        LATER,
        FORWARD
    }

    private Turn again() {
        Instant until = soonest == null ? run.time.now().plus(run.limits.longestPause()) : soonest;
        hindered.ifPresent(row -> run.live.waits(row.name(), run.attempts(row).hindered)); // other lanes went on since
        Duration pause = Duration.between(run.time.now(), until);
        run.time.signal();
        return Turn.pause(pause);
    }

    private Turn end(JobState state) {
        JobState now = state;
        while (true) {
            Effects effects = run.definition.onUndone(
                    now.subject(), now.job().origin(), now.job().spec());
            if (run.journal.endUndone(now.subject(), effects)) {
                LOG.info("job {} is undone", run.job);
                return Turn.END;
            }
            now = run.journal.load();
        }
    }

    private Result undo(JobState state, StepRecord row) {
        Attempts of = run.attempts(row);
        Instant now = run.time.now();
        boolean decision = row.kind() == StepKind.DECISION;
        boolean begun = run.step(row).undoOutrunsLateActs() || row.phase() == Phase.UNDO_INTENT;
        Optional<Instant> doubt = (begun ? Optional.<Instant>empty() : run.doubt(row)).or(() -> inherited(state, row));
        if (doubt.isPresent()) {
            return later(row, "undo: a call of it may still act; undone after that", doubt.get());
        }
        if (of.nextUndo != null && now.isBefore(of.nextUndo)) {
            return later(row, of.hindered, of.nextUndo);
        }
        if (row.isUnbegun()) {
            run.journal.undo(run.begun(run.step(row), row, Values.NONE).at(Phase.UNDO_INTENT, "", Optional.empty()));
            return Result.AGAIN;
        } else if (row.phase() != Phase.UNDO_INTENT) {
            run.journal.undo(row.at(Phase.UNDO_INTENT, row.detail(), row.ended()));
        } else {
            run.journal.check();
        }
        run.renewLease();
        of.deadline = run.time.now().plus(run.step(row).deadline());
        run.live.works(row.name());
        of.count++;
        UndoResult result;
        run.callUnderWay(true);
        try {
            result = run.step(row).undo(JobRun.intent(row), run.context(state, row, run::isStopped));
        } catch (OutcomeUnknownException e) {
            Instant late = run.lateUntil(Optional.of(of.deadline));
            of.inDoubtUntil = late;
            run.callUnderWay(false);
            return failed(row, of, e, late);
        } catch (RuntimeException e) {
            run.callUnderWay(false);
            return failed(row, of, e, now.plus(run.limits.pause(of.retries++, run.limits.longestWait())));
        }
        run.callUnderWay(false);
        if (result instanceof UndoResult.PastDecision && decision) {
            LOG.warn("job {} is past its decision; it goes forward", run.job);
            run.cancelWanted(false);
            of.pastDecision = true;
            of.deadline = now.plus(run.step(row).deadline());
            run.journal.pastDecision(row.at(Phase.INTENT, "", Optional.empty()));
            return Result.FORWARD;
        }
        if (result instanceof UndoResult.Again again) {
            of.nextUndo = now.plus(again.after());
            return later(row, "undo: " + again.reason(), of.nextUndo);
        }
        if (result instanceof UndoResult.PastDecision) {
            return failed(
                    row,
                    of,
                    new IllegalStateException("step " + row.name() + " is no decision"),
                    now.plus(run.limits.longestWait()));
        }
        UndoResult.Undone undone = (UndoResult.Undone) result;
        if (!undone.warnings().isEmpty()) {
            Instant since = of.leavesSince == null ? now : of.leavesSince;
            of.leavesSince = since;
            if (now.isBefore(since.plus(LEAVES_AFTER))) {
                of.nextUndo = now.plus(run.limits.pause(of.retries++, run.limits.longestPause()));
                return later(row, "undo: " + String.join("; ", undone.warnings()), of.nextUndo);
            }
        }
        store(undone, row, state.subject());
        return Result.UNDONE;
    }

    private void store(UndoResult.Undone result, StepRecord row, Subject subject) {
        StepRecord undone = row.undone(result.warnings(), run.time.now());
        Subject basis = subject;
        while (!run.journal.undone(undone, basis, result.effects())) {
            basis = run.journal.load().subject();
        }
        LOG.info("job {}: step {} is undone {}", run.job, row.name(), result.warnings());
    }

    /** Until when a call of the superseded job may act where a step takes back what that job left. */
    private Optional<Instant> inherited(JobState state, StepRecord row) {
        Step step = run.step(row);
        if (!step.inheritsUndo(state.job().spec())) {
            return Optional.empty();
        }
        return state.inherited().stream()
                .filter(each -> run.time.now().isBefore(each.until()))
                .filter(each -> engine.mayActIn(step.undoLane(), each))
                .map(InheritedStep::until)
                .max(Comparator.naturalOrder());
    }

    private Result failed(StepRecord row, Attempts of, RuntimeException e, Instant next) {
        LOG.warn(
                "job {}: step {} cannot be undone now: {}; tries again at {}", run.job, row.name(), e.toString(), next);
        of.nextUndo = next;
        if (row.kind() != StepKind.DECISION) {
            return later(row, "undo: " + e.getMessage(), next);
        }
        if (!row.detail().equals(IN_DOUBT)) {
            run.journal.decisionInDoubt(row, IN_DOUBT);
        }
        return later(row, "undo: " + IN_DOUBT + "; it cannot be asked now: " + e.getMessage(), next);
    }

    private Result later(StepRecord row, String why, Instant moment) {
        run.attempts(row).hindered = why;
        if (hindered.isEmpty()) {
            hindered = Optional.of(row);
        }
        Instant known = soonest;
        if (known == null || moment.isBefore(known)) {
            soonest = moment;
        }
        return Result.LATER;
    }
}
