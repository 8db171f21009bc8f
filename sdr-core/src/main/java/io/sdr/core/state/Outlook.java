package io.sdr.core.state;

import static io.sdr.api.Operation.CANCEL_JOB;
import static io.sdr.api.Operation.COMMIT;
import static io.sdr.api.Operation.COMPLETE_FAILOVER;
import static io.sdr.api.Operation.GROW_REPLICA;
import static io.sdr.api.Operation.PLANNED_FAILOVER_DELTA;
import static io.sdr.api.Operation.PLANNED_FAILOVER_FULL;
import static io.sdr.api.Operation.RESYNCHRONIZE;
import static io.sdr.api.Operation.RETRY_JOB;
import static io.sdr.api.Operation.REVERSE_REPLICATE;

import io.sdr.api.Divergence;
import io.sdr.api.JobStatus;
import io.sdr.api.Operation;
import io.sdr.api.Pause;
import io.sdr.api.ProtectionState;
import io.sdr.api.ResyncCause;
import io.sdr.api.Side;
import io.sdr.api.TestFailoverState;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Looks ahead in a table: through which states an operation would lead an item if it succeeds. */
final class Outlook {
    /** What may be advised without knowing why somebody asks: nothing that gives data or protection up. */
    private static final List<Operation> HARMLESS = List.of(
            COMPLETE_FAILOVER,
            COMMIT,
            REVERSE_REPLICATE,
            RESYNCHRONIZE,
            GROW_REPLICA,
            PLANNED_FAILOVER_DELTA,
            PLANNED_FAILOVER_FULL,
            Operation.TEST_FAILOVER,
            Operation.DISABLE);

    /** What ends with something to start at the other side, and with recovery points. */
    private static final Set<Operation> BRINGS_FORTH = Set.of(
            Operation.REPLICATE_NOW,
            RESYNCHRONIZE,
            GROW_REPLICA,
            REVERSE_REPLICATE,
            PLANNED_FAILOVER_DELTA,
            PLANNED_FAILOVER_FULL,
            Operation.UNPLANNED_FAILOVER,
            Operation.CANCEL_FAILOVER);

    private static final int LONGEST_ADVICE = 4;

    private final StateTable table;
    private final Map<Question, String> remedies = new ConcurrentHashMap<>();

    Outlook(StateTable table) {
        this.table = table;
    }

    /**
     * Finds what would lead to a state in which an operation is allowed.
     *
     * @param operation what is not allowed
     * @param facts the item, with no job but one that holds it
     * @return what is allowed now and, if it succeeds, leads there or passes there
     */
    Set<Operation> unlockedBy(Operation operation, ItemFacts facts) {
        Set<Operation> keys = EnumSet.noneOf(Operation.class);
        if (operation == CANCEL_JOB || operation == RETRY_JOB) {
            return keys;
        }
        for (Operation key : Operation.values()) {
            if (key != operation && table.allows(key, facts)) {
                if (stops(key, facts).stream().anyMatch(stop -> table.allows(operation, stop))) {
                    keys.add(key);
                }
            }
        }
        return keys;
    }

    /** Words for what to do where an operation has no place in a state. */
    String remedy(Operation operation, ProtectionState state) {
        return remedies.computeIfAbsent(
                new Question(operation, state), question -> findRemedy(question.operation(), question.state()));
    }

    private record Question(Operation operation, ProtectionState state) {}

    private String findRemedy(Operation operation, ProtectionState state) {
        if (state == ProtectionState.DISABLED) {
            return "protect the VM again, which makes a new item";
        }
        record Path(List<String> words, ItemFacts end) {}
        Deque<Path> next = new ArrayDeque<>(List.of(new Path(List.of(), typical(state))));
        Set<ItemFacts> seen = new HashSet<>();
        while (!next.isEmpty()) {
            Path path = next.remove();
            for (Map.Entry<String, List<ItemFacts>> move : moves(path.end()).entrySet()) {
                List<String> words = new ArrayList<>(path.words());
                words.add(move.getKey());
                for (ItemFacts stop : move.getValue()) {
                    if (table.allows(operation, stop)) {
                        boolean passing = stop.job().isPresent();
                        return String.join(", then ", words)
                                + (passing ? ", and ask again while the item is " + stop.state() : ", then ask again");
                    }
                }
                List<ItemFacts> stops = move.getValue();
                if (!stops.isEmpty() && words.size() < LONGEST_ADVICE) {
                    ItemFacts end = stops.get(stops.size() - 1);
                    if (seen.add(end)) {
                        next.add(new Path(List.copyOf(words), end));
                    }
                }
            }
        }
        return withoutPath(operation, state);
    }

