package io.sdr.core.state;

import io.sdr.api.Divergence;
import io.sdr.api.JobStatus;
import io.sdr.api.Operation;
import io.sdr.api.Pause;
import io.sdr.api.ProtectionState;
import io.sdr.api.ResyncCause;
import io.sdr.api.TestFailoverState;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the design says about states, written out by hand and read by code of its own: nothing here comes from the table that it
 * is compared with.
 */
final class Expectation {
    /**
     * Each state, each operation. A cell is {@code -} (never) or {@code Y} (allowed) or letters, all of which must hold:
     *
     * <ul>
     *   <li>s: the other side can be started; p: recovery points are there; o: the active VM was seen off
     *   <li>r: not paused; u: not paused by the user; z: paused
     *   <li>c: a job can be cancelled; f: the job failed; w: the planned job goes on; l: the job is planned
     *   <li>b: before the decision; a: after it
     *   <li>m: the cause is not the size; g: the source grew; t: a test failover exists; d: both copies ran
     *   <li>+: also while any job holds the item; !: also while one holds it that failed or waits for a person
     * </ul>
     */
    private static final String CELLS = """
        .                       RN  PD  PF  UF   TF  TC  CO  CP   CM  CF   RR  PA  RE  RS  GR  US  DI  FU  RD  SV  CJ  RJ
        ENABLING                -   -   -   -    -   -   -   -    -   -    -   -   -   -   -   -   -   -   -   -   c   f
        INITIAL_REPLICATION     -   -   -   -    -   -   -   -    -   -    -   u   z   -   -   Y   Y+  -   -   -   c   f
        PROTECTED               r   r   Y   s+   s   t   -   -    -   -    -   u   z   r   -   Y   Y   -   d   -   c   -
        RESYNC_REQUIRED         -   -   -   s+   s   t   -   -    -   -    -   u   z   mr  g   Y   Y   -   d   -   c   -
        RESYNCHRONIZING         -   -   -   s+   -   -   -   -    -   -    -   u   z   -   -   Y   Y+  -   -   -   -   f
        SYNCING_BEFORE_FAILOVER -   -   -   s+   -   -   -   -    -   -    -   u   z   -   -   Y   -   -   -   -   c   f
        READY_TO_COMPLETE       -   -   -   s+   -   -   w   -    -   -    -   -   -   -   -   Y   -   -   -   -   c   f
        FAILING_OVER            -   -   -   bls+ -   -   -   ap!  -   as!  -   -   -   -   -   Y   -   -   -   -   bc  f
        COMMIT_PENDING          -   -   -   -    -   t   -   p    Y   s    -   -   -   -   -   Y   Y   -   d   o   c   -
        CHANGING_POINT          -   -   -   -    -   -   -   p!   -   s!   -   -   -   -   -   Y   -   -   -   -   -   f
        CANCELLING_FAILOVER     -   -   -   -    -   -   -   -    -   -    -   -   -   -   -   Y   -   -   -   -   bc  f
        COMMITTING              -   -   -   -    -   -   -   -    -   -    -   -   -   -   -   Y   -   -   -   -   bc  f
        FAILED_OVER             -   -   Y   s+   -   t   -   -    -   -    Y   -   -   -   -   Y   Y   -   d   -   c   -
        REVERSING               -   -   -   s+   -   -   -   -    -   -    -   u   z   -   -   Y   -   -   -   -   c   f
        DISABLING               -   -   -   -    -   -   -   -    -   -    -   -   -   -   -   -   -   Y   -   -   -   f
        DISABLED                -   -   -   -    -   -   -   -    -   -    -   -   -   -   -   -   -   -   -   -   -   -
        """;

    private static final Map<String, Operation> COLUMNS = Map.ofEntries(
            Map.entry("RN", Operation.REPLICATE_NOW),
            Map.entry("PD", Operation.PLANNED_FAILOVER_DELTA),
            Map.entry("PF", Operation.PLANNED_FAILOVER_FULL),
            Map.entry("UF", Operation.UNPLANNED_FAILOVER),
            Map.entry("TF", Operation.TEST_FAILOVER),
            Map.entry("TC", Operation.TEST_CLEANUP),
            Map.entry("CO", Operation.COMPLETE_FAILOVER),
            Map.entry("CP", Operation.CHANGE_RECOVERY_POINT),
            Map.entry("CM", Operation.COMMIT),
            Map.entry("CF", Operation.CANCEL_FAILOVER),
            Map.entry("RR", Operation.REVERSE_REPLICATE),
            Map.entry("PA", Operation.PAUSE),
            Map.entry("RE", Operation.RESUME),
            Map.entry("RS", Operation.RESYNCHRONIZE),
            Map.entry("GR", Operation.GROW_REPLICA),
            Map.entry("US", Operation.UPDATE_SETTINGS),
            Map.entry("DI", Operation.DISABLE),
            Map.entry("FU", Operation.FORGET_UNREACHABLE),
            Map.entry("RD", Operation.RESOLVE_DIVERGENCE),
            Map.entry("SV", Operation.START_VM),
            Map.entry("CJ", Operation.CANCEL_JOB),
            Map.entry("RJ", Operation.RETRY_JOB));

