package io.sdr.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sdr.api.AwaitTimeoutException;
import io.sdr.api.FailoverPlan;
import io.sdr.api.ItemId;
import io.sdr.api.Job;
import io.sdr.api.JobId;
import io.sdr.api.JobOutcome;
import io.sdr.api.JobStatus;
import io.sdr.api.NetworkSettings;
import io.sdr.api.OperationNotAllowedException;
import io.sdr.api.PointId;
import io.sdr.api.ProtectionRequest;
import io.sdr.api.ProtectionState;
import io.sdr.api.RecoveryPoint;
import io.sdr.api.ReplicateNowRequest;
import io.sdr.api.ReplicatedItem;
import io.sdr.api.ResolveRequest;
import io.sdr.api.ReverseRequest;
import io.sdr.api.SdrException;
import io.sdr.api.Side;
import io.sdr.api.VmId;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.DriverCapabilities;
import io.sdr.api.spi.DriverCapabilities.Flag;
import io.sdr.api.spi.NetworkAdapter;
import io.sdr.api.spi.ReplicationDriverFactory;
import io.sdr.api.spi.TestObjects;
import io.sdr.api.spi.VmConfiguration;
import io.sdr.api.spi.VmDescription;
import io.sdr.api.spi.VmObservation;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.ServiceLoader;
import org.junit.jupiter.api.function.Executable;

/** One VM under protection while a trace runs: verbs that wait for their end, and looks at what is there. */
final class Trace implements AutoCloseable {
    /** An odd size: neither a multiple of a block nor of a sector. */
    static final List<Long> SIZES = List.of(1_048_576L + 513, 300_000L);

    static final ItemId ITEM = new ItemId("sql-01");
    static final Duration LONG = Duration.ofHours(4);

    final TraceWorld world;
    final TraceGuest guest;
    private final boolean restarts;
    private final NetworkSettings networks;
    private final DriverCapabilities promises;
    private Optional<RecoveryPoint> kept = Optional.empty();

    Trace(TraceWorld world, boolean restarts) {
        this(world, restarts, NetworkSettings.none());
    }

