package io.sdr.core.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.sdr.api.FailoverPlan;
import io.sdr.api.Job;
import io.sdr.api.JobStatus;
import io.sdr.api.JobStep;
import io.sdr.api.ProtectionState;
import io.sdr.api.RecoveryEvent;
import io.sdr.api.Side;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.EpochRecord;
import io.sdr.core.job.MemoryTempDir;
import io.sdr.testkit.Fault;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A planned failover's decision is under way and its answer lost; an unplanned failover takes its place and is cancelled before it
 * decides anything itself. What the catalogue says then of who is active is what the store says, whenever that decision comes.
 */
class LateDecisionTest {
    private static final Duration PATIENCE = Duration.ofHours(4);

    @TempDir(factory = MemoryTempDir.class)
    Path folder;

    @ParameterizedTest
    @EnumSource(Side.class)
    void thatComesLate_findsTheAbort(Side active) {
        supersededAndCancelled(active, new Fault.ActsLate(Duration.ofMinutes(2)), world -> {
            assertThat(world.active()).isEqualTo(active);
            assertThat(world.item().orElseThrow().state()).isEqualTo(ProtectionState.PROTECTED);
        });
    }

    @ParameterizedTest
    @EnumSource(Side.class)
    void thatWasMade_stands(Side active) {
        supersededAndCancelled(active, new Fault.LosesAnswer(), world -> {
            assertThat(world.active()).isEqualTo(active.other());
            assertThat(world.item().orElseThrow().state()).isEqualTo(ProtectionState.COMMIT_PENDING);
            assertThat(world.isRunning(active.other())).isTrue();
            assertThat(world.isRunning(active)).isFalse();
        });
    }

    /** The side that a failover leads to is lost in the very answer; whoever cancels is told what that waits for, once. */
    @ParameterizedTest
    @EnumSource(Side.class)
    void thatNobodyCanTell_isSaidToWhoeverCancels(Side active) {
        try (FaultWorld world = FaultWorld.fresh(folder.resolve("engine"))) {
            FaultedOperation.UNPLANNED_SHUTDOWN.prepare(world, active);
            Side to = active.other();
            List<RecoveryEvent> heard = new ArrayList<>();
            world.engine().subscribe("test", heard::add);
            world.site(to).faults().at("catalogue.createIfAbsent", 1, new Fault.LosesContact());
            Job job = world.engine()
                    .failOver(FailoverPlan.unplanned(world.id(), to).shutDownFirst());
            assertThat(world.time.await(
                            () -> step(job, "decide").started().isPresent()
                                    && world.site(to).faults().count("catalogue.createIfAbsent") > 0,
                            world.time.now().plus(PATIENCE)))
                    .isTrue();
            job.cancel();
            world.time.runFor(Duration.ofHours(2));
            assertThat(job.status()).isEqualTo(JobStatus.CANCELLING);
            assertThat(step(job, "decide").detail()).contains("may have decided", "does not answer");
            assertThat(heard.stream().filter(event -> event.kind().equals("JOB_CANCEL_WAITS")))
                    .hasSize(1);
            assertThat(world.isRunning(active)).as("it may be decided").isFalse();
            world.site(to).restoreContact();
            assertThat(job.awaitEnd(PATIENCE).status()).isEqualTo(JobStatus.CANCELLED);
            assertThat(world.isRunning(active)).isTrue();
            assertThat(step(job, "decide").detail()).isEmpty();
            assertThat(world.violations()).isEmpty();
        }
    }

    private static JobStep step(Job job, String name) {
        return job.steps().stream()
                .filter(step -> step.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private void supersededAndCancelled(Side active, Fault fault, java.util.function.Consumer<FaultWorld> end) {
        try (FaultWorld world = FaultWorld.fresh(folder.resolve("engine"))) {
            FaultedOperation.PLANNED.prepare(world, active);
            Side to = active.other();
            world.site(to).faults().at("catalogue.createIfAbsent", 1, fault);
            world.site(to).faults().watch(call -> {
                if (call.name().equals("catalogue.createIfAbsent")) {
                    world.site(to).faults().from("catalogue.readHighest", 1, new Fault.Fails());
                }
                world.watched(to, call);
            });
            Job planned =
                    world.engine().failOver(FailoverPlan.planned(world.id(), to).completeAtOnce());
            long before = world.site(to).faults().count("catalogue.createIfAbsent");
            assertThat(world.time.await(
                            () -> world.site(to).faults().count("catalogue.createIfAbsent") > before,
                            world.time.now().plus(PATIENCE)))
                    .isTrue();
            world.site(to).faults().watch(call -> world.watched(to, call));
            world.site(to).faults().clear();
            Job unplanned = world.engine().failOver(FailoverPlan.unplanned(world.id(), to));
            unplanned.cancel();
            assertThat(planned.status()).isEqualTo(JobStatus.SUPERSEDED);
            assertThat(unplanned.awaitEnd(PATIENCE).status()).isNotEqualTo(JobStatus.FAILED);
            world.time.runFor(Duration.ofHours(1));
            world.engine().runDue();
            end.accept(world);
            Optional<EpochRecord> newest = world.site(to)
                    .catalogue()
                    .readHighest(world.id(), CallContext.once(world.id(), 0, "test", Instant.MAX));
            assertThat(newest.filter(record -> record.kind() == EpochRecord.Kind.ACTIVATE)
                            .map(EpochRecord::to)
                            .orElse(active))
                    .as("%s", newest)
                    .isEqualTo(world.active());
            assertThat(world.violations()).isEmpty();
        }
    }
}
