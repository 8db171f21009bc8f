package io.sdr.core.crash;

import io.sdr.api.SdrException;
import io.sdr.core.job.ActResult;
import io.sdr.core.job.Effects;
import io.sdr.core.job.JobDefinition;
import io.sdr.core.job.JobRecord;
import io.sdr.core.job.Observation;
import io.sdr.core.job.Step;
import io.sdr.core.job.StepContext;
import io.sdr.core.job.StepKind;
import io.sdr.core.job.StepText;
import io.sdr.core.job.Subject;
import io.sdr.core.job.UndoResult;
import io.sdr.core.job.Values;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** Operations with a step that breaks one rule. What a process remembers of it is gone with the process. */
final class BrokenSteps {
    private BrokenSteps() {}

    /** What one process knows. */
    private static final class Memory {
        private final Set<String> prepared = new HashSet<>();
        private final Set<String> acted = new HashSet<>();
        private final List<Runnable> owed = new ArrayList<>();
    }

    /** Breaks a step; the rest is as it is. */
    private interface Breaker {
        Step broken(Step step, Memory memory);
    }

    private static Supplier<UnaryOperator<JobDefinition>> breaking(String name, Breaker breaker) {
        return () -> {
            Memory memory = new Memory();
            return definition -> new Definition(
                    definition,
                    definition.steps().stream()
                            .map(step -> {
                                Step watched = new Remembering(step, memory);
                                return step.name().equals(name) ? breaker.broken(watched, memory) : watched;
                            })
                            .toList());
        };
    }

    /** Takes the act's word that it is done. */
    static Supplier<UnaryOperator<JobDefinition>> trustsTheAct(String name) {
        return breaking(name, (step, memory) -> new Passing(step) {
            @Override
            public Observation observe(Values intent, StepContext context) {
                return memory.acted.contains(name) ? Observation.done(Values.NONE) : super.observe(intent, context);
            }
        });
    }

    /** Records the outcome first and brings the effect about with the next step. */
    static Supplier<UnaryOperator<JobDefinition>> outcomeBeforeEffect(String name) {
        return breaking(name, (step, memory) -> new Passing(step) {
            @Override
            public Observation observe(Values intent, StepContext context) {
                Observation seen = super.observe(intent, context);
                if (seen instanceof Observation.NotDone && !memory.acted.contains(name)) {
                    memory.owed.add(() -> {
                        ActResult unused = super.act(intent, context);
                    });
                    return Observation.done(Values.NONE);
                }
                return seen;
            }
        });
    }

    /** What an earlier process intended counts as done, without a look. */
    static Supplier<UnaryOperator<JobDefinition>> doesNotLookAfterDeath(String name) {
        return breaking(name, (step, memory) -> new Passing(step) {
            @Override
            public Observation observe(Values intent, StepContext context) {
                return memory.prepared.contains(name) ? super.observe(intent, context) : Observation.done(Values.NONE);
            }
        });
    }

    /** Is never undone. */
    static Supplier<UnaryOperator<JobDefinition>> forgetsToUndo(String name) {
        return breaking(name, (step, memory) -> new Passing(step) {
            @Override
            public UndoResult undo(Values intent, StepContext context) {
                return UndoResult.undone();
            }
        });
    }

    /** What an earlier process began to undo counts as undone. */
    static Supplier<UnaryOperator<JobDefinition>> doesNotUndoAfterDeath(String name) {
        return breaking(name, (step, memory) -> new Passing(step) {
            @Override
            public UndoResult undo(Values intent, StepContext context) {
                return memory.prepared.contains(name) ? super.undo(intent, context) : UndoResult.undone();
            }
        });
    }

    private record Definition(JobDefinition real, List<Step> steps) implements JobDefinition {
        @Override
        public String kind() {
            return real.kind();
        }

        @Override
        public int specVersion() {
            return real.specVersion();
        }

        @Override
        public Effects onCreated(Subject subject, Values spec) {
            return real.onCreated(subject, spec);
        }

        @Override
        public Effects onUndone(Subject subject, String origin, Values spec) {
            return real.onUndone(subject, origin, spec);
        }

        @Override
        public Optional<FollowUp> followUp(Subject subject, Values spec) {
            return real.followUp(subject, spec);
        }

        @Override
        public Effects onSuperseded(Subject subject, JobRecord job, Set<String> begun) {
            return real.onSuperseded(subject, job, begun);
        }

        @Override
        public Values inheriting(Values spec, Map<String, Values> intents) {
            return real.inheriting(spec, intents);
        }

        @Override
        public boolean staysAfterFailure(Subject subject) {
            return real.staysAfterFailure(subject);
        }
    }

    private static class Passing implements Step {
        private final Step step;

        Passing(Step step) {
            this.step = step;
        }

        @Override
        public String name() {
            return step.name();
        }

        @Override
        public StepKind kind() {
            return step.kind();
        }

        @Override
        public Duration deadline() {
            return step.deadline();
        }

        @Override
        public StepText text() {
            return step.text();
        }

        @Override
        public Values prepare(StepContext context) {
            return step.prepare(context);
        }

        @Override
        public Observation observe(Values intent, StepContext context) {
            return step.observe(intent, context);
        }

        @Override
        public ActResult act(Values intent, StepContext context) {
            return step.act(intent, context);
        }

        @Override
        public UndoResult undo(Values intent, StepContext context) {
            return step.undo(intent, context);
        }

        @Override
        public Effects onDone(Values intent, Values outcome, StepContext context) {
            return step.onDone(intent, outcome, context);
        }

        @Override
        public Effects onFailed(SdrException failure, StepContext context) {
            return step.onFailed(failure, context);
        }

        @Override
        public OnFailure onFailure() {
            return step.onFailure();
        }

        @Override
        public String undoLane() {
            return step.undoLane();
        }

        @Override
        public boolean changesAnything() {
            return step.changesAnything();
        }

        @Override
        public boolean isBinding(Values intent) {
            return step.isBinding(intent);
        }

        @Override
        public boolean undoOutrunsLateActs() {
            return step.undoOutrunsLateActs();
        }

        @Override
        public boolean inheritsUndo(Values spec) {
            return step.inheritsUndo(spec);
        }

        @Override
        public Transfer transfer() {
            return step.transfer();
        }
    }

    private static final class Remembering extends Passing {
        private final Memory memory;

        Remembering(Step step, Memory memory) {
            super(step);
            this.memory = memory;
        }

        @Override
        public Values prepare(StepContext context) {
            memory.prepared.add(name());
            return super.prepare(context);
        }

        /** The outcome of the step before, and the intent of this one, are in the store now. */
        @Override
        public Observation observe(Values intent, StepContext context) {
            List<Runnable> owed = List.copyOf(memory.owed);
            memory.owed.clear();
            owed.forEach(Runnable::run);
            return super.observe(intent, context);
        }

        @Override
        public ActResult act(Values intent, StepContext context) {
            ActResult result = super.act(intent, context);
            memory.acted.add(name());
            return result;
        }
    }
}
