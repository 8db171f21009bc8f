package io.sdr.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sdr.api.Answer;
import io.sdr.api.DisableRequest;
import io.sdr.api.FailoverPlan;
import io.sdr.api.Health;
import io.sdr.api.ItemId;
import io.sdr.api.Job;
import io.sdr.api.JobStatus;
import io.sdr.api.NeedsOperatorException;
import io.sdr.api.Operation;
import io.sdr.api.OperationFailedException;
import io.sdr.api.ProtectionRequest;
import io.sdr.api.ProtectionState;
import io.sdr.api.ReplicatedItem;
import io.sdr.api.ReverseRequest;
import io.sdr.api.Side;
import io.sdr.api.TestCleanupRequest;
import io.sdr.api.TestNetwork;
import io.sdr.testkit.Fault;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a snapshot tells whoever watches: health, age of the newest point, the job that failed. */
@Tag("smoke")
class HealthTest extends EngineOnTwoSites {
    private static final ItemId VM = new ItemId("vm");
    private static final Duration LONG = Duration.ofHours(1);

    @BeforeEach
    void protect() {
        east.powerOn(east.createVm("sql", 200_000).id());
        engine = open(folder.resolve("store"), 3);
        engine.protect(ProtectionRequest.of("sql").from("east").to("west").as(VM))
                .await();
    }

    private void expect(Health.Level level, String... codes) {
        Health health = engine.item(VM).health();
        assertThat(health.reasons())
                .as(health.describe())
                .extracting(Health.Reason::code)
                .containsExactly(codes);
        assertThat(health.level()).isEqualTo(level);
        assertThat(health.reasons()).allSatisfy(reason -> {
            assertThat(reason.cause()).isNotBlank();
            assertThat(reason.advice()).isNotBlank();
        });
    }

    @Test
    void aProtectedItemIsWell() {
        expect(Health.Level.NORMAL);
        assertThat(engine.item(VM).health().needsAttention()).isFalse();
        assertThat(engine.item(VM)).hasToString("item vm (sql): PROTECTED (active: PRIMARY)");
    }

    @Test
    void theAgeOfTheNewestPointIsAsOfTheSnapshot() {
        time.runFor(Duration.ofMinutes(4));
        ReplicatedItem item = engine.item(VM);
        assertThat(item.asOf()).isEqualTo(time.now());
        assertThat(item.rpo().orElseThrow())
                .isEqualTo(Duration.between(
                        item.replication().orElseThrow().lastPoint().orElseThrow(), time.now()))
                .isBetween(Duration.ofMinutes(4), Duration.ofMinutes(5));
        expect(Health.Level.NORMAL);
        time.runFor(Duration.ofMinutes(12)); // three intervals are over, and nobody ran a cycle
        expect(Health.Level.WARNING, "RPO_EXCEEDED");
        engine.runDue();
        expect(Health.Level.NORMAL);
    }

    @Test
    void aPauseIsWorthALook() {
        engine.pause(VM, "the line is needed");
        expect(Health.Level.WARNING, "PAUSED_BY_USER");
        engine.resume(VM);
        expect(Health.Level.NORMAL);
    }

    @Test
    void aJobThatFailedIsFoundByItsItem() {
        west.faults().from("vms.start", 1, new Fault.Refuses("NOT_ENOUGH_MEMORY"));
        Job job = engine.failOver(FailoverPlan.unplanned(VM, Side.RECOVERY).shutDownFirst());
        assertThatThrownBy(job::await)
                .isInstanceOfSatisfying(
                        OperationFailedException.class, e -> assertThat(e.job()).contains(job.id()));
        ReplicatedItem item = engine.item(VM);
        assertThat(item.openJob()).isEmpty();
        assertThat(item.failedJob()).contains(job.id());
        assertThat(item.status()).isEqualTo("FAILING_OVER (active: RECOVERY, its job failed)");
        assertThat(item.allowedOperations()).contains(Operation.RETRY_JOB);
        expect(Health.Level.CRITICAL, "JOB_FAILED");
        assertThat(item.health().describe()).contains("unplanned-failover").contains("the site refuses");

        west.faults().clear();
        engine.job(item.failedJob().orElseThrow()).retry();
        assertThat(job.await().report().failure()).as("it succeeded after all").isEmpty();
        assertThat(engine.item(VM).failedJob()).isEmpty();
        expect(Health.Level.WARNING, "NOT_COMMITTED");
    }

    @Test
    void aReportTellsWhyItFailed() {
        west.faults().from("vms.start", 1, new Fault.Refuses("NOT_ENOUGH_MEMORY"));
        Job job = engine.failOver(
                FailoverPlan.unplanned(VM, Side.RECOVERY).shutDownFirst().by("R. Roe"));
        assertThat(job.awaitEnd(LONG).report().status()).isEqualTo(JobStatus.FAILED);
        assertThat(job.report().failure().orElseThrow().code()).isEqualTo("NOT_ENOUGH_MEMORY");
        assertThat(job.kind()).isEqualTo(job.report().kind()).isEqualTo("unplanned-failover");
        assertThat(job.operation()).contains(Operation.UNPLANNED_FAILOVER);
        String text = job.report().describe();
        assertThat(text)
                .startsWith("unplanned-failover of item vm: FAILED\n  job " + job.id() + ", asked for by R. Roe\n")
                .contains("  recovery point ", "  failed: Could not call vms.start", "    start: FAILED")
                .endsWith("\n");
        assertThat(Arrays.asList(text.split("\n")))
                .filteredOn(line -> line.startsWith("    "))
                .hasSameSizeAs(job.steps());
    }

