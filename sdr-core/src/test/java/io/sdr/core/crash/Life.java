package io.sdr.core.crash;

import io.sdr.api.DiskId;
import io.sdr.api.FailoverPlan;
import io.sdr.api.ItemId;
import io.sdr.api.Job;
import io.sdr.api.JobOutcome;
import io.sdr.api.Place;
import io.sdr.api.ProtectionRequest;
import io.sdr.api.RecoveryPoint;
import io.sdr.api.RecoveryPointSelector;
import io.sdr.api.ReplicateNowRequest;
import io.sdr.api.ReplicatedItem;
import io.sdr.api.ReplicationPolicy;
import io.sdr.api.ReverseRequest;
import io.sdr.api.Side;
import io.sdr.api.SiteRecovery;
import io.sdr.api.VmId;
import io.sdr.api.spi.DiskRef;
import io.sdr.api.spi.VirtualDisk;
import io.sdr.testkit.SimulatedSite;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What users and guests do in a world. Every operation must succeed. */
final class Life {
    static final ItemId ITEM = new ItemId("sql-01");
    static final String VM = "sql-01";
    static final Duration LONG = Duration.ofDays(90);
    /** Between two cycles that are due by themselves. */
    static final Duration INTERVAL = Duration.ofHours(24);

    private final CrashWorld world;
    private final Truth truth;
    private final List<Moments.Guests> guests = new ArrayList<>();
    private ItemId itemId = ITEM;
    private boolean guestAtWork;

    Life(CrashWorld world, Truth truth) {
        this.world = world;
        this.truth = truth;
    }

    CrashWorld world() {
        return world;
    }

    Truth truth() {
        return truth;
    }

    SiteRecovery engine() {
        return world.engine();
    }

    ItemId itemId() {
        return itemId;
    }

    /** From now on the item has another id: an id is never used twice. */
    void rename(ItemId value) {
        itemId = value;
    }

    ReplicatedItem item() {
        return engine().item(itemId);
    }

    /** When the guest was at work. */
    List<Moments.Guests> guests() {
        return guests;
    }

    VmId vm(Side side) {
        return item().vms().get(side);
    }

    boolean isGuestAtWork() {
        return guestAtWork;
    }

    void createVm(List<Long> sizes) {
        SimulatedSite site = world.site(Side.PRIMARY);
        VmId vm = site.createVm(VM, sizes.stream().mapToLong(Long::longValue).toArray())
                .id();
        site.powerOn(vm);
        pour(Side.PRIMARY, vm, truth.next(30));
    }

    ProtectionRequest protection() {
        return ProtectionRequest.between(VM, place(Side.PRIMARY), place(Side.RECOVERY))
                .as(itemId)
                .policy(ReplicationPolicy.defaults().every(INTERVAL).pointEvery(Duration.ZERO));
    }

    private Place place(Side side) {
        return Place.of(world.site(side).id().value());
    }

    JobOutcome done(Job job) {
        JobOutcome outcome = job.awaitEnd(LONG);
        if (!outcome.status().isSuccess()) {
            throw new AssertionError(
                    job + " ended " + outcome.status() + ": " + outcome.report().steps());
        }
        return outcome;
    }

    /** Awaits the end of a job that must not succeed. */
    void fails(Job job) {
        JobOutcome outcome = job.awaitEnd(LONG);
        if (outcome.status().isSuccess()) {
            throw new AssertionError(job + " ended " + outcome.status());
        }
    }

    void write(int blocks) {
        Side active = item().activeSide();
        pour(active, vm(active), truth.next(blocks));
    }

    /** Lets the guest write, and flush. */
    void pour(Side side, VmId vm, List<Truth.Write> writes) {
        SimulatedSite site = world.site(side);
        CrashWorld.Position before = world.position();
        guestAtWork = true;
        for (Truth.Write each : writes) {
            site.guestDisk(vm, new DiskId("disk" + each.disk()))
                    .write(each.offset(), each.data().duplicate());
        }
        for (DiskRef disk : site.look(vm).disks()) {
            site.guestDisk(vm, disk.disk()).flush();
        }
        guestAtWork = false;
        guests.add(new Moments.Guests(before, world.position()));
    }

