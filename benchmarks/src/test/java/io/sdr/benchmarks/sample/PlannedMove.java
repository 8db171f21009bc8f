package io.sdr.benchmarks.sample;

import io.sdr.api.FailoverPlan;
import io.sdr.api.Forecast;
import io.sdr.api.ItemId;
import io.sdr.api.Job;
import io.sdr.api.ReverseRequest;
import io.sdr.api.Side;
import io.sdr.api.SiteRecovery;
import io.sdr.api.TestCleanupRequest;
import io.sdr.api.TestNetwork;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Moves VMs to the other site as planned, after a drill of each. */
final class PlannedMove {
    private static final Duration NIGHT = Duration.ofHours(8);

    private final SiteRecovery recovery;
    private final Side to;

    PlannedMove(SiteRecovery recovery, Side to) {
        this.recovery = recovery;
        this.to = to;
    }

    /** Starts a copy of each VM on a network of its own, beside the VM, and removes it again. Gives the drills' records. */
    List<String> rehearse(List<ItemId> vms) {
        List<String> records = new ArrayList<>();
        for (ItemId vm : vms) {
            try {
                recovery.failOver(FailoverPlan.test(vm, to, TestNetwork.isolated()))
                        .await(NIGHT);
            } finally {
                recovery.cleanUpTest(TestCleanupRequest.removingEverything(vm).notes("before the move"))
                        .await(NIGHT);
            }
            records.add(recovery.item(vm).drill().orElseThrow().describe());
        }
        return records;
    }

    /** Sends differences of all VMs while they run; then stops and starts one after the other, in the order of the list. */
    void move(List<ItemId> vms) {
        for (ItemId vm : vms) {
            Forecast forecast = recovery.dryRun(FailoverPlan.planned(vm, to));
            if (forecast.isBlocked()) {
                throw new IllegalStateException(vm + " cannot be moved: " + forecast.blockers());
            }
        }
        List<Job> waiting = new ArrayList<>();
        try {
            for (ItemId vm : vms) {
                waiting.add(recovery.failOver(FailoverPlan.planned(vm, to).waitForComplete()));
            }
            for (Job job : waiting) {
                job.awaitPrompt(NIGHT); // the differences are over there; the VM still runs
            }
            for (ItemId vm : vms) {
                recovery.completeFailover(vm).await();
                waiting.remove(0);
            }
        } finally {
            // a VM that could not be stopped runs on where it was; those after it are left there, too
            waiting.stream().filter(job -> job.status().isOpen()).forEach(Job::cancel);
        }
    }

    /** When the users are content: gives up the way back to older points, and protects the VMs in the other direction. */
    void accept(List<ItemId> vms) {
        for (ItemId vm : vms) {
            recovery.commit(vm).await();
            recovery.reverseReplicate(ReverseRequest.overwriting(to.other(), vm))
                    .await();
        }
    }
}
