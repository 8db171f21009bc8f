package io.sdr.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sdr.api.Consistency;
import io.sdr.api.ItemId;
import io.sdr.api.JobId;
import io.sdr.api.PointId;
import io.sdr.api.RecoveryPoint;
import io.sdr.api.Side;
import io.sdr.api.VmId;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.Contact;
import io.sdr.api.spi.CycleResult;
import io.sdr.api.spi.DiskRef;
import io.sdr.api.spi.DriverCapabilities.Flag;
import io.sdr.api.spi.Endpoint;
import io.sdr.api.spi.HeldPoint;
import io.sdr.api.spi.ReplicaLink;
import io.sdr.api.spi.ReplicaStatus;
import io.sdr.api.spi.ReplicationDriver;
import io.sdr.api.spi.ReplicationDriver.Retention;
import io.sdr.api.spi.VirtualDisk;
import io.sdr.api.spi.VmControl;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;

/** One item between two sides, and what its guest knows that it wrote. */
final class DriverStage {
    static final ItemId ITEM = SiteSuite.ITEM;
    static final JobId JOB = new JobId("contract-job");
    static final Retention RETENTION = new Retention(100, Duration.ZERO);
    /** So often a driver with a clock of its own may say that nothing was received yet. */
    private static final int MOST_LOOKS = 50;

    final DriverWorld world;
    final Map<Side, VmId> vms = new EnumMap<>(Side.class);
    final Map<PointId, byte[][]> points = new HashMap<>();
    /** The point of each {@link #cycle}. */
    final List<RecoveryPoint> cycles = new ArrayList<>();

    private long nextSequence;
    private final Random random = new Random(17);
    Side active = Side.PRIMARY;
    long epoch = 1;
    private int tokens;

    DriverStage(DriverWorld world) {
        this.world = world;
        vms.put(Side.PRIMARY, world.createRunningVm(Side.PRIMARY, "contract-vm", world.diskSizes()));
        vms.put(Side.RECOVERY, ownsVms() ? driver().targetVm(vm(Side.PRIMARY)) : placeholder());
        write();
    }

    private VmId placeholder() {
        VmId copy = control(Side.RECOVERY)
                .createPlaceholder("contract-vm", Optional.empty(), SiteSuite.CONFIGURATION, call())
                .vm();
        control(Side.RECOVERY).unlockStart(copy, call());
        return copy;
    }

    boolean has(Flag promise) {
        return driver().capabilities().has(promise);
    }

    /** Whether the driver makes the copy's VM, and keeps its disks attached. */
    boolean ownsVms() {
        return has(Flag.OWNS_VMS);
    }

    ReplicationDriver driver() {
        return world.driver();
    }

    VmControl control(Side side) {
        return world.site(side).vms();
    }

    VmId vm(Side side) {
        return Objects.requireNonNull(vms.get(side));
    }

    CallContext call() {
        return call("contract-" + ++tokens);
    }

    CallContext call(String token) {
        return SiteSuite.call(ITEM, epoch, token);
    }

    /** The same call, asked to stop at once. */
    CallContext cancelled(String token) {
        return call(token).withCancel(() -> true);
    }

    /** A call that was good until a minute ago, by the clock of the target. */
    CallContext late(String token) {
        Instant clock = assertInstanceOf(
                        Contact.Reachable.class, world.site(active.other()).contact(call("clock")))
                .siteClock();
        return CallContext.once(ITEM, epoch, token, clock.minusSeconds(60));
    }

    ReplicaLink to(Side to) {
        return new ReplicaLink(ITEM, to, end(to.other()), end(to));
    }

    /** The direction away from the active side. */
    ReplicaLink out() {
        return to(active.other());
    }

    /** Another VM of the primary side to a VM of the recovery side. */
    ReplicaLink link(ItemId item, VmId source, VmId target) {
        return new ReplicaLink(
                item,
                Side.RECOVERY,
                new Endpoint(world.site(Side.PRIMARY).id(), source),
                new Endpoint(world.site(Side.RECOVERY).id(), target));
    }

    private Endpoint end(Side side) {
        return new Endpoint(world.site(side).id(), vm(side));
    }

    ReplicaStatus status(Side side) {
        ReplicaStatus found = driver().status(List.of(to(side)), call()).get(ITEM);
        assertTrue(found != null, "each link has a status");
        return Objects.requireNonNull(found);
    }

    ReplicaStatus status() {
        return status(active.other());
    }

    /** The number of the next cycle. */
    long next() {
        return status().received() + 1;
    }

    // ---- the guest

    void write() {
        write(active, vm(active));
    }

    void write(Side side, VmId vm) {
        for (int k = 0; k < world.diskSizes().size(); k++) {
            int size = Math.toIntExact(world.diskSizes().get(k));
            try (VirtualDisk disk = world.guestDisk(side, vm, k)) {
                for (int i = 0; i < 3; i++) {
                    int length = 1 + random.nextInt(15_000);
                    int at = i == 0 ? size - length : random.nextInt(size - length);
                    disk.write(at, java.nio.ByteBuffer.wrap(Bytes.pattern(length, random.nextLong())));
                }
                disk.zero(random.nextInt(size / 2), random.nextInt(20_000));
                disk.flush();
            }
        }
    }

    byte[][] guest() {
        return guest(active, vm(active));
    }

    byte[][] guest(Side side, VmId vm) {
        byte[][] all = new byte[world.diskSizes().size()][];
        for (int k = 0; k < all.length; k++) {
            try (VirtualDisk disk = world.guestDisk(side, vm, k)) {
                all[k] = Bytes.of(disk);
            }
        }
        return all;
    }

