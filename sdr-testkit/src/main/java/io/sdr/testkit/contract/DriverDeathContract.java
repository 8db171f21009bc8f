package io.sdr.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sdr.api.PointId;
import io.sdr.api.RecoveryPoint;
import io.sdr.api.Side;
import io.sdr.api.spi.DriverCapabilities.Flag;
import io.sdr.api.spi.ReplicaStatus;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Every method of a {@code ReplicationDriver}, killed at a call to a site before and after that call acted, and, where the power of a
 * side's storage can be cut, before a change of that; called again with the same arguments after everything was opened anew, it ends
 * the same. With {@code -Dsdr.stress=true} at each call and at 300 changes a side, else at few, spread evenly.
 */
public abstract class DriverDeathContract {
    private static final boolean STRESS = Boolean.getBoolean("sdr.stress");

    /** For subclasses. */
    protected DriverDeathContract() {}

    /**
     * Opens a world: two sites without VMs, and the driver between them.
     *
     * @return the world; the suite closes it
     */
    protected abstract DriverWorld newWorld();

    /**
     * Tells at how many calls to a side each method is killed, without {@code -Dsdr.stress=true}.
     *
     * @return about so many
     */
    protected int callsPerSide() {
        return 4;
    }

    /**
     * Tells before how many changes of a side's storage the power is cut, without {@code -Dsdr.stress=true}.
     *
     * @return about so many
     */
    protected int cutsPerSide() {
        return 3;
    }

    private record Method(String name, Consumer<DriverStage> before, Consumer<DriverStage> call) {}

    /** The point of the first, second, … cycle. */
    private static PointId point(DriverStage s, int cycle) {
        return s.cycles.get(cycle - 1).id();
    }

    private static void twoCycles(DriverStage s) {
        s.establish();
        s.cycle();
        s.cycle();
    }

    private static void held(DriverStage s) {
        twoCycles(s);
        s.bringTo(point(s, 1), "bring");
    }

    private static void failedOver(DriverStage s) {
        twoCycles(s);
        s.write();
        s.stop();
        s.failOver(point(s, 2));
        s.write();
    }

    private static void committed(DriverStage s) {
        failedOver(s);
        s.commit();
    }

    private static void reversed(DriverStage s) {
        committed(s);
        s.driver().beginReversal(s.out(), DriverStage.RETENTION, s.call("reverse"));
    }

    private static List<Method> methods() {
        return List.of(
                new Method("establish", s -> {}, DriverStage::establish),
                new Method(
                        "replicate, first cycle",
                        s -> {
                            s.establish();
                            s.untilNextCycle();
                        },
                        DriverStage::receiveNext),
                new Method(
                        "replicate, next cycle",
                        s -> {
                            twoCycles(s);
                            s.write();
                            s.untilNextCycle();
                        },
                        DriverStage::receiveNext),
                new Method(
                        "process",
                        DriverDeathContract::twoCycles,
                        s -> s.driver().process(s.out(), s.call("process"))),
                new Method(
                        "closeReception",
                        s -> {
                            twoCycles(s);
                            s.epoch++;
                        },
                        s -> s.driver().closeReception(s.out(), s.epoch, s.call("close"))),
                new Method("bringTo", DriverDeathContract::twoCycles, s -> s.bringTo(point(s, 1), "bring")),
                new Method(
                        "giveBack",
                        DriverDeathContract::held,
                        s -> s.driver().giveBack(s.out(), DriverStage.JOB, false, s.call("give-back"))),
                new Method("commit", DriverDeathContract::failedOver, DriverStage::commit),
                new Method(
                        "beginReversal",
                        DriverDeathContract::committed,
                        s -> s.driver().beginReversal(s.out(), DriverStage.RETENTION, s.call("reverse"))),
                new Method(
                        "replicate, first cycle back",
                        s -> {
                            reversed(s);
                            s.untilNextCycle();
                        },
                        DriverStage::receiveNext),
                new Method(
                        "undoReversal",
                        DriverDeathContract::reversed,
                        s -> s.driver().undoReversal(s.out(), s.call("undo"))),
                new Method(
                        "tidy", DriverDeathContract::twoCycles, s -> s.driver().tidy(s.out(), s.call("tidy"))),
                new Method(
                        "keepAsDisks",
                        DriverDeathContract::twoCycles,
                        s -> s.driver().keepAsDisks(s.out(), s.call("keep"))),
                new Method(
                        "dissolveTarget",
                        s -> {
                            twoCycles(s);
                            s.driver().keepAsDisks(s.out(), s.call("keep"));
                        },
                        s -> s.driver().dissolveTarget(s.out(), false, s.call("dissolve"))),
                new Method(
                        "dissolveSource",
                        DriverDeathContract::twoCycles,
                        s -> s.driver().dissolveSource(s.out(), s.call("dissolve"))),
                new Method(
                        "dissolve",
                        DriverDeathContract::twoCycles,
                        s -> s.driver().dissolve(s.out(), true, s.call("dissolve"))));
    }

