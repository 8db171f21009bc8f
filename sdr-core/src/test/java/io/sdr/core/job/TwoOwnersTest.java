package io.sdr.core.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.sdr.api.JobStatus;
import io.sdr.core.job.ToyFault.Call;
import io.sdr.core.job.ToyFault.What;
import io.sdr.core.store.SqliteStore;
import io.sdr.testkit.SimulatedProcess;
import io.sdr.testkit.VirtualTime;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two engines over one store: the first falls asleep in the middle of a call and wakes up when its lease has long been taken by the
 * second. Whatever it was about to do, it stops and touches nothing.
 */
class TwoOwnersTest {
    private static final Limits LIMITS = Limits.DEFAULT.withLeaseTtl(Duration.ofSeconds(60));
    private static final List<String> STEPS =
            List.of("check", "stop", "off", "sync", "hold", "decide", "start", "verify");

    @TempDir(factory = MemoryTempDir.class)
    Path folder;

    private int number;

    /** Makes the engine that falls asleep. */
    private interface Maker {
        JobEngine make(JobStore store, JobDefinition definition, VirtualTime time, Limits limits);
    }

    private static JobEngine sound(JobStore store, JobDefinition definition, VirtualTime time, Limits limits) {
        return new JobEngine(store, List.of(definition), time, () -> ToyCase.JOB, limits);
    }

    /** One case. */
    private final class Owners implements ToyOperation.Faults {
        private final Call call;
        private final String step;
        private final boolean after;
        private final Duration nap;
        private final boolean cancelled;
        private final ToyWorld world = new ToyWorld();
        private final VirtualTime time = new VirtualTime();
        private boolean slept;
        private @Nullable JobEngine first;
        private @Nullable JobEngine second;

        Owners(Call call, String step, boolean after, Duration nap, boolean cancelled) {
            this.call = call;
            this.step = step;
            this.after = after;
            this.nap = nap;
            this.cancelled = cancelled;
        }

        List<String> run(Maker maker) {
            try (SqliteStore store = SqliteStore.open(folder.resolve("case-" + ++number))) {
                SimulatedProcess lives = new SimulatedProcess();
                ToyOperation.Faults calm = (any, name) -> null;
                first = maker.make(store, new ToyOperation(world, lives, () -> first, this), time, LIMITS);
                second = sound(store, new ToyOperation(world, lives, () -> second, calm), time, LIMITS);
                first.createSubject("vm", 0, "PROTECTED", ToyOperation.KIND, Values.NONE, "eve");
                time.await(
                        () -> !second.snapshot(ToyCase.JOB).status().isOpen(),
                        time.now().plus(Duration.ofDays(1)));
                time.runFor(Duration.ofHours(1));
                check(second.snapshot(ToyCase.JOB));
            }
            return world.violations;
        }

        private void check(JobSnapshot end) {
            if (!slept) {
                world.violation("it did not fall asleep");
            }
            JobStatus expected = cancelled ? JobStatus.CANCELLED : JobStatus.SUCCEEDED;
            if (end.status() != expected || world.toRuns == cancelled || world.fromRuns != cancelled) {
                world.violation("ended " + end.status() + ": " + world);
            }
            if (second.events(0, 1000).stream()
                            .filter(each -> each.kind().equals("JOB_SUCCEEDED"))
                            .count()
                    != (cancelled ? 0 : 1)) {
                world.violation("ended more or less than once");
            }
        }

        @Override
        public @Nullable What at(Call where, String name) {
            return null;
        }

        @Override
        public void meanwhile(Call where, String name, StepContext context) {
            if (cancelled && where == Call.OBSERVE && name.equals("decide")) {
                first.cancel(ToyCase.JOB, "ann");
            }
            if (!after) {
                sleep(where, name);
            }
        }

        @Override
        public void afterwards(Call where, String name, StepContext context) {
            if (after) {
                sleep(where, name);
            }
        }

        private void sleep(Call where, String name) {
            if (where == call && name.equals(step) && !slept) {
                slept = true;
                world.history.add("asleep in " + where + " " + name);
                second.start();
                time.runFor(nap);
                world.history.add("awake");
            }
        }

        @Override
        public String toString() {
            return "asleep " + (after ? "after " : "before ") + call + " " + step + " for " + nap
                    + (cancelled ? ", cancelled" : "");
        }
    }

    private List<Owners> cases() {
        List<Owners> cases = new ArrayList<>();
        for (int seconds : new int[] {61, 90, 150, 3600}) {
            Duration nap = Duration.ofSeconds(seconds);
            for (String step : STEPS) {
                cases.add(new Owners(Call.PREPARE, step, false, nap, false));
                cases.add(new Owners(Call.OBSERVE, step, false, nap, false));
            }
            for (String step : List.of("stop", "sync", "hold", "decide", "start")) {
                cases.add(new Owners(Call.ACT, step, false, nap, false));
                cases.add(new Owners(Call.ACT, step, true, nap, false));
            }
            for (String step : List.of("check", "stop", "off", "sync", "hold", "decide")) {
                cases.add(new Owners(Call.UNDO, step, false, nap, true));
                cases.add(new Owners(Call.UNDO, step, true, nap, true));
            }
        }
        return cases;
    }

    @Test
    void theOneThatSleptTouchesNothing() {
        List<Owners> cases = cases();
        List<String> wrong = new ArrayList<>();
        for (Owners each : cases) {
            List<String> violations = each.run(TwoOwnersTest::sound);
            if (!violations.isEmpty() && wrong.size() < 5) {
                wrong.add(each + ": " + violations + "\n  " + String.join("\n  ", each.world.history));
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(cases).hasSizeGreaterThan(150);
    }

    @Test
    void anEngineThatIgnoresTheLeaseIsCaught() {
        long caught = cases().stream()
                .filter(each -> !each.run(Mutants::ignoresTheLease).isEmpty())
                .count();
        assertThat(caught).isPositive();
    }
}
