package io.sdr.core.state;

import static io.sdr.core.state.StateTable.TABLE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sdr.api.Operation;
import io.sdr.api.ProtectionState;
import io.sdr.api.ResyncCause;
import io.sdr.api.Side;
import io.sdr.api.TestFailoverState;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** The table against the {@link Expectation}, and that nothing can be taken from it or added to it unseen. */
class StateTableTest {
    private static final Expectation EXPECTED = new Expectation();
    private static final TableData DATA = StandardTable.DATA;
    private static final List<ItemFacts> FEW = Samples.few();
    private static final List<Set<Operation>> ALLOWED_OF_FEW =
            FEW.stream().map(StateTableTest::expectedOf).toList();

    @Test
    void everyOperationHasAnAnswerInEveryState() {
        assertThat(EXPECTED.cellCount()).isEqualTo(352).isEqualTo(16 * 22);
        int answers = 0;
        for (ProtectionState state : ProtectionState.values()) {
            for (Operation operation : Operation.values()) {
                assertThat(TABLE.verdict(operation, plain(state))).isNotNull();
                answers++;
            }
        }
        assertThat(answers).isEqualTo(352);
    }

    @Test
    void whatIsAllowedIsWhatTheDesignSays() {
        List<ItemFacts> samples = Samples.all();
        assertThat(samples).hasSizeGreaterThan(300_000);
        for (ItemFacts facts : samples) {
            Set<Operation> allowed = TABLE.allowedOperations(facts);
            for (Operation operation : Operation.values()) {
                if (allowed.contains(operation) != EXPECTED.allows(operation, facts)) {
                    assertThat(allowed.contains(operation))
                            .as("%s of %s", operation, facts)
                            .isEqualTo(EXPECTED.allows(operation, facts));
                }
            }
        }
    }

    @Test
    void theTableIsWhatTheDesignSays() {
        assertThat(difference(DATA)).isEmpty();
    }

    @Test
    void nothingCanBeTakenAwayUnseen() {
        Map<String, TableData> mutants = new HashMap<>();
        removals(DATA, mutants::put);
        assertThat(mutants).hasSizeGreaterThan(300);
        assertNoneSurvives(mutants);
    }

    @Test
    void nothingCanBeAddedUnseen() {
        Map<String, TableData> mutants = new HashMap<>();
        for (StateRow row : DATA.rows()) {
            for (Operation operation : Operation.values()) {
                if (row.find(operation).isEmpty()) {
                    List<Permission> more = new ArrayList<>(row.permissions());
                    more.add(Permission.permit(operation));
                    mutants.put(operation + " in " + row.state(), withRow(row, row.transitional(), more));
                }
            }
        }
        for (Operation operation : Operation.values()) {
            if (!DATA.allowedDuringTest().contains(operation)) {
                mutants.put(operation + " during a test", withDuringTest(with(DATA.allowedDuringTest(), operation)));
            }
            if (!DATA.deniedWhileDiverged().contains(operation)) {
                mutants.put(
                        operation + " denied while diverged",
                        withDiverged(with(DATA.deniedWhileDiverged(), operation)));
            }
        }
        assertThat(mutants).hasSizeGreaterThan(250);
        assertNoneSurvives(mutants);
    }

    @Test
    void nothingCanBeTurnedUnseen() {
        Map<String, TableData> mutants = new HashMap<>();
        for (StateRow row : DATA.rows()) {
            mutants.put(row.state() + " turned", withRow(row, !row.transitional(), row.permissions()));
        }
        for (Transition each : DATA.transitions()) {
            for (int step : List.of(1, 6)) {
                List<ProtectionState> states = List.of(ProtectionState.values());
                ProtectionState to = states.get((states.indexOf(each.to()) + step) % states.size());
                mutants.put(
                        each + " to " + to,
                        withTransitions(replace(
                                DATA.transitions(),
                                each,
                                new Transition(each.from(), each.trigger(), to, each.effect()))));
            }
        }
        DATA.ways().forEach((operation, way) -> {
            for (Way other : Way.values()) {
                if (other != way) {
                    Map<Operation, Way> ways = new EnumMap<>(DATA.ways());
                    ways.put(operation, other);
                    mutants.put(operation + " as " + other, withWays(ways));
                }
            }
        });
        assertNoneSurvives(mutants);
    }