    /** One test for each method. */
    @TestFactory
    public Stream<DynamicTest> killedAnywhereEndsTheSame() {
        return methods().stream().map(method -> DynamicTest.dynamicTest(method.name(), () -> kill(method)));
    }

    private void kill(Method method) {
        Map<Side, Long> calls;
        String end;
        try (DriverWorld world = newWorld()) {
            DriverStage s = new DriverStage(world);
            method.before().accept(s);
            Map<Side, Long> before = counted(world);
            method.call().accept(s);
            calls = counted(world);
            calls.replaceAll((side, count) -> count - before.getOrDefault(side, 0L));
            if (calls.values().stream().allMatch(count -> count == 0)) {
                assertTrue(
                        s.has(Flag.SELF_SCHEDULED),
                        "only what has a clock of its own has nothing to do when it is called");
                method.call().accept(s);
                return;
            }
            end = end(s);
        }
        for (Map.Entry<Side, Long> each : calls.entrySet()) {
            long step = STRESS ? 1 : Math.max(1, each.getValue() / callsPerSide());
            for (long n = 1; n <= each.getValue(); n += step) {
                killAt(method, each.getKey(), n, false, end);
                killAt(method, each.getKey(), n, true, end);
            }
        }
    }

    private static Map<Side, Long> counted(DriverWorld world) {
        Map<Side, Long> calls = new java.util.EnumMap<>(Side.class);
        for (Side side : Side.values()) {
            calls.put(side, world.calls(side));
        }
        return calls;
    }

    private void killAt(Method method, Side side, long call, boolean acted, String end) {
        try (DriverWorld world = newWorld()) {
            DriverStage s = new DriverStage(world);
            method.before().accept(s);
            world.dieAt(side, call, acted);
            String what = method.name() + ", killed " + (acted ? "after" : "before") + " call " + call + " to " + side;
            assertThrows(Throwable.class, () -> method.call().accept(s), what);
            world.reopen();
            method.call().accept(s);
            assertEquals(end, end(s), what);
        }
    }

    /** One test for each method; what was not forced is lost, kept or torn. */
    @TestFactory
    public Stream<DynamicTest> aPowerCutAnywhereEndsTheSame() {
        return methods().stream().map(method -> DynamicTest.dynamicTest(method.name(), () -> cut(method)));
    }

    private void cut(Method method) {
        for (Side side : Side.values()) {
            long changes;
            String end;
            try (DriverWorld world = newWorld()) {
                Optional<PowerCut> power = world.powerCut(side);
                if (power.isEmpty()) {
                    return;
                }
                DriverStage s = new DriverStage(world);
                method.before().accept(s);
                long before = power.get().operations();
                method.call().accept(s);
                changes = power.get().operations() - before;
                end = end(s);
            }
            long step = Math.max(1, changes / (STRESS ? 300 : cutsPerSide()));
            for (long n = 1 + method.name().length() % step; n <= changes; n += step) {
                cutAt(method, side, n, end);
            }
        }
    }

    private void cutAt(Method method, Side side, long change, String end) {
        try (DriverWorld world = newWorld()) {
            DriverStage s = new DriverStage(world);
            method.before().accept(s);
            PowerCut power = world.powerCut(side).orElseThrow();
            power.cutBefore(change);
            String what = method.name() + ", power of " + side + " cut before change " + change;
            assertThrows(Throwable.class, () -> method.call().accept(s), what);
            power.restore(change);
            method.call().accept(s);
            assertEquals(end, end(s), what);
        }
    }

    /**
     * What can be seen in the end; every point that is listed is compared with what the guest wrote. How much a driver with a clock
     * of its own has received meanwhile depends on the time that went by.
     */
    private static String end(DriverStage s) {
        StringBuilder words = new StringBuilder();
        for (Side side : Side.values()) {
            ReplicaStatus status = s.status(side);
            words.append(side)
                    .append(' ')
                    .append(status.role())
                    .append(" floor ")
                    .append(status.epochFloor());
            if (!s.has(Flag.SELF_SCHEDULED)) {
                words.append(" received ").append(status.received()).append(" points ");
                status.points().forEach(point -> words.append(point.sequence()).append(' '));
            }
            words.append(" held ").append(status.held().size()).append(' ').append(status.broken());
            words.append(" active ").append(status.activeDisks().size()).append('\n');
        }
        if (s.status().role() == ReplicaStatus.Role.REPLICA) {
            for (RecoveryPoint point : s.status().points()) {
                if (s.points.containsKey(point.id())) {
                    s.expectHeld(s.bringTo(point.id(), "end-" + point.sequence()));
                }
            }
        }
        return words.toString();
    }
}