    /** While a test failover exists. */
    private static final Set<Operation> DURING_TEST = EnumSet.of(
            Operation.TEST_CLEANUP,
            Operation.UNPLANNED_FAILOVER,
            Operation.CHANGE_RECOVERY_POINT,
            Operation.CANCEL_FAILOVER,
            Operation.COMMIT,
            Operation.UPDATE_SETTINGS,
            Operation.CANCEL_JOB,
            Operation.RETRY_JOB);

    /** Until it is said which copy survives. */
    private static final Set<Operation> NOT_WHILE_DIVERGED = EnumSet.of(
            Operation.COMMIT,
            Operation.REVERSE_REPLICATE,
            Operation.PLANNED_FAILOVER_DELTA,
            Operation.PLANNED_FAILOVER_FULL,
            Operation.COMPLETE_FAILOVER,
            Operation.DISABLE);

    /** Not jobs of their own. */
    private static final Set<Operation> SIGNALS = EnumSet.of(
            Operation.COMPLETE_FAILOVER,
            Operation.PAUSE,
            Operation.RESUME,
            Operation.UPDATE_SETTINGS,
            Operation.FORGET_UNREACHABLE,
            Operation.CANCEL_JOB,
            Operation.RETRY_JOB);

    /** Where a failed job stays the item's job. */
    private static final Set<ProtectionState> MOVING = EnumSet.of(
            ProtectionState.ENABLING,
            ProtectionState.INITIAL_REPLICATION,
            ProtectionState.RESYNCHRONIZING,
            ProtectionState.SYNCING_BEFORE_FAILOVER,
            ProtectionState.READY_TO_COMPLETE,
            ProtectionState.FAILING_OVER,
            ProtectionState.CHANGING_POINT,
            ProtectionState.CANCELLING_FAILOVER,
            ProtectionState.COMMITTING,
            ProtectionState.REVERSING,
            ProtectionState.DISABLING);

