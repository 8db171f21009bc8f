package io.sdr.core.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.sdr.api.Consistency;
import io.sdr.api.ItemId;
import io.sdr.api.JobId;
import io.sdr.api.PointId;
import io.sdr.api.RecoveryPoint;
import io.sdr.api.Side;
import io.sdr.api.VmId;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.CancelFlag;
import io.sdr.api.spi.CycleResult;
import io.sdr.api.spi.DiskRef;
import io.sdr.api.spi.Endpoint;
import io.sdr.api.spi.HeldPoint;
import io.sdr.api.spi.ProgressListener;
import io.sdr.api.spi.ReplicaLink;
import io.sdr.api.spi.ReplicaStatus;
import io.sdr.api.spi.ReplicationDriver;
import io.sdr.api.spi.ReplicationDriver.Retention;
import io.sdr.api.spi.ReversalPlan;
import io.sdr.api.spi.StorageFolder;
import io.sdr.api.spi.VirtualDisk;
import io.sdr.api.spi.VmConfiguration;
import io.sdr.api.spi.VmDescription;
import io.sdr.api.spi.VmObservation;
import io.sdr.core.format.DiskFormats;
import io.sdr.core.format.RawFormat;
import io.sdr.core.sync.DeltaSync;
import io.sdr.core.sync.SyncCancelledException;
import io.sdr.testkit.CrashFolder;
import io.sdr.testkit.InMemorySite;
import io.sdr.testkit.MemoryFolder;
import io.sdr.testkit.SimulatedProcess;
import io.sdr.testkit.SiteOptions;
import io.sdr.testkit.VirtualTime;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** Two sites, one item, its driver, and what a guest knows that it wrote. */
final class TwoSides {
    static final ItemId ITEM = new ItemId("item-1");
    static final Retention RETENTION = new Retention(100, Duration.ZERO);

    final VirtualTime time;
    final Map<Side, MemoryFolder> roots = new EnumMap<>(Side.class);
    final Map<Side, InMemorySite> sites = new EnumMap<>(Side.class);
    final Map<Side, VmId> vms = new EnumMap<>(Side.class);
    final Map<PointId, byte[][]> points = new HashMap<>();
    final int[] sizes;
    Random random;
    ReplicationDriver driver;
    Side active = Side.PRIMARY;
    byte[][] guest;
    long epoch = 1;
    int calls;

    /** Copies a situation, as after an orderly restart; what happens to one is not seen by the other. */
    TwoSides(TwoSides from) {
        from.sites.values().forEach(InMemorySite::close);
        from.roots.forEach((side, root) -> roots.put(side, root.copy()));
        time = new VirtualTime(from.time.now());
        vms.putAll(from.vms);
        points.putAll(from.points);
        sizes = from.sizes;
        random = new Random(from.calls);
        active = from.active;
        guest = ReplicaHarness.copy(from.guest);
        epoch = from.epoch;
        calls = from.calls;
        from.open();
        open();
    }

    TwoSides(long seed, int... sizes) {
        time = new VirtualTime();
        this.sizes = sizes;
        this.random = new Random(seed);
        for (Side side : Side.values()) {
            roots.put(side, new MemoryFolder());
        }
        open();
        long[] bytes = new long[sizes.length];
        guest = new byte[sizes.length][];
        for (int k = 0; k < sizes.length; k++) {
            bytes[k] = sizes[k];
            guest[k] = new byte[sizes[k]];
        }
        VmDescription vm = site(Side.PRIMARY).createVm("sql-01", bytes);
        vms.put(Side.PRIMARY, vm.id());
        vms.put(
                Side.RECOVERY,
                site(Side.RECOVERY)
                        .vms()
                        .createPlaceholder("sql-01", Optional.empty(), configuration(vm), call())
                        .vm());
        site(Side.RECOVERY).vms().unlockStart(vms.get(Side.RECOVERY), call());
    }

    private static VmConfiguration configuration(VmDescription vm) {
        return vm.configuration();
    }

    void open() {
        open(new SimulatedProcess(), roots);
    }

    /** Restarts everything in a process that can be made to die. */
    Map<Side, CrashFolder> openDying() {
        sites.values().forEach(InMemorySite::close);
        SimulatedProcess process = new SimulatedProcess();
        Map<Side, CrashFolder> dying = new EnumMap<>(Side.class);
        roots.forEach((side, root) -> dying.put(side, CrashFolder.over(root, process)));
        open(process, dying);
        return dying;
    }

    /** Restarts everything on what was found after a death. */
    void openFound(Map<Side, CrashFolder> dead, long seed) {
        dead.forEach((side, folder) -> roots.put(side, folder.afterCrash(seed + (side == Side.PRIMARY ? 0 : 1))));
        open();
    }

    private void open(SimulatedProcess process, Map<Side, ? extends StorageFolder> folders) {
        for (Side side : Side.values()) {
            sites.put(
                    side,
                    InMemorySite.open(
                            SiteOptions.named(side == Side.PRIMARY ? "east" : "west")
                                    .time(time)
                                    .process(process)
                                    .format(new RawFormat()),
                            folders.get(side)));
        }
        driver = new SdrReplicationDriver(
                site(Side.RECOVERY), site(Side.PRIMARY), DiskFormats.of(new RawFormat()), DeltaSync::run);
    }

    void reopen() {
        sites.values().forEach(InMemorySite::close);
        open();
    }

    InMemorySite site(Side side) {
        return sites.get(side);
    }

