package io.sdr.core.job;

import io.sdr.api.Timekeeper;
import io.sdr.testkit.VirtualTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Engines that break one rule each. The generated faults have to catch every one of them. */
public final class Mutants {
    /** What a run of the mutant is made of. */
    @FunctionalInterface
    private interface RunMaker {
        JobRun make(JobEngine engine, JobState state, JobDefinition definition, JobJournal journal);
    }

    private static final Map<String, RunMaker> RUNS = Map.of(
            "writes done from what act returned", TrustsTheAct::new,
            "acts before the intent is forced", ActsWithoutIntent::new,
            "decides on what the guards said before", TrustsTheGuards::new,
            "acts on unknown", ActsOnUnknown::new,
            "does not wait until a lost call can no longer act", DoesNotWait::new,
            "forgets which calls may still act", ForgetsDoubt::new);

    /** Breaks the rule within one process. */
    static final Map<String, ToyCase.EngineMaker> ALONE = RUNS.entrySet().stream()
            .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, each -> of(each.getValue())));

    private Mutants() {}

    private static ToyCase.EngineMaker of(RunMaker maker) {
        return (store, definition, time) ->
                engine(store, List.of(definition), time, () -> ToyCase.JOB, ToyCase.LIMITS, maker, false);
    }

    /**
     * Makes an engine that breaks a rule, for any operations.
     *
     * @param broken which rule, by the name of the mutant
     * @param store the store
     * @param definitions the operations
     * @param time the clock
     * @param ids gives a new id each time
     * @return the engine
     */
    public static JobEngine of(
            String broken, JobStore store, List<JobDefinition> definitions, Timekeeper time, Supplier<String> ids) {
        return engine(store, definitions, time, ids, Limits.DEFAULT, Objects.requireNonNull(RUNS.get(broken)), false);
    }

    /** Writes and acts whoever has the lease. */
    static JobEngine ignoresTheLease(JobStore store, JobDefinition definition, VirtualTime time, Limits limits) {
        return engine(store, List.of(definition), time, () -> ToyCase.JOB, limits, JobRun::new, true);
    }

    private static JobEngine engine(
            JobStore store,
            List<JobDefinition> definitions,
            Timekeeper time,
            Supplier<String> ids,
            Limits limits,
            RunMaker maker,
            boolean ignoresLease) {
        return new JobEngine(store, definitions, time, ids, limits) {
            @Override
            JobRun newRun(JobState state, JobDefinition of) {
                String job = state.job().id();
                long epoch = state.job().lease().epoch();
                JobJournal journal = ignoresLease
                        ? new JobJournal(store, time, job, epoch) {
                            @Override
                            long fence() {
                                return store.read(view -> view.job(job))
                                        .orElseThrow()
                                        .lease()
                                        .epoch();
                            }
                        }
                        : new JobJournal(store, time, job, epoch);
                return maker.make(this, state, of, journal);
            }
        };
    }

    private static final class TrustsTheAct extends JobRun {
        TrustsTheAct(JobEngine engine, JobState state, JobDefinition definition, JobJournal journal) {
            super(engine, state, definition, journal);
        }

        @Override
        Turn acted(JobState state, StepRecord row, ActResult result) {
            return result instanceof ActResult.Acted
                    ? follow(state, row, Observation.done(Values.NONE))
                    : super.acted(state, row, result);
        }
    }

    private static final class ActsWithoutIntent extends JobRun {
        ActsWithoutIntent(JobEngine engine, JobState state, JobDefinition definition, JobJournal journal) {
            super(engine, state, definition, journal);
        }

        @Override
        void forceIntent(JobState state, StepRecord begun) {
            if (look(state, begun) instanceof Observation.NotDone) {
                step(begun).act(intent(begun), context(state, begun));
            }
            super.forceIntent(state, begun);
        }
    }

    private static final class TrustsTheGuards extends JobRun {
        TrustsTheGuards(JobEngine engine, JobState state, JobDefinition definition, JobJournal journal) {
            super(engine, state, definition, journal);
        }

        @Override
        Optional<Turn> guardsAgain(JobState state, StepRecord decision) {
            return Optional.empty();
        }
    }

    private static final class ActsOnUnknown extends JobRun {
        ActsOnUnknown(JobEngine engine, JobState state, JobDefinition definition, JobJournal journal) {
            super(engine, state, definition, journal);
        }

        @Override
        Turn follow(JobState state, StepRecord row, Observation seen) {
            return super.follow(state, row, seen instanceof Observation.Unknown ? Observation.notDone() : seen);
        }
    }

    private static final class DoesNotWait extends JobRun {
        DoesNotWait(JobEngine engine, JobState state, JobDefinition definition, JobJournal journal) {
            super(engine, state, definition, journal);
        }

        @Override
        Instant lateUntil(Optional<Instant> notAfter) {
            return time.now();
        }
    }

    private static final class ForgetsDoubt extends JobRun {
        ForgetsDoubt(JobEngine engine, JobState state, JobDefinition definition, JobJournal journal) {
            super(engine, state, definition, journal);
        }

        @Override
        Optional<Instant> doubt(StepRecord row) {
            return Optional.empty();
        }
    }
}
