package io.sdr.core.crash;

import io.sdr.api.JobStatus;
import io.sdr.api.Side;
import io.sdr.testkit.SimulatedDeath;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/** The cases of one operation in one direction: run once without death, counting; then with a death at each moment. */
final class CrashCases {
    private final Stage stage;
    private final Path folder;
    private final Rig rig;
    private final End wanted;
    private final Moments moments;
    private final Map<Side, Integer> marks;

    /**
     * One case.
     *
     * @param death when the process dies
     * @param again when the next one dies, if it lives that long
     * @param seed what is found of what was not forced
     * @param goesOn whether life goes on afterwards
     */
    record Case(Death death, Optional<Death> again, long seed, boolean goesOn) {
        /** Draws what a death does not say: whether another follows, what is found, and whether life goes on for one in so many. */
        static Case of(Death death, int oneInGoesOn, SplittableRandom random) {
            Optional<Death> again = random.nextInt(4) == 0
                    ? Optional.of(new Death.AtStore(
                            Moments.COMMIT_MOMENTS.get(random.nextInt(Moments.COMMIT_MOMENTS.size())),
                            1 + random.nextInt(12)))
                    : Optional.empty();
            long seed = random.nextLong();
            return new Case(death, again, seed, random.nextInt(oneInGoesOn) == 0);
        }
    }

    CrashCases(Stage stage, Path folder, Rig rig) {
        this.stage = stage;
        this.folder = folder;
        this.rig = rig;
        try (CrashWorld world = CrashWorld.open(stage.world(), folder, rig).start()) {
            Life life = new Life(world, stage.after().copy());
            CrashWorld.Position begin = world.position();
            JobStatus status = stage.drive(life);
            life.engine().runDue();
            moments = Moments.since(begin, world, life.guests());
            check(life, status);
            wanted = End.of(life, status);
            marks = stage.deed().goOn(life);
        }
    }

    /** Deaths at every commit and every call that changes something; of the others one in so many. */
    List<Case> cases(int oneIn, int oneInGoesOn, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Case> cases = new ArrayList<>();
        moments.deaths(oneIn, random).forEach(death -> cases.add(Case.of(death, oneInGoesOn, random)));
        return cases;
    }

    /** Runs a case; says what is wrong at its end, or nothing. */
    Optional<String> run(Case each) {
        return run(each, rig);
    }

    /** Runs a case in a world that is made of other parts: the end must be that of the real one. */
    Optional<String> run(Case each, Rig rig) {
        try {
            Snapshot found = until(stage.world(), each.death(), false, each.seed(), rig);
            if (each.again().isPresent()) {
                found = until(found, each.again().get(), true, each.seed() + 7, rig);
            }
            finish(found, each.goesOn(), rig);
            return Optional.empty();
        } catch (AssertionError | RuntimeException e) {
            return Optional.of(stage.deed() + " from " + stage.direction() + ", " + each + ": " + e);
        } catch (SimulatedDeath e) {
            return Optional.of(stage.deed() + " from " + stage.direction() + ", " + each + ": unwanted " + e);
        }
    }

    /** Lets the operation run until the process dies, at the latest when all is done; gives what is found. */
    private Snapshot until(Snapshot from, Death death, boolean fromTheStart, long seed, Rig rig) {
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
                JobStatus unused = stage.drive(life);
                life.engine().runDue();
                if (!fromTheStart) {
                    throw new AssertionError("the process did not die");
                }
            } catch (SimulatedDeath e) {
                world.watch().requireNoViolation();
            }
            return world.afterPowerCut(seed);
        }
    }

    private void finish(Snapshot found, boolean goesOn, Rig rig) {
        try (CrashWorld world = CrashWorld.open(found, folder, rig).start()) {
            Life life = new Life(world, stage.after().copy());
            JobStatus status = stage.drive(life);
            life.engine().runDue();
            check(life, status);
            String difference = End.of(life, status).difference(wanted);
            if (!difference.isEmpty()) {
                throw new AssertionError("the end differs: " + difference);
            }
            if (goesOn) {
                End.requireNoMore(stage.deed().goOn(life), marks);
            }
        }
    }

    private void check(Life life, JobStatus status) {
        Side active = stage.deed().moves() ? stage.active().other() : stage.active();
        if (life.item().state() != stage.deed().end() || life.item().activeSide() != active) {
            throw new AssertionError("the item is " + life.item().status() + " after a job that " + status);
        }
        life.check();
    }
}