    @Test
    void duplicatesAreFoundWhenTheTableLoads() {
        for (StateRow row : DATA.rows()) {
            assertRefused(withRows(with(DATA.rows(), row)), "two rows for " + row.state());
        }
        for (Transition each : DATA.transitions()) {
            assertRefused(withTransitions(with(DATA.transitions(), each)), each + " occurs twice");
        }
        for (TestTransition each : DATA.testTransitions()) {
            assertRefused(withTests(with(DATA.testTransitions(), each)), each + " is one of two answers");
        }
        for (Hint each : DATA.hints()) {
            assertRefused(withHints(with(DATA.hints(), each)), "two wordings for " + each.operation());
        }
    }

    @Test
    void aTableWithAHoleDoesNotLoad() {
        assertRefused(without(ProtectionState.REVERSING), "no row for REVERSING");
        assertRefused(withoutPermission(Operation.COMMIT), "COMMIT is allowed nowhere");
        assertRefused(
                withoutTransitions(each -> each.to() == ProtectionState.REVERSING), "REVERSING cannot be reached");
        assertRefused(
                withoutTransitions(each -> each.from() == ProtectionState.COMMITTING),
                "nothing leads out of COMMITTING");
        assertRefused(withoutPermission(Operation.RETRY_JOB), "a job that fails in COMMITTING cannot be retried");
        assertRefused(
                withoutTransitions(each ->
                        each.trigger().equals(new Trigger.OfJob(Operation.REVERSE_REPLICATE, Milestone.SUCCEEDED))),
                "REVERSE_REPLICATE started in FAILED_OVER can never succeed");
        assertRefused(
                withoutTransitions(each -> each.from() == ProtectionState.REVERSING
                        && each.trigger() instanceof Trigger.OfJob job
                        && job.milestone() == Milestone.UNDONE),
                "a job may be cancelled in REVERSING and undoing it leads nowhere");
    }

    @Test
    void jobsMoveItemsAsTheTableSays() {
        ProtectionState state = ProtectionState.PROTECTED;
        state = TABLE.onStarted(Operation.PLANNED_FAILOVER_DELTA, state);
        assertThat(state).isEqualTo(ProtectionState.SYNCING_BEFORE_FAILOVER);
        state = TABLE.onReached(Operation.PLANNED_FAILOVER_DELTA, Milestone.READY, state);
        assertThat(state).isEqualTo(ProtectionState.READY_TO_COMPLETE);
        state = TABLE.onReached(Operation.PLANNED_FAILOVER_DELTA, Milestone.COMPLETING, state);
        assertThat(state).isEqualTo(ProtectionState.FAILING_OVER);
        assertThat(TABLE.onUndone(Operation.PLANNED_FAILOVER_DELTA, state, ProtectionState.PROTECTED))
                .isEqualTo(ProtectionState.PROTECTED);
        state = TABLE.onSucceeded(Operation.PLANNED_FAILOVER_DELTA, state);
        assertThat(state).isEqualTo(ProtectionState.COMMIT_PENDING);
        assertThat(TABLE.onStarted(Operation.START_VM, state)).isEqualTo(state);
        assertThat(TABLE.onSucceeded(Operation.START_VM, state)).isEqualTo(state);
        assertThat(TABLE.onUndone(Operation.START_VM, state, state)).isEqualTo(state);
        state = TABLE.onSucceeded(Operation.COMMIT, TABLE.onStarted(Operation.COMMIT, state));
        assertThat(state).isEqualTo(ProtectionState.FAILED_OVER);
    }

    @Test
    void goingBackLeadsToWhereItCameFrom() {
        for (ProtectionState origin :
                List.of(ProtectionState.PROTECTED, ProtectionState.RESYNC_REQUIRED, ProtectionState.FAILED_OVER)) {
            assertThat(TABLE.onUndone(Operation.UNPLANNED_FAILOVER, ProtectionState.FAILING_OVER, origin))
                    .isEqualTo(origin);
            assertThat(TABLE.onFailoverCancelled(ProtectionState.CANCELLING_FAILOVER, origin))
                    .isEqualTo(origin);
        }
        // The job that it took the place of is not taken up again: back to where that one came from.
        assertThat(TABLE.onUndone(
                        Operation.UNPLANNED_FAILOVER, ProtectionState.FAILING_OVER, ProtectionState.READY_TO_COMPLETE))
                .isEqualTo(ProtectionState.PROTECTED);
        assertThat(TABLE.onFailoverCancelled(ProtectionState.CANCELLING_FAILOVER, ProtectionState.REVERSING))
                .isEqualTo(ProtectionState.FAILED_OVER);
        assertThat(TABLE.onUndone(
                        Operation.CHANGE_RECOVERY_POINT, ProtectionState.CHANGING_POINT, ProtectionState.FAILING_OVER))
                .isEqualTo(ProtectionState.COMMIT_PENDING);
    }

