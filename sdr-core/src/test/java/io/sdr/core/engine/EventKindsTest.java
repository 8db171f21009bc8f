package io.sdr.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.sdr.api.CancelFailoverRequest;
import io.sdr.api.FailoverPlan;
import io.sdr.api.ItemId;
import io.sdr.api.Job;
import io.sdr.api.ProtectionRequest;
import io.sdr.api.RecoveryEvent;
import io.sdr.api.ReplicationPolicy;
import io.sdr.api.Side;
import io.sdr.api.TestCleanupRequest;
import io.sdr.api.TestNetwork;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An automation matches on kinds, never on texts: what it has to know of has one. */
class EventKindsTest extends EngineOnTwoSites {
    private static final ItemId ITEM = new ItemId("item");
    private static final Duration HOUR = Duration.ofHours(1);

    private final List<RecoveryEvent> heard = new ArrayList<>();

    @BeforeEach
    void oneItemIsProtected() {
        engine = open(folder, 5);
        east.powerOn(east.createVm("vm", 20_000).id());
        engine.protect(ProtectionRequest.of("vm")
                        .from("east")
                        .to("west")
                        .as(ITEM)
                        .policy(ReplicationPolicy.defaults().every(Duration.ofMinutes(5))))
                .await();
        engine.runDue();
        engine.subscribe("test", heard::add);
    }

    /** What was heard since this was asked last, without what jobs say of themselves. */
    private List<String> kinds() {
        time.runFor(Duration.ofSeconds(1));
        List<String> kinds = heard.stream()
                .map(RecoveryEvent::kind)
                .filter(kind -> !kind.startsWith("JOB_"))
                .toList();
        heard.clear();
        return kinds;
    }

    @Test
    void ofAFailoverThatIsCancelledAndOneThatIsCommitted() {
        kinds();
        engine.failOver(FailoverPlan.unplanned(ITEM, Side.RECOVERY).shutDownFirst())
                .await();
        assertThat(kinds()).containsExactly("DECIDED", "FAILED_OVER");
        engine.cancelFailover(CancelFailoverRequest.droppingTargetWrites(ITEM)).await();
        assertThat(kinds()).containsExactly("DECIDED", "FAILOVER_CANCELLED");
        Job planned = engine.failOver(FailoverPlan.planned(ITEM, Side.RECOVERY).waitForComplete());
        planned.awaitPrompt(HOUR);
        assertThat(kinds()).containsExactly("READY_TO_COMPLETE");
        engine.completeFailover(ITEM).await();
        assertThat(kinds()).containsExactly("DECIDED", "FAILED_OVER");
        engine.commit(ITEM).await();
        assertThat(kinds()).containsExactly("COMMITTED");
    }

    @Test
    void ofADrill() {
        kinds();
        engine.failOver(FailoverPlan.test(ITEM, Side.RECOVERY, TestNetwork.none()))
                .await();
        assertThat(kinds()).containsExactly("DRILL_VERIFIED");
        engine.cleanUpTest(TestCleanupRequest.removingEverything(ITEM)).await();
        assertThat(kinds()).containsExactly("DRILL_PASSED");
    }

    @Test
    void ofASiteThatFallsSilent() {
        kinds();
        west.loseContact();
        time.runFor(Duration.ofMinutes(6));
        for (int i = 0; i < 5; i++) {
            engine.runDue();
        }
        time.runFor(Duration.ofSeconds(1));
        assertThat(heard).extracting(RecoveryEvent::kind).containsExactly("SITE_SILENT");
        assertThat(heard.get(0).item()).isEqualTo(Optional.empty());
        assertThat(heard.get(0).text()).contains("west");
        heard.clear();
        west.restoreContact();
        engine.runDue();
        engine.runDue();
        assertThat(kinds()).containsExactly("SITE_ANSWERS");
    }

    @Test
    void ofReplicationThatIsLate() {
        kinds();
        west.loseContact();
        for (int i = 0; i < 6; i++) {
            time.runFor(Duration.ofMinutes(5));
            engine.runDue();
        }
        assertThat(kinds()).containsExactly("SITE_SILENT", "RPO_EXCEEDED");
        west.restoreContact();
        engine.runDue();
        engine.runDue();
        assertThat(kinds()).containsExactly("SITE_ANSWERS", "RPO_MET");
    }
}
