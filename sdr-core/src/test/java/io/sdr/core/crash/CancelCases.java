package io.sdr.core.crash;

import io.sdr.api.Job;
import io.sdr.api.JobId;
import io.sdr.api.JobStatus;
import io.sdr.api.Operation;
import io.sdr.api.Side;
import io.sdr.testkit.Faults;
import io.sdr.testkit.SimulatedDeath;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * An operation in one direction that is cancelled at each of its steps before the decision, and whose undoing is killed at each
 * moment. The end must be the world before the operation, and the same with and without a death.
 */
final class CancelCases {
    private final Stage stage;
    private final Path folder;
    private final Rig rig;
    private final List<Moment> moments;
    private final Optional<Before> before;

    /**
     * When the user cancels.
     *
     * @param step the step at work
     * @param change after which change of the sites in that step; 0: when its intent is stored
     * @param poured whether the guest has written what it writes while the operation waits for its word
     * @param last whether nothing can be cancelled later
     */
    record Moment(String step, int change, boolean poured, boolean last) {}

    /** A cancelling without death: how it ends, and when another one may die. */
    record Reference(
            Moment moment, End wanted, Map<Side, Integer> standing, Map<Side, Integer> marks, Moments moments) {}

    /** The world before the operation, and what the disks of the side that is not active hold. */
    private record Before(End end, List<byte[]> passive, Map<Side, Integer> standing) {}

    CancelCases(Stage stage, Path folder, Rig rig, int inside, long seed) {
        this.stage = stage;
        this.folder = folder;
        this.rig = rig;
        try (CrashWorld world = CrashWorld.open(stage.world(), folder, rig).start()) {
            Life life = new Life(world, stage.before().copy());
            if (stage.deed() == Deed.PROTECT) {
                before = Optional.empty();
            } else {
                life.engine().runDue();
                before = Optional.of(
                        new Before(End.of(life, JobStatus.CANCELLED), life.contents(passive()), End.standing(life)));
            }
        }
        moments = moments(inside, new SplittableRandom(seed));
    }

    List<Moment> moments() {
        return moments;
    }

    // ---- when to cancel

    /** For each step: at its intent, after its last change, and after so many of those in between. */
    private List<Moment> moments(int inside, SplittableRandom random) {
        String last = stage.deed().lastToCancel().orElseThrow();
        Map<String, Integer> changes = new LinkedHashMap<>();
        List<String> poured = new ArrayList<>();
        try (CrashWorld world = CrashWorld.open(stage.world(), folder, rig).start()) {
            Life life = new Life(world, stage.after().copy());
            follow(world, life, (job, step, change) -> {
                changes.put(step, change);
                if (change == 0 && !life.guests().isEmpty()) {
                    poured.add(step);
                }
            });
            JobStatus unused = stage.drive(life);
        }
        List<Moment> found = new ArrayList<>();
        for (Map.Entry<String, Integer> each : changes.entrySet()) {
            String step = each.getKey();
            boolean decides = step.equals("decide");
            boolean end = step.equals(last);
            int all = decides ? 0 : each.getValue();
            found.add(new Moment(step, 0, poured.contains(step), end && all == 0));
            for (int i = 0; i < inside && all > 1; i++) {
                found.add(new Moment(step, 1 + random.nextInt(all - 1), poured.contains(step), false));
            }
            if (all > 0) {
                found.add(new Moment(step, all, poured.contains(step), end));
            }
            if (end) {
                break;
            }
        }
        return found;
    }

    private interface OnChange {
        void changed(String job, String step, int change);
    }

    /** Follows the steps of jobs and the changes in them; what the guest changes does not count. */
    private static void follow(CrashWorld world, Life life, OnChange listener) {
        String[] now = {"", ""};
        int[] count = {0};
        world.onIntent((job, step) -> {
            now[0] = job;
            now[1] = step;
            count[0] = 0;
            listener.changed(job, step, 0);
        });
        for (Side side : Side.values()) {
            world.site(side).faults().watch(call -> {
                boolean changes = call.kind() == Faults.Kind.CHANGE || call.kind() == Faults.Kind.STORAGE_CHANGE;
                if (changes && !now[1].isEmpty() && !life.isGuestAtWork()) {
                    listener.changed(now[0], now[1], ++count[0]);
                }
            });
        }
    }

    // ---- without death

    Reference reference(Moment moment) {
        try (CrashWorld world = CrashWorld.open(stage.world(), folder, rig).start()) {
            Life life = new Life(world, truth(moment));
            CrashWorld.Position[] begin = new CrashWorld.Position[1];
            Job job = cancelled(life, moment, () -> begin[0] = world.position());
            life.engine().runDue();
            if (begin[0] == null) {
                throw new AssertionError("was not cancelled at " + moment);
            }
            Moments between = Moments.since(begin[0], world, List.of());
            check(life, job);
            End wanted = End.of(life, job.status());
            before.map(each -> wanted.difference(each.end(), mayDiffer()))
                    .filter(text -> !text.isEmpty())
                    .ifPresent(text -> {
                        throw new AssertionError("it is not as before: " + text);
                    });
            Map<Side, Integer> standing = End.standing(life);
            return new Reference(moment, wanted, standing, stage.deed().goOnCancelled(life), between);
        }
    }

    /** The epoch grows with a cancelled decision, too; marks that are not needed any more go with the next cycle. */
    private Set<String> mayDiffer() {
        Set<String> may = new HashSet<>(placesOfFoldedDisks());
        may.addAll(Set.of("epoch", "marks"));
        return may;
    }

    /** Disks of a reversal that were folded and moved hold the same as before, in other files. */
    private Set<String> placesOfFoldedDisks() {
        return switch (stage.deed()) {
            case REVERSE, FULL_FROM_FAILED_OVER, UNPLANNED_OLD_DISK -> Set.of("vms", "files");
            default -> Set.of();
        };
    }