    @Test
    void aMoveThatTheTableDoesNotKnowIsAnError() {
        assertIllegal(() -> TABLE.onStarted(Operation.COMMIT, ProtectionState.PROTECTED), "commit starts", "PROTECTED");
        assertIllegal(
                () -> TABLE.onSucceeded(Operation.COMMIT, ProtectionState.PROTECTED), "commit succeeds", "PROTECTED");
        assertIllegal(() -> TABLE.onStarted(Operation.PAUSE, ProtectionState.PROTECTED), "pause starts", "PROTECTED");
        assertIllegal(
                () -> TABLE.onStarted(Operation.REPLICATE_NOW, ProtectionState.FAILED_OVER),
                "replicate now starts",
                "FAILED_OVER");
        assertIllegal(() -> TABLE.onEvent(StateEvent.GAP, ProtectionState.FAILED_OVER), "gap", "FAILED_OVER");
        assertIllegal(
                () -> TABLE.onSucceeded(Operation.CANCEL_FAILOVER, ProtectionState.CANCELLING_FAILOVER),
                "cancel failover succeeds",
                "where the item came from");
        assertIllegal(
                () -> TABLE.onUndone(
                        Operation.UNPLANNED_FAILOVER, ProtectionState.FAILING_OVER, ProtectionState.COMMIT_PENDING),
                "unplanned failover is undone",
                "cannot lead back to COMMIT_PENDING");
        assertIllegal(
                () -> TABLE.onUndone(Operation.DISABLE, ProtectionState.DISABLING, ProtectionState.PROTECTED),
                "disable is undone",
                "cannot happen");
        assertIllegal(
                () -> TABLE.onTest(Operation.TEST_CLEANUP, Milestone.STARTED, TestFailoverState.NONE),
                "test cleanup starts",
                "NONE");
    }

    @Test
    void eventsKeepTheirCause() {
        assertThat(StateEvent.GAP.cause()).contains(ResyncCause.SOURCE_HISTORY_LOST);
        assertThat(StateEvent.TRACKING_LOST.cause()).contains(ResyncCause.SOURCE_HISTORY_LOST);
        assertThat(StateEvent.REPLICA_CHANGED.cause()).contains(ResyncCause.REPLICA_SUSPECT);
        assertThat(StateEvent.REPLICA_GONE.cause()).contains(ResyncCause.REPLICA_MISSING);
        assertThat(StateEvent.SIZE_CHANGED.cause()).contains(ResyncCause.GEOMETRY);
        assertThat(StateEvent.FIRST_POINT.cause()).isEmpty();
        assertThat(TABLE.reactsTo(StateEvent.GAP, ProtectionState.PROTECTED)).isTrue();
        assertThat(TABLE.reactsTo(StateEvent.GAP, ProtectionState.COMMIT_PENDING))
                .isFalse();
    }

    @Test
    void anItemThatNeedsAResyncKnowsWhy() {
        assertThatThrownBy(() -> ItemFacts.in(ProtectionState.RESYNC_REQUIRED, Side.PRIMARY)
                        .build())
                .isInstanceOf(IllegalArgumentException.class);
    }

    /** The first thing in which a table is not what the design says; empty if there is none. */
    private static Optional<String> difference(TableData data) {
        StateTable table;
        try {
            table = new StateTable(data);
        } catch (IllegalStateException e) {
            return Optional.of(e.getMessage());
        }
        for (ProtectionState state : ProtectionState.values()) {
            if (table.isTransitional(state) != EXPECTED.isMoving(state)) {
                return Optional.of(state + " transitional");
            }
        }
        for (Operation operation : Operation.values()) {
            if ((table.way(operation) == Way.SIGNAL) != EXPECTED.isSignal(operation)) {
                return Optional.of(operation + " is a signal");
            }
        }
        return differentEdge(data)
                .or(() -> differentLines(
                        "test edges",
                        Expectation.each(Expectation.TEST_EDGES),
                        data.testTransitions().stream()
                                .map(each -> name(each.trigger()) + ": " + each.from() + " > " + each.to())
                                .toList()))
                .or(() -> differentLines(
                        "hints",
                        Expectation.CODES.lines().toList(),
                        data.hints().stream()
                                .map(each -> each.operation() + " " + each.state() + " " + each.code())
                                .toList()))
                .or(() -> differentVerdict(table));
    }

