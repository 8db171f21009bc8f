package io.sdr.core.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.sdr.api.JobId;
import io.sdr.api.PointId;
import io.sdr.api.RecoveryPoint;
import io.sdr.api.SdrException;
import io.sdr.api.Side;
import io.sdr.api.spi.DiskRef;
import io.sdr.api.spi.ReplicaStatus;
import io.sdr.api.spi.ReplicaStatus.Role;
import io.sdr.testkit.CrashFolder;
import io.sdr.testkit.Fault;
import io.sdr.testkit.Faults;
import io.sdr.testkit.SimulatedDeath;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/**
 * Every method of the driver fails at every call of a site that it makes, before or after the call acted, or dies there; asked for
 * again with the same arguments it ends the same: all points and disks are whole, and the next cycle is received.
 */
class DriverFaultsTest {
    private static final boolean STRESS = Boolean.getBoolean("sdr.stress");
    private static final int[] SIZES = {140_000, 513};
    private static final JobId JOB = new JobId("job-1");
    private static final JobId VERIFIER = new JobId("verifier");

    private int faults;
    private int deaths;

    /** Of so many moments at which a step can die, it dies at one. */
    private int oneDeathIn = STRESS ? 1 : 5;

    /** One call of the driver, with what comes before and what a success means. */
    private record Step(String name, Consumer<TwoSides> before, Consumer<TwoSides> call, Consumer<TwoSides> after) {
        Step(String name, Consumer<TwoSides> before, Consumer<TwoSides> call) {
            this(name, before, call, t -> {});
        }
    }

    private static Step cycle(String name, long sequence) {
        return new Step(
                name,
                t -> {
                    t.write(4);
                    t.time.pass(Duration.ofMinutes(1));
                },
                t -> {
                    RecoveryPoint unused = t.cycle(sequence, name);
                });
    }

    private static Step call(String name, Consumer<TwoSides> call) {
        return new Step(name, t -> {}, call);
    }

    private static PointId point(TwoSides t, Side side, long sequence) {
        return t.status(side).points().stream()
                .filter(each -> each.sequence() == sequence)
                .findFirst()
                .orElseThrow()
                .id();
    }

    private static TwoSides start() {
        TwoSides t = new TwoSides(21, SIZES);
        t.start();
        t.write(6);
        return t;
    }

    private static List<Step> upToHeld() {
        return List.of(
                call("establish", t -> t.driver.establish(t.linkTo(Side.RECOVERY), TwoSides.RETENTION, t.call("s1"))),
                cycle("cycle-1", 1),
                cycle("cycle-2", 2),
                call("process", t -> t.driver.process(t.linkTo(Side.RECOVERY), t.call("s4"))),
                cycle("cycle-3", 3),
                new Step(
                        "close",
                        t -> t.epoch++,
                        t -> t.driver.closeReception(t.linkTo(Side.RECOVERY), t.epoch, t.call("s6")),
                        t -> assertThat(t.status(Side.RECOVERY).epochFloor()).isEqualTo(2)),
                new Step(
                        "bring-to",
                        t -> {
                            t.write(2); // lost
                            t.stop();
                        },
                        t -> t.driver.bringTo(t.linkTo(Side.RECOVERY), JOB, point(t, Side.RECOVERY, 2), t.call("s7")),
                        DriverFaultsTest::goOnAtHeld));
    }

    private static void goOnAtHeld(TwoSides t) {
        var held = t.status(Side.RECOVERY).held().get(JOB);
        t.expect(Side.RECOVERY, held.disks(), t.points.get(held.point()), "held");
        var unused = t.site(Side.RECOVERY).vms().attach(t.vms.get(Side.RECOVERY), held.disks(), t.call());
        t.active = Side.RECOVERY;
        t.guest = ReplicaHarness.copy(t.points.get(held.point()));
        t.start();
        t.write(3);
    }

