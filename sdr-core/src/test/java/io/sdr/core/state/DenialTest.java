package io.sdr.core.state;

import static io.sdr.core.state.StateTable.TABLE;
import static org.assertj.core.api.Assertions.assertThat;

import io.sdr.api.Denial;
import io.sdr.api.Divergence;
import io.sdr.api.JobStatus;
import io.sdr.api.Operation;
import io.sdr.api.Pause;
import io.sdr.api.ProtectionState;
import io.sdr.api.ResyncCause;
import io.sdr.api.Side;
import io.sdr.api.TestFailoverState;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What people are told when something is not allowed, and that it is true. */
class DenialTest {
    private static final Expectation EXPECTED = new Expectation();

    /** Through which states an operation leads when it succeeds, by hand. */
    private static final Map<Operation, List<ProtectionState>> LEADS_THROUGH = Map.ofEntries(
            Map.entry(
                    Operation.PLANNED_FAILOVER_DELTA,
                    List.of(
                            ProtectionState.SYNCING_BEFORE_FAILOVER,
                            ProtectionState.READY_TO_COMPLETE,
                            ProtectionState.FAILING_OVER,
                            ProtectionState.COMMIT_PENDING)),
            Map.entry(
                    Operation.PLANNED_FAILOVER_FULL,
                    List.of(ProtectionState.FAILING_OVER, ProtectionState.COMMIT_PENDING)),
            Map.entry(
                    Operation.UNPLANNED_FAILOVER,
                    List.of(ProtectionState.FAILING_OVER, ProtectionState.COMMIT_PENDING)),
            Map.entry(
                    Operation.COMPLETE_FAILOVER, List.of(ProtectionState.FAILING_OVER, ProtectionState.COMMIT_PENDING)),
            Map.entry(
                    Operation.CHANGE_RECOVERY_POINT,
                    List.of(ProtectionState.CHANGING_POINT, ProtectionState.COMMIT_PENDING)),
            Map.entry(Operation.COMMIT, List.of(ProtectionState.COMMITTING, ProtectionState.FAILED_OVER)),
            // All samples failed over from PROTECTED.
            Map.entry(
                    Operation.CANCEL_FAILOVER, List.of(ProtectionState.CANCELLING_FAILOVER, ProtectionState.PROTECTED)),
            Map.entry(Operation.REVERSE_REPLICATE, List.of(ProtectionState.REVERSING, ProtectionState.PROTECTED)),
            Map.entry(Operation.RESYNCHRONIZE, List.of(ProtectionState.RESYNCHRONIZING, ProtectionState.PROTECTED)),
            Map.entry(Operation.GROW_REPLICA, List.of(ProtectionState.RESYNCHRONIZING, ProtectionState.PROTECTED)),
            Map.entry(Operation.DISABLE, List.of(ProtectionState.DISABLING, ProtectionState.DISABLED)),
            Map.entry(Operation.FORGET_UNREACHABLE, List.of(ProtectionState.DISABLED)));

    /** After which the side that is not active can be started, or is taken to be. */
    private static final Set<Operation> MAKES_SOMETHING_TO_START = EnumSet.of(
            Operation.PLANNED_FAILOVER_DELTA,
            Operation.PLANNED_FAILOVER_FULL,
            Operation.UNPLANNED_FAILOVER,
            Operation.COMPLETE_FAILOVER,
            Operation.CANCEL_FAILOVER,
            Operation.REVERSE_REPLICATE,
            Operation.RESYNCHRONIZE,
            Operation.GROW_REPLICA);

    @Test
    void everyDenialTellsWhyAndWhatToDo() {
        Set<String> seen = new HashSet<>();
        for (ItemFacts facts : Samples.few()) {
            Map<Operation, Denial> denied = TABLE.deniedOperations(facts);
            Set<Operation> answered = EnumSet.noneOf(Operation.class);
            answered.addAll(TABLE.allowedOperations(facts));
            int allowed = answered.size();
            answered.addAll(denied.keySet());
            assertThat(allowed + denied.size()).isEqualTo(answered.size()).isEqualTo(Operation.values().length);
            denied.forEach((operation, denial) -> {
                if (seen.add(String.join("|", operation.name(), denial.code(), denial.reason(), denial.remedy()))) {
                    assertThat(denial.operation()).isEqualTo(operation);
                    assertThat(denial.code()).matches("[A-Z][A-Z_]*[A-Z]");
                    assertThat(denial.reason())
                            .isNotBlank()
                            .doesNotContain("null")
                            .doesNotEndWith(".");
                    assertThat(denial.remedy())
                            .isNotBlank()
                            .doesNotContain("null")
                            .doesNotEndWith(".");
                    assertThat(denial.unlockedBy()).doesNotContain(operation);
                }
            });
        }
        assertThat(seen).hasSizeGreaterThan(352 / 2);
    }

