package io.sdr.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sdr.api.FailoverPlan;
import io.sdr.api.InvalidRequestException;
import io.sdr.api.ItemId;
import io.sdr.api.Job;
import io.sdr.api.JobOutcome;
import io.sdr.api.JobStatus;
import io.sdr.api.ProtectionRequest;
import io.sdr.api.ProtectionState;
import io.sdr.api.ReplicateNowRequest;
import io.sdr.api.Side;
import io.sdr.api.VmId;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How long the engine waits for what may never answer: a silent site, and the guest of a copy that was started. */
class PatienceTest extends EngineOnTwoSites {
    private static final ItemId ITEM = new ItemId("item");
    private static final Duration DAY = Duration.ofDays(1);

    @BeforeEach
    void oneItemIsProtected() {
        engine = open(folder, 5);
        east.powerOn(east.createVm("vm", 20_000).id());
        engine.protect(ProtectionRequest.of("vm").from("east").to("west").as(ITEM))
                .await();
    }

    // ---- silent sites

    private static ItemId other(int i) {
        return new ItemId("other" + i);
    }

    /** Each would cost as long as a host takes not to answer: 200 failovers one after the other must not. */
    @Test
    void requestsOneAfterTheOtherAskASilentSiteOnce() {
        for (int i = 0; i <= 10; i++) {
            east.powerOn(east.createVm("other" + i, 8192).id());
            engine.protect(ProtectionRequest.of("other" + i)
                            .from("east")
                            .to("west")
                            .as(other(i)))
                    .await();
        }
        AtomicInteger asked = new AtomicInteger();
        west.faults().watch(call -> {
            if (call.name().equals("contact")) {
                asked.incrementAndGet();
            }
        });
        west.loseContact();
        time.pass(DAY);
        engine.runDue(); // a cycle fails: from now on the site is known to be silent
        engine.runDue();
        int before = asked.get();
        assertThat(before).isPositive();
        for (int i = 0; i < 10; i++) {
            engine.replicateNow(ReplicateNowRequest.crashConsistent(other(i)));
            time.pass(Duration.ofMillis(2_990));
        }
        assertThat(asked.get() - before).as("in 29.9 s").isZero();
        time.pass(Duration.ofSeconds(1));
        engine.replicateNow(ReplicateNowRequest.crashConsistent(other(10)));
        assertThat(asked.get() - before).isEqualTo(1);
    }

    // ---- guests

    private JobOutcome failOver(FailoverPlan plan) {
        VmId copy = engine.item(ITEM).vms().get(Side.RECOVERY);
        west.guestHangs(copy, true);
        Job job = engine.failOver(plan);
        return job.awaitEnd(DAY);
    }

    private void isDoneThoughTheGuestIsSilent(JobOutcome outcome, Instant begun, Duration patience) {
        assertThat(outcome.status()).isEqualTo(JobStatus.SUCCEEDED_WITH_WARNINGS);
        assertThat(outcome.warnings()).anyMatch(warning -> warning.contains("GUEST_DID_NOT_ANSWER"));
        assertThat(engine.item(ITEM).state()).isEqualTo(ProtectionState.COMMIT_PENDING);
        assertThat(Duration.between(begun, time.now())).isBetween(patience, patience.plusMinutes(5));
    }

    @Test
    void aGuestThatDoesNotAnswerIsAWarning() {
        Instant begun = time.now();
        JobOutcome outcome =
                failOver(FailoverPlan.unplanned(ITEM, Side.RECOVERY).shutDownFirst());
        isDoneThoughTheGuestIsSilent(outcome, begun, Duration.ofMinutes(30));
    }

    @Test
    void thePlanSaysHowLong() {
        Instant begun = time.now();
        JobOutcome outcome = failOver(FailoverPlan.planned(ITEM, Side.RECOVERY).verifyWithin(Duration.ofHours(3)));
        isDoneThoughTheGuestIsSilent(outcome, begun, Duration.ofHours(3));
    }

    /** A guest that answers late is no warning. */
    @Test
    void aSlowGuestIsWaitedFor() {
        VmId copy = engine.item(ITEM).vms().get(Side.RECOVERY);
        west.guestHangs(copy, true);
        time.schedule(Duration.ofMinutes(20), () -> west.guestHangs(copy, false));
        Job job = engine.failOver(FailoverPlan.unplanned(ITEM, Side.RECOVERY).shutDownFirst());
        assertThat(job.awaitEnd(DAY).status()).isEqualTo(JobStatus.SUCCEEDED);
    }

    /** One that is off again failed, and soon. */
    @Test
    void aVmThatGoesOffFails() {
        VmId copy = engine.item(ITEM).vms().get(Side.RECOVERY);
        west.guestHangs(copy, true);
        time.schedule(Duration.ofMinutes(3), () -> west.turnOffBehindTheBack(copy));
        Instant begun = time.now();
        Job job = engine.failOver(FailoverPlan.unplanned(ITEM, Side.RECOVERY).shutDownFirst());
        assertThat(job.awaitEnd(DAY).status()).isEqualTo(JobStatus.FAILED);
        assertThat(job.steps()).anyMatch(step -> step.detail().contains("VM_DOES_NOT_RUN"));
        assertThat(Duration.between(begun, time.now())).isLessThan(Duration.ofMinutes(15));
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT0S", "PT-1S", "PT24H1S"})
    void aTimeThatCannotBeIsRefused(String within) {
        Duration time = Duration.parse(within);
        assertThatThrownBy(() -> FailoverPlan.unplanned(ITEM, Side.RECOVERY).verifyWithin(time))
                .isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> FailoverPlan.planned(ITEM, Side.RECOVERY).verifyWithin(time))
                .isInstanceOf(InvalidRequestException.class);
    }
}