    private static Set<Operation> expectedOf(ItemFacts facts) {
        Set<Operation> allowed = EnumSet.noneOf(Operation.class);
        for (Operation operation : Operation.values()) {
            if (EXPECTED.allows(operation, facts)) {
                allowed.add(operation);
            }
        }
        return allowed;
    }

    private static Optional<String> differentEdge(TableData data) {
        List<String> edges = data.transitions().stream()
                .map(each -> name(each.trigger()) + ": " + each.from() + " > " + each.to())
                .toList();
        return differentLines("edges", Expectation.each(Expectation.EDGES), edges);
    }

    private static Optional<String> differentLines(String what, List<String> expected, List<String> found) {
        Set<String> missing = new TreeSet<>(expected);
        found.forEach(missing::remove);
        Set<String> surplus = new TreeSet<>(found);
        expected.forEach(surplus::remove);
        return missing.isEmpty() && surplus.isEmpty()
                ? Optional.empty()
                : Optional.of(what + " missing " + missing + ", surplus " + surplus);
    }

    private static Optional<String> differentVerdict(StateTable table) {
        Set<String> confirmations = new TreeSet<>();
        for (int i = 0; i < FEW.size(); i++) {
            ItemFacts facts = FEW.get(i);
            Set<Operation> allowed = table.allowedOperations(facts);
            if (!allowed.equals(ALLOWED_OF_FEW.get(i))) {
                return Optional.of("allowed " + allowed + ", not " + ALLOWED_OF_FEW.get(i) + " of " + facts);
            }
            for (Operation operation : allowed) {
                Verdict.Allowed verdict = (Verdict.Allowed) table.verdict(operation, facts);
                if (verdict.confirmation() != Confirmation.NONE) {
                    confirmations.add(operation + " " + facts.state() + " " + verdict.confirmation());
                }
            }
        }
        return differentLines("confirmations", Expectation.CONFIRMATIONS.lines().toList(), List.copyOf(confirmations));
    }

    private static String name(Trigger trigger) {
        if (trigger instanceof Trigger.OfJob job) {
            return job.operation() + " " + job.milestone();
        }
        return ((Trigger.OfEvent) trigger).event().name();
    }

    private static void assertNoneSurvives(Map<String, TableData> mutants) {
        Set<String> survivors = new TreeSet<>();
        mutants.forEach((name, data) -> {
            if (difference(data).isEmpty()) {
                survivors.add(name);
            }
        });
        assertThat(survivors).as("changes that no check sees").isEmpty();
    }

    private interface Mutants {
        void add(String name, TableData data);
    }

    private static void removals(TableData data, Mutants mutants) {
        for (StateRow row : data.rows()) {
            mutants.add("row " + row.state(), withRows(remove(data.rows(), row)));
            for (Permission each : row.permissions()) {
                String name = each.operation() + " in " + row.state();
                mutants.add(name, withRow(row, row.transitional(), remove(row.permissions(), each)));
                for (Condition condition : each.conditions()) {
                    mutants.add(
                            name + " without " + condition,
                            withPermission(
                                    row,
                                    each,
                                    new Permission(
                                            each.operation(),
                                            remove(each.conditions(), condition),
                                            each.supersedes(),
                                            each.confirmation())));
                }
                if (each.supersedes() != Supersedes.NOTHING) {
                    mutants.add(
                            name + " superseding nothing",
                            withPermission(row, each, each.superseding(Supersedes.NOTHING)));
                }
                if (each.confirmation() != Confirmation.NONE) {
                    mutants.add(
                            name + " confirming nothing",
                            withPermission(row, each, each.confirming(Confirmation.NONE)));
                }
            }
        }
        data.transitions().forEach(each -> mutants.add("" + each, withTransitions(remove(data.transitions(), each))));
        data.testTransitions().forEach(each -> mutants.add("" + each, withTests(remove(data.testTransitions(), each))));
        data.hints().forEach(each -> mutants.add("" + each, withHints(remove(data.hints(), each))));
        data.ways().forEach((operation, way) -> {
            Map<Operation, Way> ways = new EnumMap<>(data.ways());
            ways.remove(operation);
            mutants.add("way of " + operation, withWays(ways));
        });
        data.allowedDuringTest()
                .forEach(each ->
                        mutants.add(each + " during a test", withDuringTest(remove(data.allowedDuringTest(), each))));
        data.deniedWhileDiverged()
                .forEach(each ->
                        mutants.add(each + " while diverged", withDiverged(remove(data.deniedWhileDiverged(), each))));
    }

