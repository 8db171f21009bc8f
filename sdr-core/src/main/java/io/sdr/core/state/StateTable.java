package io.sdr.core.state;

import io.sdr.api.Denial;
import io.sdr.api.JobStatus;
import io.sdr.api.Operation;
import io.sdr.api.ProtectionState;
import io.sdr.api.TestFailoverState;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What is allowed in which state, and what leads where. Use {@link #TABLE}; its content stands in one place, as data, and is
 * checked for holes and contradictions when this class loads. Immutable.
 *
 * <pre>{@code
 * switch (TABLE.verdict(COMMIT, facts)) {
 *     case Verdict.Denied denied -> throw new OperationNotAllowedException(item, denied.denial());
 *     case Verdict.Allowed allowed -> state = TABLE.onStarted(COMMIT, state);   // COMMITTING
 * }
 * }</pre>
 */
public final class StateTable {
    private static final Refusal NO_PERMISSION = new Refusal("", "", "");

    /** The table of the engine. */
    public static final StateTable TABLE = new StateTable(StandardTable.DATA);

    private final TableData data;
    private final Map<ProtectionState, StateRow> rows = new EnumMap<>(ProtectionState.class);
    private final Map<ProtectionState, Map<Operation, Permission>> permissions = new EnumMap<>(ProtectionState.class);
    private final Map<ProtectionState, Map<Trigger, List<ProtectionState>>> targets =
            new EnumMap<>(ProtectionState.class);
    private final Outlook outlook;

    /**
     * Takes the content.
     *
     * @param data the content
     * @throws IllegalStateException if it has holes or contradictions
     */
    StateTable(TableData data) {
        List<String> problems = TableCheck.problems(data);
        if (!problems.isEmpty()) {
            throw new IllegalStateException("the state table is wrong: " + String.join("; ", problems));
        }
        this.data = data;
        for (StateRow row : data.rows()) {
            Map<Operation, Permission> ofState = new EnumMap<>(Operation.class);
            row.permissions().forEach(each -> ofState.put(each.operation(), each));
            rows.put(row.state(), row);
            permissions.put(row.state(), ofState);
        }
        for (Transition each : data.transitions()) {
            targets.computeIfAbsent(each.from(), from -> new HashMap<>())
                    .computeIfAbsent(each.trigger(), trigger -> new ArrayList<>())
                    .add(each.to());
        }
        this.outlook = new Outlook(this);
    }

    /**
     * Tells whether an operation is allowed. Which direction it asks for is not looked at.
     *
     * @param operation the operation
     * @param facts the item
     * @return the verdict
     */
    public Verdict verdict(Operation operation, ItemFacts facts) {
        ItemFacts held = withHoldingJobOnly(facts);
        Optional<Refusal> refusal = refusal(operation, held);
        if (refusal.isPresent()) {
            Refusal why = refusal.get().equals(NO_PERMISSION) ? wrongState(operation, held.state()) : refusal.get();
            return new Verdict.Denied(
                    new Denial(operation, why.code(), why.reason(), why.remedy(), outlook.unlockedBy(operation, held)));
        }
        Permission permission = permission(operation, held.state()).orElseThrow();
        boolean supersedes =
                held.job().isPresent() && permission.supersedes() != Supersedes.NOTHING && way(operation) == Way.JOB;
        Confirmation confirmation =
                permission.confirmation().neededFor(held) ? permission.confirmation() : Confirmation.NONE;
        return new Verdict.Allowed(supersedes, confirmation);
    }

    /**
     * Lists what is allowed.
     *
     * @param facts the item
     * @return the operations
     */
    public Set<Operation> allowedOperations(ItemFacts facts) {
        ItemFacts held = withHoldingJobOnly(facts);
        Set<Operation> allowed = EnumSet.noneOf(Operation.class);
        for (Operation operation : Operation.values()) {
            if (allows(operation, held)) {
                allowed.add(operation);
            }
        }
        return Collections.unmodifiableSet(allowed);
    }

    /**
     * Lists what is not allowed.
     *
     * @param facts the item
     * @return a denial for each operation that is not allowed
     */
    public Map<Operation, Denial> deniedOperations(ItemFacts facts) {
        Map<Operation, Denial> denied = new EnumMap<>(Operation.class);
        for (Operation operation : Operation.values()) {
            if (verdict(operation, facts) instanceof Verdict.Denied verdict) {
                denied.put(operation, verdict.denial());
            }
        }
        return Collections.unmodifiableMap(denied);
    }

    /**
     * Tells whether a job moves an item through a state. Such a state's failed job stays the item's job.
     *
     * @param state the state
     * @return whether it is transitional
     */
    public boolean isTransitional(ProtectionState state) {
        return row(state).transitional();
    }

    /**
     * Tells how an operation works.
     *
     * @param operation the operation
     * @return the way
     */
    public Way way(Operation operation) {
        return Optional.ofNullable(data.ways().get(operation)).orElseThrow();
    }

    /**
     * Gives the state after a job was created. Operations that leave the state as it is give it back.
     *
     * @param operation the job's operation
     * @param from the state before
     * @return the state after
     * @throws IllegalTransitionException if the operation does not start there
     */
    public ProtectionState onStarted(Operation operation, ProtectionState from) {
        return onReached(operation, Milestone.STARTED, from);
    }

    /**
     * Gives the state after a job reached a milestone that leads to one state.
     *
     * @param operation the job's operation
     * @param milestone the milestone
     * @param from the state before
     * @return the state after
     * @throws IllegalTransitionException if that cannot happen there, or leads to where the item came from
     */
    public ProtectionState onReached(Operation operation, Milestone milestone, ProtectionState from) {
        if (way(operation) == Way.JOB_BESIDE && permission(operation, from).isPresent()) {
            return from;
        }
        return only(new Trigger.OfJob(operation, milestone), from);
    }

    /**
     * Gives the state after a job's success. For {@link Operation#CANCEL_FAILOVER} use {@link #onFailoverCancelled}.
     *
     * @param operation the job's operation
     * @param from the state before
     * @return the state after
     * @throws IllegalTransitionException if the operation cannot succeed there
     */
    public ProtectionState onSucceeded(Operation operation, ProtectionState from) {
        return onReached(operation, Milestone.SUCCEEDED, from);
    }

    /**
     * Gives the state after a failover was cancelled.
     *
     * @param from the state before
     * @param failoverOrigin the state that the failover came from
     * @return the state after
     * @throws IllegalTransitionException if no failover is being cancelled there, or none can come from there
     */
    public ProtectionState onFailoverCancelled(ProtectionState from, ProtectionState failoverOrigin) {
        return back(new Trigger.OfJob(Operation.CANCEL_FAILOVER, Milestone.SUCCEEDED), from, failoverOrigin);
    }

    /**
     * Gives the state after a job was cancelled, or superseded before its decision.
     *
     * @param operation the job's operation
     * @param from the state before
     * @param origin the state that the item had when the job was created; where that state was transitional, its own job was
     *     superseded then, and the item goes to where that one came from
     * @return the state after
     * @throws IllegalTransitionException if the job cannot be undone there, or cannot have come from there
     */
    public ProtectionState onUndone(Operation operation, ProtectionState from, ProtectionState origin) {
        if (way(operation) == Way.JOB_BESIDE && permission(operation, from).isPresent()) {
            return from;
        }
        return back(new Trigger.OfJob(operation, Milestone.UNDONE), from, origin);
    }

    /**
     * Gives the state after an event.
     *
     * @param event the event
     * @param from the state before
     * @return the state after; what has to be kept with it is told by {@link StateEvent#cause}
     * @throws IllegalTransitionException if the event means nothing there; see {@link #reactsTo}
     */
    public ProtectionState onEvent(StateEvent event, ProtectionState from) {
        return only(new Trigger.OfEvent(event), from);
    }

    /**
     * Tells whether an event means something in a state.
     *
     * @param event the event
     * @param state the state
     * @return whether {@link #onEvent} gives an answer
     */
    public boolean reactsTo(StateEvent event, ProtectionState state) {
        return !targets(new Trigger.OfEvent(event), state).isEmpty();
    }

    /**
     * Gives how far a test failover is after a milestone.
     *
     * @param operation {@link Operation#TEST_FAILOVER} or {@link Operation#TEST_CLEANUP}
     * @param milestone the milestone of its job; superseded counts as {@link Milestone#FAILED}
     * @param from how far it was
     * @return how far it is
     * @throws IllegalTransitionException if that cannot happen there
     */
    public TestFailoverState onTest(Operation operation, Milestone milestone, TestFailoverState from) {
        Trigger trigger = new Trigger.OfJob(operation, milestone);
        return data.testTransitions().stream()
                .filter(each -> each.from() == from && each.trigger().equals(trigger))
                .map(TestTransition::to)
                .findFirst()
                .orElseThrow(() -> new IllegalTransitionException(
                        "'" + trigger.words() + "' cannot happen while the test" + " failover is " + from));
    }

    TableData data() {
        return data;
    }

    boolean allows(Operation operation, ItemFacts facts) {
        return refusal(operation, facts).isEmpty();
    }

    /** An ended job holds nothing; a failed one holds its item only on the way from one state to another. */
    ItemFacts withHoldingJobOnly(ItemFacts facts) {
        boolean holds = facts.job()
                .map(ItemJob::status)
                .filter(status -> status.isOpen() || (status == JobStatus.FAILED && isTransitional(facts.state())))
                .isPresent();
        return holds || facts.job().isEmpty()
                ? facts
                : facts.edit().job(Optional.empty()).build();
    }

    List<ProtectionState> targets(Trigger trigger, ProtectionState from) {
        return targets.getOrDefault(from, Map.of()).getOrDefault(trigger, List.of());
    }

    private ProtectionState only(Trigger trigger, ProtectionState from) {
        List<ProtectionState> targets = targets(trigger, from);
        if (targets.size() != 1) {
            throw new IllegalTransitionException("'" + trigger.words() + "' in " + from
                    + (targets.isEmpty() ? " cannot happen" : " leads to where the item came from: " + targets));
        }
        return targets.get(0);
    }

    private ProtectionState back(Trigger trigger, ProtectionState from, ProtectionState origin) {
        List<ProtectionState> targets = targets(trigger, from);
        if (targets.size() == 1) {
            return targets.get(0);
        }
        if (targets.contains(origin)) {
            return origin;
        }
        List<ProtectionState> before = data.transitions().stream()
                .filter(each -> each.from() == origin
                        && each.trigger() instanceof Trigger.OfJob job
                        && job.milestone() == Milestone.UNDONE)
                .map(Transition::to)
                .distinct()
                .toList();
        if (before.size() == 1 && targets.contains(before.get(0))) {
            return before.get(0);
        }
        throw new IllegalTransitionException("'" + trigger.words() + "' in " + from
                + (targets.isEmpty() ? " cannot happen" : " cannot lead back to " + origin + ", only to " + targets));
    }

    private Optional<Permission> permission(Operation operation, ProtectionState state) {
        return Optional.ofNullable(permissions.getOrDefault(state, Map.of()).get(operation));
    }

    private StateRow row(ProtectionState state) {
        return Optional.ofNullable(rows.get(state)).orElseThrow();
    }

    private Optional<Refusal> refusal(Operation operation, ItemFacts facts) {
        if (facts.storeBehind().isPresent()) {
            return Refusal.of(
                    "STORE_BEHIND",
                    facts.storeBehind().get()
                            + ": the store is an old copy, or the item was adopted from the wrong site",
                    "build an engine with an empty data directory and adopt the item from the site that is active");
        }
        if (facts.unsupported().contains(operation)) {
            return Refusal.of(
                    "NOT_SUPPORTED",
                    "this version of sdr, or the item's replication driver, does not offer it",
                    "do without it; the README lists what is not there yet");
        }
        Optional<Permission> permission = permission(operation, facts.state());
        if (permission.isEmpty()) {
            return Optional.of(NO_PERMISSION);
        }
        if (facts.isDiverged() && data.deniedWhileDiverged().contains(operation)) {
            return Refusal.of(
                    facts.divergence().name(),
                    "both copies ran after a decision, or it cannot be proven that they did not",
                    "say which copy survives: resolve divergence, then ask again");
        }
        if (facts.testFailover() != TestFailoverState.NONE
                && !data.allowedDuringTest().contains(operation)) {
            return Refusal.of(
                    "TEST_FAILOVER_EXISTS",
                    "a test failover is " + facts.testFailover(),
                    "let its job end, run its cleanup, then ask again");
        }
        Optional<Refusal> job = jobInTheWay(operation, permission.get(), facts);
        if (job.isPresent()) {
            return job;
        }
        for (Condition condition : permission.get().conditions()) {
            if (!condition.holds(facts)) {
                return Refusal.of(condition.code(), condition.reason(), condition.remedy());
            }
        }
        return Optional.empty();
    }

    private Optional<Refusal> jobInTheWay(Operation operation, Permission permission, ItemFacts facts) {
        if (way(operation) == Way.SIGNAL) {
            return Optional.empty();
        }
        return facts.job()
                .filter(job -> !permission.supersedes().takesPlaceOf(job.status()))
                .flatMap(job -> Refusal.of(
                        "JOB_OPEN",
                        "the job '" + job.words() + "' is " + job.status(),
                        (job.status() == JobStatus.WAITING_FOR_INPUT
                                        ? "answer what it asks and await its end"
                                        : "await its end")
                                + (allows(Operation.CANCEL_JOB, facts) ? ", or cancel it" : "")
                                + "; then ask again"));
    }

    private Refusal wrongState(Operation operation, ProtectionState state) {
        return data.hints().stream()
                .filter(hint -> hint.state() == state && hint.operation() == operation)
                .map(hint -> new Refusal(hint.code(), hint.reason(), hint.remedy()))
                .findFirst()
                .orElseGet(() -> new Refusal(
                        "NOT_IN_THIS_STATE",
                        "the item is " + state + ": " + row(state).meaning(),
                        outlook.remedy(operation, state)));
    }

    /** Why not. */
    private record Refusal(String code, String reason, String remedy) {
        static Optional<Refusal> of(String code, String reason, String remedy) {
            return Optional.of(new Refusal(code, reason, remedy));
        }
    }
}
