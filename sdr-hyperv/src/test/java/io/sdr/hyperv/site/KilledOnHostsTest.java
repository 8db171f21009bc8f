package io.sdr.hyperv.site;

import static org.assertj.core.api.Assertions.assertThat;

import io.sdr.api.FailoverPlan;
import io.sdr.api.JobOutcome;
import io.sdr.api.JobStep;
import io.sdr.api.ProtectionState;
import io.sdr.api.ReverseRequest;
import io.sdr.api.Side;
import io.sdr.api.TestCleanupRequest;
import io.sdr.api.TestNetwork;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * T11 on simulated hosts and under VMM, with sdr's own replication and with Hyper-V Replica: the engine is killed before, in and
 * after every step of every operation of a life, another one goes on with the store that it left, and the end is the same as without.
 * By default in each step once, in one of the moments, many in a life. With {@code -Dsdr.stress=true} in each step in each
 * moment, each in a life of its own. {@code -Dsdr.crash.seed} repeats a run, {@code -Dsdr.crash.steps} takes those alone that match.
 */
@Tag("long")
class KilledOnHostsTest {
    private static final long SEED = Long.getLong("sdr.crash.seed", 20250111L);
    private static final boolean STRESS = Boolean.getBoolean("sdr.stress");
    private static final String ONLY = System.getProperty("sdr.crash.steps", ".*");
    /** So many lives share the steps, so that in each a step with a death is followed by some without. */
    private static final int LIVES = 3;

    private static final int FEWEST_STEPS = 60;
    private static final List<Long> SIZES = List.of(1_048_576L, 2_097_152L);
    private static final AtomicInteger DEATHS = new AtomicInteger();
    private static final AtomicInteger LIVED = new AtomicInteger();
    private static final boolean ALL_KINDS = !System.getProperties().containsKey("sdr.traces");

    /** When a step's process dies. */
    enum Moment {
        /** The intent is stored, nothing was asked. */
        BEFORE,
        /** Something was changed, and nobody heard of it. */
        IN,
        /** All was done and seen, and nothing of it was stored. */
        AFTER,
        /** The outcome was just stored. */
        STORED
    }

    /** A death: in which step, at which of its acts. */
    record Death(String step, Moment moment, int act) {}

    @TempDir(factory = FastTempDir.class)
    private Path folder;

