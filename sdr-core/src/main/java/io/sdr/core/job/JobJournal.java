package io.sdr.core.job;

import io.sdr.api.JobStatus;
import io.sdr.api.Problem;
import io.sdr.api.Prompt;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;

/**
 * What one run writes: each method is one forced transaction under the run's lease. Without the lease it throws
 * {@link LeaseLostException} and nothing is written.
 */
class JobJournal {
    private final JobStore store;
    private final io.sdr.api.Timekeeper time;
    private final String job;
    private final long leaseEpoch;

    JobJournal(JobStore store, io.sdr.api.Timekeeper time, String job, long leaseEpoch) {
        this.store = store;
        this.time = time;
        this.job = job;
        this.leaseEpoch = leaseEpoch;
    }

    /** The lease's epoch under which this run writes. */
    long fence() {
        return leaseEpoch;
    }

    /** Reads all, and that the lease still holds. */
    JobState load() {
        return store.read(view -> JobState.read(view, held(view)));
    }

    /** Reads the job alone, and that the lease still holds. */
    JobRecord check() {
        return store.read(this::held);
    }

    /** Forces an intent, unless somebody wants the job cancelled meanwhile. */
    void begin(StepRecord begun) {
        write((tx, now) -> {
            if (!now.cancelRequested()) {
                save(tx, now.open(JobStatus.RUNNING));
                tx.put(begun);
            }
            return true;
        });
    }

    /** Forces what has to be known of an attempt before it acts. */
    void acting(StepRecord step) {
        write((tx, now) -> {
            save(tx, now);
            tx.put(step);
            return true;
        });
    }

    /** Asks something; the job then waits for input. */
    void ask(Prompt prompt) {
        write((tx, now) -> {
            if (now.prompt().filter(prompt::equals).isEmpty() || now.status() != JobStatus.WAITING_FOR_INPUT) {
                save(tx, now.asking(prompt));
                event(tx, now, JobEvent.JOB_WAITING_FOR_INPUT, prompt.question());
            }
            return true;
        });
    }

    /** Nothing is asked any more. */
    void unask() {
        write((tx, now) -> {
            save(tx, now.open(JobStatus.RUNNING));
            return true;
        });
    }

    /**
     * Writes a step's end, the subject, what comes with it and the next step's intent, or the job's success.
     *
     * @param follow creates what follows the job's success, in the same transaction
     * @return false if the subject is no longer the basis: compute the effects again
     */
    boolean complete(
            StepRecord ended,
            Subject basis,
            Effects effects,
            Optional<StepRecord> next,
            boolean decides,
            BiConsumer<JobStore.Transaction, JobRecord> follow) {
        return write((tx, now) -> {
            if (!apply(tx, now, basis, effects)) {
                return false;
            }
            tx.put(ended);
            JobRecord then = decides ? now.withDecided() : now;
            List<StepRecord> steps = tx.steps(job);
            if (steps.stream().allMatch(StepRecord::isBehind)) {
                boolean warned =
                        steps.stream().anyMatch(each -> !each.warnings().isEmpty());
                then = then.end(warned ? JobStatus.SUCCEEDED_WITH_WARNINGS : JobStatus.SUCCEEDED, false, time.now());
                event(tx, then, JobEvent.JOB_SUCCEEDED, then.kind());
                save(tx, then);
                follow.accept(tx, then);
                return true;
            } else if (then.status() != JobStatus.CANCELLING) {
                then = then.open(JobStatus.RUNNING);
                if (!then.cancelRequested()) {
                    next.ifPresent(tx::put);
                }
            }
            save(tx, then);
            return true;
        });
    }

    /**
     * Writes a step's final failure, and that the job stays failed or goes back.
     *
     * @return false if the subject is no longer the basis: compute the effects again
     */
    boolean fail(
            StepRecord failed,
            Optional<StepRecord> reset,
            Subject basis,
            Effects effects,
            Problem why,
            boolean undo,
            boolean stays) {
        return write((tx, now) -> {
            if (!apply(tx, now, basis, effects)) {
                return false;
            }
            tx.put(failed);
            reset.ifPresent(tx::put);
            JobRecord then = now.withFailure(Optional.of(why));
            if (now.cancelRequested() && !now.decided()) {
                then = now.open(JobStatus.CANCELLING);
            } else if (undo && !now.decided()) {
                then = then.open(JobStatus.CANCELLING);
                event(tx, now, JobEvent.JOB_CANCELLING, failed.name() + ": " + why.describe());
            } else {
                then = then.end(JobStatus.FAILED, stays, time.now());
                event(tx, now, JobEvent.JOB_FAILED, failed.name() + ": " + why.describe());
            }
            save(tx, then);
            return true;
        });
    }

