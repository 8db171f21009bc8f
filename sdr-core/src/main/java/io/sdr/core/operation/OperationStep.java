package io.sdr.core.operation;

import io.sdr.api.SdrException;
import io.sdr.core.job.ActResult;
import io.sdr.core.job.Effects;
import io.sdr.core.job.Observation;
import io.sdr.core.job.Step;
import io.sdr.core.job.StepContext;
import io.sdr.core.job.StepKind;
import io.sdr.core.job.StepText;
import io.sdr.core.job.UndoResult;
import io.sdr.core.job.Values;
import java.time.Duration;
import java.util.function.Predicate;

/**
 * A step put together from its parts. Made with a {@link Builder}, so that the definition of a step reads in the order in which
 * it happens: intend, look, act, take back, record.
 */
final class OperationStep implements Step {
    @FunctionalInterface
    interface Intend {
        Values intend(Scene scene);
    }

    @FunctionalInterface
    interface Look {
        Observation look(Values intent, Scene scene);
    }

    @FunctionalInterface
    interface Act {
        ActResult act(Values intent, Scene scene);
    }

    /** An act that has nothing to tell: the engine looks for itself. */
    @FunctionalInterface
    interface PlainAct {
        void act(Values intent, Scene scene);
    }

    @FunctionalInterface
    interface TakeBack {
        UndoResult takeBack(Values intent, Scene scene);
    }

    @FunctionalInterface
    interface DoneEffects {
        Effects record(Values intent, Values outcome, Scene scene);
    }

    @FunctionalInterface
    interface FailureEffects {
        Effects record(SdrException failure, Scene scene);
    }

    private static final Act NO_ACT = (intent, scene) -> ActResult.acted();
    private static final TakeBack NOTHING_TO_TAKE_BACK = (intent, scene) -> UndoResult.undone();

    private final Surroundings world;
    private final Builder parts;
    private final OnFailure onFailure;

    private OperationStep(Surroundings world, Builder parts, OnFailure onFailure) {
        this.world = world;
        this.parts = parts;
        this.onFailure = onFailure;
    }

    /** The same step in an operation that takes everything back by itself if it fails. */
    OperationStep undoneOnFailure() {
        return new OperationStep(world, parts, OnFailure.UNDO);
    }

    /** The same step, which has nothing to do where a driver does it another way. */
    OperationStep skippedIf(Predicate<Scene> unneeded) {
        Builder same = new Builder(parts);
        Look look = parts.look;
        TakeBack takeBack = parts.takeBack;
        same.look = (intent, scene) -> unneeded.test(scene)
                ? new Observation.NotNeeded("the driver does it with another step")
                : look.look(intent, scene);
        same.takeBack =
                (intent, scene) -> unneeded.test(scene) ? UndoResult.undone() : takeBack.takeBack(intent, scene);
        return new OperationStep(world, same, onFailure);
    }

    static Builder act(String name) {
        return new Builder(name, StepKind.ACT);
    }

    static Builder guard(String name) {
        return new Builder(name, StepKind.GUARD);
    }

    static Builder waiting(String name) {
        return new Builder(name, StepKind.WAIT);
    }

    static Builder decision(String name) {
        return new Builder(name, StepKind.DECISION);
    }

    /** Collects the parts; what is not said does nothing. */
    static final class Builder {
        private final String name;
        private final StepKind kind;
        private Duration deadline = Duration.ofMinutes(5);
        private String observes = "";
        private String acts = "nothing: it only looks";
        private String undo = "nothing";
        private Intend intend = scene -> Values.NONE;
        private Look look = (intent, scene) -> Observation.notDone();
        private Act act = NO_ACT;
        private TakeBack takeBack = NOTHING_TO_TAKE_BACK;
        private DoneEffects record = (intent, outcome, scene) -> Effects.NONE;
        private FailureEffects recordFailure = (failure, scene) -> Effects.NONE;
        private OnFailure onFailure = OnFailure.STAY;
        private String undoLane = "";
        private Predicate<Values> binding = intent -> false;
        private boolean undoWaitsForLateActs;
        private Predicate<Values> inheritsUndo = spec -> false;
        private Transfer transfer = Transfer.NONE;

        private Builder(String name, StepKind kind) {
            this.name = name;
            this.kind = kind;
        }