    void cycle() {
        done(engine().replicateNow(ReplicateNowRequest.crashConsistent(itemId)));
        truth.cycleMade(newestPoint().sequence());
    }

    RecoveryPoint newestPoint() {
        List<RecoveryPoint> points = engine().recoveryPoints(itemId);
        return points.get(points.size() - 1);
    }

    /** The point of a cycle that is known, counted back from the newest. */
    RecoveryPoint known(int back) {
        long sequence = truth.sequence(back);
        return engine().recoveryPoints(itemId).stream()
                .filter(point -> point.sequence() == sequence)
                .findFirst()
                .orElseThrow();
    }

    FailoverPlan.Unplanned unplanned() {
        return FailoverPlan.unplanned(itemId, item().activeSide().other()).shutDownFirst();
    }

    /** Goes to the point of a known cycle, as an unplanned failover. */
    FailoverPlan.Unplanned unplannedTo(int back) {
        return unplanned().at(RecoveryPointSelector.exactly(known(back).id()));
    }

    void protect() {
        done(engine().protect(protection()));
        truth.forgetMoments();
    }

    void commit() {
        done(engine().commit(itemId));
    }

    void reverse() {
        done(engine().reverseReplicate(
                        ReverseRequest.overwriting(item().activeSide().other(), itemId)));
        truth.forgetMoments();
    }

    /** A protected item whose VM is active at a side, with points. */
    void protectedAt(Side active, List<Long> sizes) {
        createVm(sizes);
        protect();
        write(6);
        cycle();
        if (active == Side.RECOVERY) {
            write(4);
            done(engine().failOver(unplanned()));
            write(4);
            commit();
            reverse();
        }
        for (int i = 0; i < 3; i++) {
            write(7);
            cycle();
            if (i == 1) {
                engine().runDue(); // so that some cycles are applied and some are not
            }
        }
        write(5);
    }

    /** The guest's disks at the active side are as it wrote them, the VM runs, and all is as it has to be at any moment. */
    void check() {
        world.watch().look("the end");
        world.watch().requireNoViolation();
        Side active = item().activeSide();
        if (!world.site(active).look(vm(active)).isRunning()) {
            throw new AssertionError("the VM does not run");
        }
        String difference = difference();
        if (!difference.isEmpty()) {
            throw new AssertionError("at the active side " + difference);
        }
    }

    /** Says how the active disks differ from what the guest wrote; empty if they do not. */
    String difference() {
        Side active = item().activeSide();
        return difference(
                world.site(active), world.site(active).look(vm(active)).disks(), truth.remember());
    }

    /** What the disks of the VM hold that a side has. */
    List<byte[]> contents(Side side) {
        List<byte[]> contents = new ArrayList<>();
        for (DiskRef each : world.site(side).look(vm(side)).disks()) {
            try (VirtualDisk disk = world.site(side).inspect(each)) {
                byte[] content = new byte[Math.toIntExact(disk.sizeBytes())];
                disk.read(0, ByteBuffer.wrap(content));
                contents.add(content);
            }
        }
        return contents;
    }

    static String difference(SimulatedSite site, List<DiskRef> disks, List<byte[]> expected) {
        if (disks.size() != expected.size()) {
            return "the VM has the disks " + disks;
        }
        for (int i = 0; i < expected.size(); i++) {
            try (VirtualDisk disk = site.inspect(disks.get(i))) {
                if (disk.sizeBytes() != expected.get(i).length) {
                    return "disk " + i + " has " + disk.sizeBytes() + " bytes instead of " + expected.get(i).length;
                }
                ByteBuffer found = ByteBuffer.allocate(expected.get(i).length);
                disk.read(0, found);
                int at = found.flip().mismatch(ByteBuffer.wrap(expected.get(i)));
                if (at >= 0) {
                    return "disk " + i + " differs at byte " + at;
                }
            }
        }
        return "";
    }
}
