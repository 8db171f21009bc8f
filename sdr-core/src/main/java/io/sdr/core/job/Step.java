package io.sdr.core.job;

import io.sdr.api.SdrException;
import java.time.Duration;

/**
 * One step of a job. Stateless: everything it needs comes from the context and the intent. The engine calls {@code prepare},
 * forces the intent, calls {@code observe}, and acts only if that says {@link Observation.NotDone} or
 * {@link Observation.Partial}; success is written only from {@code observe}.
 *
 * <p>What the methods throw: {@link io.sdr.api.RetryableException} is tried again with growing pauses within the deadline, then
 * fails the step; {@link io.sdr.api.OutcomeUnknownException} from {@code act} or {@code undo} waits until the call can no longer
 * act ({@link StepContext#notAfter} and a margin) and then observes; any other exception fails the step.
 */
public interface Step {
    /**
     * Names the step, unique in its job.
     *
     * @return lower case with dashes
     */
    String name();

    /**
     * Tells what it is for.
     *
     * @return the kind
     */
    StepKind kind();

    /**
     * Tells how long it may take with all its attempts. A {@link StepKind#WAIT} step has none in effect.
     *
     * @return the deadline
     */
    Duration deadline();

    /**
     * Describes the step for documents and dry runs.
     *
     * @return the text
     */
    StepText text();

    /**
     * Chooses every name, id, number and moment. Reads the world at most; changes nothing.
     *
     * @param context the step's surroundings
     * @return the intent, forced to the store before anything else happens
     */
    Values prepare(StepContext context);

    /**
     * Looks at the world.
     *
     * @param intent the intent
     * @param context the step's surroundings
     * @return what is seen
     */
    Observation observe(Values intent, StepContext context);

    /**
     * Acts. Called again after a crash, so it finishes what an earlier call began.
     *
     * @param intent the intent
     * @param context the step's surroundings
     * @return how it ended
     */
    ActResult act(Values intent, StepContext context);

    /**
     * Takes the effect back, looking first. Nothing there is done. For a {@link StepKind#DECISION} this is the abort: it creates
     * the contrary record under the same name, and returns {@link UndoResult.PastDecision} if the decision was there. It is not
     * called for a decision whose act never began, for then nothing can become visible; but it is called, even if this step has not
     * begun, where a superseded job may have made its decision under the same name.
     *
     * @param intent the intent
     * @param context the step's surroundings
     * @return how it ended
     */
    UndoResult undo(Values intent, StepContext context);

    /**
     * Tells what goes into the store together with the step's success.
     *
     * @param intent the intent
     * @param outcome what was observed
     * @param context the step's surroundings; its subject is the one that is changed
     * @return the effects
     */
    default Effects onDone(Values intent, Values outcome, StepContext context) {
        return Effects.NONE;
    }

    /**
     * Tells what goes into the store together with the step's final failure.
     *
     * @param failure the failure
     * @param context the step's surroundings; its subject is the one that is changed
     * @return the effects
     */
    default Effects onFailed(SdrException failure, StepContext context) {
        return Effects.NONE;
    }

    /**
     * Tells what the job does when the step finally fails.
     *
     * @return the reaction
     */
    default OnFailure onFailure() {
        return OnFailure.STAY;
    }

    /**
     * Tells whether the step changes anything, by acting or by being undone. What only looks may take hours over it, so nobody who
     * takes over looks in its place.
     *
     * @return true unless overridden
     */
    default boolean changesAnything() {
        return true;
    }

    /**
     * Tells whether the job can no longer be cancelled once this intent is stored, because the step gives up for good what a cancelled
     * job would go back to. If it fails, the job may still undo by itself what can be undone.
     *
     * @param intent the intent
     * @return false unless overridden
     */
    default boolean isBinding(Values intent) {
        return false;
    }

    /**
     * Tells whether undoing by itself keeps a call of {@link #act} that is still under way from taking effect. Where it does not, a
     * step is undone when no such call can act any more.
     *
     * @return true for a {@link StepKind#DECISION} unless overridden: its abort lies under the same name
     */
    default boolean undoOutrunsLateActs() {
        return kind() == StepKind.DECISION;
    }

    /**
     * Tells whether the step has something to take back even if it has not begun: what a superseded job left. Its undo then has an
     * empty intent.
     *
     * @param spec what was asked, as stored with the job
     * @return false unless overridden
     */
    default boolean inheritsUndo(Values spec) {
        return false;
    }

    /**
     * Names the lane in which the step is undone. Within a lane undo runs strictly backwards and waits for each; lanes do not wait
     * for each other, so that a site that does not answer does not hold up the undo at the other one. A
     * {@link StepKind#DECISION} is undone before everything else, whatever its lane.
     *
     * @return the lane's name; by default all steps share one
     */
    default String undoLane() {
        return "";
    }

    /**
     * Tells whether {@link #act} moves data for long. So many of those act at once, over all jobs; others wait for their turn, which
     * does not count against their deadline.
     *
     * @return {@link Transfer#NONE} unless overridden
     */
    default Transfer transfer() {
        return Transfer.NONE;
    }

    /** Whether a step moves data for long. */
    enum Transfer {
        /** It does not, or nobody may wait for it. */
        NONE,
        /** It does. */
        USUAL,
        /** It does while a VM is down for it: it comes before the others. */
        URGENT
    }

    /** What a job does when a step finally fails. */
    enum OnFailure {
        /** The job is failed and stays the subject's job: retry and cancel reopen it. */
        STAY,
        /** What was done is undone; then the job is failed and the subject is where it came from. */
        UNDO
    }
}