    static Stream<TraceKind> kinds() {
        return Stream.of(
                        TraceKind.ON_HOSTS_FROM_PRIMARY,
                        TraceKind.UNDER_VMM_FROM_PRIMARY,
                        TraceKind.NATIVE_ON_HOSTS_FROM_PRIMARY,
                        TraceKind.NATIVE_UNDER_VMM_FROM_PRIMARY)
                .filter(kind -> kind.name().matches(System.getProperty("sdr.traces", ".*")));
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void T11_sameEndAsWithoutDeath(TraceKind kind) throws IOException {
        Run without = live(kind, List.of());
        assertThat(without.schedule.acts.size()).as("steps that ask somebody").isGreaterThan(FEWEST_STEPS);
        List<String> failures = new ArrayList<>();
        Set<Death> died = new TreeSet<>(Comparator.comparing(Death::toString));
        for (List<Death> deaths : share(without.schedule.acts)) {
            try {
                Run run = live(kind, deaths);
                died.addAll(run.schedule.died);
                assertThat(run.schedule.died).as("deaths").containsExactlyInAnyOrderElementsOf(deaths);
                assertThat(run.end).isEqualTo(without.end);
            } catch (AssertionError | RuntimeException e) {
                failures.add(kind + " " + deaths + ": " + e);
            }
        }
        System.out.println("T11 " + kind + ": " + died.size() + " deaths in " + without.schedule.acts.size()
                + " steps; steps that ask nobody: " + without.silent);
        assertThat(failures).as("seed %d", SEED).isEmpty();
    }

    /** What is killed, by lives. */
    private static List<List<Death>> share(Map<String, List<Boolean>> acts) {
        SplittableRandom random = new SplittableRandom(SEED);
        List<List<Death>> lives = new ArrayList<>();
        if (!STRESS) {
            for (int i = 0; i < LIVES; i++) {
                lives.add(new ArrayList<>());
            }
        }
        int number = random.nextInt(Moment.values().length);
        int life = 0;
        String last = acts.keySet().stream().reduce("", (one, other) -> other);
        for (Map.Entry<String, List<Boolean>> each : acts.entrySet()) {
            List<Moment> moments =
                    STRESS ? List.of(Moment.values()) : List.of(Moment.values()[number++ % Moment.values().length]);
            for (Moment moment : moments) {
                if (each.getKey().equals(last) && (moment == Moment.STORED || moment == Moment.AFTER)) {
                    continue; // nothing may follow in which to die
                }
                Death death = new Death(each.getKey(), moment, act(moment, each.getValue(), random));
                if (!death.step().matches(ONLY)) {
                    continue;
                }
                if (STRESS) {
                    lives.add(List.of(death));
                } else {
                    lives.get(life++ % LIVES).add(death);
                }
            }
        }
        lives.removeIf(List::isEmpty);
        return lives;
    }

    private static int act(Moment moment, List<Boolean> acts, SplittableRandom random) {
        List<Integer> changing = new ArrayList<>();
        for (int i = 0; i < acts.size(); i++) {
            if (acts.get(i)) {
                changing.add(i);
            }
        }
        return switch (moment) {
            case BEFORE -> 0;
            case IN -> changing.isEmpty() ? random.nextInt(acts.size()) : changing.get(random.nextInt(changing.size()));
            case AFTER -> acts.size() - 1;
            case STORED -> acts.size();
        };
    }

    /** How a life went. */
    private record Run(Schedule schedule, String end, Set<String> silent) {}

    private Run live(TraceKind kind, List<Death> deaths) throws IOException {
        Schedule schedule = new Schedule(deaths);
        Path place = Files.createDirectory(folder.resolve("life-" + LIVED.incrementAndGet()));
        Set<String> silent = new TreeSet<>();
        try (MortalLife life = new MortalLife(kind.open(place), schedule, SIZES)) {
            schedule.life = Optional.of(life);
            new Story(life, schedule, silent).run();
            String end = life.end();
            DEATHS.addAndGet(life.deaths());
            assertThat(life.deaths()).isEqualTo(schedule.died.size());
            silent.removeAll(schedule.acts.keySet());
            return new Run(schedule, end, silent);
        } finally {
            try (Stream<Path> files = Files.walk(place)) {
                for (Path each : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(each);
                }
            }
        }
    }

    /** What happens in each life. */
    private record Story(MortalLife life, Schedule schedule, Set<String> steps) {
        void run() {
            schedule.deed = "a";
            life.protect();
            note();
            life.write(9);
            schedule.deed = "b";
            life.cycle();
            note();
            life.write(5);
            drill();
            life.write(4);
            failOver(
                    "e",
                    ProtectionState.COMMIT_PENDING,
                    to -> FailoverPlan.unplanned(MortalLife.ITEM, to).shutDownFirst());
            commitAndReverse("f", "g");
            failOver(
                    "h",
                    ProtectionState.COMMIT_PENDING,
                    to -> FailoverPlan.planned(MortalLife.ITEM, to).completeAtOnce());
            commitAndReverse("i", "j");
            schedule.deed = "k";
            life.cycle();
            schedule.deed = "l";
            life.runDue();
            life.verify();
        }

        private void note() {
            life.engine().jobs(MortalLife.ITEM, Optional.empty(), 1).get(0).report().steps().stream()
                    .filter(step -> step.status() != JobStep.Status.SKIPPED)
                    .forEach(step -> steps.add(schedule.deed + " "
                            + life.engine()
                                    .jobs(MortalLife.ITEM, Optional.empty(), 1)
                                    .get(0)
                                    .kind() + " "
                            + step.name()));
        }

        private void drill() {
            Side other = life.item().activeSide().other();
            List<byte[]> tested = life.remember();
            schedule.deed = "c";
            JobOutcome outcome = life.done(
                    () -> life.engine().failOver(FailoverPlan.test(MortalLife.ITEM, other, TestNetwork.none())));
            assertThat(outcome.report().rto()).isPresent();
            note();
            assertThat(tested).isNotEmpty();
            assertThat(life.world().testVms(other)).hasSize(1);
            schedule.deed = "d";
            JobOutcome unused =
                    life.done(() -> life.engine().cleanUpTest(TestCleanupRequest.removingEverything(MortalLife.ITEM)));
            note();
            assertThat(life.world().testVms(other)).isEmpty();
            life.verify();
        }

        private void failOver(String deed, ProtectionState end, Function<Side, FailoverPlan> plan) {
            Side to = life.item().activeSide().other();
            schedule.deed = deed;
            JobOutcome unused = life.done(() -> life.engine().failOver(plan.apply(to)));
            note();
            assertThat(life.item().state()).isEqualTo(end);
            assertThat(life.item().activeSide()).isEqualTo(to);
            life.verify();
            life.write(6);
        }

        private void commitAndReverse(String commit, String reverse) {
            Side active = life.item().activeSide();
            schedule.deed = commit;
            JobOutcome committed = life.done(() -> life.engine().commit(MortalLife.ITEM));
            assertThat(committed.status().isSuccess()).isTrue();
            note();
            life.write(3);
            schedule.deed = reverse;
            JobOutcome reversed = life.done(
                    () -> life.engine().reverseReplicate(ReverseRequest.overwriting(active.other(), MortalLife.ITEM)));
            assertThat(reversed.status().isSuccess()).isTrue();
            note();
            assertThat(life.item().state()).isEqualTo(ProtectionState.PROTECTED);
            life.verify();
            life.write(3);
        }
    }

    /** Notes what each step does, and when it is to die. Thread-safe: both sites are asked at once. */
    private static final class Schedule implements MortalProcess.Watcher {
        /** Of each act of each step, whether it changes something. */
        private final Map<String, List<Boolean>> acts = new LinkedHashMap<>();

        private final Map<String, Death> deaths = new LinkedHashMap<>();
        private final List<Death> died = new ArrayList<>();
        private Optional<MortalLife> life = Optional.empty();
        private String deed = "";
        private String present = "";

        Schedule(List<Death> deaths) {
            deaths.forEach(death -> this.deaths.put(death.step(), death));
        }

        @Override
        public synchronized boolean diesBefore(MortalProcess.Act act) {
            if (act.way() == MortalProcess.Way.FILE) {
                return false;
            }
            String step = life.map(MortalLife::step).orElse("");
            String last = present;
            present = step.isEmpty() ? "" : deed + " " + step;
            if (!present.equals(last) && deaths.containsKey(last) && acts.containsKey(last)) {
                return dies(last); // what was to happen in the step before did not: its outcome is stored by now
            }
            if (present.isEmpty()) {
                return false;
            }
            acts.computeIfAbsent(present, key -> new ArrayList<>()).add(act.changes());
            Death death = deaths.get(present);
            return death != null && death.moment() == Moment.BEFORE && dies(present);
        }

        @Override
        public synchronized boolean diesAfter(MortalProcess.Act act) {
            Death death = deaths.get(present);
            return act.way() != MortalProcess.Way.FILE
                    && death != null
                    && death.moment() != Moment.STORED
                    && acts.get(present).size() > death.act()
                    && dies(present);
        }

        private boolean dies(String step) {
            died.add(deaths.remove(step));
            return true;
        }
    }

    @AfterAll
    static void enough() {
        System.out.println("T11 on hosts: " + DEATHS + " deaths in " + LIVED + " lives, seed " + SEED);
        assertThat(!ALL_KINDS || !ONLY.equals(".*") || DEATHS.get() >= 4 * FEWEST_STEPS)
                .as("deaths")
                .isTrue();
    }
}
