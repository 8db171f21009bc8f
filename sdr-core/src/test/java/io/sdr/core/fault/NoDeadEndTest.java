package io.sdr.core.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sdr.api.CancelFailoverRequest;
import io.sdr.api.ChangePointRequest;
import io.sdr.api.FailoverPlan;
import io.sdr.api.Job;
import io.sdr.api.JobStatus;
import io.sdr.api.Operation;
import io.sdr.api.OperationNotAllowedException;
import io.sdr.api.ProtectionState;
import io.sdr.api.RecoveryPointSelector;
import io.sdr.api.Side;
import io.sdr.core.job.MemoryTempDir;
import io.sdr.testkit.Fault;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A failover is being cancelled or committed, and the site that would have to decide that is lost, perhaps for good: nobody is stuck.
 * In each test one side was active at first; the copy runs at the other one.
 */
class NoDeadEndTest {
    private static final Duration PATIENCE = Duration.ofHours(4);

    @TempDir(factory = MemoryTempDir.class)
    Path folder;

    /** What happens in a world in which a failover is not committed. */
    private interface Story {
        void tell(FaultWorld world, Side lost, Side copy);
    }

    private void failedOver(Side first, Story story) {
        try (FaultWorld world = FaultWorld.fresh(folder.resolve("engine"))) {
            FaultedOperation.CANCEL_FAILOVER_DROPPING.prepare(world, first);
            story.tell(world, first, first.other());
            assertThat(world.violations()).isEmpty();
        }
    }

    private static Job cancelFailover(FaultWorld world) {
        return world.engine().cancelFailover(CancelFailoverRequest.droppingTargetWrites(world.id()));
    }

    private static ProtectionState state(FaultWorld world) {
        return world.item().orElseThrow().state();
    }

    private static void fails(FaultWorld world, Job job, ProtectionState stuck) {
        assertThat(job.awaitEnd(PATIENCE).status()).isEqualTo(JobStatus.FAILED);
        assertThat(state(world)).isEqualTo(stuck);
        assertThat(world.item().orElseThrow().allowedOperations()).contains(Operation.CANCEL_JOB, Operation.RETRY_JOB);
    }

    private static void isCancelled(Job job) {
        job.cancel();
        assertThat(job.awaitEnd(PATIENCE).status()).isEqualTo(JobStatus.CANCELLED);
    }

    /** The copy runs as it did, with all that was written. */
    private static void stands(FaultWorld world, Side copy) {
        assertThat(state(world)).isEqualTo(ProtectionState.COMMIT_PENDING);
        assertThat(world.active()).isEqualTo(copy);
        assertThat(world.isRunning(copy)).isTrue();
        assertThat(world.momentAt(copy)).isEqualTo("now");
    }

    private static void commits(FaultWorld world) {
        FaultedOperation.done(world.engine().commit(world.id()));
        assertThat(state(world)).isEqualTo(ProtectionState.FAILED_OVER);
    }

    @ParameterizedTest
    @EnumSource(Side.class)
    void otherSideLostBeforeAnythingWasDone_cancelledWithoutIt(Side first) {
        failedOver(first, (world, lost, copy) -> {
            world.site(lost).loseContact();
            Job job = cancelFailover(world);
            fails(world, job, ProtectionState.CANCELLING_FAILOVER);
            isCancelled(job);
            stands(world, copy);
            commits(world);
        });
    }

    @ParameterizedTest
    @EnumSource(Side.class)
    void otherSideLostBeforeItDecided_copyRunsAgain(Side first) {
        failedOver(first, (world, lost, copy) -> {
            world.site(lost).faults().at("catalogue.readHighest", 1, new Fault.LosesContact());
            Job job = cancelFailover(world);
            fails(world, job, ProtectionState.CANCELLING_FAILOVER);
            assertThat(world.isRunning(copy)).isFalse();
            isCancelled(job);
            stands(world, copy);
            world.site(lost).restoreContact();
            world.engine().runDue();
            stands(world, copy);
            assertThat(world.isRunning(lost)).isFalse();
            // the number is used up; the next one decides
            FaultedOperation.done(cancelFailover(world));
            assertThat(world.active()).isEqualTo(lost);
            assertThat(world.isRunning(lost)).isTrue();
        });
    }

