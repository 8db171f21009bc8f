package io.sdr.benchmarks.sample;

import static io.sdr.api.Side.PRIMARY;
import static io.sdr.api.Side.RECOVERY;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sdr.api.ItemId;
import io.sdr.api.OperationFailedException;
import io.sdr.api.ProtectionRequest;
import io.sdr.api.ProtectionState;
import io.sdr.api.Side;
import io.sdr.api.SiteRecovery;
import io.sdr.testkit.SimulatedSite;
import io.sdr.testkit.junit.At;
import io.sdr.testkit.junit.RecoveryTest;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The runbook, run. */
@RecoveryTest
class PlannedMoveTest {
    private static final List<ItemId> VMS = List.of(new ItemId("db-01"), new ItemId("app-01"), new ItemId("web-01"));

    private PlannedMove runbook;

    @BeforeEach
    void protect(@At("east") SimulatedSite east, SiteRecovery recovery) {
        for (ItemId vm : VMS) {
            east.powerOn(east.createVm(vm.value(), 8L << 20).id());
            recovery.protect(ProtectionRequest.of(vm.value())
                            .from("east")
                            .to("west")
                            .as(vm))
                    .await();
        }
        runbook = new PlannedMove(recovery, RECOVERY);
    }

    @Test
    void allThreeMove(@At("west") SimulatedSite west, SiteRecovery recovery) {
        List<String> records = runbook.rehearse(VMS);
        records.forEach(record -> assertTrue(record.contains("PASSED"), record));
        assertEquals(3, west.allVms().size(), "no copy of the drill is left");
        VMS.forEach(vm -> assertTrue(recovery.item(vm).drill().orElseThrow().passed()));

        runbook.move(VMS);
        VMS.forEach(vm -> expect(vm, ProtectionState.COMMIT_PENDING, RECOVERY, west, recovery));

        runbook.accept(VMS);
        VMS.forEach(vm -> expect(vm, ProtectionState.PROTECTED, RECOVERY, west, recovery));
    }

    @Test
    void aCopyThatDoesNotStartIsFoundByTheDrill(
            @At("east") SimulatedSite east, @At("west") SimulatedSite west, SiteRecovery recovery) {
        west.faults().from("vms.start", 1, new io.sdr.testkit.Fault.Refuses("NOT_ENOUGH_MEMORY"));

        assertThrows(OperationFailedException.class, () -> runbook.rehearse(VMS));
        VMS.forEach(vm -> expect(vm, ProtectionState.PROTECTED, PRIMARY, east, recovery));
        assertEquals(3, west.allVms().size(), "the drill was cleaned up all the same");
    }

    @Test
    void aGuestThatDoesNotShutDownStaysWhereItIs(
            @At("east") SimulatedSite east, @At("west") SimulatedSite west, SiteRecovery recovery) {
        east.guestIgnoresShutDown(east.vm("app-01").id(), true);

        assertThrows(OperationFailedException.class, () -> runbook.move(VMS));
        expect(VMS.get(0), ProtectionState.COMMIT_PENDING, RECOVERY, west, recovery);
        for (ItemId left : VMS.subList(1, 3)) {
            recovery.openJobs().forEach(job -> job.awaitEnd(java.time.Duration.ofHours(1)));
            expect(left, ProtectionState.PROTECTED, PRIMARY, east, recovery);
        }
    }

    private static void expect(
            ItemId vm, ProtectionState state, Side active, SimulatedSite site, SiteRecovery recovery) {
        assertEquals(state, recovery.item(vm).state());
        assertEquals(active, recovery.item(vm).activeSide());
        assertTrue(site.look(site.vm(vm.value()).id()).isRunning(), vm + " runs");
    }
}
