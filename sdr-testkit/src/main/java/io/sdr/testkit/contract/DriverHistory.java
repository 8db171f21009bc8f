package io.sdr.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sdr.api.JobId;
import io.sdr.api.PointId;
import io.sdr.api.RecoveryPoint;
import io.sdr.api.Side;
import io.sdr.api.VmId;
import io.sdr.api.spi.DiskRef;
import io.sdr.api.spi.DriverCapabilities.Flag;
import io.sdr.api.spi.HeldPoint;
import io.sdr.api.spi.ReplicaStatus;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;

/**
 * One random history of an item between two sides, from a seed: cycles, housekeeping, drills whose copies write, failovers that are
 * taken back or committed, and the way back. The power of a side's storage is cut anywhere in the driver's calls, where a world can do
 * that; whoever asked asks again. A model in memory tells what every point, every held disk and every guest must hold, byte by byte.
 */
public final class DriverHistory {
    private static final List<JobId> DRILLS = List.of(new JobId("drill-a"), new JobId("drill-b"));
    private static final JobId VERIFIER = new JobId("verifier");
    /** Before which of the next changes of the storage the power is cut, at most. */
    private static final int FARTHEST_CUT = 150;

    private static final long NEVER = 1L << 40;

    private final DriverWorld world;
    private final DriverStage s;
    private final Random random;
    private final List<String> log = new ArrayList<>();
    private int tokens;
    private int cuts;

    // the model: what points hold, oldest first, and what drills hold
    private final Map<PointId, byte[][]> points = new LinkedHashMap<>();
    private final Map<JobId, Drill> drills = new LinkedHashMap<>();

    /** What a drill holds: its disks, or its VM where the driver makes one, and what must be on them. */
    private static final class Drill {
        private final List<DiskRef> disks;
        private final Optional<VmId> vm;
        private final byte[][] content;

        Drill(List<DiskRef> disks, Optional<VmId> vm, byte[][] content) {
            this.disks = disks;
            this.vm = vm;
            this.content = content;
        }
    }

    private DriverHistory(DriverWorld world, long seed) {
        this.world = world;
        this.random = new Random(seed);
        this.s = new DriverStage(world);
    }

    /**
     * Lives one history.
     *
     * @param world two sites without VMs, and the driver between them; the caller closes it
     * @param seed decides everything
     * @param acts how many acts it has
     * @return how often the power was cut
     * @throws AssertionError if something does not hold what the model says; the message names the seed and what was done
     */
    public static int run(DriverWorld world, long seed, int acts) {
        DriverHistory history = new DriverHistory(world, seed);
        try {
            history.live(acts);
            return history.cuts;
        } catch (RuntimeException | Error e) {
            throw new AssertionError("history " + seed + ": " + history.log, e);
        }
    }

    private void live(int acts) {
        act("establish", () -> {
            s.establish();
            return true;
        });
        for (int i = 0; i < acts; i++) {
            step();
            if (random.nextInt(4) == 0) {
                verify();
            }
        }
        verify();
    }

    private void step() {
        int dice = random.nextInt(100);
        if (points.isEmpty() || dice < 40) {
            cycle();
        } else if (dice < 55) {
            process();
        } else if (dice < 75) {
            drill(DRILLS.get(random.nextInt(DRILLS.size())));
        } else if (dice < 85) {
            endDrill();
        } else if (dice < 97) {
            failOver();
        } else {
            log.add("reopen");
            world.reopen();
        }
    }

    // ---- acts