    private static String withoutPath(Operation operation, ProtectionState state) {
        return switch (operation) {
            case RESUME -> "nothing needs to be done: a pause is undone where replication or a copy is under way";
            case GROW_REPLICA ->
                "nothing needs to be done: it is for an item that is RESYNC_REQUIRED since its source grew";
            case RESOLVE_DIVERGENCE ->
                "nothing needs to be done: it is for copies that both ran, and asked for when no job is under way";
            case START_VM ->
                "start the VM where it is at home; this is for a copy that was failed over, waits for its commit and"
                        + " does not run";
            default ->
                state == ProtectionState.DISABLING
                        ? "let the job end, or retry it if it failed; then protect the VM again, which makes a new item"
                        : "let what is under way end, then ask again";
        };
    }

    private Map<String, List<ItemFacts>> moves(ItemFacts facts) {
        Map<String, List<ItemFacts>> moves = new LinkedHashMap<>();
        if (facts.job().filter(job -> job.status() == JobStatus.RUNNING).isPresent()) {
            moves.put("let the job end, or retry it if it failed", jobGoesOn(facts));
        }
        for (Operation operation : HARMLESS) {
            if (table.allows(operation, facts)) {
                moves.put(operation.words(), stops(operation, facts));
            }
        }
        return moves;
    }

    /** An item as it is when nothing is wrong. */
    ItemFacts typical(ProtectionState state) {
        ItemFacts.Builder facts = ItemFacts.in(state, Side.PRIMARY)
                .otherSideStartable(true)
                .pointsPresent(true)
                .failoverOrigin(Optional.of(ProtectionState.PROTECTED))
                .resyncCause(
                        state == ProtectionState.RESYNC_REQUIRED
                                ? Optional.of(ResyncCause.SOURCE_HISTORY_LOST)
                                : Optional.empty());
        if (state == ProtectionState.ENABLING || state == ProtectionState.INITIAL_REPLICATION) {
            facts.job(Optional.of(ItemJob.protecting(JobStatus.RUNNING)));
        } else if (table.isTransitional(state)) {
            facts.job(table.data().transitions().stream()
                    .filter(each -> each.to() == state && each.from() != state)
                    .filter(each -> each.trigger() instanceof Trigger.OfJob)
                    .map(each -> ItemJob.of(
                            ((Trigger.OfJob) each.trigger()).operation(),
                            state == ProtectionState.READY_TO_COMPLETE
                                    ? JobStatus.WAITING_FOR_INPUT
                                    : JobStatus.RUNNING,
                            true,
                            each.from()))
                    .findFirst());
        }
        return facts.build();
    }

    /** Where the item would be, one after the other, if an operation that is allowed now did what it is for. */
    private List<ItemFacts> stops(Operation operation, ItemFacts facts) {
        return switch (operation) {
            case PAUSE ->
                List.of(facts.edit().paused(new Pause(Pause.By.USER, "asked")).build());
            case RESUME -> List.of(facts.edit().paused(Pause.NO).build());
            case UPDATE_SETTINGS -> List.of();
            case COMPLETE_FAILOVER -> jobGoesOn(facts);
            case RETRY_JOB -> jobGoesOn(withRunningJob(facts));
            case CANCEL_JOB -> undone(facts).map(List::of).orElse(List.of());
            case FORGET_UNREACHABLE -> List.of(settled(facts, Operation.DISABLE, ProtectionState.DISABLED));
            default ->
                table.way(operation) == Way.JOB_BESIDE
                        ? List.of(settled(facts, operation, facts.state()))
                        : jobStarts(operation, facts);
        };
    }

    private List<ItemFacts> jobStarts(Operation operation, ItemFacts facts) {
        ProtectionState origin = undone(facts).map(ItemFacts::state).orElse(facts.state());
        boolean fails = operation == Operation.UNPLANNED_FAILOVER
                || operation == PLANNED_FAILOVER_DELTA
                || operation == PLANNED_FAILOVER_FULL;
        Optional<ProtectionState> failoverOrigin = fails
                ? Optional.of(origin)
                : facts.failoverOrigin()
                        .or(() -> facts.job()
                                .filter(job -> facts.state() == ProtectionState.FAILING_OVER)
                                .map(ItemJob::origin));
        ItemFacts started = facts.edit()
                .state(table.onStarted(operation, facts.state()))
                .job(Optional.of(ItemJob.of(operation, JobStatus.RUNNING, true, origin)))
                .failoverOrigin(failoverOrigin)
                .build();
        List<ItemFacts> stops = new ArrayList<>(List.of(started));
        stops.addAll(jobGoesOn(started));
        return stops;
    }