    @Test
    void whatIsSaidToUnlockAnOperationDoes() {
        int checked = 0;
        for (ItemFacts facts : Samples.few()) {
            if (isImpossible(facts)) {
                continue;
            }
            for (Denial denial : TABLE.deniedOperations(facts).values()) {
                for (Operation key : denial.unlockedBy()) {
                    checked++;
                    boolean opens = EXPECTED.allows(key, facts)
                            && stops(key, facts).stream().anyMatch(stop -> EXPECTED.allows(denial.operation(), stop));
                    if (!opens) {
                        assertThat(opens)
                                .as("%s unlocks %s of %s", key, denial.operation(), facts)
                                .isTrue();
                    }
                }
            }
        }
        assertThat(checked).isGreaterThan(5_000);
    }

    @Test
    void nothingThatUnlocksIsKeptBack() {
        for (ItemFacts facts : Samples.few()) {
            if (isImpossible(facts)) {
                continue;
            }
            Map<Operation, Denial> denied = TABLE.deniedOperations(facts);
            for (Operation key : TABLE.allowedOperations(facts)) {
                List<ItemFacts> stops = stops(key, facts);
                ItemFacts end = stops.isEmpty() ? facts : stops.get(stops.size() - 1);
                denied.forEach((operation, denial) -> {
                    boolean steers = operation == Operation.CANCEL_JOB || operation == Operation.RETRY_JOB;
                    if (!steers
                            && EXPECTED.allows(operation, end)
                            && !denial.unlockedBy().contains(key)) {
                        assertThat(denial.unlockedBy())
                                .as("what unlocks %s of %s", operation, facts)
                                .contains(key);
                    }
                });
            }
        }
    }

    @Test
    void afterACommitTheWayBackBeginsWithReverse() {
        Denial denial = denial(Operation.PLANNED_FAILOVER_DELTA, at(ProtectionState.FAILED_OVER));
        assertThat(denial.code()).isEqualTo("REVERSE_FIRST");
        assertThat(denial.remedy()).contains("reverse first");
        assertThat(denial.unlockedBy()).containsExactly(Operation.REVERSE_REPLICATE);
    }

    @Test
    void reverseWaitsForTheCommit() {
        Denial denial = denial(Operation.REVERSE_REPLICATE, at(ProtectionState.COMMIT_PENDING));
        assertThat(denial.code()).isEqualTo("COMMIT_FIRST");
        assertThat(denial.unlockedBy()).containsExactly(Operation.COMMIT);
    }

    @Test
    void aDrillLeavesRoomForADisasterOnly() {
        ItemFacts drill = at(ProtectionState.PROTECTED)
                .edit()
                .testFailover(TestFailoverState.WAITING_FOR_CLEANUP)
                .build();
        assertThat(TABLE.allowedOperations(drill))
                .containsExactlyInAnyOrder(
                        Operation.TEST_CLEANUP, Operation.UNPLANNED_FAILOVER, Operation.UPDATE_SETTINGS);
        Denial denial = denial(Operation.PLANNED_FAILOVER_DELTA, drill);
        assertThat(denial.code()).isEqualTo("TEST_FAILOVER_EXISTS");
        assertThat(denial.unlockedBy()).containsExactly(Operation.TEST_CLEANUP);

        ItemFacts after = drill.edit().state(ProtectionState.COMMIT_PENDING).build();
        assertThat(TABLE.allowedOperations(after))
                .containsExactlyInAnyOrder(
                        Operation.TEST_CLEANUP,
                        Operation.CHANGE_RECOVERY_POINT,
                        Operation.CANCEL_FAILOVER,
                        Operation.COMMIT,
                        Operation.UPDATE_SETTINGS);
        ItemFacts committed = drill.edit().state(ProtectionState.FAILED_OVER).build();
        assertThat(denial(Operation.REVERSE_REPLICATE, committed).unlockedBy()).containsExactly(Operation.TEST_CLEANUP);
    }

    @Test
    void whileBothCopiesMayHaveRunNothingThatTakesSidesIsAllowed() {
        for (Divergence divergence : List.of(Divergence.SUSPECTED, Divergence.SPLIT_BRAIN)) {
            Denial commit = denial(
                    Operation.COMMIT,
                    at(ProtectionState.COMMIT_PENDING)
                            .edit()
                            .divergence(divergence)
                            .build());
            assertThat(commit.code()).isEqualTo(divergence.name());
            assertThat(commit.unlockedBy()).contains(Operation.RESOLVE_DIVERGENCE);
            Denial reverse = denial(
                    Operation.REVERSE_REPLICATE,
                    at(ProtectionState.FAILED_OVER)
                            .edit()
                            .divergence(divergence)
                            .build());
            assertThat(reverse.unlockedBy()).containsExactly(Operation.RESOLVE_DIVERGENCE);
        }
    }