    /** Asks until there is an answer; the power may be cut meanwhile, each time later. */
    private <T> T act(String what, Supplier<T> call) {
        log.add(what);
        for (int tries = 0; ; tries++) {
            Side side = random.nextBoolean() ? Side.RECOVERY : Side.PRIMARY;
            Optional<PowerCut> power =
                    random.nextInt(3) == 0 ? Optional.empty() : world.powerCut(side); // some calls are left alone
            long cut = 1L + random.nextInt(FARTHEST_CUT << Math.min(tries, 10));
            long before = power.map(PowerCut::operations).orElse(0L);
            power.ifPresent(each -> each.cutBefore(cut));
            T answer = null;
            Throwable thrown = null;
            try {
                answer = call.get();
            } catch (RuntimeException | Error e) {
                thrown = e;
            }
            if (power.isPresent() && power.get().operations() - before >= cut) {
                cuts++;
                log.add("power of " + side + " cut before change " + cut);
                power.get().restore(random.nextLong());
                continue;
            }
            power.ifPresent(each -> each.cutBefore(NEVER));
            if (thrown instanceof RuntimeException failed) {
                throw failed;
            }
            if (thrown instanceof Error failed) {
                throw failed;
            }
            return Objects.requireNonNull(answer);
        }
    }

    private void act(String what, Runnable call) {
        boolean unused = act(what, () -> {
            call.run();
            return true;
        });
    }

    private String token(String name) {
        return name + "-" + ++tokens;
    }

    private void cycle() {
        s.write();
        receive();
    }

    private void receive() {
        byte[][] now = s.guest();
        world.pass(s.untilPoint());
        long sequence = s.status().received() + 1;
        String token = token("cycle");
        RecoveryPoint point = act("cycle " + sequence, () -> s.received(sequence, token));
        if (s.has(Flag.SELF_SCHEDULED)) {
            look(now);
        } else {
            points.put(point.id(), now);
        }
    }

    /** Points that a driver with a clock of its own made since the last look hold what the guest has; some may have aged away. */
    private void look(byte[][] now) {
        List<PointId> listed = s.listed();
        points.keySet().retainAll(listed);
        listed.forEach(point -> points.putIfAbsent(point, now));
    }

    private void process() {
        String token = token("process");
        act("process", () -> s.driver().process(s.out(), s.call(token)));
    }

    private HeldPoint bringTo(JobId job, PointId point, String token) {
        HeldPoint held = s.driver().bringTo(s.out(), job, point, s.call(token));
        assertEquals(point, held.point());
        return held;
    }

    private PointId anyPoint() {
        return List.copyOf(points.keySet()).get(random.nextInt(points.size()));
    }

    /** Holds a point for a drill, whose copy writes for a while and is off then. */
    private void drill(JobId job) {
        if (s.ownsVms()) {
            testVm(job);
            return;
        }
        PointId point = anyPoint();
        String token = token("drill");
        HeldPoint held = act(job + " on point " + point, () -> bringTo(job, point, token));
        Side at = s.active.other();
        s.expect(at, held.disks(), content(point), "point " + point + " for " + job);
        byte[][] written = content(point);
        if (random.nextBoolean()) {
            log.add("its copy writes");
            written = runOn(at, held.disks());
        }
        drills.put(job, new Drill(held.disks(), Optional.empty(), written));
    }

    /** The same with a VM that the driver makes; of those there is one at a time. */
    private void testVm(JobId job) {
        if (!drills.isEmpty()) {
            return;
        }
        PointId point = anyPoint();
        String token = token("drill");
        Side at = s.active.other();
        VmId vm = act(
                job + " with a VM on point " + point, () -> s.driver().openTest(s.out(), job, point, s.call(token)));
        s.expect(at, vm, content(point), "point " + point + " for " + job);
        byte[][] written = content(point);
        if (random.nextBoolean()) {
            log.add("it writes");
            s.control(at).start(vm, s.call());
            s.write(at, vm);
            written = s.guest(at, vm);
            s.control(at).turnOff(vm, s.call());
        }
        drills.put(job, new Drill(List.of(), Optional.of(vm), written));
    }

    private byte[][] content(PointId point) {
        return Objects.requireNonNull(points.get(point));
    }

    private byte[][] runOn(Side at, List<DiskRef> disks) {
        Side source = s.active;
        s.active = at;
        start(disks);
        s.write();
        byte[][] written = s.guest();
        stop();
        s.active = source;
        return written;
    }

    /** Starts the active side's VM on some disks. */
    private void start(List<DiskRef> disks) {
        s.start(s.active, disks);
    }

