package io.sdr.core.operation;

import io.sdr.core.job.Effects;
import io.sdr.core.job.JobDefinition;
import io.sdr.core.job.Step;
import io.sdr.core.job.Subject;
import io.sdr.core.job.Values;
import java.util.List;
import java.util.function.BiFunction;

/**
 * An operation: its steps, what its start makes of the item, and what its undoing leaves.
 *
 * @param kind the job's kind
 * @param specVersion the number of the list of steps
 * @param steps the steps
 * @param started the item when the job begins
 * @param undone the item after the job was undone, made from the present one and the one it began with
 */
record OperationDefinition(
        String kind,
        int specVersion,
        List<Step> steps,
        BiFunction<ItemState, Values, ItemState> started,
        BiFunction<ItemState, ItemState, ItemState> undone)
        implements JobDefinition {
    OperationDefinition {
        steps = List.copyOf(steps);
    }

    @Override
    public Effects onCreated(Subject subject, Values spec) {
        return Effects.document(
                started.apply(ItemState.read(subject.document()), spec).document());
    }

    /** An undone job has used its number up: reception may be closed below it and an ABORT may lie there, so the epoch grows. */
    @Override
    public Effects onUndone(Subject subject, String origin, Values spec) {
        Effects effects = Effects.document(undone.apply(ItemState.read(subject.document()), ItemState.read(origin))
                .document());
        return spec.find(RequestCodec.DECISION_EPOCH).isPresent()
                ? effects.withEpoch(Math.max(subject.epoch(), spec.number(RequestCodec.DECISION_EPOCH)))
                : effects;
    }

    /** The state that the job came from, with everything else as it is now; a history that broke meanwhile stays broken. */
    static ItemState backTo(ItemState now, ItemState origin) {
        return now.resyncCause().isPresent() && origin.resyncCause().isEmpty()
                ? now.in(io.sdr.api.ProtectionState.RESYNC_REQUIRED)
                : now.in(origin.state());
    }
}