    @Test
    void aDisasterTakesThePlaceOfTheJobUnderWay() {
        ItemFacts syncing = at(ProtectionState.SYNCING_BEFORE_FAILOVER)
                .edit()
                .job(Optional.of(ItemJob.of(
                        Operation.PLANNED_FAILOVER_DELTA, JobStatus.RUNNING, true, ProtectionState.PROTECTED)))
                .build();
        assertThat(TABLE.verdict(Operation.UNPLANNED_FAILOVER, syncing))
                .isEqualTo(new Verdict.Allowed(true, Confirmation.NONE));
        assertThat(TABLE.verdict(Operation.UNPLANNED_FAILOVER, at(ProtectionState.PROTECTED)))
                .isEqualTo(new Verdict.Allowed(false, Confirmation.NONE));
        assertThat(TABLE.verdict(Operation.UNPLANNED_FAILOVER, at(ProtectionState.FAILED_OVER)))
                .isEqualTo(new Verdict.Allowed(false, Confirmation.OLD_DISK));
    }

    @Test
    void theDecisionDividesWhatAFailedFailoverAllows() {
        ItemFacts before = failing(Operation.PLANNED_FAILOVER_DELTA, JobStatus.FAILED, true);
        assertThat(TABLE.allowedOperations(before))
                .containsExactlyInAnyOrder(
                        Operation.CANCEL_JOB,
                        Operation.RETRY_JOB,
                        Operation.UNPLANNED_FAILOVER,
                        Operation.UPDATE_SETTINGS);
        ItemFacts after = failing(Operation.PLANNED_FAILOVER_DELTA, JobStatus.FAILED, false);
        assertThat(TABLE.allowedOperations(after))
                .containsExactlyInAnyOrder(
                        Operation.RETRY_JOB,
                        Operation.CHANGE_RECOVERY_POINT,
                        Operation.CANCEL_FAILOVER,
                        Operation.UPDATE_SETTINGS);
        assertThat(denial(Operation.CANCEL_JOB, after).code()).isEqualTo("PAST_DECISION");
        assertThat(denial(Operation.CANCEL_JOB, after).remedy()).contains("cancel failover");
        ItemFacts running = failing(Operation.UNPLANNED_FAILOVER, JobStatus.RUNNING, false);
        assertThat(TABLE.allowedOperations(running)).containsExactly(Operation.UPDATE_SETTINGS);
        assertThat(denial(Operation.CANCEL_FAILOVER, running).remedy()).doesNotContain("or cancel it");
    }

    @Test
    void aJobInTheWayIsNamed() {
        ItemFacts busy = at(ProtectionState.PROTECTED)
                .edit()
                .job(Optional.of(
                        ItemJob.of(Operation.REPLICATE_NOW, JobStatus.RUNNING, true, ProtectionState.PROTECTED)))
                .build();
        Denial denial = denial(Operation.PLANNED_FAILOVER_DELTA, busy);
        assertThat(denial.code()).isEqualTo("JOB_OPEN");
        assertThat(denial.reason()).contains("replicate now").contains("RUNNING");
        assertThat(denial.remedy()).contains("or cancel it");
        assertThat(denial.unlockedBy()).containsExactly(Operation.CANCEL_JOB);
        assertThat(TABLE.allowedOperations(busy)).contains(Operation.PAUSE, Operation.UNPLANNED_FAILOVER);
    }

    @Test
    void whatSitesDoNotOfferIsDeniedForThat() {
        ItemFacts facts = at(ProtectionState.PROTECTED)
                .edit()
                .unsupported(Set.of(Operation.TEST_FAILOVER))
                .build();
        assertThat(denial(Operation.TEST_FAILOVER, facts).code()).isEqualTo("NOT_SUPPORTED");
        assertThat(denial(Operation.TEST_FAILOVER, facts).unlockedBy()).isEmpty();
        assertThat(TABLE.allowedOperations(facts)).contains(Operation.UNPLANNED_FAILOVER);
    }

