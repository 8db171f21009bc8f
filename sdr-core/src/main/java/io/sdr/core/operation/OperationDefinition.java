package io.sdr.core.operation;

import io.sdr.api.Divergence;
import io.sdr.api.JobId;
import io.sdr.api.Operation;
import io.sdr.api.ProtectionState;
import io.sdr.api.Side;
import io.sdr.core.job.Effects;
import io.sdr.core.job.JobDefinition;
import io.sdr.core.job.JobRecord;
import io.sdr.core.job.Step;
import io.sdr.core.job.Subject;
import io.sdr.core.job.Values;
import io.sdr.core.state.StateTable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;

/**
 * An operation: its steps, what its start makes of the item, and what its undoing leaves. States come from the state table.
 *
 * @param kind the job's kind
 * @param specVersion the number of the list of steps
 * @param steps the steps
 * @param started the item when the job begins
 * @param undone the item after the job was undone, made from the present one and the one it began with
 * @param superseded the same after another job took its place before it decided
 */
record OperationDefinition(
        String kind,
        int specVersion,
        List<Step> steps,
        UnaryOperator<ItemState> started,
        BinaryOperator<ItemState> undone,
        BinaryOperator<ItemState> superseded)
        implements JobDefinition {
    OperationDefinition {
        steps = List.copyOf(steps);
    }

    /** A job that is superseded leaves the item as an undone one does. */
    OperationDefinition(
            String kind,
            int specVersion,
            List<Step> steps,
            UnaryOperator<ItemState> started,
            BinaryOperator<ItemState> undone) {
        this(kind, specVersion, steps, started, undone, undone);
    }

    /** An operation of the state table. */
    static OperationDefinition of(Operation operation, String kind, int specVersion, List<Step> steps) {
        return new OperationDefinition(
                kind,
                specVersion,
                steps,
                item -> item.in(StateTable.TABLE.onStarted(operation, item.state())),
                (item, origin) -> brokenMeanwhile(item, origin)
                        ? item
                        : item.in(StateTable.TABLE.onUndone(operation, item.state(), origin.state())));
    }

    /** The same, with something more that the undoing takes back. */
    OperationDefinition whenUndone(UnaryOperator<ItemState> more) {
        BinaryOperator<ItemState> both = (item, origin) -> more.apply(undone.apply(item, origin));
        return new OperationDefinition(kind, specVersion, steps, started, both, both);
    }

    /** The same, with something more that its beginning makes of the item. */
    OperationDefinition whenStarted(UnaryOperator<ItemState> more) {
        return new OperationDefinition(
                kind, specVersion, steps, item -> more.apply(started.apply(item)), undone, superseded);
    }

    /** The same, undone in its own way: made from the item and from what it was when the job began. */
    OperationDefinition undoneBy(BinaryOperator<ItemState> way) {
        return new OperationDefinition(kind, specVersion, steps, started, way);
    }

    /** The same, with something that is left in place of an undone job's rest when another one takes over. */
    OperationDefinition whenSuperseded(UnaryOperator<ItemState> rest) {
        return new OperationDefinition(kind, specVersion, steps, started, undone, (item, origin) -> rest.apply(item));
    }

    /** The same, with something more that the undoing takes back, made from the item and from what it was when the job began. */
    OperationDefinition whenUndone(BinaryOperator<ItemState> more) {
        return new OperationDefinition(
                kind, specVersion, steps, started, (item, origin) -> more.apply(undone.apply(item, origin), origin));
    }

    /** A history that broke while the job was at work stays broken, whatever is undone. */
    private static boolean brokenMeanwhile(ItemState item, ItemState origin) {
        return item.state() == ProtectionState.RESYNC_REQUIRED && origin.state() != ProtectionState.RESYNC_REQUIRED;
    }

    @Override
    public Effects onCreated(Subject subject, Values spec) {
        return Effects.document(
                started.apply(ItemState.read(subject.document())).document());
    }

    /** An automatic reverse: a planned failover is followed by its commit, and that by reverse replication. */
    @Override
    public Optional<FollowUp> followUp(Subject subject, Values spec) {
        if (!spec.flag(RequestCodec.THEN_REVERSE)) {
            return Optional.empty();
        }
        ItemState item = ItemState.read(subject.document());
        if (item.divergence() == Divergence.SUSPECTED || item.divergence() == Divergence.SPLIT_BRAIN) {
            return Optional.empty(); // a person has to say which copy survives
        }
        Values next = Values.of(RequestCodec.ORIGIN, item.state());
        return switch (item.state()) {
            case COMMIT_PENDING ->
                Optional.of(new FollowUp(
                        CommitOperation.KIND,
                        next.with(RequestCodec.TO, item.active()).with(RequestCodec.THEN_REVERSE, true)));
            case FAILED_OVER ->
                Optional.of(new FollowUp(
                        ReverseOperation.KIND,
                        next.with(RequestCodec.TO, item.active().other())));
            default -> Optional.empty();
        };
    }

    /** A planned failover may have taken the source down, which this one then takes back if it is cancelled. */
    @Override
    public Values inheriting(Values spec, Map<String, Values> intents) {
        Values shutDown = intents.get(VmSteps.SHUT_DOWN);
        return shutDown == null || !kind.equals(UnplannedFailoverOperation.KIND)
                ? spec
                : spec.with(RequestCodec.SOURCE_TAKEN_DOWN, true)
                        .with(RequestCodec.SOURCE_WAS_RUNNING, shutDown.flag(VmSteps.WAS_RUNNING));
    }

    /** In a settled state nothing waits for the job: the operation is started anew, and nothing else is blocked. */
    @Override
    public boolean staysAfterFailure(Subject subject) {
        return StateTable.TABLE.isTransitional(
                ItemState.read(subject.document()).state());
    }

    /** An undone job has used its number up: reception may be closed below it and an ABORT may lie there, so the epoch grows. */
    @Override
    public Effects onUndone(Subject subject, String origin, Values spec) {
        return ended(undone, subject, origin, spec);
    }

    /** What a failover that did not come to its decision holds is given back once the other job has ended. */
    @Override
    public Effects onSuperseded(Subject subject, JobRecord job, Set<String> begun) {
        Effects effects = ended(superseded, subject, job.origin(), job.spec());
        boolean decides = steps.stream().anyMatch(step -> step.name().equals(DecisionSteps.DECIDE));
        if (!decides || !begun.contains(ReplicaSteps.BUILD_COPY)) {
            return effects;
        }
        ItemState item = ItemState.read(subject.document());
        Side to = Side.valueOf(job.spec().text(RequestCodec.TO));
        return effects.withNotes(List.of(
                NoteKinds.giveBack(item.id(), item.place(to).site(), to, subject.epoch(), new JobId(job.id()), false)));
    }

    private static Effects ended(BinaryOperator<ItemState> end, Subject subject, String origin, Values spec) {
        Effects effects = Effects.document(end.apply(ItemState.read(subject.document()), ItemState.read(origin))
                .document());
        return spec.find(RequestCodec.DECISION_EPOCH).isPresent()
                ? effects.withEpoch(Math.max(subject.epoch(), spec.number(RequestCodec.DECISION_EPOCH)))
                : effects;
    }
}
