package io.sdr.core.crash;

import io.sdr.api.Job;
import io.sdr.api.Side;
import io.sdr.core.crash.CrashWorld.Position;
import io.sdr.core.store.SqliteCrash.Moment;
import io.sdr.testkit.Faults;
import io.sdr.testkit.SimulatedDeath;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/** The cases of one operation in one direction: run once without death, counting; then with a death at each moment. */
final class CrashCases {
    private static final List<Moment> COMMIT_MOMENTS =
            List.of(Moment.BEFORE_COMMIT, Moment.IN_COMMIT, Moment.AFTER_COMMIT);

    private final Stage stage;
    private final Path folder;
    private final Rig rig;
    private final End wanted;
    private final Position begin;
    private final Position end;
    private final Map<Side, List<Faults.Call>> calls = new EnumMap<>(Side.class);
    private final long[] pouring = new long[2];

    /**
     * One case.
     *
     * @param death when the process dies
     * @param again when the next one dies, if it lives that long
     * @param seed what is found of what was not forced
     */
    record Case(Death death, Optional<Death> again, long seed) {}

    CrashCases(Stage stage, Path folder, Rig rig) {
        this.stage = stage;
        this.folder = folder;
        this.rig = rig;
        try (CrashWorld world = CrashWorld.open(stage.world(), folder, rig).start()) {
            Life life = new Life(world, stage.after().copy());
            begin = world.position();
            Job job = stage.drive(
                    life,
                    () -> pouring[0] = world.position().operations().get(stage.active()),
                    () -> pouring[1] = world.position().operations().get(stage.active()));
            life.engine().runDue();
            end = world.position();
            for (Side side : Side.values()) {
                List<Faults.Call> log = world.site(side).faults().log();
                calls.put(
                        side,
                        List.copyOf(
                                log.subList(begin.calls().get(side), end.calls().get(side))));
            }
            wanted = End.of(life, job);
            check(life, job);
        }
    }

    End wanted() {
        return wanted;
    }

    // ---- which cases

    /** Deaths at every commit and every call that changes something; of the others one in so many. */
    List<Case> cases(int oneIn, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Death> deaths = new ArrayList<>();
        for (int n = 1; n <= end.commits() - begin.commits(); n++) {
            for (Moment moment : COMMIT_MOMENTS) {
                deaths.add(new Death.AtStore(moment, n));
            }
        }
        for (int n = 1; n <= end.checkpoints() - begin.checkpoints(); n++) {
            deaths.add(new Death.AtStore(Moment.IN_CHECKPOINT, n));
            deaths.add(new Death.AtStore(Moment.AFTER_CHECKPOINT, n));
        }
        for (Side side : Side.values()) {
            addCalls(side, oneIn, random, deaths);
            addStorage(side, oneIn, random, deaths);
        }
        List<Case> cases = new ArrayList<>();
        for (Death death : deaths) {
            Optional<Death> again = random.nextInt(4) == 0
                    ? Optional.of(new Death.AtStore(
                            COMMIT_MOMENTS.get(random.nextInt(COMMIT_MOMENTS.size())), 1 + random.nextInt(12)))
                    : Optional.empty();
            cases.add(new Case(death, again, random.nextLong()));
        }
        return cases;
    }

    private void addCalls(Side side, int oneIn, SplittableRandom random, List<Death> deaths) {
        List<Faults.Call> made = calls.get(side);
        for (int i = 0; i < made.size(); i++) {
            boolean changes = made.get(i).kind() == Faults.Kind.CHANGE;
            String name = made.get(i).name();
            if (changes || random.nextInt(oneIn) == 0) {
                deaths.add(new Death.AtCall(side, i + 1, false, name));
            }
            if (changes || random.nextInt(oneIn) == 0) {
                deaths.add(new Death.AtCall(side, i + 1, true, name));
            }
        }
    }

    private void addStorage(Side side, int oneIn, SplittableRandom random, List<Death> deaths) {
        long first = begin.operations().get(side);
        for (long n = first + 1; n <= end.operations().get(side); n++) {
            boolean guest = side == stage.active() && n > pouring[0] && n <= pouring[1];
            if (!guest && random.nextInt(oneIn) == 0) {
                deaths.add(new Death.AtStorage(side, n - first));
            }
        }
    }

    // ---- one case

    /** Runs a case; says what is wrong at its end, or nothing. */
    Optional<String> run(Case each) {
        try {
            Snapshot found = die(each);
            finish(found);
            return Optional.empty();
        } catch (AssertionError | RuntimeException e) {
            return Optional.of(stage.deed() + " from " + stage.direction() + ", " + each + ": " + e);
        } catch (SimulatedDeath e) {
            return Optional.of(stage.deed() + " from " + stage.direction() + ", " + each + ": unwanted " + e);
        }
    }

    private Snapshot die(Case each) {
        Snapshot found = until(stage.world(), each.death(), false, each.seed());
        return each.again().isEmpty() ? found : until(found, each.again().get(), true, each.seed() + 7);
    }

    /** Lets the operation run until the process dies, at the latest when all is done; gives what is found. */
    private Snapshot until(Snapshot from, Death death, boolean fromTheStart, long seed) {
        try (CrashWorld world = CrashWorld.open(from, folder, rig)) {
            try {
                if (fromTheStart) {
                    world.arm(death);
                }
                world.start();
                Life life = new Life(world, stage.after().copy());
                if (!fromTheStart) {
                    world.arm(death);
                }
                stage.drive(life, () -> {}, () -> {});
                life.engine().runDue();
                if (!fromTheStart) {
                    throw new AssertionError("the process did not die");
                }
            } catch (SimulatedDeath e) {
                requireNoViolation(world);
            }
            return world.afterPowerCut(seed);
        }
    }

    private void finish(Snapshot found) {
        try (CrashWorld world = CrashWorld.open(found, folder, rig).start()) {
            Life life = new Life(world, stage.after().copy());
            Job job = stage.drive(life, () -> {}, () -> {});
            life.engine().runDue();
            check(life, job);
            String difference = End.of(life, job).difference(wanted);
            if (!difference.isEmpty()) {
                throw new AssertionError("the end differs: " + difference);
            }
        }
    }

    private void check(Life life, Job job) {
        life.world().watch().look("the end");
        requireNoViolation(life.world());
        Side active = stage.deed().moves() ? stage.active().other() : stage.active();
        if (life.item().state() != stage.deed().end() || life.item().activeSide() != active) {
            throw new AssertionError("the item is " + life.item().status() + " after " + job);
        }
        if (!life.world().site(active).look(life.vm(active)).isRunning()) {
            throw new AssertionError("the VM does not run");
        }
        String difference = life.difference();
        if (!difference.isEmpty()) {
            throw new AssertionError("at the active side " + difference);
        }
    }

    private static void requireNoViolation(CrashWorld world) {
        if (!world.watch().violations().isEmpty()) {
            throw new AssertionError(world.watch().violations().get(0));
        }
    }
}