        private Builder(Builder other) {
            this(other.name, other.kind);
            deadline = other.deadline;
            observes = other.observes;
            acts = other.acts;
            undo = other.undo;
            intend = other.intend;
            look = other.look;
            act = other.act;
            takeBack = other.takeBack;
            record = other.record;
            recordFailure = other.recordFailure;
            onFailure = other.onFailure;
            undoLane = other.undoLane;
            binding = other.binding;
            undoWaitsForLateActs = other.undoWaitsForLateActs;
            inheritsUndo = other.inheritsUndo;
            transfer = other.transfer;
        }

        Builder within(Duration value) {
            deadline = value;
            return this;
        }

        Builder intends(Intend value) {
            intend = value;
            return this;
        }

        Builder observes(String text, Look value) {
            observes = text;
            look = value;
            return this;
        }

        Builder acts(String text, Act value) {
            acts = text;
            act = value;
            return this;
        }

        Builder does(String text, PlainAct value) {
            return acts(text, (intent, scene) -> {
                value.act(intent, scene);
                return ActResult.acted();
            });
        }

        Builder undoes(String text, TakeBack value) {
            undo = text;
            takeBack = value;
            return this;
        }

        Builder records(DoneEffects value) {
            record = value;
            return this;
        }

        Builder recordsFailure(FailureEffects value) {
            recordFailure = value;
            return this;
        }

        Builder failureUndoes() {
            onFailure = OnFailure.UNDO;
            return this;
        }

        /** Undone beside the rest: nothing at the other side has to be undone first. */
        Builder undoneInLane(String value) {
            undoLane = value;
            return this;
        }

        /** Of a decision whose undoing only looks: a call whose answer was lost could still make it after that. */
        Builder undoneAfterLateActs() {
            undoWaitsForLateActs = true;
            return this;
        }

        /** For which jobs its undoing takes back what a superseded job left, even if the step has not begun. */
        Builder inheritsUndo(Predicate<Values> spec) {
            inheritsUndo = spec;
            return this;
        }

        /** It moves data for long: only so many such steps act at once. */
        Builder moves(Transfer value) {
            transfer = value;
            return this;
        }

        /** For which intents the job can no longer be cancelled. */
        Builder binds(Predicate<Values> value) {
            binding = value;
            return this;
        }

        OperationStep in(Surroundings world) {
            return new OperationStep(world, this, onFailure);
        }
    }

    @Override
    public String name() {
        return parts.name;
    }

    @Override
    public StepKind kind() {
        return parts.kind;
    }

    @Override
    public Duration deadline() {
        return parts.deadline;
    }

    @Override
    public StepText text() {
        return new StepText(parts.observes, parts.acts, parts.undo);
    }

    @Override
    public Values prepare(StepContext context) {
        return parts.intend.intend(acting(context));
    }

    @Override
    public Observation observe(Values intent, StepContext context) {
        return parts.look.look(intent, acting(context));
    }

    @Override
    public ActResult act(Values intent, StepContext context) {
        return parts.act.act(intent, acting(context));
    }

    @Override
    public UndoResult undo(Values intent, StepContext context) {
        return parts.takeBack.takeBack(intent, acting(context));
    }

    @Override
    public Effects onDone(Values intent, Values outcome, StepContext context) {
        return parts.record.record(intent, outcome, scene(context));
    }

    @Override
    public Effects onFailed(SdrException failure, StepContext context) {
        return parts.recordFailure.record(failure, scene(context));
    }

    @Override
    public OnFailure onFailure() {
        return onFailure;
    }

    @Override
    public String undoLane() {
        return parts.undoLane;
    }

    @Override
    public boolean undoOutrunsLateActs() {
        return Step.super.undoOutrunsLateActs() && !parts.undoWaitsForLateActs;
    }

    @Override
    public boolean inheritsUndo(Values spec) {
        return parts.inheritsUndo.test(spec);
    }

    @Override
    public Transfer transfer() {
        return parts.transfer;
    }

    @Override
    public boolean changesAnything() {
        return parts.act != NO_ACT || parts.takeBack != NOTHING_TO_TAKE_BACK;
    }

    @Override
    public boolean isBinding(Values intent) {
        return parts.binding.test(intent);
    }

    /** Nothing goes on, nor back, by a store that does not know who is active. */
    private Scene acting(StepContext context) {
        Scene scene = scene(context);
        scene.item().storeBehind().ifPresent(evidence -> {
            throw LaterDecisions.refusal(scene.item().id(), evidence);
        });
        return scene;
    }

    private Scene scene(StepContext context) {
        return new Scene(world, context, parts.name);
    }
}
