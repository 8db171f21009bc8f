package io.sdr.benchmarks.sample;

import static io.sdr.api.Side.RECOVERY;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.sdr.api.FailoverPlan;
import io.sdr.api.ProtectionRequest;
import io.sdr.api.ReplicatedItem;
import io.sdr.api.SiteRecovery;
import io.sdr.testkit.SimulatedSite;
import io.sdr.testkit.junit.At;
import io.sdr.testkit.junit.RecoveryTest;
import org.junit.jupiter.api.Test;

@RecoveryTest
class RunbookTest {
    @Test
    void survivesTheLossOfEast(@At("east") SimulatedSite east, @At("west") SimulatedSite west, SiteRecovery recovery) {
        east.powerOn(east.createVm("sql-01", 64L << 20).id());
        ReplicatedItem vm = recovery.protect(
                        ProtectionRequest.of("sql-01").from("east").to("west"))
                .await()
                .item();

        east.loseContact();
        recovery.failOver(FailoverPlan.unplanned(vm, RECOVERY)).await();
        assertEquals(RECOVERY, recovery.item(vm).activeSide());

        east.restoreContact(); // it comes back, and its VM still runs
        recovery.runDue();
        assertFalse(east.look(east.vm("sql-01").id()).isRunning(), "the stale copy is stopped");
    }
}