    private static List<Step> upToReversed() {
        List<Step> steps = new ArrayList<>(upToHeld());
        steps.add(call("commit", t -> t.driver.commit(t.linkTo(Side.RECOVERY), JOB, t.call("s8"))));
        steps.add(new Step("begin-reversal", t -> t.write(2), t -> {
            var unused = t.driver.planReversal(t.linkTo(Side.PRIMARY), t.call("s9"));
            t.driver.beginReversal(t.linkTo(Side.PRIMARY), TwoSides.RETENTION, t.call("s9"));
        }));
        return steps;
    }

    private static void attachActive(TwoSides t, Side side) {
        List<DiskRef> disks = t.status(side).activeDisks();
        if (!t.site(side).look(t.vms.get(side)).disks().equals(disks)) {
            var unused = t.site(side).vms().attach(t.vms.get(side), disks, t.call());
        }
    }

    @Test
    void failoverCommitReverseAndCycles() {
        List<Step> steps = new ArrayList<>(upToReversed());
        int first = 0;
        steps.add(cycle("back-1", 1));
        steps.add(call("tidy-replica", t -> t.driver.tidy(t.linkTo(Side.PRIMARY), t.call("s11"))));
        steps.add(cycle("back-2", 2));
        steps.add(new Step(
                "tidy-active", TwoSides::stop, t -> t.driver.tidy(t.linkTo(Side.RECOVERY), t.call("s13")), t -> {
                    attachActive(t, Side.RECOVERY);
                    t.start();
                }));
        steps.add(cycle("back-3", 3));
        steps.add(call("dissolve", t -> t.driver.dissolve(t.linkTo(Side.PRIMARY), true, t.call("s15"))));
        run(steps, first);
        assertThat(faults).isGreaterThan(250);
        assertThat(deaths).isGreaterThan(100);
    }

    @Test
    void givenBack() {
        List<Step> steps = new ArrayList<>(upToHeld());
        int first = steps.size();
        steps.add(new Step(
                "give-back",
                t -> {
                    t.stop();
                    var unused = t.site(Side.RECOVERY).vms().attach(t.vms.get(Side.RECOVERY), List.of(), t.call());
                    t.epoch++;
                },
                t -> t.driver.giveBack(t.linkTo(Side.RECOVERY), JOB, true, t.call("s8")),
                t -> {
                    t.active = Side.PRIMARY;
                    DiskRef disk = t.site(Side.PRIMARY)
                            .look(t.vms.get(Side.PRIMARY))
                            .disks()
                            .get(0);
                    assertThat(disk).isNotNull();
                    for (int k = 0; k < SIZES.length; k++) {
                        t.guest[k] = t.read(
                                Side.PRIMARY,
                                t.site(Side.PRIMARY)
                                        .look(t.vms.get(Side.PRIMARY))
                                        .disks()
                                        .get(k));
                    }
                    t.start();
                }));
        steps.add(cycle("after", 4));
        run(steps, first);
    }

    @Test
    void reversalTakenBack() {
        List<Step> steps = new ArrayList<>(upToReversed());
        int first = steps.size() + 1;
        steps.add(cycle("back-1", 1));
        steps.add(call("undo-reversal", t -> t.driver.undoReversal(t.linkTo(Side.PRIMARY), t.call("s11"))));
        run(steps, first);
    }

    private static Step paused(String name) {
        return new Step(
                name,
                t -> {
                    t.write(4);
                    t.time.pass(Duration.ofMinutes(1));
                },
                t -> {
                    boolean unused = t.pausedCycle(1, "copy", 1);
                });
    }

    /** A first copy is paused twice, the guest writes meanwhile, and it dies at every single moment. */
    @Test
    void firstCopyPausedAndGoneOnWith() {
        oneDeathIn = 1;
        List<Step> steps = new ArrayList<>();
        steps.add(
                call("establish", t -> t.driver.establish(t.linkTo(Side.RECOVERY), TwoSides.RETENTION, t.call("s1"))));
        steps.add(paused("pause"));
        steps.add(paused("pause-again"));
        steps.add(cycle("copy", 1));
        steps.add(cycle("cycle-2", 2));
        run(steps, 1);
        assertThat(deaths).isGreaterThan(150);
    }