    /** Every edge: trigger, from where, to where. Several targets: back to where it came from. */
    static final String EDGES = """
        BASE_COPY_STARTED: ENABLING > INITIAL_REPLICATION
        FIRST_POINT: INITIAL_REPLICATION > PROTECTED
        ENABLING_UNDONE: ENABLING INITIAL_REPLICATION > DISABLED
        GAP: PROTECTED RESYNC_REQUIRED RESYNCHRONIZING SYNCING_BEFORE_FAILOVER READY_TO_COMPLETE > RESYNC_REQUIRED
        TRACKING_LOST: PROTECTED RESYNC_REQUIRED RESYNCHRONIZING SYNCING_BEFORE_FAILOVER READY_TO_COMPLETE > RESYNC_REQUIRED
        REPLICA_CHANGED: PROTECTED RESYNC_REQUIRED RESYNCHRONIZING SYNCING_BEFORE_FAILOVER READY_TO_COMPLETE > RESYNC_REQUIRED
        REPLICA_GONE: PROTECTED RESYNC_REQUIRED RESYNCHRONIZING SYNCING_BEFORE_FAILOVER READY_TO_COMPLETE > RESYNC_REQUIRED
        SIZE_CHANGED: PROTECTED RESYNC_REQUIRED RESYNCHRONIZING SYNCING_BEFORE_FAILOVER READY_TO_COMPLETE > RESYNC_REQUIRED
        GAP: INITIAL_REPLICATION > INITIAL_REPLICATION
        TRACKING_LOST: INITIAL_REPLICATION > INITIAL_REPLICATION
        GAP: REVERSING > REVERSING
        TRACKING_LOST: REVERSING > REVERSING
        COPY_SURVIVES: PROTECTED > COMMIT_PENDING
        COPY_SURVIVES: RESYNC_REQUIRED > COMMIT_PENDING
        OTHER_SIDE_BACK: PROTECTED > PROTECTED
        OTHER_SIDE_BACK: RESYNC_REQUIRED > RESYNC_REQUIRED
        OTHER_SIDE_BACK: COMMIT_PENDING > COMMIT_PENDING
        OTHER_SIDE_BACK: FAILED_OVER > FAILED_OVER
        OTHER_SIDE_BACK: DISABLED > DISABLED
        RESYNCHRONIZE STARTED: PROTECTED RESYNC_REQUIRED > RESYNCHRONIZING
        RESYNCHRONIZE SUCCEEDED: RESYNCHRONIZING > PROTECTED
        RESYNCHRONIZE UNDONE: RESYNCHRONIZING > PROTECTED RESYNC_REQUIRED
        GROW_REPLICA STARTED: RESYNC_REQUIRED > RESYNCHRONIZING
        GROW_REPLICA SUCCEEDED: RESYNCHRONIZING > PROTECTED
        GROW_REPLICA UNDONE: RESYNCHRONIZING > RESYNC_REQUIRED
        PLANNED_FAILOVER_DELTA STARTED: PROTECTED > SYNCING_BEFORE_FAILOVER
        PLANNED_FAILOVER_DELTA READY: SYNCING_BEFORE_FAILOVER > READY_TO_COMPLETE
        PLANNED_FAILOVER_DELTA COMPLETING: SYNCING_BEFORE_FAILOVER READY_TO_COMPLETE > FAILING_OVER
        PLANNED_FAILOVER_DELTA SUCCEEDED: FAILING_OVER > COMMIT_PENDING
        PLANNED_FAILOVER_DELTA UNDONE: SYNCING_BEFORE_FAILOVER READY_TO_COMPLETE FAILING_OVER > PROTECTED
        PLANNED_FAILOVER_FULL STARTED: PROTECTED FAILED_OVER > FAILING_OVER
        PLANNED_FAILOVER_FULL SUCCEEDED: FAILING_OVER > COMMIT_PENDING
        PLANNED_FAILOVER_FULL UNDONE: FAILING_OVER > PROTECTED FAILED_OVER
        UNPLANNED_FAILOVER STARTED: PROTECTED RESYNC_REQUIRED RESYNCHRONIZING SYNCING_BEFORE_FAILOVER > FAILING_OVER
        UNPLANNED_FAILOVER STARTED: READY_TO_COMPLETE FAILING_OVER FAILED_OVER REVERSING > FAILING_OVER
        UNPLANNED_FAILOVER SUCCEEDED: FAILING_OVER > COMMIT_PENDING
        UNPLANNED_FAILOVER UNDONE: FAILING_OVER > PROTECTED RESYNC_REQUIRED FAILED_OVER
        CHANGE_RECOVERY_POINT STARTED: COMMIT_PENDING FAILING_OVER CHANGING_POINT > CHANGING_POINT
        CHANGE_RECOVERY_POINT SUCCEEDED: CHANGING_POINT > COMMIT_PENDING
        CHANGE_RECOVERY_POINT UNDONE: CHANGING_POINT > COMMIT_PENDING
        CANCEL_FAILOVER STARTED: COMMIT_PENDING FAILING_OVER CHANGING_POINT > CANCELLING_FAILOVER
        CANCEL_FAILOVER SUCCEEDED: CANCELLING_FAILOVER > PROTECTED RESYNC_REQUIRED FAILED_OVER
        CANCEL_FAILOVER UNDONE: CANCELLING_FAILOVER > COMMIT_PENDING CHANGING_POINT
        COMMIT STARTED: COMMIT_PENDING > COMMITTING
        COMMIT SUCCEEDED: COMMITTING > FAILED_OVER
        COMMIT UNDONE: COMMITTING > COMMIT_PENDING
        REVERSE_REPLICATE STARTED: FAILED_OVER > REVERSING
        REVERSE_REPLICATE SUCCEEDED: REVERSING > PROTECTED
        REVERSE_REPLICATE UNDONE: REVERSING > FAILED_OVER
        DISABLE STARTED: INITIAL_REPLICATION PROTECTED RESYNC_REQUIRED > DISABLING
        DISABLE STARTED: RESYNCHRONIZING COMMIT_PENDING FAILED_OVER > DISABLING
        DISABLE SUCCEEDED: DISABLING > DISABLED
        """;