    CallContext call() {
        return call("call-" + ++calls);
    }

    CallContext callGoodUntil(Instant notAfter) {
        return new CallContext(ITEM, epoch, "call-" + ++calls, 1, notAfter, CancelFlag.NEVER, ProgressListener.NONE);
    }

    CallContext call(String token) {
        return new CallContext(
                ITEM, epoch, token, 1, time.now().plus(Duration.ofDays(1)), CancelFlag.NEVER, ProgressListener.NONE);
    }

    ReplicaLink linkTo(Side to) {
        return new ReplicaLink(ITEM, to, end(to.other()), end(to));
    }

    private Endpoint end(Side side) {
        return new Endpoint(site(side).id(), vms.get(side));
    }

    ReplicaStatus status(Side side) {
        return driver.status(List.of(linkTo(side)), call()).get(ITEM);
    }

    // ---- the VM

    void start() {
        site(active).vms().start(vms.get(active), call());
    }

    void stop() {
        site(active).turnOffBehindTheBack(vms.get(active));
    }

    boolean runs() {
        return site(active).look(vms.get(active)).isRunning();
    }

    void write(int times) {
        for (int i = 0; i < times; i++) {
            int k = random.nextInt(sizes.length);
            int at = random.nextInt(sizes[k]);
            int length = 1 + random.nextInt(Math.min(sizes[k] - at, 20_000));
            byte[] data = new byte[length];
            if (random.nextInt(4) > 0) {
                random.nextBytes(data);
            }
            System.arraycopy(data, 0, guest[k], at, length);
            try (VirtualDisk disk = site(active)
                    .guestDisk(
                            vms.get(active),
                            site(active).look(vms.get(active)).disks().get(k).disk())) {
                disk.write(at, ByteBuffer.wrap(data));
                disk.flush();
            }
        }
    }

    /** Random data everywhere. */
    void fill() {
        for (int k = 0; k < sizes.length; k++) {
            random.nextBytes(guest[k]);
            try (VirtualDisk disk = site(active)
                    .guestDisk(
                            vms.get(active),
                            site(active).look(vms.get(active)).disks().get(k).disk())) {
                disk.write(0, ByteBuffer.wrap(guest[k]));
                disk.flush();
            }
        }
    }

    byte[] read(Side side, DiskRef ref) {
        try (VirtualDisk disk = site(side).inspect(ref)) {
            byte[] all = new byte[(int) disk.sizeBytes()];
            disk.read(0, ByteBuffer.wrap(all));
            return all;
        }
    }

    void expect(Side side, List<DiskRef> disks, byte[][] content, String what) {
        assertThat(disks).hasSize(sizes.length);
        for (int k = 0; k < sizes.length; k++) {
            byte[] found = read(side, disks.get(k));
            for (int i = 0; i < sizes[k]; i++) {
                if (found[i] != content[k][i]) {
                    throw new AssertionError(what + ": disk " + k + " differs at byte " + i);
                }
            }
        }
    }

    // ---- the driver

    RecoveryPoint cycle() {
        time.pass(Duration.ofMinutes(1));
        return cycle(status(active.other()).received() + 1, "call-" + ++calls);
    }

    RecoveryPoint cycle(long sequence, String token) {
        CycleResult result =
                driver.replicate(linkTo(active.other()), sequence, Consistency.CRASH_CONSISTENT, call(token));
        assertThat(result).as("cycle %s", sequence).isInstanceOf(CycleResult.Received.class);
        RecoveryPoint point = ((CycleResult.Received) result).point();
        points.put(point.id(), ReplicaHarness.copy(guest));
        return point;
    }

    /**
     * Sends a cycle and pauses it when the flag of the call was looked at so often.
     *
     * @return whether it was paused before it was received
     */
    boolean pausedCycle(long sequence, String token, int looks) {
        int[] looked = {0};
        CallContext call = call(token).withCancel(() -> looked[0]++ >= looks);
        try {
            CycleResult result = driver.replicate(linkTo(active.other()), sequence, Consistency.CRASH_CONSISTENT, call);
            assertThat(result).isInstanceOf(CycleResult.Received.class);
            points.put(((CycleResult.Received) result).point().id(), ReplicaHarness.copy(guest));
            return false;
        } catch (SyncCancelledException e) {
            driver.pause(linkTo(active.other()), call(token));
            return true;
        }
    }

    StorageFolder replicaFolder(Side side) {
        return site(side).disks().replicaFolder(ITEM);
    }

    HeldPoint bringTo(JobId job, PointId point) {
        return driver.bringTo(linkTo(active.other()), job, point, call());
    }

    /** Fails over to a point; the guest goes on with what was then. */
    void failOver(JobId job, PointId point) {
        Side to = active.other();
        epoch++;
        driver.closeReception(linkTo(to), epoch, call());
        HeldPoint held = bringTo(job, point);
        expect(to, held.disks(), points.get(point), "held point " + point);
        VmObservation unused = site(to).vms().attach(vms.get(to), held.disks(), call());
        active = to;
        guest = ReplicaHarness.copy(points.get(point));
        start();
    }

    ReversalPlan reverse() {
        Side to = active.other();
        ReversalPlan plan = driver.planReversal(linkTo(to), call());
        driver.beginReversal(linkTo(to), RETENTION, call());
        RecoveryPoint zero = status(to).points().get(0);
        assertThat(zero.pinned()).isTrue();
        return plan;
    }
}
