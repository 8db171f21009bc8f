package io.sdr.core.job;

import java.time.Duration;
import java.util.function.BiFunction;
import java.util.function.Function;

/** A step made of lambdas. */
final class ToyStep implements Step {
    private final String name;
    private StepKind kind = StepKind.ACT;
    private Duration deadline = Duration.ofMinutes(1);
    private OnFailure onFailure = OnFailure.STAY;
    private String lane = "";
    private Function<StepContext, Values> prepare = context -> Values.NONE;
    private BiFunction<Values, StepContext, Observation> observe = (intent, context) -> Observation.notDone();
    private BiFunction<Values, StepContext, ActResult> act = (intent, context) -> ActResult.acted();
    private BiFunction<Values, StepContext, UndoResult> undo = (intent, context) -> UndoResult.undone();
    private BiFunction<Values, StepContext, Effects> onDone = (outcome, context) -> Effects.NONE;

    ToyStep(String name) {
        this.name = name;
    }

    ToyStep kind(StepKind value) {
        kind = value;
        return this;
    }

    ToyStep deadline(Duration value) {
        deadline = value;
        return this;
    }

    ToyStep onFailure(OnFailure value) {
        onFailure = value;
        return this;
    }

    ToyStep lane(String value) {
        lane = value;
        return this;
    }

    ToyStep prepare(Function<StepContext, Values> value) {
        prepare = value;
        return this;
    }

    ToyStep observe(BiFunction<Values, StepContext, Observation> value) {
        observe = value;
        return this;
    }

    ToyStep act(BiFunction<Values, StepContext, ActResult> value) {
        act = value;
        return this;
    }

    ToyStep undo(BiFunction<Values, StepContext, UndoResult> value) {
        undo = value;
        return this;
    }

    ToyStep onDone(BiFunction<Values, StepContext, Effects> value) {
        onDone = value;
        return this;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public StepKind kind() {
        return kind;
    }

    @Override
    public Duration deadline() {
        return deadline;
    }

    @Override
    public StepText text() {
        return new StepText("looks at " + name, "makes " + name, "removes " + name);
    }

    @Override
    public Values prepare(StepContext context) {
        return prepare.apply(context);
    }

    @Override
    public Observation observe(Values intent, StepContext context) {
        return observe.apply(intent, context);
    }

    @Override
    public ActResult act(Values intent, StepContext context) {
        return act.apply(intent, context);
    }

    @Override
    public UndoResult undo(Values intent, StepContext context) {
        return undo.apply(intent, context);
    }

    @Override
    public Effects onDone(Values intent, Values outcome, StepContext context) {
        return onDone.apply(outcome, context);
    }

    @Override
    public OnFailure onFailure() {
        return onFailure;
    }

    @Override
    public String undoLane() {
        return lane;
    }
}
