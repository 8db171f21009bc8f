package io.sdr.core.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.sdr.api.JobStatus;
import io.sdr.core.job.ToyFault.AtCall;
import io.sdr.core.job.ToyFault.Call;
import io.sdr.core.job.ToyFault.What;
import io.sdr.core.store.SqliteCrash;
import io.sdr.testkit.SimulatedDeath;
import io.sdr.testkit.SimulatedProcess;
import io.sdr.testkit.VirtualTime;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An urgent job takes the place of another one in each of its calls, whatever happens to that call. Once the urgent job has acted,
 * nothing of the other one acts any more.
 */
class SupersedeFaultsTest {
    @TempDir(factory = MemoryTempDir.class)
    Path folder;

    private int number;

    /** One case: the job is superseded in a call, or at the start after the death in it. */
    private final class Case implements ToyOperation.Faults {
        private final AtCall fault;
        private final boolean later;
        private final Limits limits;
        private final ToyWorld world = new ToyWorld();
        private final Map<String, Integer> counts = new HashMap<>();
        private Instant now = Instant.parse("2025-01-01T00:00:00Z");
        private boolean reached;
        private @Nullable JobEngine engine;

        Case(AtCall fault, boolean later, Limits limits) {
            this.fault = fault;
            this.later = later;
            this.limits = limits;
        }

        List<String> run() {
            Path files = folder.resolve("case-" + ++number);
            boolean ended = false;
            for (int life = 1; life <= 3 && !ended; life++) {
                SimulatedProcess process = new SimulatedProcess();
                VirtualTime time = new VirtualTime(now);
                SqliteCrash crash = SqliteCrash.open(files.resolve("life-" + life), process, 100);
                try {
                    live(crash.store(), process, time);
                    ended = true;
                } catch (SimulatedDeath death) {
                    world.history.add(death.getMessage());
                }
                now = time.now();
                crash.cutPower(files.resolve("life-" + (life + 1)), life);
            }
            world.settle(now.plus(Duration.ofDays(1)));
            if (!ended || !reached) {
                world.violation("ended " + ended + ", reached " + reached);
            }
            return world.violations;
        }

        private void live(JobStore store, SimulatedProcess process, VirtualTime time) {
            int[] jobs = {0};
            ToyOperation slow = new ToyOperation(world, process, () -> engine, this);
            engine = new JobEngine(
                    store, List.of(slow, urgent()), time, () -> jobs[0]++ == 0 ? ToyCase.JOB : "urgent", limits);
            if (engine.subject("vm").isEmpty()) {
                engine.start();
                engine.createSubject("vm", 0, "PROTECTED", ToyOperation.KIND, Values.NONE, "eve");
            } else {
                jobs[0] = 1;
                if (engine.snapshot(ToyCase.JOB).status().isOpen()) {
                    supersede();
                }
                engine.start();
            }
            if (!time.await(() -> isEnd(store), time.now().plus(Duration.ofDays(2)))) {
                world.violation("hangs: " + engine.openJobs());
                return;
            }
            time.runFor(Duration.ofHours(1));
            JobSnapshot old = engine.snapshot(ToyCase.JOB);
            JobSnapshot end = engine.snapshot("urgent");
            if (old.status() != JobStatus.SUPERSEDED || end.status() != JobStatus.SUCCEEDED) {
                world.violation("ended " + old.status() + " and " + end.status());
            }
        }

        private boolean isEnd(JobStore store) {
            return store.read(view -> view.job("urgent"))
                    .filter(job -> !job.status().isOpen())
                    .isPresent();
        }

        private void supersede() {
            JobEngine present = java.util.Objects.requireNonNull(engine);
            Subject subject = present.subject("vm").orElseThrow();
            present.create(NewJob.of("urgent", subject, Values.NONE, "eve").superseding(ToyCase.JOB));
        }

        private JobDefinition urgent() {
            return ToyDefinition.of(
                    "urgent",
                    new ToyStep("take")
                            .observe((intent, context) ->
                                    world.taken ? Observation.done(Values.NONE) : Observation.notDone())
                            .act((intent, context) -> {
                                world.settle(context.time().now());
                                world.history.add(context.time().now() + " taken");
                                world.taken = true;
                                return ActResult.acted();
                            }));
        }

        @Override
        public void meanwhile(Call call, String step, StepContext context) {
            if (isHere(call, step, counts.getOrDefault(call + step, 0) + 1) && !later) {
                supersede();
            }
        }

        @Override
        public void afterwards(Call call, String step, StepContext context) {}

        @Override
        public @Nullable What at(Call call, String step) {
            int count = counts.merge(call + step, 1, Integer::sum);
            if (!isHere(call, step, count)) {
                return null;
            }
            reached = true;
            if (later && !fault.what().name().startsWith("DIE")) {
                VirtualTime time =
                        (VirtualTime) java.util.Objects.requireNonNull(engine).time();
                time.execute(this::supersede);
            }
            return fault.what();
        }

        private boolean isHere(Call call, String step, int count) {
            return fault.call() == call && fault.step().equals(step) && fault.number() == count;
        }

        @Override
        public String toString() {
            return fault + (later ? ", superseded after it" : ", superseded in it");
        }
    }

    private List<Case> cases(Limits limits) {
        List<Case> cases = new ArrayList<>();
        for (String step : List.of("stop", "sync", "hold", "start")) {
            for (What what : List.of(
                    What.DIE_BEFORE,
                    What.DIE_AFTER,
                    What.DIE_AND_ACT_LATE,
                    What.LOST_BEFORE,
                    What.LOST_AFTER,
                    What.LOST_AND_ACT_LATE,
                    What.RETRY,
                    What.SILENTLY_DROPPED)) {
                cases.add(new Case(new AtCall(Call.ACT, step, 1, what), false, limits));
                cases.add(new Case(new AtCall(Call.ACT, step, 1, what), true, limits));
            }
        }
        return cases;
    }

    @Test
    void nothingOfTheOldJobActsAfterTheNewOne() {
        List<String> wrong = new ArrayList<>();
        for (Case each : cases(Limits.DEFAULT)) {
            List<String> violations = each.run();
            if (!violations.isEmpty() && wrong.size() < 5) {
                wrong.add(each + ": " + violations + "\n  " + String.join("\n  ", each.world.history));
            }
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void anEngineThatDoesNotWaitForLateCallsIsCaught() {
        Limits careless = new Limits(
                Duration.ofMillis(500),
                Duration.ofSeconds(15),
                Duration.ofMinutes(5),
                Duration.ZERO,
                Duration.ZERO,
                3,
                Duration.ofDays(1),
                Limits.TRANSFERS);
        long caught = cases(careless).stream()
                .filter(each -> !each.later && !each.run().isEmpty())
                .count();
        assertThat(caught).isPositive();
    }
}