    private Side passive() {
        return stage.active().other();
    }

    private Truth truth(Moment moment) {
        return (moment.poured() ? stage.after() : stage.before()).copy();
    }

    /** Begins the operation, cancels it at the moment, and waits for its end. */
    private Job cancelled(Life life, Moment moment, Runnable atCancel) {
        boolean[] done = {false};
        follow(life.world(), life, (job, step, change) -> {
            if (!done[0] && step.equals(moment.step()) && change == moment.change()) {
                done[0] = true;
                atCancel.run();
                life.engine().job(new JobId(job)).cancel();
            }
        });
        Job job = stage.deed().begin(life);
        stage.goOn(job, life, () -> !done[0]);
        return job;
    }

    private void check(Life life, Job job) {
        if (job.status() != JobStatus.CANCELLED) {
            throw new AssertionError(job + " is " + job.status() + ": " + job.steps());
        }
        if (before.isPresent()) {
            life.check();
            String difference = Life.difference(
                    life.world().site(passive()),
                    life.world().site(passive()).look(life.vm(passive())).disks(),
                    before.get().passive());
            if (!difference.isEmpty()) {
                throw new AssertionError("at the passive side " + difference);
            }
            return;
        }
        life.world().watch().requireNoViolation();
        if (life.item().state() != io.sdr.api.ProtectionState.DISABLED) {
            throw new AssertionError("the item is " + life.item().status());
        }
        String difference = Life.difference(
                life.world().site(Side.PRIMARY),
                life.world().site(Side.PRIMARY).allVms().get(0).disks(),
                life.truth().remember());
        if (!difference.isEmpty()) {
            throw new AssertionError(difference);
        }
    }

    // ---- with deaths

    /** Each moment of the undoing, or so many of them. */
    List<CrashCases.Case> cases(Reference reference, int oneIn, int most, int oneInGoesOn, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Death> deaths = new ArrayList<>(reference.moments().deaths(oneIn, random));
        while (deaths.size() > most) {
            deaths.remove(random.nextInt(deaths.size()));
        }
        return deaths.stream()
                .map(death -> CrashCases.Case.of(death, oneInGoesOn, random))
                .toList();
    }

    /** Runs a case; says what is wrong at its end, or nothing. */
    Optional<String> run(Reference reference, CrashCases.Case each) {
        return run(reference, each, rig);
    }

    /** Runs a case in a world that is made of other parts: the end must be that of the real one. */
    Optional<String> run(Reference reference, CrashCases.Case each, Rig rig) {
        String name =
                stage.deed() + " from " + stage.direction() + ", cancelled at " + reference.moment() + ", " + each;
        try {
            Snapshot found = die(reference.moment(), each, rig);
            if (each.again().isPresent()) {
                found = dieAgain(found, reference.moment(), each, rig);
            }
            try (CrashWorld world = CrashWorld.open(found, folder, rig).start()) {
                Life life = new Life(world, truth(reference.moment()));
                Job job = undone(life);
                life.engine().runDue();
                check(life, job);
                String difference = End.of(life, job.status()).difference(reference.wanted(), placesOfFoldedDisks());
                if (!difference.isEmpty()) {
                    throw new AssertionError("the end differs: " + difference);
                }
                if (stage.deed() == Deed.REVERSE) {
                    requireNoNewMarks(life, reference);
                }
                if (each.goesOn()) {
                    End.requireNoMore(stage.deed().goOnCancelled(life), reference.marks());
                }
            }
            return Optional.empty();
        } catch (AssertionError | RuntimeException e) {
            return Optional.of(name + ": " + e);
        } catch (SimulatedDeath e) {
            return Optional.of(name + ": unwanted " + e);
        }
    }

    /** No cycle goes on that would give marks up: those may stand that stood before, and those that stand without a death. */
    private void requireNoNewMarks(Life life, Reference reference) {
        End.standing(life).forEach((side, count) -> {
            int was = before.map(each -> each.standing().get(side)).orElse(0);
            if (count > Math.max(was, reference.standing().get(side))) {
                throw new AssertionError("marks stand at " + side + ": " + count + ", before " + was
                        + ", without a death " + reference.standing());
            }
        });
    }

    private Snapshot die(Moment moment, CrashCases.Case each, Rig rig) {
        try (CrashWorld world = CrashWorld.open(stage.world(), folder, rig).start()) {
            try {
                Life life = new Life(world, truth(moment));
                cancelled(life, moment, () -> world.arm(each.death()));
                life.engine().runDue();
                throw new AssertionError("the process did not die");
            } catch (SimulatedDeath e) {
                world.watch().requireNoViolation();
            }
            return world.afterPowerCut(each.seed());
        }
    }

    private Snapshot dieAgain(Snapshot from, Moment moment, CrashCases.Case each, Rig rig) {
        try (CrashWorld world = CrashWorld.open(from, folder, rig)) {
            try {
                world.arm(each.again().orElseThrow());
                world.start();
                Life life = new Life(world, truth(moment));
                undone(life);
                life.engine().runDue();
            } catch (SimulatedDeath e) {
                world.watch().requireNoViolation();
            }
            return world.afterPowerCut(each.seed() + 7);
        }
    }

    /** Finds the job, cancels it again if that was lost, and waits for its end. */
    private Job undone(Life life) {
        Job job = stage.job(life).orElseThrow(() -> new AssertionError("the job is lost"));
        if (job.status().isOpen() && life.item().allowedOperations().contains(Operation.CANCEL_JOB)) {
            job.cancel();
        }
        stage.goOn(job, life, () -> false);
        return job;
    }
}