    @ParameterizedTest
    @EnumSource(Side.class)
    void otherSideLostInItsDecision_refusedUntilItCanBeTold(Side first) {
        failedOver(first, (world, lost, copy) -> {
            world.site(lost).faults().at("catalogue.createIfAbsent", 1, new Fault.LosesContact());
            Job job = cancelFailover(world);
            fails(world, job, ProtectionState.CANCELLING_FAILOVER);
            isInDoubt(job);
            fails(world, job, ProtectionState.CANCELLING_FAILOVER);
            world.site(lost).restoreContact();
            isCancelled(job);
            stands(world, copy);
            commits(world);
        });
    }

    @ParameterizedTest
    @EnumSource(Side.class)
    void otherSideDecidedAndWasLost_goesForwardOnceItIsBack(Side first) {
        failedOver(first, (world, lost, copy) -> {
            world.site(lost).faults().at("catalogue.createIfAbsent", 1, new Fault.LosesAnswer());
            world.site(lost).faults().watch(call -> {
                if (call.name().equals("catalogue.createIfAbsent")) {
                    world.site(lost).loseContact();
                }
                world.watched(lost, call);
            });
            Job job = cancelFailover(world);
            fails(world, job, ProtectionState.CANCELLING_FAILOVER);
            isInDoubt(job);
            world.site(lost).faults().watch(call -> world.watched(lost, call));
            world.site(lost).restoreContact();
            job.cancel();
            assertThat(job.awaitEnd(PATIENCE).status()).isEqualTo(JobStatus.SUCCEEDED);
            assertThat(world.active()).isEqualTo(lost);
            assertThat(world.isRunning(lost)).isTrue();
            assertThat(world.isRunning(copy)).isFalse();
        });
    }

    @ParameterizedTest
    @EnumSource(Side.class)
    void committingSideLost_cancelledWithoutIt(Side first) {
        failedOver(first, (world, lost, copy) -> {
            Job job = world.engine().commit(world.id());
            world.site(copy).loseContact();
            fails(world, job, ProtectionState.COMMITTING);
            isCancelled(job);
            assertThat(state(world)).isEqualTo(ProtectionState.COMMIT_PENDING);
            assertThat(world.item().orElseThrow().allowedOperations()).contains(Operation.CANCEL_FAILOVER);
            world.site(copy).restoreContact();
            stands(world, copy);
            commits(world);
        });
    }

    @ParameterizedTest
    @EnumSource(Side.class)
    void committingSideLostInItsWrite_refusedUntilItCanBeTold(Side first) {
        failedOver(first, (world, lost, copy) -> {
            boolean[] committing = {false};
            world.site(copy).faults().watch(call -> {
                if (committing[0]
                        && call.name().startsWith("storage.")
                        && call.about().contains("manifest")
                        && call.kind() == io.sdr.testkit.Faults.Kind.STORAGE_CHANGE) {
                    world.site(copy).loseContact();
                }
                world.watched(copy, call);
            });
            Job job = world.engine().commit(world.id());
            committing[0] = true;
            fails(world, job, ProtectionState.COMMITTING);
            isInDoubt(job);
            committing[0] = false;
            world.site(copy).restoreContact();
            isCancelled(job);
            stands(world, copy);
            commits(world);
        });
    }

