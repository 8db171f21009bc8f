package io.sdr.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.sdr.api.ItemId;
import io.sdr.api.ProtectionRequest;
import io.sdr.api.ReplicatedItem;
import io.sdr.api.ReplicationPolicy;
import io.sdr.api.SiteRecovery;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Cycles by the clock, and what a silent site costs. 1,000 items with {@code -Dsdr.stress=true}. */
class BackgroundTest extends EngineOnTwoSites {
    private static final int ITEMS = Boolean.getBoolean("sdr.stress") ? 1000 : 60;

    private void protect(int items, boolean scheduler) {
        SiteRecovery.Builder builder = builder(folder, 5);
        engine = (scheduler ? builder : builder.withoutScheduler()).build();
        for (int i = 0; i < items; i++) {
            east.powerOn(east.createVm("vm" + i, 8192).id());
            engine.protect(ProtectionRequest.of("vm" + i)
                            .from("east")
                            .to("west")
                            .as(new ItemId("item" + i))
                            .policy(ReplicationPolicy.defaults().every(Duration.ofMinutes(5))))
                    .await();
        }
    }

    private long received(int item) {
        ReplicatedItem seen = engine.item(new ItemId("item" + item));
        return seen.replication().orElseThrow().received();
    }

    /** However many items wait: one call that fails, one that asks, and one for each further look. */
    @Test
    void aSilentSiteCostsAFewCallsAndAllCatchUp() {
        protect(ITEMS, false);
        engine.runDue();
        long[] before = new long[ITEMS];
        for (int i = 0; i < ITEMS; i++) {
            before[i] = received(i);
        }
        time.runFor(Duration.ofMinutes(6));
        west.loseContact();
        int calls = west.faults().log().size();
        engine.runDue();
        assertThat(west.faults().log().size() - calls)
                .as("calls of the first look")
                .isBetween(1, 4);
        calls = west.faults().log().size();
        engine.runDue();
        engine.runDue();
        assertThat(west.faults().log().size() - calls).as("calls of two more").isEqualTo(2);
        for (int i = 0; i < ITEMS; i++) {
            assertThat(received(i)).isEqualTo(before[i]);
        }
        west.restoreContact();
        engine.runDue();
        for (int i = 0; i < ITEMS; i++) {
            assertThat(received(i)).as("item %d catches up", i).isEqualTo(before[i] + 1);
        }
        engine.runDue();
        assertThat(received(0)).as("nothing is due again at once").isEqualTo(before[0] + 1);
    }

    @Test
    void theSchedulerRunsCyclesByTheClockAndProbesOnTheLadder() {
        protect(3, true);
        long first = received(1);
        time.runFor(Duration.ofMinutes(31));
        assertThat(received(1)).isEqualTo(first + 6);
        west.loseContact();
        time.runFor(Duration.ofMinutes(6));
        int calls = west.faults().log().size();
        time.runFor(Duration.ofMinutes(60));
        assertThat(west.faults().log().size() - calls).as("probes in an hour").isBetween(3, 6);
        west.restoreContact();
        long stood = received(1);
        time.runFor(Duration.ofMinutes(31));
        assertThat(received(1)).as("it catches up by itself").isGreaterThan(stood);
    }
}
