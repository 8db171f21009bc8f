package io.sdr.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
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
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;

/** One item between two sides, and what its guest knows that it wrote. */
final class DriverStage {
    static final ItemId ITEM = SiteSuite.ITEM;
    static final JobId JOB = new JobId("contract-job");
    static final Retention RETENTION = new Retention(100, Duration.ZERO);

    final DriverWorld world;
    final Map<Side, VmId> vms = new EnumMap<>(Side.class);
    final Map<PointId, byte[][]> points = new HashMap<>();
    private final Random random = new Random(17);
    Side active = Side.PRIMARY;
    long epoch = 1;
    private int tokens;

    DriverStage(DriverWorld world) {
        this.world = world;
        vms.put(Side.PRIMARY, world.createRunningVm(Side.PRIMARY, "contract-vm", world.diskSizes()));
        VmId copy = control(Side.RECOVERY)
                .createPlaceholder("contract-vm", Optional.empty(), SiteSuite.CONFIGURATION, call())
                .vm();
        control(Side.RECOVERY).unlockStart(copy, call());
        vms.put(Side.RECOVERY, copy);
        write();
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

    // ---- the guest

    void write() {
        for (int k = 0; k < world.diskSizes().size(); k++) {
            int size = Math.toIntExact(world.diskSizes().get(k));
            try (VirtualDisk disk = world.guestDisk(active, vm(active), k)) {
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
        byte[][] all = new byte[world.diskSizes().size()][];
        for (int k = 0; k < all.length; k++) {
            try (VirtualDisk disk = world.guestDisk(active, vm(active), k)) {
                all[k] = Bytes.of(disk);
            }
        }
        return all;
    }

    void expect(Side side, List<DiskRef> disks, byte[][] content, String what) {
        assertEquals(content.length, disks.size(), what + ": number of disks");
        for (int k = 0; k < content.length; k++) {
            try (VirtualDisk disk = world.inspect(side, disks.get(k))) {
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
        driver().establish(out(), RETENTION, call("establish"));
    }

    RecoveryPoint cycle() {
        write();
        return send("cycle-" + ++tokens);
    }

    /** Sends what the guest has now. */
    RecoveryPoint send(String token) {
        world.pass(Duration.ofMinutes(1));
        byte[][] now = guest();
        CycleResult result =
                driver().replicate(out(), status().received() + 1, Consistency.CRASH_CONSISTENT, call(token));
        RecoveryPoint point =
                assertInstanceOf(CycleResult.Received.class, result).point();
        points.put(point.id(), now);
        return point;
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
        control(to).attach(vm(to), held.disks(), call());
        control(to).start(vm(to), call());
        active = to;
    }

    void commit() {
        driver().commit(to(active), JOB, call("commit-" + epoch));
    }
}
