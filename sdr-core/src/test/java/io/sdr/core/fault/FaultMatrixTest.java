package io.sdr.core.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.sdr.core.job.MemoryTempDir;
import io.sdr.core.stress.Shard;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every scripted fault at every call of a provider in every operation, and in the undoing of each that can be undone: the end is the
 * one that the tables foretell. By default a share of them, in which each row occurs; with {@code -Dsdr.fault.share=1} each fault at
 * each kind of call in each step, in one of the two directions; with {@code -Dsdr.stress=true} one of twenty parts of all, with
 * {@code -Dsdr.stress.shard=3/20} the third, with {@code 1/1} all.
 */
@Tag("long")
class FaultMatrixTest {
    private static final boolean STRESS = Boolean.getBoolean("sdr.stress");
    /** Only operations that fit this expression, to look closer at one. */
    private static final String ONLY = System.getProperty("sdr.fault.only", ".*");

    /** How much of the sample is run: one in so many, and what is the only one of its row. */
    private static final int SHARE = Integer.getInteger("sdr.fault.share", 24);

    private static final Shard SHARD = Shard.ofStressRun();

    /** So many cases at least in the sample: fewer would mean that something is not tried any more. */
    private static final int FEWEST = 330;

    private static final int FEWEST_OF_UNDOING = 40;
    private static final int FEWEST_OF_DISABLING = 150;

    private static final Map<FaultedOperation, Integer> FEWER_OR_MORE = Map.ofEntries(
            Map.entry(FaultedOperation.REPLICATE_NOW, 110),
            Map.entry(FaultedOperation.REPLICATE_NOW_APPLICATION, 110),
            Map.entry(FaultedOperation.UNPLANNED_SHUTDOWN, 480),
            Map.entry(FaultedOperation.UNPLANNED_OLDER, 460),
            Map.entry(FaultedOperation.PLANNED, 600),
            Map.entry(FaultedOperation.PLANNED_VERIFIED, 500),
            Map.entry(FaultedOperation.CHANGE_POINT, 200),
            Map.entry(FaultedOperation.COMMIT, 30),
            Map.entry(FaultedOperation.CANCEL_FAILOVER_DROPPING, 300),
            Map.entry(FaultedOperation.CANCEL_FAILOVER_KEEPING, 300),
            Map.entry(FaultedOperation.RESYNCHRONIZE, 220),
            Map.entry(FaultedOperation.GROW_REPLICA, 240),
            Map.entry(FaultedOperation.TEST_FAILOVER, 180),
            Map.entry(FaultedOperation.TEST_CLEANUP, 110),
            Map.entry(FaultedOperation.START_VM, 60),
            Map.entry(FaultedOperation.RESOLVE_KEEPING, 40),
            Map.entry(FaultedOperation.CYCLE_DUE, 100),
            Map.entry(FaultedOperation.PAUSE, 70),
            Map.entry(FaultedOperation.RESUME, 120),
            Map.entry(FaultedOperation.UPDATE_SETTINGS, 120),
            Map.entry(FaultedOperation.CANCEL_FAILOVER_RESOLVING, 300),
            Map.entry(FaultedOperation.RESOLVE_GIVING_UP, 150),
            Map.entry(FaultedOperation.RESYNCHRONIZE_IN_PLACE, 150));

    private static final Set<List<Object>> SEEN = new HashSet<>();
    private static final Map<FaultedOperation, Integer> COUNTS = new EnumMap<>(FaultedOperation.class);
    private static Foretold foretold = Foretold.read();

    @TempDir(factory = MemoryTempDir.class)
    static Path folder;

    @BeforeAll
    static void begin() {
        COUNTS.clear();
        SEEN.clear();
        foretold = Foretold.read();
    }

    static Stream<FaultedOperation> operations() {
        return Arrays.stream(FaultedOperation.values()).filter(each -> each.id().matches(ONLY));
    }

    @ParameterizedTest
    @MethodSource("operations")
    void endsAsForetold(FaultedOperation operation) {
        FaultCases matrix = new FaultCases(operation, foretold, folder, Parts.REAL);
        List<FaultCases.Case> sample = matrix.sample();
        List<FaultCases.Case> cases = STRESS ? SHARD.take(matrix.all()) : matrix.share(sample, share(operation), SEEN);
        List<String> wrong = matrix.run(cases);
        COUNTS.put(operation, cases.size());
        System.out.println("Faults at " + operation.id() + ": " + cases.size() + " cases of "
                + matrix.all().size());
        assertThat(wrong).as("%d cases", cases.size()).isEmpty();
        assertThat(sample).as("sample").hasSizeGreaterThanOrEqualTo(fewest(operation));
    }

    /** Undoing has few rows, and each step of it shall be met. */
    private static int share(FaultedOperation operation) {
        return operation.cancelledAt().isPresent() ? Math.min(SHARE, 6) : SHARE;
    }

    private static int fewest(FaultedOperation operation) {
        if (operation.isDisable()) {
            return FEWEST_OF_DISABLING;
        }
        return operation.cancelledAt().isPresent() ? FEWEST_OF_UNDOING : FEWER_OR_MORE.getOrDefault(operation, FEWEST);
    }

    @AfterAll
    static void noRowForNothing() {
        System.out.println("Faults: "
                + COUNTS.values().stream().mapToInt(Integer::intValue).sum() + " cases"
                + (STRESS ? ", part " + SHARD.number() + " of " + SHARD.of() : "") + ": " + COUNTS);
        if (ONLY.equals(".*")) {
            Set<String> ran = COUNTS.keySet().stream().map(FaultedOperation::id).collect(Collectors.toSet());
            assertThat(foretold.unused(ran, STRESS && SHARD.isAll())).isEmpty();
        }
    }
}
