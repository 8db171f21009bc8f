package io.sdr.hyperv.sample;

import static io.sdr.api.ProtectionState.COMMIT_PENDING;
import static io.sdr.api.ProtectionState.FAILED_OVER;
import static io.sdr.api.ProtectionState.PROTECTED;
import static io.sdr.api.ProtectionState.READY_TO_COMPLETE;
import static io.sdr.api.RecoveryPointSelector.latest;
import static io.sdr.api.Side.PRIMARY;
import static io.sdr.api.Side.RECOVERY;
import static org.assertj.core.api.Assertions.assertThat;

import io.sdr.api.FailoverPlan;
import io.sdr.api.Job;
import io.sdr.api.Place;
import io.sdr.api.ProtectionRequest;
import io.sdr.api.ProtectionState;
import io.sdr.api.ReplicatedItem;
import io.sdr.api.ReverseRequest;
import io.sdr.api.Side;
import io.sdr.api.SiteRecovery;
import io.sdr.api.TestCleanupRequest;
import io.sdr.api.TestNetwork;
import io.sdr.api.VirtualMachine;
import java.time.Duration;

/** Protects every VM of a cloud, rehearses its failover, fails it over to the other VMM server's cloud, and brings it back. */
record CloudFailover(SiteRecovery recovery) {
    void protectDrillFailOverAndBack() {
        for (VirtualMachine listed : recovery.virtualMachines(Place.of("east", "Gold"))) {
            ReplicatedItem vm = recovery.protect(ProtectionRequest.of(listed).to("west", "Gold-DR"))
                    .await()
                    .item();
            expect(vm, PROTECTED, PRIMARY);

            recovery.failOver(FailoverPlan.test(vm, RECOVERY, TestNetwork.isolated()))
                    .await();
            recovery.cleanUpTest(TestCleanupRequest.removingEverything(vm)).await();
            expect(vm, PROTECTED, PRIMARY);

            recovery.failOver(FailoverPlan.unplanned(vm, RECOVERY).at(latest()).shutDownFirst())
                    .await();
            expect(vm, COMMIT_PENDING, RECOVERY);
            recovery.commit(vm).await();
            expect(vm, FAILED_OVER, RECOVERY);
            recovery.reverseReplicate(ReverseRequest.overwriting(PRIMARY, vm)).await();
            expect(vm, PROTECTED, RECOVERY);
            Job failback = recovery.failOver(FailoverPlan.planned(vm, PRIMARY));
            failback.awaitPrompt(Duration.ofHours(2)); // the differences are there; the VM still runs at west
            expect(vm, READY_TO_COMPLETE, RECOVERY);
            recovery.completeFailover(vm).await();
            expect(vm, COMMIT_PENDING, PRIMARY);
            recovery.commit(vm).await();
            recovery.reverseReplicate(ReverseRequest.overwriting(RECOVERY, vm)).await();
            expect(vm, PROTECTED, PRIMARY);
        }
    }

    private void expect(ReplicatedItem vm, ProtectionState state, Side active) {
        assertThat(recovery.item(vm).state()).isEqualTo(state);
        assertThat(recovery.item(vm).activeSide()).isEqualTo(active);
    }
}
