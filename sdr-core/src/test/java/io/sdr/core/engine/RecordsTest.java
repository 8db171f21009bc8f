package io.sdr.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sdr.api.FailoverPlan;
import io.sdr.api.Finding;
import io.sdr.api.Forecast;
import io.sdr.api.InvalidRequestException;
import io.sdr.api.ItemId;
import io.sdr.api.Job;
import io.sdr.api.OperationNotAllowedException;
import io.sdr.api.PointId;
import io.sdr.api.ProtectionRequest;
import io.sdr.api.RecoveryPointSelector;
import io.sdr.api.ReplicatedItem;
import io.sdr.api.Side;
import io.sdr.api.TestCleanupRequest;
import io.sdr.api.TestNetwork;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What can be put into the records of a drill, and how items and jobs are found. */
@Tag("smoke")
class RecordsTest extends EngineOnTwoSites {
    private static final ItemId VM = new ItemId("vm");

    @BeforeEach
    void protect() {
        east.powerOn(east.createVm("sql", 200_000).id());
        engine = open(folder.resolve("store"), 3);
        engine.protect(ProtectionRequest.of("sql").from("east").to("west").as(VM))
                .await();
    }

    @Test
    void aDrillsRecordTellsHowItEnded() {
        Job test = engine.failOver(FailoverPlan.test(VM, Side.RECOVERY, TestNetwork.none()));
        test.await();
        assertThat(engine.item(VM).drill().orElseThrow().describe())
                .startsWith("drill at the RECOVERY side, job " + test.id() + ": open\n")
                .contains(", network none\n", "seen to work at ", ", not cleaned up\n");
        engine.cleanUpTest(TestCleanupRequest.removingEverything(VM).notes("all\nwell"))
                .await();
        assertThat(engine.item(VM).drill().orElseThrow().describe())
                .startsWith("drill at the RECOVERY side, job " + test.id() + ": PASSED\n")
                .contains("cleaned up at ", "  notes: all well\n")
                .doesNotContain("left behind");
    }

    @Test
    void aForecastSaysWhatStandsInTheWay() {
        Forecast possible = engine.dryRun(FailoverPlan.planned(VM, Side.RECOVERY));
        assertThat(possible.blockers()).isEmpty();
        assertThat(possible.describe()).startsWith(possible.kind() + " would be done\n");
        Forecast refused = engine.dryRun(FailoverPlan.planned(VM, Side.PRIMARY));
        assertThat(refused.blockers()).isNotEmpty().allMatch(Finding::isBlocker);
        assertThat(refused.isBlocked()).isTrue();
        assertThat(refused.describe())
                .contains(" would be refused\n", "  BLOCKER: ")
                .contains(refused.blockers().get(0).describe())
                .doesNotContain("done already");
    }

    @Test
    void aPointThatDoesNotFitIsRefusedWithTheReason() {
        Instant oldest = engine.recoveryPoints(VM).get(0).time();
        Map<RecoveryPointSelector, String> words = Map.of(
                RecoveryPointSelector.latestApplicationConsistent(), "none of its 2 points is application-consistent",
                RecoveryPointSelector.notAfter(oldest.minusSeconds(1)), "the oldest of its 2 points is of " + oldest,
                RecoveryPointSelector.exactly(new PointId("p")), "it is not among its 2 points");
        words.forEach((selector, text) -> assertThatThrownBy(() -> engine.failOver(
                        FailoverPlan.unplanned(VM, Side.RECOVERY).at(selector)))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining(text));
    }

    @Test
    void aJobThatHasEndedIsNotCancelled() {
        assertThatThrownBy(engine.jobs(VM, 1).get(0)::cancel)
                .isInstanceOf(OperationNotAllowedException.class)
                .hasMessageContaining("the job has ended")
                .hasMessageNotContaining("ENDED");
    }

    @Test
    void itemsAreFoundByTheNameOfTheirVm() {
        assertThat(engine.itemsNamed("sql")).extracting(ReplicatedItem::id).containsExactly(VM);
        assertThat(engine.itemsNamed("SQL")).isEmpty();
    }

    @Test
    void theLatestJobsComeFirst() {
        assertThat(engine.jobs(VM, 5)).extracting(Job::kind).containsExactly("protect");
        engine.failOver(FailoverPlan.test(VM, Side.RECOVERY, TestNetwork.none()))
                .await();
        assertThat(engine.jobs(VM, 5)).extracting(Job::kind).containsExactly("test-failover", "protect");
        assertThat(engine.jobs(VM, 1)).hasSize(1);
    }
}
