package io.sdr.benchmarks.sample;

import static org.assertj.core.api.Assertions.assertThat;

import io.sdr.api.FailoverPlan;
import io.sdr.api.ProtectionRequest;
import io.sdr.api.ReplicatedItem;
import io.sdr.api.Side;
import io.sdr.api.SiteRecovery;
import io.sdr.testkit.Fault;
import io.sdr.testkit.SimulatedSite;
import io.sdr.testkit.VirtualTime;
import io.sdr.testkit.junit.At;
import io.sdr.testkit.junit.RecoveryTest;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What docs/operating.md shows, run. */
@RecoveryTest
class WatchTest {
    @Test
    void showsWhatNeedsSomebody(
            @At("east") SimulatedSite east, @At("west") SimulatedSite west, SiteRecovery recovery, VirtualTime time) {
        east.powerOn(east.createVm("sql-01", 1 << 20).id());
        ReplicatedItem vm = recovery.protect(
                        ProtectionRequest.of("sql-01").from("east").to("west"))
                .await()
                .item();
        Watch watch = new Watch(recovery, Duration.ofMinutes(10));
        assertThat(watch.lines())
                .singleElement()
                .asString()
                .startsWith("NORMAL sql-01 PROTECTED (active: PRIMARY) RPO ")
                .doesNotContain("TOO OLD");

        time.runFor(Duration.ofMinutes(20));
        assertThat(watch.lines())
                .hasSize(2)
                .first()
                .asString()
                .startsWith("WARNING")
                .endsWith("TOO OLD");

        west.faults().from("vms.start", 1, new Fault.Refuses("NOT_ENOUGH_MEMORY"));
        recovery.failOver(FailoverPlan.unplanned(vm, Side.RECOVERY).shutDownFirst())
                .awaitEnd(Duration.ofHours(1));
        assertThat(String.join("\n", watch.lines()))
                .startsWith("CRITICAL sql-01 FAILING_OVER")
                .contains("[JOB_FAILED]", "unplanned-failover of item " + vm.id() + ": FAILED", "[NOT_ENOUGH_MEMORY]");
    }
}