    Trace(TraceWorld world, boolean restarts, NetworkSettings networks) {
        this.world = world;
        this.networks = networks;
        this.restarts = restarts;
        this.guest = new TraceGuest(world, 42, sizes(world));
        this.promises = ServiceLoader.load(ReplicationDriverFactory.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(factory -> factory.name().equals(world.driver()))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no driver " + world.driver() + " is on the path"))
                .connect(world.site(Side.PRIMARY), world.site(Side.RECOVERY))
                .capabilities();
    }

    /** A protected VM that runs at a side, with replication towards the other. */
    static Trace protectedAt(TraceWorld world, boolean restarts, Side active) {
        return protectedAt(world, restarts, active, NetworkSettings.none());
    }

    /** The same with networks. */
    static Trace protectedAt(TraceWorld world, boolean restarts, Side active, NetworkSettings networks) {
        Trace trace = new Trace(world, restarts, networks);
        trace.protect();
        if (active == Side.RECOVERY) {
            trace.write(5);
            trace.cycle();
            trace.done(trace.engine()
                    .failOver(FailoverPlan.unplanned(ITEM, Side.RECOVERY).shutDownFirst()));
            trace.commitAndReverse();
        }
        return trace;
    }

    io.sdr.api.SiteRecovery engine() {
        return world.engine();
    }

    ReplicatedItem item() {
        return engine().item(ITEM);
    }

    VmId vm(Side side) {
        return Objects.requireNonNull(item().vms().get(side));
    }

    void restartIfWanted() {
        if (restarts) {
            world.restart();
        }
    }

    void protect() {
        done(startProtecting());
        expect(ProtectionState.PROTECTED, Side.PRIMARY);
    }

    /** A VM runs at the primary side, and its protection begins. */
    Job startProtecting() {
        VmId vm = world.createRunningVm(Side.PRIMARY, "sql-01", sizes(world));
        guest.write(Side.PRIMARY, vm, 30);
        List<NetworkAdapter> adapters = networks.addresses(Side.PRIMARY).keySet().stream()
                .sorted()
                .map(NetworkAdapter::named)
                .toList();
        if (!adapters.isEmpty()) {
            world.configureByHand(
                    Side.PRIMARY, vm, VmConfiguration.of(2, 4L << 30, "uefi").withAdapters(adapters));
        }
        return engine().protect(
                        ProtectionRequest.between(vm.value(), world.place(Side.PRIMARY), world.place(Side.RECOVERY))
                                .as(ITEM)
                                .policy(world.policy())
                                .networks(networks));
    }

    JobOutcome done(Job job) {
        JobOutcome outcome = job.awaitEnd(LONG);
        assertTrue(
                outcome.status().isSuccess(),
                () -> job + " ended " + outcome.status() + ": "
                        + outcome.report().steps());
        restartIfWanted();
        return outcome;
    }

    void write(int blocks) {
        Side active = item().activeSide();
        guest.write(active, vm(active), blocks);
    }

    /** Whether the item's driver makes a promise. */
    boolean has(Flag promise) {
        return promises.has(promise);
    }

    /** What would be done is denied where the driver does not promise it, with a remedy, and nothing was changed by asking. */
    void expectNotSupported(Executable asked) {
        long version = item().version();
        SdrException denied = assertThrows(SdrException.class, asked);
        String code = denied instanceof OperationNotAllowedException refused
                ? refused.denial().code()
                : denied.code();
        assertEquals("NOT_SUPPORTED", code, denied::getMessage);
        assertFalse(denied.problem().remedy().isBlank(), "there is a remedy");
        assertEquals(version, item().version(), "nothing was changed");
    }

    /** A copy that nothing of arrives fails its job; that of a driver with a clock of its own is waited for. */
    void expectNoCopy(Job job) {
        try {
            Duration patience = has(Flag.SELF_SCHEDULED) ? Duration.ofHours(1) : LONG;
            assertEquals(JobStatus.FAILED, job.awaitEnd(patience).status());
        } catch (AwaitTimeoutException waits) {
            assertTrue(has(Flag.SELF_SCHEDULED), waits::getMessage);
        }
    }

    /** What the guest wrote arrives at the other side, and is a point that is kept. */
    void cycle() {
        List<PointId> before = points().stream().map(RecoveryPoint::id).toList();
        if (has(Flag.SELF_SCHEDULED)) {
            // Such a driver makes a point when it is time for one.
            world.pass(item().policy().pointEvery().plus(item().policy().every().multipliedBy(2)));
        }
        done(engine().replicateNow(ReplicateNowRequest.crashConsistent(ITEM)));
        kept = points().stream().filter(point -> !before.contains(point.id())).findFirst();
    }

    List<RecoveryPoint> points() {
        return engine().recoveryPoints(ITEM);
    }

    /** The point of the last cycle. */
    RecoveryPoint newestPoint() {
        List<RecoveryPoint> points = points();
        if (has(Flag.SELF_SCHEDULED) && kept.filter(points::contains).isPresent()) {
            return kept.get();
        }
        return points.get(points.size() - 1);
    }

    void expect(ProtectionState state, Side active) {
        ReplicatedItem item = item();
        assertEquals(state, item.state());
        assertEquals(active, item.activeSide());
    }

    /** The active disks hold exactly what the guest wrote, and the other copy does not run. */
    void verify() {
        Side active = item().activeSide();
        assertEquals("", TraceGuest.difference(world, active, vm(active), guest.remember()));
    }

    /** Both copies ran, the lost one until it was seen and stopped: the active side's goes on. */
    void keepActiveSide() {
        done(engine().resolve(ResolveRequest.keepingActiveSide(item().activeSide(), ITEM)));
    }

    void commitAndReverse() {
        Side active = item().activeSide();
        done(engine().commit(ITEM));
        expect(ProtectionState.FAILED_OVER, active);
        write(3);
        verify();
        done(engine().reverseReplicate(ReverseRequest.overwriting(active.other(), ITEM)));
        expect(ProtectionState.PROTECTED, active);
        verify();
        write(3);
    }

    /** Planned failover to the other side, completed by the word. */
    void failBack() {
        Side to = item().activeSide().other();
        Job job = engine().failOver(FailoverPlan.planned(ITEM, to).waitForComplete());
        assertTrue(job.awaitPrompt(LONG).isPresent());
        restartIfWanted();
        write(4);
        Job same = engine().completeFailover(ITEM);
        assertEquals(job.id(), same.id());
        JobOutcome outcome = done(same);
        expectNoLoss(outcome);
    }

    /** Digests show it, unless the driver gives its word alone. */
    void expectNoLoss(JobOutcome outcome) {
        assertEquals(has(Flag.COMPARES_DISKS), !outcome.report().digests().isEmpty(), "no loss was shown by digests");
    }

    /** The replica is as good as the source: fail over to it without loss of what was sent, and look. */
    void verifyPassiveAfterUnplanned() {
        Side to = item().activeSide().other();
        done(engine().failOver(FailoverPlan.unplanned(ITEM, to).shutDownFirst()));
        expect(ProtectionState.COMMIT_PENDING, to);
        verify();
    }

    /** An unplanned failover whose copy does not start. */
    Job failingStart() {
        Side to = item().activeSide().other();
        write(6);
        world.failNextStarts(to, vm(to), 1000);
        Job job = engine().failOver(FailoverPlan.unplanned(ITEM, to).shutDownFirst());
        assertEquals(JobStatus.FAILED, job.awaitEnd(LONG).status());
        expect(ProtectionState.FAILING_OVER, to);
        assertFalse(observe(to.other()).isRunning(), "the other side stays off");
        world.failNextStarts(to, vm(to), 0);
        restartIfWanted();
        return job;
    }

    VmObservation observe(Side side) {
        VmId vm = vm(side);
        return Objects.requireNonNull(
                world.site(side).vms().observe(List.of(vm), call()).get(vm));
    }

    /** What is left of a drill at a side. */
    TestObjects.Made made(Side side, JobId drill) {
        return world.site(side).testObjects().made(drill, call());
    }

    /** A VM as its site's inventory has it. */
    VmDescription describe(Side side, VmId vm) {
        return world.site(side).inventory().find(vm.value(), call()).get(0);
    }

    void turnOffByHand(Side side) {
        world.site(side).vms().turnOff(vm(side), call());
    }

    void startByHand(Side side) {
        world.site(side).vms().start(vm(side), call());
    }

    CallContext call() {
        return CallContext.once(ITEM, item().epoch(), "by-hand", Instant.MAX);
    }

    @Override
    public void close() {
        world.close();
    }

    private static List<Long> sizes(TraceWorld world) {
        return SIZES.stream().map(world::roundUp).toList();
    }
}