    /** Disks that the driver gave to the copy hold this: attached to it already, where it keeps them attached. */
    void expect(Side side, List<DiskRef> disks, byte[][] content, String what) {
        assertEquals(content.length, disks.size(), what + ": number of disks");
        if (ownsVms()) {
            expect(side, vm(side), content, what);
            return;
        }
        for (int k = 0; k < content.length; k++) {
            try (VirtualDisk disk = world.inspect(side, disks.get(k))) {
                Bytes.same(content[k], Bytes.of(disk), what + ", disk " + k);
            }
        }
    }

    /** The disks of a VM that is off hold this. */
    void expect(Side side, VmId vm, byte[][] content, String what) {
        for (int k = 0; k < content.length; k++) {
            try (VirtualDisk disk = world.inspect(side, vm, k)) {
                Bytes.same(content[k], Bytes.of(disk), what + ", disk " + k);
            }
        }
    }

    byte[][] content(PointId point) {
        return Objects.requireNonNull(points.get(point), () -> "no cycle made point " + point);
    }

    void stop() {
        control(active).turnOff(vm(active), call());
    }

    // ---- the driver

    void establish() {
        driver().establish(out(), world.policy(), call("establish"));
    }

    /** Lets the guest write, and gives a point that holds it and is kept. */
    RecoveryPoint cycle() {
        write();
        RecoveryPoint point = send("cycle-" + ++tokens);
        cycles.add(point);
        return point;
    }

    /** How long it takes until a point may be made that holds what the guest has now. */
    Duration untilPoint() {
        return has(Flag.SELF_SCHEDULED)
                ? world.policy().pointEvery().plus(world.policy().every().multipliedBy(2))
                : Duration.ofMinutes(1);
    }

    /** Lets time go by until the next cycle is due, which {@link #receiveNext} asks for. */
    void untilNextCycle() {
        nextSequence = next();
        world.pass(has(Flag.SELF_SCHEDULED) ? world.policy().every() : Duration.ofMinutes(1));
    }

    /** Receives the cycle that is due: the same call however often. */
    void receiveNext() {
        byte[][] now = guest();
        RecoveryPoint point = received(nextSequence, "next-" + nextSequence);
        points.put(point.id(), now);
    }

    /** Sends what the guest has now. */
    RecoveryPoint send(String token) {
        byte[][] now = guest();
        ReplicaStatus before = status();
        if (!has(Flag.SELF_SCHEDULED)) {
            world.pass(untilPoint());
            RecoveryPoint point = received(before.received() + 1, token);
            points.put(point.id(), now);
            return point;
        }
        // Such a driver makes a point when it is time for one; all that it lists anew hold what the guest has.
        world.pass(untilPoint());
        RecoveryPoint unused = received(before.received() + 1, token);
        List<RecoveryPoint> fresh = status().points().stream()
                .filter(each ->
                        before.points().stream().noneMatch(old -> old.id().equals(each.id())))
                .toList();
        fresh.forEach(each -> points.put(each.id(), now));
        assertFalse(fresh.isEmpty(), "a cycle makes a point");
        return fresh.get(0);
    }

    /** Asks for a cycle until it is received: at once, of a driver that runs its cycles when it is asked. */
    RecoveryPoint received(long sequence, String token) {
        return received(() -> driver().replicate(out(), sequence, Consistency.CRASH_CONSISTENT, call(token)));
    }

    /** The same of the last changes of a source that is off. */
    RecoveryPoint receivedRest(long sequence, String token) {
        return received(() -> driver().sendRest(out(), sequence, Consistency.CRASH_CONSISTENT, call(token)));
    }

    private RecoveryPoint received(Supplier<CycleResult> ask) {
        CycleResult result = ask.get();
        for (int looks = 1; has(Flag.SELF_SCHEDULED) && result instanceof CycleResult.Pending; looks++) {
            assertTrue(looks < MOST_LOOKS, "nothing is ever received");
            world.pass(world.policy().every());
            result = ask.get();
        }
        return assertInstanceOf(CycleResult.Received.class, result).point();
    }

    List<PointId> listed() {
        return status().points().stream().map(RecoveryPoint::id).toList();
    }

    /** These points are listed, oldest first; of a driver with a clock of its own others too, all with what the guest had. */
    void expectListed(List<PointId> expected) {
        List<PointId> all = listed();
        List<PointId> listed = all;
        if (has(Flag.SELF_SCHEDULED)) {
            assertTrue(points.keySet().containsAll(all), () -> "each is of a cycle: " + all);
            listed = all.stream().filter(expected::contains).toList();
        }
        assertEquals(expected, listed, "oldest first, none twice");
    }

    HeldPoint bringTo(PointId point, String token) {
        return driver().bringTo(out(), JOB, point, call(token));
    }

    void expectHeld(HeldPoint held) {
        expect(active.other(), held.disks(), content(held.point()), "held point " + held.point());
    }

    /** Starts the copy on a point that is held now; the old active VM is off. */
    void failOver(PointId point) {
        epoch++;
        driver().closeReception(out(), epoch, call());
        HeldPoint held = bringTo(point, "fail-over-" + epoch);
        expectHeld(held);
        Side to = active.other();
        start(to, held.disks());
        active = to;
    }

    /** Starts a VM on disks that are given to it, unless the driver keeps its disks attached. */
    void start(Side side, List<DiskRef> disks) {
        if (ownsVms()) {
            control(side).unlockStart(vm(side), call());
        } else {
            control(side).attach(vm(side), disks, call());
        }
        control(side).start(vm(side), call());
    }

    /** Takes the disks away from a copy that is off, if they are ours to take. */
    void detach(Side side) {
        if (!ownsVms()) {
            control(side).attach(vm(side), List.of(), call());
        }
    }

    void commit() {
        driver().commit(to(active), JOB, call("commit-" + epoch));
    }
}
