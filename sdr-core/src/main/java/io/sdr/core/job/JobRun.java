package io.sdr.core.job;

import io.sdr.api.JobStatus;
import io.sdr.api.OperationFailedException;
import io.sdr.api.OutcomeUnknownException;
import io.sdr.api.Problem;
import io.sdr.api.RetryableException;
import io.sdr.api.SdrException;
import io.sdr.api.Timekeeper;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The execution of one job under one lease: decides, step by step, whether to look, to act, to wait, to undo or to stop. All it
 * knows comes from the store and from looking; what it writes goes through its {@link JobJournal}. One turn at a time.
 */
class JobRun {
    private static final Logger LOG = LoggerFactory.getLogger(JobRun.class);

    /** So many tries of an unknown are paced as retries are; then slower. */
    private static final int RETRIES_IN_A_HURRY = 10;

    private static final String LOST = "the answer to its call was lost; looks again when it can no longer act";

    final String job;
    final JobDefinition definition;
    final JobJournal journal;
    final Live live;
    final Timekeeper time;
    final Limits limits;
    private final JobEngine engine;
    private final List<Step> steps;
    private final Map<String, Attempts> attempts = new HashMap<>();
    private volatile Instant leaseUntil;
    private volatile boolean dropped;
    private volatile boolean cancelWanted;
    private volatile boolean callUnderWay;
    private boolean waitsForTransfer;

    JobRun(JobEngine engine, JobState state, JobDefinition definition, JobJournal journal) {
        this.engine = engine;
        this.job = state.job().id();
        this.definition = definition;
        this.journal = journal;
        this.time = engine.time();
        this.limits = engine.limits();
        this.live = new Live(time);
        this.steps = definition.steps();
        this.leaseUntil = state.job().lease().until();
        this.cancelWanted = state.job().cancelRequested();
        state.steps().forEach(row -> recover(row, state.job().status()));
    }

    /** What an earlier run left in its intent may have acted, and a call of it may act still. */
    private void recover(StepRecord row, JobStatus status) {
        boolean mayHaveActed = row.phase() == Phase.UNDO_INTENT
                || (row.phase() == Phase.INTENT && (row.kind() != StepKind.DECISION || row.acted()));
        if (mayHaveActed) {
            Attempts of = attempts(row);
            of.acted = true;
            of.inDoubtUntil = lateUntil(row.notAfter());
        }
        if (row.phase() == Phase.INTENT) {
            attempts(row).deadline = time.now().plus(step(row).deadline());
            if (status != JobStatus.WAITING_FOR_INPUT) {
                attempts(row).takenUp = time.now();
            }
        }
    }

    /** The moment from which no call made up to now can act any more. */
    Instant lateUntil(Optional<Instant> notAfter) {
        Instant longest = time.now().plus(limits.longestCall());
        Instant bound = notAfter.filter(each -> each.isBefore(longest)).orElse(longest);
        return bound.plus(limits.margin());
    }

    /** Another owner has the job: touch nothing any more. */
    void drop() {
        dropped = true;
        engine.transfers().leave(this); // it may have no turn any more in which it would do that
    }

    void cancelWanted(boolean value) {
        cancelWanted = value;
    }

    boolean isStopped() {
        return dropped || engine.isStopping();
    }

    /** Until when a call of this step may still act, as far as this run knows; empty if surely none does. */
    Optional<Instant> inDoubt(StepRecord row) {
        if (callUnderWay && live.now().step().equals(row.name())) {
            return Optional.of(lateUntil(row.notAfter()));
        }
        return doubt(row);
    }

    /** Until when a call whose answer was lost, of this run or of an earlier one, may still act. */
    Optional<Instant> doubt(StepRecord row) {
        return Optional.ofNullable(attempts(row).inDoubtUntil)
                .or(row::inDoubtUntil)
                .filter(time.now()::isBefore);
    }

    void callUnderWay(boolean value) {
        callUnderWay = value;
    }

    boolean isCallUnderWay() {
        return callUnderWay;
    }

    /** Does what can be done now. */
    Turn advance() {
        waitsForTransfer = false;
        try {
            while (true) {
                Turn turn = turn();
                if (turn.kind() != Turn.Kind.GO) {
                    return turn;
                }
            }
        } finally {
            if (!waitsForTransfer || isStopped()) {
                engine.transfers().leave(this); // whatever it waited for is not what it does now
            }
        }
    }