    /** Runs the steps; those from the given one on with every fault and death. */
    private void run(List<Step> steps, int first) {
        TwoSides t = start();
        for (int i = 0; i < steps.size(); i++) {
            Step step = steps.get(i);
            step.before().accept(t);
            if (i >= first) {
                failEverywhere(t, step, i);
                dieEverywhere(t, step, i);
            }
            step.call().accept(t);
            step.after().accept(t);
            verify(new TwoSides(t), step);
        }
    }

    private void failEverywhere(TwoSides situation, Step step, int index) {
        for (Side side : Side.values()) {
            TwoSides counted = new TwoSides(situation);
            step.call().accept(counted);
            List<Faults.Call> calls = counted.site(side).faults().log();
            for (Faults.Call call : calls) {
                boolean storage = call.kind() == Faults.Kind.STORAGE_CHANGE;
                if (storage && !STRESS && (call.number() + index) % 9 != 0) {
                    continue;
                }
                for (Fault fault : storage
                        ? List.of(new Fault.StorageFull(), new Fault.LosesAnswer())
                        : List.of(new Fault.Fails(), new Fault.LosesAnswer())) {
                    faults++;
                    TwoSides t = new TwoSides(situation);
                    t.site(side).faults().at(call.number(), fault);
                    again(t, step, fault + " at " + call + " of " + side);
                }
            }
        }
    }

    private static void again(TwoSides t, Step step, String what) {
        try {
            try {
                step.call().accept(t);
            } catch (SdrException expected) {
                t.sites.values().forEach(site -> site.faults().clear());
                step.call().accept(t);
            }
            t.sites.values().forEach(site -> site.faults().clear());
            step.after().accept(t);
            verify(t, step);
        } catch (RuntimeException | AssertionError e) {
            throw new AssertionError(step.name() + ", " + what, e);
        }
    }

    private void dieEverywhere(TwoSides situation, Step step, int index) {
        for (Side side : Side.values()) {
            TwoSides counted = new TwoSides(situation);
            CrashFolder counting = counted.openDying().get(side);
            long before = counting.operations();
            step.call().accept(counted);
            long operations = counting.operations() - before;
            for (long death = 1L + index % oneDeathIn; death <= operations; death += oneDeathIn) {
                deaths++;
                TwoSides t = new TwoSides(situation);
                Map<Side, CrashFolder> dying = t.openDying();
                dying.get(side).dieBefore(dying.get(side).operations() + death);
                try {
                    step.call().accept(t);
                } catch (SimulatedDeath expected) {
                    // found again below
                }
                t.openFound(dying, death * 31 + index);
                again(t, step, "died at " + death + " of " + side);
            }
        }
    }

    /** All points and disks are whole, and replication goes on. The situation is not used any more. */
    private static void verify(TwoSides t, Step step) {
        if (step.name().equals("dissolve")) {
            assertThat(t.status(Side.PRIMARY)).isEqualTo(ReplicaStatus.NONE);
            assertThat(t.site(Side.RECOVERY).disks().leftovers(t.vms.get(Side.RECOVERY), t.call()))
                    .isEmpty();
            return;
        }
        Side to = t.active.other();
        ReplicaStatus status = t.status(to);
        if (status.role() == Role.REPLICA) {
            for (RecoveryPoint point : status.points()) {
                var held = t.driver.bringTo(t.linkTo(to), VERIFIER, point.id(), t.call());
                if (point.sequence() > 0) {
                    t.expect(to, held.disks(), t.points.get(point.id()), "point " + point.id());
                }
            }
            t.driver.giveBack(t.linkTo(to), VERIFIER, false, t.call());
            if (!t.runs()) {
                t.start();
            }
            t.write(3);
            RecoveryPoint next = t.cycle();
            var held = t.driver.bringTo(t.linkTo(to), VERIFIER, next.id(), t.call());
            t.expect(to, held.disks(), t.guest, "the next cycle");
            assertThat(t.site(t.active).disks().leftovers(t.vms.get(t.active), t.call()))
                    .hasSizeLessThan(7);
        }
        if (t.runs()) {
            t.stop();
        }
        t.expect(t.active, t.site(t.active).look(t.vms.get(t.active)).disks(), t.guest, "the active disk");
    }
}