    @ParameterizedTest
    @EnumSource(Side.class)
    void pointWasBeingChanged_anotherPointIsStillPossible(Side first) {
        failedOver(first, (world, lost, copy) -> {
            world.site(copy).faults().from("vms.attach", 2, new Fault.Refuses("NOT_TODAY"));
            Job change = change(world);
            assertThat(change.awaitEnd(PATIENCE).status()).isEqualTo(JobStatus.FAILED);
            world.site(copy).faults().clear();
            world.site(lost).loseContact();
            Job job = cancelFailover(world);
            fails(world, job, ProtectionState.CANCELLING_FAILOVER);
            isCancelled(job);
            assertThat(state(world)).isEqualTo(ProtectionState.CHANGING_POINT);
            assertThat(world.item().orElseThrow().allowedOperations())
                    .contains(Operation.CHANGE_RECOVERY_POINT, Operation.CANCEL_FAILOVER)
                    .doesNotContain(Operation.COMMIT);
            FaultedOperation.done(change(world));
            assertThat(state(world)).isEqualTo(ProtectionState.COMMIT_PENDING);
            assertThat(world.isRunning(copy)).isTrue();
            assertThat(world.momentAt(copy)).isEqualTo("left");
        });
    }

    /** The side that a failover leads to burns before it decided: the item is where it was, and can be disabled without that side. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void failoverWhoseTargetIsLost_cancelledWithoutIt(boolean planned) {
        try (FaultWorld world = FaultWorld.fresh(folder.resolve("engine"))) {
            FaultedOperation.PLANNED.prepare(world, Side.PRIMARY);
            world.site(Side.RECOVERY).faults().from("vms.attach", 1, new Fault.LosesContact());
            Job job = world.engine()
                    .failOver(
                            planned
                                    ? FailoverPlan.planned(world.id(), Side.RECOVERY)
                                            .completeAtOnce()
                                    : FailoverPlan.unplanned(world.id(), Side.RECOVERY)
                                            .shutDownFirst());
            assertThat(world.time.await(
                            () -> job.steps().stream()
                                    .anyMatch(step -> step.name().equals("attach-disks")
                                            && step.started().isPresent()),
                            world.time.now().plus(PATIENCE)))
                    .isTrue();
            world.time.runFor(Duration.ofSeconds(5));
            assertThat(world.isRunning(Side.PRIMARY)).isFalse();
            job.cancel();
            assertThat(job.awaitEnd(PATIENCE).status()).isEqualTo(JobStatus.CANCELLED);
            assertThat(job.awaitEnd(PATIENCE).warnings()).anyMatch(warning -> warning.contains("next contact"));
            assertThat(state(world)).isEqualTo(ProtectionState.PROTECTED);
            assertThat(world.isRunning(Side.PRIMARY)).isTrue();
            assertThat(world.item().orElseThrow().pendingNotes()).hasSize(1);
            assertThat(world.item().orElseThrow().allowedOperations()).contains(Operation.DISABLE);
            world.site(Side.RECOVERY).faults().clear();
            world.site(Side.RECOVERY).restoreContact();
            world.engine().runDue();
            assertThat(world.item().orElseThrow().pendingNotes()).isEmpty();
            assertThat(world.site(Side.RECOVERY).look(world.vm(Side.RECOVERY)).disks())
                    .isEmpty();
            world.write(3);
            FaultedOperation.cycle(world);
            FaultedOperation.done(world.engine()
                    .failOver(FailoverPlan.planned(world.id(), Side.RECOVERY).completeAtOnce()));
            assertThat(world.momentAt(Side.RECOVERY)).isEqualTo("now");
            assertThat(world.violations()).isEmpty();
        }
    }

    private static Job change(FaultWorld world) {
        return world.engine()
                .changePoint(ChangePointRequest.discardingTargetWrites(world.id(), RecoveryPointSelector.latest()));
    }

    private static void isInDoubt(Job job) {
        assertThatThrownBy(job::cancel).isInstanceOfSatisfying(OperationNotAllowedException.class, denied -> {
            assertThat(denied.denial().code()).isEqualTo("DECISION_IN_DOUBT");
            assertThat(denied.denial().remedy()).contains("adopt");
        });
        assertThat(job.status()).isEqualTo(JobStatus.FAILED);
    }
}
