package io.sdr.core.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.sdr.api.FailoverPlan;
import io.sdr.api.RecoveryPointSelector;
import io.sdr.api.Side;
import io.sdr.api.spi.DiskRef;
import io.sdr.api.spi.StorageFolder;
import io.sdr.core.job.MemoryTempDir;
import io.sdr.testkit.ForgetfulFolder;
import io.sdr.testkit.SimulatedDeath;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * An item with three disks is killed in every apply, by the public API alone: the engine is abandoned, of the files each write that
 * was not forced is dropped, torn or kept. Afterwards each recovery point is read from the files with {@link PlainReplica} and
 * compared byte by byte with what the guest wrote, replication goes on, and the VM fails over to each of the points. Of the writes
 * and forces of an apply one in so many is a moment of death, all of them with {@code -Dsdr.stress=true}.
 */
@Tag("long")
class KilledInApplyTest {
    private static final long SEED = Long.getLong("sdr.crash.seed", 20250104L);
    private static final boolean STRESS = Boolean.getBoolean("sdr.stress");
    private static final List<Long> THREE_DISKS = List.of(2 * 65_536L + 513, 100_000L, 65_536L);
    private static final int ROUNDS = 3;
    private static final AtomicInteger DEATHS = new AtomicInteger();
    private static final AtomicInteger POINTS = new AtomicInteger();
    private static final AtomicInteger FAILOVERS = new AtomicInteger();

    private static final Opener IN_MEMORY = (found, into) -> CrashWorld.open(found, into, Rig.REAL);

    @TempDir(factory = MemoryTempDir.class)
    static Path folder;

    /** Opens the process that goes on after a death. */
    private interface Opener {
        CrashWorld open(Snapshot found, Path folder);
    }

    @Test
    void T18_inMemory_bothDirections() {
        assertThat(Directions.both(
                        folder.resolve("memory"),
                        (active, place) -> killedInEveryApply(active, place, STRESS ? 1 : 4, IN_MEMORY, Rig.REAL)))
                .as("seed %d", SEED)
                .isEmpty();
    }

    @Test
    void T18_inFolders_bothDirections() {
        assertThat(Directions.both(
                        folder.resolve("folders"),
                        (active, place) ->
                                killedInEveryApply(active, place, STRESS ? 1 : 12, CrashWorld::inFolders, Rig.REAL)))
                .as("seed %d", SEED)
                .isEmpty();
    }

    /** The check can fail: what an apply must force before it goes on is not forced. */
    @ParameterizedTest
    @ValueSource(strings = {"d1.base", "undo.", "manifest."})
    void T18_somethingIsNotForced(String what) {
        Rig forgetful = Rig.REAL.storing(root -> new ForgetfulFolder(root, name -> name.startsWith(what)));
        assertThat(killedInEveryApply(Side.PRIMARY, folder.resolve("forgetful"), 4, IN_MEMORY, forgetful))
                .isNotEmpty();
    }

    /** The process that dies is made of the parts of the rig. */
    private static List<String> killedInEveryApply(Side active, Path place, int oneIn, Opener opener, Rig rig) {
        List<String> failures = new ArrayList<>();
        SplittableRandom random = new SplittableRandom(SEED);
        Truth truth = Truth.empty(THREE_DISKS);
        Snapshot now = protectedAt(active, truth, place);
        for (int round = 0; round < ROUNDS; round++) {
            long changes;
            Snapshot next;
            try (CrashWorld world = CrashWorld.open(now, place, Rig.REAL).start()) {
                long before = world.position().operations().get(active.other());
                world.engine().runDue();
                changes = world.position().operations().get(active.other()) - before;
                verifyPoints(new Life(world, truth), active);
                next = world.orderlyEnd();
            }
            long first = random.nextInt(oneIn) + 1L;
            for (long n = first; n <= changes; n += oneIn) {
                String death =
                        "active at " + active + ", apply " + round + ", death before change " + n + " of " + changes;
                long seed = random.nextLong();
                DEATHS.addAndGet(rig.equals(Rig.REAL) ? 1 : 0);
                try {
                    Snapshot found = die(now, active.other(), n, seed, place, rig);
                    goOn(opener, found, truth, active, n, place);
                } catch (AssertionError | RuntimeException e) {
                    failures.add(death + ", seed " + seed + ": " + e);
                }
                if (!rig.equals(Rig.REAL) && !failures.isEmpty()) {
                    return failures; // one is enough
                }
            }
            now = cycles(next, truth, place);
        }
        return failures;
    }