    private static ItemFacts plain(ProtectionState state) {
        return ItemFacts.in(state, Side.PRIMARY)
                .resyncCause(Optional.of(ResyncCause.SOURCE_HISTORY_LOST))
                .build();
    }

    private static void assertRefused(TableData data, String problem) {
        assertThatThrownBy(() -> new StateTable(data))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(problem);
    }

    private static void assertIllegal(ThrowingCallable move, String... words) {
        assertThatThrownBy(move).isInstanceOf(IllegalTransitionException.class).hasMessageContainingAll(words);
    }

    private static TableData without(ProtectionState state) {
        return withRows(
                DATA.rows().stream().filter(each -> each.state() != state).toList());
    }

    private static TableData withoutPermission(Operation operation) {
        return withRows(DATA.rows().stream()
                .map(row -> new StateRow(
                        row.state(),
                        row.transitional(),
                        row.meaning(),
                        row.permissions().stream()
                                .filter(each -> each.operation() != operation)
                                .toList()))
                .toList());
    }

    private static TableData withoutTransitions(Predicate<Transition> which) {
        return withTransitions(
                DATA.transitions().stream().filter(which.negate()).toList());
    }

    private static TableData withRow(StateRow row, boolean transitional, List<Permission> permissions) {
        return withRows(replace(DATA.rows(), row, new StateRow(row.state(), transitional, row.meaning(), permissions)));
    }

    private static TableData withPermission(StateRow row, Permission before, Permission after) {
        return withRow(row, row.transitional(), replace(row.permissions(), before, after));
    }

    private static TableData withRows(List<StateRow> rows) {
        return new TableData(
                rows,
                DATA.transitions(),
                DATA.ways(),
                DATA.allowedDuringTest(),
                DATA.deniedWhileDiverged(),
                DATA.testTransitions(),
                DATA.hints());
    }

    private static TableData withTransitions(List<Transition> transitions) {
        return new TableData(
                DATA.rows(),
                transitions,
                DATA.ways(),
                DATA.allowedDuringTest(),
                DATA.deniedWhileDiverged(),
                DATA.testTransitions(),
                DATA.hints());
    }

    private static TableData withWays(Map<Operation, Way> ways) {
        return new TableData(
                DATA.rows(),
                DATA.transitions(),
                ways,
                DATA.allowedDuringTest(),
                DATA.deniedWhileDiverged(),
                DATA.testTransitions(),
                DATA.hints());
    }

    private static TableData withDuringTest(Set<Operation> operations) {
        return new TableData(
                DATA.rows(),
                DATA.transitions(),
                DATA.ways(),
                operations,
                DATA.deniedWhileDiverged(),
                DATA.testTransitions(),
                DATA.hints());
    }

    private static TableData withDiverged(Set<Operation> operations) {
        return new TableData(
                DATA.rows(),
                DATA.transitions(),
                DATA.ways(),
                DATA.allowedDuringTest(),
                operations,
                DATA.testTransitions(),
                DATA.hints());
    }

    private static TableData withTests(List<TestTransition> transitions) {
        return new TableData(
                DATA.rows(),
                DATA.transitions(),
                DATA.ways(),
                DATA.allowedDuringTest(),
                DATA.deniedWhileDiverged(),
                transitions,
                DATA.hints());
    }

    private static TableData withHints(List<Hint> hints) {
        return new TableData(
                DATA.rows(),
                DATA.transitions(),
                DATA.ways(),
                DATA.allowedDuringTest(),
                DATA.deniedWhileDiverged(),
                DATA.testTransitions(),
                hints);
    }

    private static <T> List<T> with(List<T> all, T one) {
        List<T> more = new ArrayList<>(all);
        more.add(one);
        return more;
    }

    private static <T> Set<T> with(Set<T> all, T one) {
        Set<T> more = new HashSet<>(all);
        more.add(one);
        return more;
    }

    private static <T> List<T> remove(List<T> all, T one) {
        List<T> fewer = new ArrayList<>(all);
        fewer.remove(one);
        return fewer;
    }

    private static <T> Set<T> remove(Set<T> all, T one) {
        Set<T> fewer = new HashSet<>(all);
        fewer.remove(one);
        return fewer;
    }

    private static <T> List<T> replace(List<T> all, T before, T after) {
        return all.stream().map(each -> each.equals(before) ? after : each).toList();
    }
}
