package io.sdr.core.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.sdr.api.FailoverPlan;
import io.sdr.api.Job;
import io.sdr.api.JobId;
import io.sdr.api.JobStatus;
import io.sdr.api.Operation;
import io.sdr.api.ProtectionState;
import io.sdr.api.Side;
import io.sdr.core.job.MemoryTempDir;
import io.sdr.testkit.SimulatedDeath;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A planned failover that has its source down is superseded by an unplanned one, which is cancelled at once, and the process dies at
 * each commit and each call that changes a site, up to the end: the source runs again, with all that its guest wrote.
 */
@Tag("long")
class SupersededAndCancelledTest {
    private static final long SEED = 20250303L;
    /** Calls that change nothing are hardly ever moments of their own. */
    private static final int ONE_IN = 50;

    @TempDir(factory = MemoryTempDir.class)
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"lock-source", "last-cycle", "build-copy", "decide"})
    void theSourceRunsAgain(String supersededAt) {
        AtomicInteger cases = new AtomicInteger();
        List<String> failures = Directions.both(folder, (direction, place) -> {
            Stage stage = Stage.prepare(Deed.AUTOMATIC_REVERSE, direction, place, Rig.REAL);
            List<String> found = new ArrayList<>();
            Moments moments = moments(stage, place, supersededAt);
            for (Death death : moments.deaths(ONE_IN, new SplittableRandom(SEED))) {
                cases.incrementAndGet();
                dies(stage, place, supersededAt, death).ifPresent(found::add);
            }
            return found;
        });
        assertThat(failures).isEmpty();
        assertThat(cases).hasValueGreaterThan(60);
    }

    private static Moments moments(Stage stage, Path place, String at) {
        try (CrashWorld world = CrashWorld.open(stage.world(), place, Rig.REAL).start()) {
            Life life = new Life(world, stage.before().copy());
            CrashWorld.Position[] begin = new CrashWorld.Position[1];
            Job job = superseded(life, at, () -> begin[0] = world.position());
            job.awaitEnd(Life.LONG);
            life.engine().runDue();
            Moments between = Moments.since(begin[0], world, List.of());
            check(life, job);
            return between;
        }
    }

    /** Lets the planned failover come to a step, puts the unplanned one in its place, and cancels that. */
    private static Job superseded(Life life, String at, Runnable before) {
        Side to = life.item().activeSide().other();
        List<Job> unplanned = new ArrayList<>();
        life.world().onIntent((job, step) -> {
            if (unplanned.isEmpty() && step.equals(at)) {
                unplanned.add(life.engine().failOver(FailoverPlan.unplanned(life.itemId(), to)));
                before.run();
                unplanned.get(0).cancel();
            }
        });
        Job planned =
                life.engine().failOver(FailoverPlan.planned(life.itemId(), to).completeAtOnce());
        var unused = planned.awaitEnd(Life.LONG);
        return unplanned.get(0);
    }

    private Optional<String> dies(Stage stage, Path place, String at, Death death) {
        try {
            Snapshot found;
            try (CrashWorld world =
                    CrashWorld.open(stage.world(), place, Rig.REAL).start()) {
                try {
                    Life life = new Life(world, stage.before().copy());
                    superseded(life, at, () -> world.arm(death)).awaitEnd(Life.LONG);
                    life.engine().runDue();
                    throw new AssertionError("the process did not die");
                } catch (SimulatedDeath e) {
                    world.watch().requireNoViolation();
                }
                found = world.afterPowerCut(SEED);
            }
            try (CrashWorld world = CrashWorld.open(found, place, Rig.REAL).start()) {
                Life life = new Life(world, stage.before().copy());
                Job job = life.engine().jobs(life.itemId(), Optional.empty(), 100).stream()
                        .filter(each -> each.kind().equals("unplanned-failover"))
                        .filter(each -> !stage.known().contains(each.id()))
                        .findFirst()
                        .orElseThrow(() -> new AssertionError("the job is lost"));
                if (job.status().isOpen() && life.item().allowedOperations().contains(Operation.CANCEL_JOB)) {
                    job.cancel(); // the wish was not stored yet
                }
                var unused = job.awaitEnd(Life.LONG);
                life.engine().runDue();
                check(life, job);
            }
            return Optional.empty();
        } catch (AssertionError | RuntimeException e) {
            return Optional.of("superseded at " + at + " from " + stage.direction() + ", " + death + ": " + e);
        }
    }

    private static void check(Life life, Job job) {
        JobId id = job.id();
        if (job.status() != JobStatus.CANCELLED || life.item().state() != ProtectionState.PROTECTED) {
            throw new AssertionError(
                    id + " is " + job.status() + ", the item " + life.item().status());
        }
        life.check();
        Side active = life.item().activeSide();
        if (life.world().site(active).look(life.vm(active)).startLocked()) {
            throw new AssertionError("the source is still locked");
        }
    }
}
