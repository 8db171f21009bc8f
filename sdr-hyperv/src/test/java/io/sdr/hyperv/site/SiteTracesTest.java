package io.sdr.hyperv.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sdr.api.Side;
import io.sdr.testkit.contract.AdoptTraces;
import io.sdr.testkit.contract.DisableTraces;
import io.sdr.testkit.contract.DivergenceTraces;
import io.sdr.testkit.contract.DrillTraces;
import io.sdr.testkit.contract.FailoverTraces;
import io.sdr.testkit.contract.LifeCycleTraces;
import io.sdr.testkit.contract.NetworkTraces;
import io.sdr.testkit.contract.PauseTraces;
import io.sdr.testkit.contract.RepairTraces;
import io.sdr.testkit.contract.TraceWorld;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * All traces with sdr's own replication and with Hyper-V Replica, on sites of hosts and on sites under VMM. With
 * {@code -Dsdr.traces=REGEX} beside {@code -Dsdr.stress=true} only the kinds whose name fits.
 */
@ParameterizedClass
@MethodSource("io.sdr.hyperv.site.TraceKind#chosen")
class SiteTracesTest {
    /** What is run by default, of each number and of each kind of traces; all with {@code -Dsdr.stress=true}. */
    static final Set<String> BY_DEFAULT = Set.of(
            "T01_unplannedAndDeltaFailback",
            "T02_fullFailback_withoutReverse",
            "T03_automaticReverse",
            "T04_wrongPointThenBack",
            "T05_comesBackRunning_activeSideSurvives",
            "T05_offSinceUnknown_suspected",
            "T06_vmAndDisksGone_fullFailbackCreatesThem",
            "T07_testFailover_cleanupFails_thenPasses",
            "T08_resyncOvertakenByDisaster",
            "T09_cancelInBothPhases",
            "T13_pausedThenUnplanned",
            "T14_sourceGrew",
            "T15_storeAndActiveSideLost",
            "T16_activeSideLost_failedOver",
            "T17_unplannedDuringDrill_commit_cleanup",
            "T19_editedOutside_resyncDropsOldPoints",
            "T20_startFails_changePoint",
            "T21_sourceStillRuns",
            "bootGate_theEngineStartsTheActiveCopy",
            "configurationAndNetworksAreCarried",
            "protectedItem_deletingReplica");

    @Parameter
    private TraceKind kind;

    @TempDir(factory = FastTempDir.class)
    private Path folder;

    private Optional<HyperVTraceWorld> world = Optional.empty();

    private TraceWorld open() {
        HyperVTraceWorld opened = kind.open(folder);
        world = Optional.of(opened);
        return opened;
    }

    @BeforeEach
    void isChosen(TestInfo test) {
        String name = test.getTestMethod().orElseThrow().getName();
        assumeTrue(Boolean.getBoolean("sdr.stress") || BY_DEFAULT.contains(name), "only with -Dsdr.stress=true");
    }

    @AfterEach
    void vmsOfACloudMoved() {
        world.ifPresent(each -> assertThat(each.moves() > 0).isEqualTo(kind.isUnderVmm()));
    }

    @Nested
    class LifeCycle extends LifeCycleTraces {
        @Override
        protected TraceWorld newWorld() {
            return open();
        }

        @Override
        protected Side activeAtFirst() {
            return kind.activeAtFirst();
        }
    }

    @Nested
    class Failover extends FailoverTraces {
        @Override
        protected TraceWorld newWorld() {
            return open();
        }

        @Override
        protected Side activeAtFirst() {
            return kind.activeAtFirst();
        }
    }

    @Nested
    class Pause extends PauseTraces {
        @Override
        protected TraceWorld newWorld() {
            return open();
        }

        @Override
        protected Side activeAtFirst() {
            return kind.activeAtFirst();
        }
    }

    @Nested
    class Repair extends RepairTraces {
        @Override
        protected TraceWorld newWorld() {
            return open();
        }

        @Override
        protected Side activeAtFirst() {
            return kind.activeAtFirst();
        }
    }

    @Nested
    class Divergence extends DivergenceTraces {
        @Override
        protected TraceWorld newWorld() {
            return open();
        }

        @Override
        protected Side activeAtFirst() {
            return kind.activeAtFirst();
        }
    }

    @Nested
    class Drill extends DrillTraces {
        @Override
        protected TraceWorld newWorld() {
            return open();
        }

        @Override
        protected Side activeAtFirst() {
            return kind.activeAtFirst();
        }
    }

    @Nested
    class Disable extends DisableTraces {
        @Override
        protected TraceWorld newWorld() {
            return open();
        }

        @Override
        protected Side activeAtFirst() {
            return kind.activeAtFirst();
        }
    }

    @Nested
    class Adopt extends AdoptTraces {
        @Override
        protected TraceWorld newWorld() {
            return open();
        }

        @Override
        protected Side activeAtFirst() {
            return kind.activeAtFirst();
        }
    }

    @Nested
    class Network extends NetworkTraces {
        @Override
        protected TraceWorld newWorld() {
            return open();
        }

        @Override
        protected Side activeAtFirst() {
            return kind.activeAtFirst();
        }
    }
}