    @Test
    void protectingIsNoOperationOfAnItem() {
        Job job = engine.jobs(VM, Optional.empty(), 1).get(0);
        assertThat(job.kind()).isEqualTo("protect");
        assertThat(job.operation()).isEmpty();
    }

    @Test
    void aJobThatAsksIsWaitedForByNobodyUnnoticed() {
        Job job = engine.failOver(FailoverPlan.unplanned(VM, Side.RECOVERY));
        assertThatThrownBy(() -> job.await(LONG)).isInstanceOfSatisfying(NeedsOperatorException.class, e -> {
            assertThat(e.job()).isEqualTo(job.id());
            assertThat(e.problem().remedy()).contains("ACCEPT_TWO_RUNNING").contains("LOOK_AGAIN");
        });
        expect(Health.Level.CRITICAL, "WAITS_FOR_ANSWER");
    }

    @Test
    void aMoveThatIsReadyWaitsForItsWord() {
        Job job = engine.failOver(FailoverPlan.planned(VM, Side.RECOVERY).waitForComplete());
        assertThatThrownBy(job::await)
                .isInstanceOfSatisfying(
                        NeedsOperatorException.class,
                        e -> assertThat(e.problem().remedy()).contains("completeFailover"));
        expect(Health.Level.WARNING, "READY_TO_COMPLETE");
        job.answer(Answer.complete("R. Roe"));
        assertThat(job.await(LONG).report().confirmations())
                .singleElement()
                .asString()
                .contains("R. Roe");
        assertThat(engine.item(VM).rpo()).as("nothing replicates").isEmpty();
        expect(Health.Level.WARNING, "NOT_COMMITTED");
        west.turnOffBehindTheBack(engine.item(VM).vms().get(Side.RECOVERY));
        expect(Health.Level.CRITICAL, "ACTIVE_VM_OFF", "NOT_COMMITTED");
        engine.startVm(VM).await();
        engine.commit(VM).await();
        expect(Health.Level.WARNING, "NOT_REPLICATED");
        engine.reverseReplicate(ReverseRequest.overwriting(Side.PRIMARY, VM)).await();
        expect(Health.Level.NORMAL);
    }

    @Test
    void aDrillThatNobodyCleansUpIsNoticed() {
        engine.failOver(FailoverPlan.test(VM, Side.RECOVERY, TestNetwork.none()))
                .await();
        expect(Health.Level.WARNING, "DRILL_NOT_CLEANED_UP");
        engine.cleanUpTest(TestCleanupRequest.removingEverything(VM)).await();
        expect(Health.Level.NORMAL);
    }

    @Test
    void aDrillThatFailedIsWorthALookUntilOneWorks() {
        west.faults().from("vms.start", 1, new Fault.Refuses("NOT_ENOUGH_MEMORY"));
        FailoverPlan plan = FailoverPlan.test(VM, Side.RECOVERY, TestNetwork.none());
        assertThat(engine.failOver(plan).awaitEnd(LONG).status()).isEqualTo(JobStatus.FAILED);
        assertThat(engine.item(VM).failedJob())
                .as("the item is free for the cleanup")
                .isEmpty();
        expect(Health.Level.WARNING, "DRILL_NOT_CLEANED_UP", "DRILL_FAILED");
        engine.cleanUpTest(TestCleanupRequest.removingEverything(VM)).await();
        expect(Health.Level.WARNING, "DRILL_FAILED");
        west.faults().clear();
        engine.failOver(plan).await();
        engine.cleanUpTest(TestCleanupRequest.removingEverything(VM)).await();
        expect(Health.Level.NORMAL);
    }

    @Test
    void theOldSideThatComesBackWithWritesIsNoticed() {
        east.loseContact();
        engine.failOver(FailoverPlan.unplanned(VM, Side.RECOVERY)).await();
        expect(Health.Level.WARNING, "NOT_COMMITTED");
        time.runFor(Duration.ofHours(2));
        assertThat(engine.item(VM).pendingNotes()).isNotEmpty();
        expect(Health.Level.WARNING, "NOT_COMMITTED", "NOTES_PENDING");
        east.restoreContact();
        engine.runDue();
        expect(Health.Level.CRITICAL, "SPLIT_BRAIN", "NOT_COMMITTED");
        assertThat(engine.item(VM).pendingNotes()).isEmpty();
    }

    @Test
    void whatIsNotProtectedAnyMoreHasNoHealth() {
        engine.disable(DisableRequest.deletingReplica(VM)).await();
        assertThat(engine.item(VM).state()).isEqualTo(ProtectionState.DISABLED);
        expect(Health.Level.NOT_APPLICABLE);
    }
}