    /** Protected, failed over and reversed if so wanted, with cycles that wait to be applied. */
    private static Snapshot protectedAt(Side active, Truth truth, Path place) {
        CrashWorld world =
                CrashWorld.open(Snapshot.empty(false), place, Rig.REAL).start();
        Life life = new Life(world, truth);
        life.createVm(THREE_DISKS);
        life.protect();
        truth.cycleMade(1);
        truth.cycleMade(2);
        if (active == Side.RECOVERY) {
            life.write(5);
            life.done(life.engine().failOver(life.unplanned()));
            Truth asItStood = truth.copy();
            life.write(6);
            life.commit();
            life.reverse();
            truth.cycleMade(0, asItStood);
            truth.cycleMade(1);
        }
        life.write(9);
        life.cycle();
        return world.orderlyEnd();
    }

    private static Snapshot cycles(Snapshot from, Truth truth, Path place) {
        CrashWorld world = CrashWorld.open(from, place, Rig.REAL).start();
        Life life = new Life(world, truth);
        for (int i = 0; i < 2; i++) {
            life.write(6);
            life.cycle();
        }
        return world.orderlyEnd();
    }

    private static Snapshot die(Snapshot from, Side side, long change, long seed, Path place, Rig rig) {
        try (CrashWorld world = CrashWorld.open(from, place, rig).start()) {
            try {
                world.arm(new Death.AtStorage(side, change));
                world.engine().runDue();
                throw new AssertionError("the process did not die");
            } catch (SimulatedDeath e) {
                return world.afterPowerCut(seed);
            }
        }
    }

    private static void goOn(Opener opener, Snapshot found, Truth before, Side active, long n, Path place) {
        try (CrashWorld world = opener.open(found, place).start()) {
            world.engine().runDue();
            verifyPoints(new Life(world, before.copy()), active);
        }
        List<Long> sequences = new ArrayList<>(before.sequences());
        List<Long> chosen = STRESS ? sequences : List.of(sequences.get((int) (n % sequences.size())));
        for (long sequence : chosen) {
            try (CrashWorld world = opener.open(found, place).start()) {
                Life life = new Life(world, before.copy());
                life.write(3);
                life.cycle();
                verifyPoints(life, active);
                failOver(life, sequence, active);
            }
        }
    }

    private static void failOver(Life life, long sequence, Side active) {
        FAILOVERS.incrementAndGet();
        FailoverPlan plan = life.unplanned()
                .at(RecoveryPointSelector.exactly(life.engine().recoveryPoints(life.itemId()).stream()
                        .filter(point -> point.sequence() == sequence)
                        .findFirst()
                        .orElseThrow()
                        .id()));
        life.done(life.engine().failOver(plan));
        life.truth().goTo(sequence);
        life.check();
        List<DiskRef> disks =
                life.world().site(active.other()).look(life.vm(active.other())).disks();
        List<byte[]> wanted = life.truth().remember();
        for (int k = 0; k < wanted.size(); k++) {
            String locator = disks.get(k).locator();
            byte[] content =
                    PlainReplica.disk(replica(life, active.other()), locator.substring(locator.lastIndexOf('/') + 1));
            if (!Arrays.equals(content, wanted.get(k))) {
                throw new AssertionError("failed over to point " + sequence + ", disk " + k + " differs");
            }
        }
    }

    private static void verifyPoints(Life life, Side active) {
        SortedMap<Long, List<byte[]>> points = PlainReplica.points(replica(life, active.other()));
        if (!points.keySet().containsAll(life.truth().sequences())) {
            throw new AssertionError("points " + points.keySet() + " are there of "
                    + life.truth().sequences());
        }
        points.forEach((sequence, disks) -> {
            POINTS.incrementAndGet();
            Optional<List<byte[]>> wanted = life.truth().moment(sequence);
            if (wanted.isEmpty()) {
                throw new AssertionError("nobody knows point " + sequence);
            }
            for (int k = 0; k < disks.size(); k++) {
                int at = Arrays.mismatch(disks.get(k), wanted.get().get(k));
                if (at >= 0) {
                    throw new AssertionError("disk " + k + " of point " + sequence + " differs at byte " + at);
                }
            }
        });
    }

    private static StorageFolder replica(Life life, Side side) {
        return life.world()
                .site(side)
                .root()
                .child("replicas")
                .child(life.itemId().value());
    }

    @AfterAll
    static void enough() {
        System.out.println("T18: " + DEATHS + " deaths in applies of three disks, seed " + SEED + ": " + POINTS
                + " recovery points compared, " + FAILOVERS + " failovers");
        assertThat(DEATHS.get()).as("deaths").isGreaterThan(100);
    }
}