    @Test
    void aSourceThatShrankCanOnlyBeGivenUpOrFailedOver() {
        ItemFacts shrank = at(ProtectionState.RESYNC_REQUIRED)
                .edit()
                .resyncCause(Optional.of(ResyncCause.GEOMETRY))
                .sourceShrank(true)
                .build();
        assertThat(TABLE.allowedOperations(shrank))
                .doesNotContain(Operation.RESYNCHRONIZE, Operation.GROW_REPLICA)
                .contains(Operation.DISABLE, Operation.UNPLANNED_FAILOVER);
        assertThat(TABLE.allowedOperations(shrank.edit().sourceShrank(false).build()))
                .contains(Operation.GROW_REPLICA);
    }

    private static Denial denial(Operation operation, ItemFacts facts) {
        return ((Verdict.Denied) TABLE.verdict(operation, facts)).denial();
    }

    private static ItemFacts at(ProtectionState state) {
        return ItemFacts.in(state, Side.PRIMARY)
                .otherSideStartable(true)
                .pointsPresent(true)
                .resyncCause(
                        state == ProtectionState.RESYNC_REQUIRED
                                ? Optional.of(ResyncCause.SOURCE_HISTORY_LOST)
                                : Optional.empty())
                .failoverOrigin(Optional.of(ProtectionState.PROTECTED))
                .build();
    }

    private static ItemFacts failing(Operation operation, JobStatus status, boolean beforeDecision) {
        return at(ProtectionState.FAILING_OVER)
                .edit()
                .job(Optional.of(ItemJob.of(operation, status, beforeDecision, ProtectionState.PROTECTED)))
                .build();
    }

    /** A job that cannot hold an item in this state: about such an item nothing is promised. */
    private static boolean isImpossible(ItemFacts facts) {
        return EXPECTED.holding(facts).isPresent()
                && !(EXPECTED.isMoving(facts.state())
                        && facts.job()
                                .flatMap(ItemJob::operation)
                                .map(DenialTest::throughStates)
                                .orElse(List.of())
                                .contains(facts.state()));
    }

    private static List<ProtectionState> throughStates(Operation operation) {
        return LEADS_THROUGH.getOrDefault(operation, List.of());
    }

    /** Where the item would be if an operation succeeded, told by hand. */
    private static List<ItemFacts> stops(Operation key, ItemFacts facts) {
        return switch (key) {
            case PAUSE ->
                List.of(facts.edit().paused(new Pause(Pause.By.USER, "")).build());
            case RESUME -> List.of(facts.edit().paused(Pause.NO).build());
            case UPDATE_SETTINGS -> List.of();
            case REPLICATE_NOW ->
                List.of(facts.edit()
                        .job(Optional.empty())
                        .otherSideStartable(true)
                        .pointsPresent(true)
                        .build());
            case CANCEL_JOB -> List.of(resting(facts, facts.job().orElseThrow().origin()));
            case RETRY_JOB ->
                through(facts, facts.job().orElseThrow().operation().orElseThrow(), facts.state());
            case START_VM ->
                List.of(facts.edit()
                        .job(Optional.empty())
                        .activeVmSeenOff(false)
                        .build());
            case RESOLVE_DIVERGENCE ->
                List.of(facts.edit().divergence(Divergence.UNREPLICATED_WRITES).build());
            case TEST_CLEANUP ->
                List.of(facts.edit().testFailover(TestFailoverState.NONE).build());
            case TEST_FAILOVER ->
                List.of(facts.edit()
                        .testFailover(TestFailoverState.WAITING_FOR_CLEANUP)
                        .build());
            default -> through(facts, key, null);
        };
    }

    private static List<ItemFacts> through(ItemFacts facts, Operation operation, @Nullable ProtectionState after) {
        List<ProtectionState> states = throughStates(operation);
        List<ItemFacts> stops = new ArrayList<>();
        for (ProtectionState state : states.subList(after == null ? 0 : states.indexOf(after) + 1, states.size())) {
            if (EXPECTED.isMoving(state)) {
                Operation job = operation == Operation.COMPLETE_FAILOVER ? Operation.PLANNED_FAILOVER_DELTA : operation;
                stops.add(facts.edit()
                        .state(state)
                        .job(Optional.of(ItemJob.of(job, JobStatus.RUNNING, true, ProtectionState.PROTECTED)))
                        .build());
            } else {
                ItemFacts.Builder end = resting(facts, state).edit();
                if (MAKES_SOMETHING_TO_START.contains(operation)) {
                    end.otherSideStartable(true).pointsPresent(true);
                }
                if (operation == Operation.REVERSE_REPLICATE) {
                    end.divergence(Divergence.NONE);
                }
                stops.add(end.build());
            }
        }
        return stops;
    }

    private static ItemFacts resting(ItemFacts facts, ProtectionState state) {
        return facts.edit()
                .state(state)
                .job(Optional.empty())
                .resyncCause(Optional.empty())
                .activeVmSeenOff(false)
                .build();
    }
}