    private List<ItemFacts> jobGoesOn(ItemFacts facts) {
        if (facts.job().isEmpty()) {
            return List.of();
        }
        ItemJob job = facts.job().get();
        if (job.status() == JobStatus.CANCELLING) {
            return undone(facts).map(List::of).orElse(List.of());
        }
        if (job.operation().isEmpty()) {
            return List.of(settled(facts, Operation.RESYNCHRONIZE, ProtectionState.PROTECTED));
        }
        Operation operation = job.operation().get();
        if (table.way(operation) == Way.JOB_BESIDE) {
            return List.of(settled(facts, operation, facts.state()));
        }
        List<ItemFacts> stops = new ArrayList<>();
        ItemFacts now = facts;
        for (int stop = 0; stop < ProtectionState.values().length; stop++) {
            List<ProtectionState> ends = table.targets(new Trigger.OfJob(operation, Milestone.SUCCEEDED), now.state());
            if (!ends.isEmpty()) {
                Optional<ProtectionState> end = ends.size() == 1
                        ? Optional.of(ends.get(0))
                        : now.failoverOrigin().filter(ends::contains);
                ItemFacts before = now;
                end.ifPresent(state -> stops.add(settled(before, operation, state)));
                return stops;
            }
            List<ProtectionState> further = new ArrayList<>();
            further.addAll(table.targets(new Trigger.OfJob(operation, Milestone.READY), now.state()));
            further.addAll(table.targets(new Trigger.OfJob(operation, Milestone.COMPLETING), now.state()));
            if (further.isEmpty()) {
                return stops;
            }
            now = now.edit().state(further.get(0)).build();
            stops.add(now);
        }
        return stops;
    }

    private Optional<ItemFacts> undone(ItemFacts facts) {
        if (facts.job().isEmpty()) {
            return Optional.empty();
        }
        ItemJob job = facts.job().get();
        if (job.operation().isEmpty()) {
            return Optional.of(settled(facts, Operation.DISABLE, ProtectionState.DISABLED));
        }
        Operation operation = job.operation().get();
        if (table.way(operation) == Way.JOB_BESIDE) {
            ItemFacts.Builder after = facts.edit().job(Optional.empty());
            if (operation == Operation.TEST_FAILOVER) {
                after.testFailover(TestFailoverState.NONE);
            } else if (operation == Operation.TEST_CLEANUP) {
                after.testFailover(TestFailoverState.CLEANUP_FAILED);
            }
            return Optional.of(after.build());
        }
        try {
            ProtectionState back = table.onUndone(operation, facts.state(), job.origin());
            return Optional.of(settled(facts, CANCEL_JOB, back));
        } catch (IllegalTransitionException e) {
            return Optional.empty(); // a job as it cannot be: nothing is promised
        }
    }

    private static ItemFacts withRunningJob(ItemFacts facts) {
        return facts.edit()
                .job(facts.job()
                        .map(job ->
                                new ItemJob(job.operation(), JobStatus.RUNNING, job.beforeDecision(), job.origin())))
                .build();
    }

    /**
     * The item at rest after an operation. What the operation brings forth is taken to be there, as after a failover the way back;
     * what it does not touch stays.
     */
    private static ItemFacts settled(ItemFacts facts, Operation operation, ProtectionState state) {
        ItemFacts.Builder after = facts.edit().state(state).job(Optional.empty());
        if (BRINGS_FORTH.contains(operation)) {
            after.otherSideStartable(true).pointsPresent(true);
        }
        if (state != facts.state() || operation == Operation.START_VM) {
            after.activeVmSeenOff(false);
        }
        if (state != ProtectionState.RESYNC_REQUIRED) {
            after.resyncCause(Optional.empty());
        } else if (facts.resyncCause().isEmpty()) {
            after.resyncCause(Optional.of(ResyncCause.SOURCE_HISTORY_LOST));
        }
        if (state != ProtectionState.COMMIT_PENDING) {
            after.failoverOrigin(Optional.empty());
        }
        switch (operation) {
            case TEST_FAILOVER -> after.testFailover(TestFailoverState.WAITING_FOR_CLEANUP);
            case TEST_CLEANUP -> after.testFailover(TestFailoverState.NONE);
            case RESOLVE_DIVERGENCE -> after.divergence(Divergence.UNREPLICATED_WRITES);
            case REVERSE_REPLICATE -> after.divergence(Divergence.NONE);
            default -> {}
        }
        return after.build();
    }
}