    /** Every edge of a test failover. */
    static final String TEST_EDGES = """
        TEST_FAILOVER STARTED: NONE > RUNNING
        TEST_FAILOVER SUCCEEDED: RUNNING > WAITING_FOR_CLEANUP
        TEST_FAILOVER FAILED: RUNNING > WAITING_FOR_CLEANUP
        TEST_FAILOVER UNDONE: RUNNING > NONE
        TEST_CLEANUP STARTED: WAITING_FOR_CLEANUP CLEANUP_FAILED > CLEANING_UP
        TEST_CLEANUP SUCCEEDED: CLEANING_UP > NONE
        TEST_CLEANUP FAILED: CLEANING_UP > CLEANUP_FAILED
        TEST_CLEANUP UNDONE: CLEANING_UP > CLEANUP_FAILED
        """;

    /** What a person has to accept. */
    static final String CONFIRMATIONS = """
        UNPLANNED_FAILOVER RESYNC_REQUIRED POINTS_UNVERIFIED
        UNPLANNED_FAILOVER RESYNCHRONIZING POINTS_UNVERIFIED
        UNPLANNED_FAILOVER FAILED_OVER OLD_DISK
        UNPLANNED_FAILOVER REVERSING OLD_DISK
        DISABLE COMMIT_PENDING COMMITS_FIRST
        """;

    /** Codes of denials that say more than that the state is wrong. */
    static final String CODES = """
        PLANNED_FAILOVER_DELTA FAILED_OVER REVERSE_FIRST
        UNPLANNED_FAILOVER COMMIT_PENDING FAILED_OVER_ALREADY
        UNPLANNED_FAILOVER CHANGING_POINT FAILED_OVER_ALREADY
        REVERSE_REPLICATE COMMIT_PENDING COMMIT_FIRST
        REVERSE_REPLICATE PROTECTED REPLICATES_ALREADY
        REVERSE_REPLICATE RESYNC_REQUIRED REPLICATES_ALREADY
        REVERSE_REPLICATE RESYNCHRONIZING REPLICATES_ALREADY
        PLANNED_FAILOVER_DELTA RESYNC_REQUIRED RESYNC_FIRST
        PLANNED_FAILOVER_FULL RESYNC_REQUIRED RESYNC_FIRST
        REPLICATE_NOW RESYNC_REQUIRED RESYNC_FIRST
        COMMIT PROTECTED NO_FAILOVER
        COMMIT RESYNC_REQUIRED NO_FAILOVER
        COMMIT FAILED_OVER COMMITTED
        CANCEL_FAILOVER PROTECTED NO_FAILOVER
        CANCEL_FAILOVER RESYNC_REQUIRED NO_FAILOVER
        CANCEL_FAILOVER SYNCING_BEFORE_FAILOVER NOT_DECIDED_YET
        CANCEL_FAILOVER READY_TO_COMPLETE NOT_DECIDED_YET
        CANCEL_FAILOVER FAILED_OVER COMMITTED
        CHANGE_RECOVERY_POINT PROTECTED NO_FAILOVER
        CHANGE_RECOVERY_POINT RESYNC_REQUIRED NO_FAILOVER
        CHANGE_RECOVERY_POINT FAILED_OVER COMMITTED
        COMPLETE_FAILOVER SYNCING_BEFORE_FAILOVER NOT_READY
        COMPLETE_FAILOVER PROTECTED NO_PLANNED_FAILOVER
        CANCEL_JOB RESYNCHRONIZING CANNOT_BE_UNDONE
        CANCEL_JOB CHANGING_POINT CANNOT_BE_UNDONE
        CANCEL_JOB DISABLING CANNOT_BE_UNDONE
        RETRY_JOB PROTECTED NO_FAILED_JOB
        RETRY_JOB RESYNC_REQUIRED NO_FAILED_JOB
        RETRY_JOB COMMIT_PENDING NO_FAILED_JOB
        RETRY_JOB FAILED_OVER NO_FAILED_JOB
        TEST_FAILOVER COMMIT_PENDING NOTHING_TO_TEST
        """;

    private final Map<ProtectionState, Map<Operation, String>> cells = new EnumMap<>(ProtectionState.class);

    Expectation() {
        List<String> lines = CELLS.lines().toList();
        List<String> columns = Arrays.asList(lines.get(0).trim().split("\\s+"));
        for (String line : lines.subList(1, lines.size())) {
            List<String> words = Arrays.asList(line.trim().split("\\s+"));
            Map<Operation, String> row = new EnumMap<>(Operation.class);
            for (int i = 1; i < words.size(); i++) {
                row.put(Optional.ofNullable(COLUMNS.get(columns.get(i))).orElseThrow(), words.get(i));
            }
            cells.put(ProtectionState.valueOf(words.get(0)), row);
        }
    }

