package io.sdr.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sdr.api.FailoverPlan;
import io.sdr.api.InvalidRequestException;
import io.sdr.api.ItemId;
import io.sdr.api.Job;
import io.sdr.api.JobStatus;
import io.sdr.api.JobStep;
import io.sdr.api.ProtectionRequest;
import io.sdr.api.Side;
import io.sdr.testkit.Faults;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** While copies have all transfers, whatever cannot wait does not, and the other copies wait in order. */
class TransfersAtOnceTest extends EngineOnTwoSites {
    private final List<String> copied = new ArrayList<>();

    private void vms(String... names) {
        for (String name : names) {
            east.powerOn(east.createVm(name, 1 << 20).id());
        }
    }

    private ProtectionRequest request(String vm) {
        return ProtectionRequest.of(vm).from("east").to("west").as(new ItemId(vm));
    }

    private Job protect(String vm) {
        return engine.protect(request(vm));
    }

    private static JobStep copying(Job job) {
        return job.steps().stream()
                .filter(step -> step.name().equals("initial-copy"))
                .findFirst()
                .orElseThrow();
    }

    /** In the middle of the copy of a VM, something happens. */
    private void inTheCopyOf(String vm, Runnable what) {
        boolean[] done = {false};
        west.faults().watch(call -> {
            if (call.kind() != Faults.Kind.STORAGE_CHANGE || !call.name().equals("storage.write")) {
                return;
            }
            for (String each : List.of("one", "two", "three", "four")) {
                if (call.about().contains("/" + each + "/redo") && !copied.contains(each)) {
                    copied.add(each);
                }
            }
            if (call.about().contains("/" + vm + "/") && copied.contains(vm) && !done[0]) {
                done[0] = true;
                what.run();
            }
        });
    }

    @Test
    void failoversAndCancellationsOfOtherItemsGoThrough() {
        engine = builder(folder.resolve("store"), 1)
                .withoutScheduler()
                .transfersAtOnce(1)
                .build();
        vms("one", "two", "three", "four");
        assertThat(protect("four").await().status()).isEqualTo(JobStatus.SUCCEEDED);
        copied.clear();
        List<Job> jobs = new ArrayList<>();
        inTheCopyOf("one", () -> {
            jobs.add(protect("two"));
            jobs.add(protect("three"));
            assertThat(engine.failOver(FailoverPlan.unplanned(new ItemId("four"), Side.RECOVERY)
                                    .shutDownFirst())
                            .await()
                            .item()
                            .activeSide())
                    .isEqualTo(Side.RECOVERY);
            assertThat(engine.commit(new ItemId("four")).await().status()).isEqualTo(JobStatus.SUCCEEDED);
            jobs.forEach(job -> {
                assertThat(job.status()).isEqualTo(JobStatus.RUNNING);
                assertThat(copying(job).status()).isEqualTo(JobStep.Status.WAITING);
                assertThat(copying(job).detail()).isEqualTo("waits for one of 1 transfers");
            });
            jobs.get(0).cancel();
            assertThat(jobs.get(0).awaitEnd(java.time.Duration.ofHours(1)).status())
                    .isEqualTo(JobStatus.CANCELLED);
            jobs.set(0, protectAgain());
            assertThat(copied).doesNotContain("two", "three");
        });
        assertThat(protect("one").await().status()).isEqualTo(JobStatus.SUCCEEDED);
        for (Job job : jobs) {
            assertThat(job.await().status()).isEqualTo(JobStatus.SUCCEEDED);
        }
        assertThat(copied.indexOf("three")).isPositive();
    }

    /** Another item of the VM whose protection was cancelled: it stands behind the one that waited already. */
    private Job protectAgain() {
        return engine.protect(
                ProtectionRequest.of("two").from("east").to("west").as(new ItemId("two-again")));
    }

    @Test
    void aNumberThatLeavesNoThreadsIsRefused() {
        engine = open(folder.resolve("store"), 1);
        for (int most : new int[] {0, -1, 41}) {
            assertThatThrownBy(() -> builder(folder.resolve("other"), 2).transfersAtOnce(most))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageContaining("TRANSFERS_OUT_OF_RANGE");
        }
    }
}