    private Turn turn() {
        if (isStopped()) {
            return Turn.END;
        }
        JobState state = journal.load();
        JobRecord record = state.job();
        if (!record.status().isOpen()) {
            return Turn.END;
        }
        cancelWanted = record.cancelRequested();
        if (record.decided() && cancelWanted) {
            journal.pastDecision(decision(state));
            return Turn.GO;
        }
        if (record.status() == JobStatus.CANCELLING || cancelWanted) {
            return new Undoing(this, engine).turn(state);
        }
        StepRecord row = state.firstAhead()
                .orElseThrow(() -> new IllegalStateException("job " + job + " is open with all steps done"));
        return row.phase() == Phase.PENDING ? begin(state, row) : pursue(state, row);
    }

    private StepRecord decision(JobState state) {
        return state.steps().stream()
                .filter(each -> each.kind() == StepKind.DECISION)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("job " + job + " decided without a decision"));
    }

    // ---- intent

    private Turn begin(JobState state, StepRecord row) {
        Step step = step(row);
        Attempts of = attempts(row);
        if (of.deadline == null) {
            of.deadline = time.now().plus(step.deadline());
        }
        live.works(row.name());
        Values intent;
        try {
            intent = step.prepare(context(state, row));
        } catch (RuntimeException e) {
            return troubled(state, row, e);
        }
        forceIntent(state, begun(step, row, intent));
        return Turn.GO;
    }

    /** Mutants of the tests do without. */
    void forceIntent(JobState state, StepRecord begun) {
        journal.begin(begun);
    }

    /** What was chosen with less in sight is chosen again, and in the store before anything acts on it. */
    private Turn intendAnew(JobState state, StepRecord row, String why) {
        if (row.kind() == StepKind.DECISION) {
            return fail(state, row, asSdr(row, new IllegalStateException("a decision is not chosen anew: " + why)));
        }
        Attempts of = attempts(row);
        Instant deadline = of.deadline == null ? time.now().plus(step(row).deadline()) : of.deadline;
        Values intent;
        try {
            intent = step(row).prepare(context(state, row));
        } catch (RuntimeException e) {
            return troubled(state, row, e);
        }
        of.deadline = deadline;
        forceIntent(state, row.begun(intent, deadline, time.now()));
        return of.retries++ == 0 ? Turn.GO : pauseFor(row, limits.pause(of.retries, limits.longestPause()), why);
    }

    StepRecord begun(Step step, StepRecord row, Values intent) {
        Instant now = time.now();
        attempts.put(row.name(), new Attempts());
        Instant deadline = now.plus(step.deadline());
        attempts(row).deadline = deadline;
        return row.begun(intent, deadline, now);
    }

    // ---- look and act

    private Turn pursue(JobState state, StepRecord row) {
        Attempts of = attempts(row);
        boolean decision = row.kind() == StepKind.DECISION;
        Instant blindUntil = of.blindUntil;
        boolean blind = blindUntil != null && time.now().isBefore(blindUntil);
        if (blindUntil != null && blind && !decision) {
            return pauseUntil(row, blindUntil, LOST);
        }
        live.works(row.name());
        Observation seen;
        try {
            seen = look(state, row);
        } catch (RuntimeException e) {
            of.uncounted = time.now();
            return troubled(state, row, e);
        }
        if (blindUntil != null && blind && !(seen instanceof Observation.Done)) {
            return pauseUntil(row, blindUntil, LOST);
        }
        of.blindUntil = null;
        return follow(state, row, seen);
    }

    Observation look(JobState state, StepRecord row) {
        return step(row).observe(intent(row), context(state, row));
    }

    Turn follow(JobState state, StepRecord row, Observation seen) {
        Attempts of = attempts(row);
        if (seen instanceof Observation.Done done) {
            return complete(state, row, done);
        }
        if (seen instanceof Observation.NotNeeded skip) {
            return skip(state, row, skip.why());
        }
        if (seen instanceof Observation.Unknown unknown) {
            return unknown(row, unknown.why());
        }
        if (seen instanceof Observation.Contradiction contradiction) {
            return ask(row, contradiction);
        }
        if (isTooLate(row)) {
            return fail(state, row, tooLate(state, row, of));
        }
        if (seen instanceof Observation.Outdated outdated) {
            return intendAnew(state, row, outdated.why());
        }
        if (of.justActed) {
            of.justActed = false;
            return pauseFor(
                    row, limits.pause(of.retries++, limits.longestPause()), "acted; its effect is not seen yet");
        }
        return act(state, row);
    }

    private Turn act(JobState state, StepRecord row) {
        Optional<Turn> first = new Inheritance(this, engine).settle(state);
        if (first.isEmpty() && row.kind() == StepKind.DECISION) {
            first = guardsAgain(state, row);
        }
        if (first.isPresent()) {
            return first.get();
        }
        if (state.job().status() == JobStatus.WAITING_FOR_INPUT && row.kind() != StepKind.WAIT) {
            journal.unask(); // what was asked about has settled by itself
        }
        Attempts of = attempts(row);
        Step.Transfer transfer = step(row).transfer();
        if (transfer != Step.Transfer.NONE) {
            Transfers transfers = engine.transfers();
            if (!transfers.take(this, transfer == Step.Transfer.URGENT, () -> engine.wake(this))) {
                return waitForTransfer(row, of, transfers.most());
            }
        }
        StepRecord ready = readyToAct(row, of);
        live.works(row.name());
        callUnderWay = true;
        if (journal.check().cancelRequested() || isStopped()) {
            callUnderWay = false;
            return Turn.GO;
        }
        of.count++;
        of.acted = true;
        ActResult result;
        try {
            result = step(row).act(intent(row), context(state, ready));
        } catch (OutcomeUnknownException e) {
            callUnderWay = false;
            return lost(row, of, e);
        } catch (RuntimeException e) {
            callUnderWay = false;
            return troubled(state, row, e);
        }
        callUnderWay = false;
        engine.transfers().leave(this);
        return acted(state, row, result);
    }

    /** Sleeps until it is its turn, or until a signal: this time is not the step's. */
    private Turn waitForTransfer(StepRecord row, Attempts of, int most) {
        of.deadline = null;
        waitsForTransfer = true;
        live.waits(row.name(), "waits for one of " + most + " transfers");
        time.signal();
        return Turn.SLEEP;
    }

    /** Mutants of the tests trust what was seen before. */
    Optional<Turn> guardsAgain(JobState state, StepRecord decision) {
        return new Guards(this).check(state, decision);
    }

    /** Renews what bounds the attempt and forces what must be known of it before it acts. */
    private StepRecord readyToAct(StepRecord row, Attempts of) {
        Step step = step(row);
        Instant now = time.now();
        Duration half = step.deadline().dividedBy(2);
        if (of.deadline == null || (row.kind() == StepKind.WAIT && of.deadline.isBefore(now.plus(half)))) {
            of.deadline = now.plus(step.deadline());
        }
        renewLease();
        Instant deadline = of.deadline;
        boolean later = row.notAfter().filter(each -> !each.isBefore(deadline)).isEmpty();
        boolean firstOfDecision = row.kind() == StepKind.DECISION && !row.acted();
        if (!later && !firstOfDecision) {
            return row;
        }
        StepRecord ready = row.acting(Math.max(row.attempt(), of.count) + 1, deadline);
        journal.acting(ready);
        return ready;
    }

    /** Before anything acts: what it may take has to fit into the lease. */
    void renewLease() {
        Instant now = time.now();
        if (leaseUntil.isBefore(now.plus(limits.leaseTtl().dividedBy(3).multipliedBy(2)))) {
            leaseUntil = journal.renew(now.plus(limits.leaseTtl()));
        }
    }

    /** Mutants of the tests take the act's word. */
    Turn acted(JobState state, StepRecord row, ActResult result) {
        Attempts of = attempts(row);
        of.trouble = null;
        if (result instanceof ActResult.Again again) {
            of.retries = 0;
            if (again.prompt().isPresent()) {
                of.deadline = null;
                journal.ask(again.prompt().get());
            } else if (state.job().status() == JobStatus.WAITING_FOR_INPUT) {
                journal.unask();
            }
            return pauseFor(row, again.after(), again.reason());
        }
        of.justActed = true;
        return Turn.GO;
    }

    private Turn lost(StepRecord row, Attempts of, OutcomeUnknownException e) {
        Instant until = lateUntil(Optional.ofNullable(of.deadline));
        of.inDoubtUntil = until;
        of.blindUntil = until;
        of.trouble = e;
        if (of.unknowns++ < limits.unknownOutcomes()) {
            of.deadline = until.plus(step(row).deadline());
            of.uncounted = until;
        }
        LOG.warn("job {}, step {}: {}; looks again at {}", job, row.name(), e.getMessage(), until);
        return Turn.GO;
    }

    // ---- trouble

    private Turn troubled(JobState state, StepRecord row, RuntimeException e) {
        if (isStopped()) {
            return Turn.END;
        }
        if (cancelWanted && !state.job().decided()) {
            return Turn.GO;
        }
        Attempts of = attempts(row);
        boolean later = e instanceof RetryableException || e instanceof OutcomeUnknownException;
        if (!later) {
            return fail(state, row, asSdr(row, e));
        }
        of.trouble = (SdrException) e;
        if (isTooLate(row)) {
            return fail(state, row, tooLate(state, row, of));
        }
        Duration pause = limits.pause(of.retries++, limits.longestPause());
        LOG.info("job {}, step {}: {}; tries again in {}", job, row.name(), e.getMessage(), pause);
        return pauseFor(row, pause, of.trouble.problem().describe());
    }

    /** Waits without end: time in which nothing can be told does not count against the deadline. */
    Turn unknown(StepRecord row, String why) {
        Attempts of = attempts(row);
        of.deadline = null;
        boolean first = of.retries < RETRIES_IN_A_HURRY;
        Duration pause = limits.pause(of.retries++, first ? limits.longestPause() : limits.longestWait());
        return pauseFor(row, pause, "cannot be told now: " + why);
    }

    /** Asks and sleeps until a signal, or until it is time to look again: nor does the time that a person takes count. */
    Turn ask(StepRecord row, Observation.Contradiction seen) {
        attempts(row).deadline = null;
        live.waits(row.name(), seen.prompt().question());
        journal.ask(seen.prompt());
        return seen.lookAgain().map(Turn::pause).orElse(Turn.SLEEP);
    }

    /** Whether the step's time is over. It begins with the first try after any wait that does not count. */
    boolean isTooLate(StepRecord row) {
        Attempts of = attempts(row);
        Instant now = time.now();
        if (of.deadline == null) {
            of.deadline = now.plus(step(row).deadline());
        }
        return row.kind() != StepKind.WAIT && !now.isBefore(of.deadline);
    }

    SdrException asSdr(StepRecord row, RuntimeException e) {
        if (e instanceof SdrException known) {
            return known;
        }
        LOG.error("job {}, step {} failed unexpectedly", job, row.name(), e);
        return new OperationFailedException(
                Problem.of("INTERNAL_ERROR")
                        .attempted("do step '" + row.name() + "' of job " + job)
                        .state(String.valueOf(e))
                        .remedy("report this with the log; retry or cancel the job"),
                e);
    }

    private SdrException tooLate(JobState state, StepRecord row, Attempts of) {
        Step step = step(row);
        SdrException trouble = of.trouble;
        Problem why = trouble == null
                ? Problem.of("STEP_DEADLINE")
                        .attempted("do step '" + row.name() + "' of job " + job)
                        .state("its effect was not seen within " + step.deadline())
                        .remedy(
                                state.job().decided()
                                        ? "look at what hinders it, then retry the job: past its decision it only goes"
                                                + " forward"
                                        : "look at what hinders it, then retry or cancel the job")
                : trouble.problem().state(trouble.problem().state() + "; tried for " + step.deadline());
        return new OperationFailedException(why);
    }

    // ---- ends of a step

    private Turn complete(JobState state, StepRecord row, Observation.Done done) {
        Attempts of = attempts(row);
        Live.Now progress = live.now();
        StepRecord ended = row.inDoubtUntil(doubt(row))
                .done(
                        done.outcome(),
                        done.warnings(),
                        of.acted,
                        of.count,
                        progress.done(),
                        progress.total(),
                        time.now());
        return end(state, row, ended, done.outcome());
    }

    private Turn skip(JobState state, StepRecord row, String why) {
        return end(state, row, row.at(Phase.SKIPPED, why, Optional.of(time.now())), null);
    }

    private Turn end(JobState state, StepRecord row, StepRecord ended, @Nullable Values outcome) {
        Step step = step(row);
        JobState now = state;
        while (true) {
            Effects effects;
            try {
                effects = outcome == null ? Effects.NONE : step.onDone(intent(row), outcome, context(now, row));
            } catch (RuntimeException e) {
                return fail(now, row, asSdr(row, e));
            }
            JobState then = now.with(ended, EffectsWriter.after(now.subject(), effects));
            Optional<StepRecord> next = foresee(then);
            boolean decides = outcome != null && row.kind() == StepKind.DECISION;
            FollowUps followUps = new FollowUps(engine, definition);
            if (journal.complete(ended, now.subject(), effects, next, decides, followUps)) {
                LOG.info("job {}: step {} is {}", job, row.name(), ended.phase());
                attempts.remove(row.name());
                followUps.run();
                return Turn.GO;
            }
            now = journal.load();
        }
    }

    /** The next step's intent, to be forced together with this step's end; empty if it has to be chosen later. */
    private Optional<StepRecord> foresee(JobState then) {
        Optional<StepRecord> next = then.firstAhead().filter(each -> each.phase() == Phase.PENDING);
        if (next.isEmpty() || cancelWanted || isStopped()) {
            return Optional.empty();
        }
        StepRecord row = next.get();
        Step step = step(row);
        live.works(row.name());
        try {
            return Optional.of(begun(step, row, step.prepare(context(then, row))));
        } catch (RuntimeException e) {
            LOG.debug("job {}, step {}: its intent has to be chosen later", job, row.name(), e);
            attempts.remove(row.name());
            return Optional.empty();
        }
    }

    Turn fail(JobState state, StepRecord row, SdrException why) {
        return fail(state, row, Optional.empty(), why);
    }

    /** Fails a step; the decision that waited for it may be taken back to before its intent in the same transaction. */
    Turn fail(JobState state, StepRecord row, Optional<StepRecord> reset, SdrException why) {
        Step step = step(row);
        StepRecord failed =
                row.inDoubtUntil(doubt(row)).at(Phase.FAILED, why.problem().describe(), Optional.of(time.now()));
        boolean undo = step.onFailure() == Step.OnFailure.UNDO && !attempts(row).pastDecision;
        LOG.warn("job {}: step {} failed: {}", job, row.name(), why.getMessage());
        JobState now = state;
        while (true) {
            Effects effects;
            try {
                effects = step.onFailed(why, context(now, row));
            } catch (RuntimeException e) {
                LOG.error("job {}, step {}: effects of its failure", job, row.name(), e);
                effects = Effects.NONE;
            }
            boolean stays = definition.staysAfterFailure(EffectsWriter.after(now.subject(), effects));
            if (!stays && attempts(row).pastDecision) {
                // it is decided, and once this job had let go of the subject nobody would see it to its end
                return pauseFor(row, limits.longestWait(), why.problem().describe());
            }
            if (journal.fail(failed, reset, now.subject(), effects, why.problem(), undo, stays)) {
                attempts.remove(row.name());
                reset.ifPresent(each -> attempts.remove(each.name()));
                return Turn.GO;
            }
            now = journal.load();
        }
    }

    // ---- small things

    Step step(StepRecord row) {
        return steps.get(row.number());
    }

    Attempts attempts(StepRecord row) {
        return attempts.computeIfAbsent(row.name(), name -> new Attempts());
    }

    static Values intent(StepRecord row) {
        return row.intent()
                .orElseThrow(
                        () -> new IllegalStateException("step " + row.name() + " of " + row.job() + " has no intent"));
    }

    Turn pauseUntil(StepRecord row, Instant until, String reason) {
        return pauseFor(row, Duration.between(time.now(), until), reason);
    }

    Turn pauseFor(StepRecord row, Duration pause, String reason) {
        live.waits(row.name(), reason);
        time.signal();
        return Turn.pause(pause);
    }

    StepContext context(JobState state, StepRecord row) {
        return context(state, row, () -> isStopped() || cancelWanted);
    }

    StepContext context(JobState state, StepRecord row, BooleanSupplier cancelled) {
        Attempts of = attempts(row);
        Instant deadline = of.deadline == null ? time.now().plus(step(row).deadline()) : of.deadline;
        Instant leased = leaseUntil.minus(limits.margin());
        return new StepContext(
                job,
                state.job().spec(),
                state.subject(),
                state.outcomes(),
                state.intents(),
                state.answers(),
                Math.max(1, Math.max(row.attempt(), of.count)),
                of.takenUp,
                of.uncounted,
                deadline.isBefore(leased) ? deadline : leased,
                cancelled,
                live,
                time);
    }
}