    int cellCount() {
        return cells.values().stream().mapToInt(Map::size).sum();
    }

    String cell(ProtectionState state, Operation operation) {
        return cells.get(state).get(operation);
    }

    boolean isMoving(ProtectionState state) {
        return MOVING.contains(state);
    }

    boolean isSignal(Operation operation) {
        return SIGNALS.contains(operation);
    }

    /** Reads a cell, with the rules beside the states. */
    boolean allows(Operation operation, ItemFacts facts) {
        String cell = cell(facts.state(), operation);
        if (cell.equals("-") || facts.unsupported().contains(operation)) {
            return false;
        }
        boolean bothRan = facts.divergence() == Divergence.SPLIT_BRAIN || facts.divergence() == Divergence.SUSPECTED;
        if (bothRan && NOT_WHILE_DIVERGED.contains(operation)) {
            return false;
        }
        if (facts.testFailover() != TestFailoverState.NONE && !DURING_TEST.contains(operation)) {
            return false;
        }
        Optional<ItemJob> held = holding(facts);
        if (held.isPresent() && !SIGNALS.contains(operation) && cell.indexOf('+') < 0) {
            JobStatus status = held.get().status();
            boolean stuck = status == JobStatus.FAILED || status == JobStatus.WAITING_FOR_INPUT;
            if (!stuck || cell.indexOf('!') < 0) {
                return false;
            }
        }
        return cell.chars().allMatch(letter -> holds((char) letter, facts, held));
    }

    Optional<ItemJob> holding(ItemFacts facts) {
        return facts.job().filter(job -> switch (job.status()) {
            case RUNNING, WAITING_FOR_INPUT, CANCELLING -> true;
            case FAILED -> MOVING.contains(facts.state());
            default -> false;
        });
    }

    private static boolean holds(char letter, ItemFacts facts, Optional<ItemJob> job) {
        boolean geometry = facts.resyncCause().equals(Optional.of(ResyncCause.GEOMETRY));
        return switch (letter) {
            case 'Y', '+', '!' -> true;
            case 's' -> facts.otherSideStartable();
            case 'p' -> facts.pointsPresent();
            case 'o' -> facts.activeVmSeenOff();
            case 'r' -> facts.paused().by() == Pause.By.NOBODY;
            case 'u' -> facts.paused().by() != Pause.By.USER;
            case 'z' -> facts.paused().by() != Pause.By.NOBODY;
            case 'c' -> job.isPresent() && job.get().status() != JobStatus.CANCELLING;
            case 'f' -> job.isPresent() && job.get().status() == JobStatus.FAILED;
            case 'w' -> job.isPresent() && isPlanned(job.get()) && goesOn(job.get());
            case 'l' -> job.isPresent() && isPlanned(job.get());
            case 'b' -> job.isPresent() && job.get().beforeDecision();
            case 'a' -> job.isPresent() && !job.get().beforeDecision();
            case 'm' -> !geometry;
            case 'g' -> geometry && !facts.sourceShrank();
            case 't' -> facts.testFailover() != TestFailoverState.NONE;
            case 'd' -> facts.divergence() == Divergence.SPLIT_BRAIN || facts.divergence() == Divergence.SUSPECTED;
            default -> throw new IllegalArgumentException("letter " + letter);
        };
    }

    private static boolean isPlanned(ItemJob job) {
        return job.operation().equals(Optional.of(Operation.PLANNED_FAILOVER_DELTA))
                || job.operation().equals(Optional.of(Operation.PLANNED_FAILOVER_FULL));
    }

    private static boolean goesOn(ItemJob job) {
        return job.status() == JobStatus.RUNNING || job.status() == JobStatus.WAITING_FOR_INPUT;
    }

    /** Splits edges into one line per edge. */
    static List<String> each(String edges) {
        List<String> all = new ArrayList<>();
        for (String line : edges.lines().toList()) {
            String trigger = line.substring(0, line.indexOf(':'));
            String[] sides = line.substring(line.indexOf(':') + 1).split(">", 2);
            for (String from : sides[0].trim().split(" ", -1)) {
                for (String to : sides[1].trim().split(" ", -1)) {
                    all.add(trigger + ": " + from + " > " + to);
                }
            }
        }
        return all;
    }
}