    /** Stops the active side's VM and takes its disks away. */
    private void stop() {
        s.stop();
        s.detach(s.active);
    }

    private void endDrill() {
        if (!drills.isEmpty()) {
            JobId job = List.copyOf(drills.keySet()).get(random.nextInt(drills.size()));
            giveBack(job, s.has(Flag.KEEPS_TARGET_WRITES) && random.nextBoolean());
            drills.remove(job);
        }
    }

    private void giveBack(JobId job, boolean keepWrites) {
        String token = token("give-back");
        act("give back " + job, () -> s.driver().giveBack(s.out(), job, keepWrites, s.call(token)));
    }

    private void failOver() {
        while (!drills.isEmpty()) {
            endDrill();
        }
        PointId point = anyPoint();
        s.write(); // never sent
        byte[][] stood = s.guest();
        s.stop();
        s.epoch++;
        long floor = s.epoch;
        String token = token("fail-over");
        act("close reception", () -> s.driver().closeReception(s.out(), floor, s.call(token + "-close")));
        HeldPoint held = act("fail over to " + point, () -> bringTo(DriverStage.JOB, point, token));
        s.active = s.active.other();
        start(held.disks());
        expectGuest(content(point), "the copy");
        s.write();
        if (random.nextInt(3) == 0) {
            takeBack(stood);
        } else {
            commit();
            reverse(stood);
        }
    }

    private void takeBack(byte[][] stood) {
        stop();
        s.active = s.active.other();
        giveBack(DriverStage.JOB, s.has(Flag.KEEPS_TARGET_WRITES) && random.nextBoolean());
        s.control(s.active).start(s.vm(s.active), s.call());
        expectGuest(stood, "the source that starts again");
    }

    private void commit() {
        byte[][] written = s.guest();
        act("commit", s::commit);
        expectGuest(written, "the copy that is active now");
        if (random.nextBoolean()) {
            s.stop();
            String token = token("tidy");
            act("tidy", () -> s.driver().tidy(s.to(s.active), s.call(token)));
            start(s.status(s.active).activeDisks());
            expectGuest(written, "folded disks");
        }
        s.write();
    }

    private void reverse(byte[][] stood) {
        String token = token("reverse");
        act("reverse", () -> s.driver().beginReversal(s.out(), DriverStage.RETENTION, s.call(token)));
        points.clear();
        if (s.has(Flag.KEEPS_OLD_DISKS)) {
            points.put(s.status().points().get(0).id(), stood);
        }
        receive();
    }

    // ---- checks

    private void expectGuest(byte[][] content, String what) {
        byte[][] found = s.guest();
        for (int k = 0; k < content.length; k++) {
            Bytes.same(content[k], found[k], what + ", disk " + k);
        }
    }

    /** Compares all that can be reached; nothing dies meanwhile. */
    private void verify() {
        log.add("verify");
        Side at = s.active.other();
        ReplicaStatus status = s.status();
        assertEquals(ReplicaStatus.Role.REPLICA, status.role());
        if (s.has(Flag.SELF_SCHEDULED)) {
            look(s.guest());
        } else {
            assertEquals(
                    List.copyOf(points.keySet()),
                    status.points().stream().map(RecoveryPoint::id).toList(),
                    "points, oldest first");
        }
        assertEquals(drills.keySet(), status.held().keySet(), "who holds a point");
        drills.forEach((job, drill) -> drill.vm.ifPresentOrElse(
                vm -> s.expect(at, vm, drill.content, "what " + job + " holds"),
                () -> s.expect(at, drill.disks, drill.content, "what " + job + " holds")));
        if (!points.isEmpty() && (drills.isEmpty() || s.has(Flag.FAILOVER_DURING_TEST))) {
            points.forEach((point, content) ->
                    s.expect(at, bringTo(VERIFIER, point, token("verify")).disks(), content, "point " + point));
            s.driver().giveBack(s.out(), VERIFIER, false, s.call());
        }
    }
}