    /** The job begins to undo. */
    void cancelling() {
        write((tx, now) -> {
            save(tx, now.open(JobStatus.CANCELLING));
            event(tx, now, JobEvent.JOB_CANCELLING, now.kind());
            return true;
        });
    }

    /** Forces that a step is about to be undone, or was. */
    void undo(StepRecord step) {
        write((tx, now) -> {
            save(tx, now);
            tx.put(step);
            return true;
        });
    }

    /** Says, once, that nothing is taken back before it is known whether the job has decided. */
    void decisionInDoubt(StepRecord decision, String why) {
        write((tx, now) -> {
            save(tx, now);
            tx.put(decision.at(decision.phase(), why, decision.ended()));
            event(tx, now, JobEvent.JOB_CANCEL_WAITS, now.kind() + ": " + why);
            return true;
        });
    }

    /**
     * Forces that a step was undone, together with what comes of that.
     *
     * @return false if the subject is no longer the basis
     */
    boolean undone(StepRecord step, Subject basis, Effects effects) {
        return write((tx, now) -> {
            if (!apply(tx, now, basis, effects)) {
                return false;
            }
            save(tx, now);
            tx.put(step);
            return true;
        });
    }

    /** The decision was there before the cancel: go forward. */
    void pastDecision(StepRecord decision) {
        write((tx, now) -> {
            save(
                    tx,
                    now.withCancelRequested(false).withFailure(Optional.empty()).open(JobStatus.RUNNING));
            tx.put(decision);
            tx.add(
                    job,
                    new SignalRecord(
                            SignalRecord.TOO_LATE,
                            "engine",
                            "the decision was made before; the job goes forward",
                            time.now()));
            event(tx, now, JobEvent.JOB_CANCEL_TOO_LATE, now.kind() + " is past its decision and goes forward");
            return true;
        });
    }

    /**
     * Everything is undone: the job ends.
     *
     * @return false if the subject is no longer the basis: compute the effects again
     */
    boolean endUndone(Subject basis, Effects effects) {
        return write((tx, now) -> {
            if (!apply(tx, now, basis, effects)) {
                return false;
            }
            JobStatus end =
                    now.failure().isPresent() && !now.cancelRequested() ? JobStatus.FAILED : JobStatus.CANCELLED;
            save(tx, now.end(end, false, time.now()));
            event(
                    tx,
                    now,
                    end == JobStatus.FAILED ? JobEvent.JOB_FAILED : JobEvent.JOB_CANCELLED,
                    now.kind() + ", undone");
            return true;
        });
    }

    /** An inherited step became known. */
    void known(InheritedStep step) {
        write((tx, now) -> {
            save(tx, now);
            tx.put(step);
            return true;
        });
    }

    /** Holds the lease for longer. */
    Instant renew(Instant until) {
        return write((tx, now) -> {
            save(tx, now.withLease(new Lease(now.lease().owner(), now.lease().epoch(), until)));
            return until;
        });
    }

    <T> T write(BiFunction<JobStore.Transaction, JobRecord, T> work) {
        T value = store.write(tx -> work.apply(tx, held(tx)));
        time.signal();
        return value;
    }

    private JobRecord held(JobStore.View view) {
        JobRecord now = view.job(job).orElseThrow(() -> new LeaseLostException(job));
        if (now.lease().epoch() != fence()) {
            throw new LeaseLostException(job);
        }
        return now;
    }

    private void save(JobStore.Transaction tx, JobRecord record) {
        if (!tx.update(record, fence())) {
            throw new LeaseLostException(job);
        }
    }

    private boolean apply(JobStore.Transaction tx, JobRecord now, Subject basis, Effects effects) {
        return EffectsWriter.apply(tx, basis, effects, Optional.of(now.id()), time.now())
                .isPresent();
    }

    private void event(JobStore.Transaction tx, JobRecord now, JobEvent kind, String text) {
        tx.addEvent(time.now(), now.subject(), Optional.of(now.id()), kind.name(), text);
    }
}
