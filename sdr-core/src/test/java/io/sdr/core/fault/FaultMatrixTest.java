package io.sdr.core.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.sdr.core.job.MemoryTempDir;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every scripted fault at every call of a provider in every operation: the end is the one that the tables foretell. By default
 * a share of them, in which each row occurs; with {@code -Dsdr.fault.share=1} each fault at each kind of call in each step, in one of
 * the two directions; all of them with {@code -Dsdr.stress=true}.
 */
class FaultMatrixTest {
    private static final boolean STRESS = Boolean.getBoolean("sdr.stress");
    /** Only operations that fit this expression, to look closer at one. */
    private static final String ONLY = System.getProperty("sdr.fault.only", ".*");

    /** How much of the sample is run: one in so many, and what is the only one of its row. */
    private static final int SHARE = Integer.getInteger("sdr.fault.share", 4);

    /** The operations whose rows are not finished: what they do under faults is not compared with the tables. */
    private static final Set<FaultedOperation> NOT_YET =
            EnumSet.of(FaultedOperation.PLANNED, FaultedOperation.PLANNED_VERIFIED);

    /** So many cases at least in the sample, else 330: fewer would mean that something is not tried any more. */
    private static final Map<FaultedOperation, Integer> FEWEST = Map.of(
            FaultedOperation.REPLICATE_NOW, 110,
            FaultedOperation.REPLICATE_NOW_APPLICATION, 110,
            FaultedOperation.UNPLANNED_SOURCE_OFF, 330,
            FaultedOperation.UNPLANNED_SHUTDOWN, 480,
            FaultedOperation.UNPLANNED_OLDER, 460,
            FaultedOperation.UNPLANNED_TWO_RUNNING, 330,
            FaultedOperation.CHANGE_POINT, 200,
            FaultedOperation.COMMIT, 30,
            FaultedOperation.CANCEL_FAILOVER_DROPPING, 300,
            FaultedOperation.CANCEL_FAILOVER_KEEPING, 300);

    private static final Map<FaultedOperation, Integer> COUNTS = new EnumMap<>(FaultedOperation.class);
    private static Foretold foretold = Foretold.read();

    @TempDir(factory = MemoryTempDir.class)
    static Path folder;

    @BeforeAll
    static void begin() {
        COUNTS.clear();
        foretold = Foretold.read();
    }

    static Stream<FaultedOperation> operations() {
        return Arrays.stream(FaultedOperation.values())
                .filter(each -> !NOT_YET.contains(each) && each.id().matches(ONLY));
    }

    @ParameterizedTest
    @MethodSource("operations")
    void endsAsForetold(FaultedOperation operation) {
        FaultCases matrix = new FaultCases(operation, foretold, folder, site -> site);
        List<FaultCases.Case> sample = matrix.sample();
        List<FaultCases.Case> cases = STRESS ? matrix.all() : matrix.share(sample, SHARE);
        List<String> wrong = matrix.run(cases);
        COUNTS.put(operation, cases.size());
        System.out.println("Faults at " + operation.id() + ": " + cases.size() + " cases of "
                + matrix.all().size());
        assertThat(wrong).as("%d cases", cases.size()).isEmpty();
        assertThat(sample).as("sample").hasSizeGreaterThanOrEqualTo(FEWEST.getOrDefault(operation, 330));
    }

    @AfterAll
    static void noRowForNothing() {
        System.out.println("Faults: "
                + COUNTS.values().stream().mapToInt(Integer::intValue).sum() + " cases: " + COUNTS
                + (NOT_YET.isEmpty() ? "" : "; not yet: " + NOT_YET));
        if (ONLY.equals(".*")) {
            Set<String> ran = COUNTS.keySet().stream().map(FaultedOperation::id).collect(Collectors.toSet());
            assertThat(foretold.unused(ran, STRESS)).isEmpty();
        }
    }
}
