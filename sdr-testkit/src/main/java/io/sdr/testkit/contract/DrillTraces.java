package io.sdr.testkit.contract;

import static io.sdr.testkit.contract.Trace.ITEM;
import static io.sdr.testkit.contract.Trace.LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sdr.api.CancelFailoverRequest;
import io.sdr.api.Drill;
import io.sdr.api.FailoverPlan;
import io.sdr.api.Forecast;
import io.sdr.api.Job;
import io.sdr.api.JobId;
import io.sdr.api.JobOutcome;
import io.sdr.api.JobStatus;
import io.sdr.api.NetworkId;
import io.sdr.api.Operation;
import io.sdr.api.OperationNotAllowedException;
import io.sdr.api.PointId;
import io.sdr.api.ProtectionState;
import io.sdr.api.RecoveryPoint;
import io.sdr.api.RecoveryPointSelector;
import io.sdr.api.ReverseRequest;
import io.sdr.api.Side;
import io.sdr.api.TestCleanupRequest;
import io.sdr.api.TestFailoverState;
import io.sdr.api.TestNetwork;
import io.sdr.api.spi.DriverCapabilities.Flag;
import io.sdr.api.spi.NetworkAdapter;
import io.sdr.api.spi.NetworkConnection;
import io.sdr.api.spi.VmConfiguration;
import io.sdr.api.spi.VmObservation;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Disaster-recovery drills: a test failover beside the running VM, its cleanup, and a disaster in between. */
public abstract non-sealed class DrillTraces extends Traces {
    private static final String PROBE = "log-in";

    /** For subclasses. */
    protected DrillTraces() {}

    // ---- T7

    /** A drill in a network of its own: nothing but the copy is touched, a failing cleanup is run again, and the drill passes. */
    @Test
    public void T07_testFailover_cleanupFails_thenPasses() {
        Side active = activeAtFirst();
        try (Trace trace = protectedAt(active)) {
            Side other = active.other();
            withAdapter(trace, active);
            trace.write(12);
            trace.cycle();
            List<byte[]> tested = trace.guest.remember();
            List<RecoveryPoint> points = trace.points();
            trace.write(5);
            JobOutcome outcome = test(trace, TestNetwork.isolated());
            assertTrue(outcome.report().rto().isPresent(), "the time until the test's VM ran is told");
            Drill drill = drill(trace);
            assertTrue(drill.verified().isPresent());
            assertFalse(drill.passed(), "a drill has not passed before its cleanup");
            assertEquals(Optional.of(points.get(points.size() - 1).id()), drill.point());
            VmObservation vm = testVm(trace, other, drill);
            assertEquals("sql-01 - Test", trace.describe(other, vm.vm()).name());
            assertEquals(
                    Optional.of(trace.made(other, drill.job()).networks().get(0)),
                    network(trace.describe(other, vm.vm()).configuration()));
            assertEquals("", TraceGuest.difference(trace.world, other, vm.vm(), tested));
            trace.world
                    .guestDisk(other, vm.vm(), 0)
                    .write(0, ByteBuffer.wrap(new byte[8192])); // the test's VM scribbles
            assertUntouched(trace, active, points);
            assertEquals(
                    Set.of(Operation.TEST_CLEANUP, Operation.UNPLANNED_FAILOVER, Operation.UPDATE_SETTINGS),
                    trace.item().allowedOperations());
            trace.world.refusesToDeleteTestObjects(other, true);
            Job refused = trace.engine().cleanUpTest(TestCleanupRequest.removingEverything(ITEM));
            assertEquals(JobStatus.FAILED, refused.awaitEnd(LONG).status());
            assertEquals(TestFailoverState.CLEANUP_FAILED, trace.item().testFailover());
            assertFalse(testVm(trace, other, drill).isRunning(), "what could be done is done");
            trace.world.refusesToDeleteTestObjects(other, false);
            trace.restartIfWanted();
            trace.done(trace.engine()
                    .cleanUpTest(TestCleanupRequest.removingEverything(ITEM).notes("all screens were green")));
            assertClosed(trace, other, drill);
            assertTrue(drill(trace).passed());
            assertEquals("all screens were green", drill(trace).notes());
            assertUntouched(trace, active, points);
            trace.cycle();
            trace.verifyPassiveAfterUnplanned();
        }
    }

    /** A forced cleanup leaves behind what cannot be removed, lists it, and the drill has not passed; life goes on. */
    @Test
    public void T07_forcedCleanup_listsWhatIsLeft() {
        Side active = activeAtFirst();
        try (Trace trace = protectedAt(active)) {
            Side other = active.other();
            withAdapter(trace, active);
            trace.write(12);
            trace.cycle();
            test(trace, TestNetwork.isolated());
            Drill drill = drill(trace);
            VmObservation vm = testVm(trace, other, drill);
            trace.world.refusesToDeleteTestObjects(other, true);
            JobOutcome outcome =
                    trace.done(trace.engine().cleanUpTest(TestCleanupRequest.leavingBehindWhatCannotBeRemoved(ITEM)));
            assertEquals(JobStatus.SUCCEEDED_WITH_WARNINGS, outcome.status());
            assertEquals(TestFailoverState.NONE, trace.item().testFailover());
            Drill closed = drill(trace);
            assertEquals(2, closed.leftBehind().size(), closed.leftBehind()::toString);
            assertTrue(closed.leftBehind().get(0).contains(vm.vm().value()), closed.leftBehind()::toString);
            assertFalse(closed.passed());
            VmObservation left = testVm(trace, other, drill);
            assertFalse(left.isRunning(), "what is left behind is off");
            if (!trace.has(Flag.OWNS_VMS)) { // else its disks are the driver's, and stay as they are
                assertEquals(List.of(), left.disks(), "and cannot write to the replica");
            }
            trace.world.refusesToDeleteTestObjects(other, false);
            trace.write(4);
            trace.cycle();
            trace.verifyPassiveAfterUnplanned();
            assertEquals(closed.leftBehind(), drill(trace).leftBehind(), "it stays listed");
        }
    }

    /** The three choices of a network, each with a drill from an older point. */
    @Test
    public void T07_networks() {
        Side active = activeAtFirst();
        try (Trace trace = protectedAt(active)) {
            Side other = active.other();
            withAdapter(trace, active);
            trace.write(12);
            trace.cycle();
            List<byte[]> older = trace.guest.remember();
            RecoveryPoint point = trace.newestPoint();
            trace.write(9);
            trace.cycle();
            NetworkId laboratory = new NetworkId("laboratory");
            for (TestNetwork choice : List.of(TestNetwork.none(), TestNetwork.existing(laboratory))) {
                trace.done(trace.engine()
                        .failOver(
                                FailoverPlan.test(ITEM, other, choice).at(RecoveryPointSelector.exactly(point.id()))));
                Drill drill = drill(trace);
                assertEquals(choice, drill.network());
                VmObservation vm = testVm(trace, other, drill);
                assertEquals("", TraceGuest.difference(trace.world, other, vm.vm(), older));
                assertEquals(
                        choice.equals(TestNetwork.none()) ? Optional.empty() : Optional.of(laboratory),
                        network(trace.describe(other, vm.vm()).configuration()));
                trace.done(trace.engine().cleanUpTest(TestCleanupRequest.removingEverything(ITEM)));
                assertClosed(trace, other, drill);
            }
            TestNetwork nowhere = TestNetwork.existing(new NetworkId("nowhere"));
            Forecast forecast = trace.engine().dryRun(FailoverPlan.test(ITEM, other, nowhere));
            assertTrue(
                    forecast.findings().stream().anyMatch(each -> each.code().equals("UNKNOWN_NETWORK")),
                    forecast::toString);
            assertThrows(
                    io.sdr.api.InvalidRequestException.class,
                    () -> trace.engine().failOver(FailoverPlan.test(ITEM, other, nowhere)));
            assertEquals(TestFailoverState.NONE, trace.item().testFailover());
            trace.verifyPassiveAfterUnplanned();
        }
    }

    /** A copy that does not work in time fails the test and is left to be looked at; its cleanup does not make the drill pass. */
    @Test
    public void T07_notVerified() {
        Side active = activeAtFirst();
        try (Trace trace = protectedAt(active)) {
            Side other = active.other();
            trace.cycle();
            trace.world.probe(Optional.of("no answer on port 443"));
            Job job = trace.engine()
                    .failOver(FailoverPlan.test(ITEM, other, TestNetwork.none())
                            .probe(PROBE)
                            .verifyWithin(Duration.ofMinutes(3)));
            JobOutcome outcome = job.awaitEnd(LONG);
            assertEquals(JobStatus.FAILED, outcome.status());
            assertEquals(TestFailoverState.WAITING_FOR_CLEANUP, trace.item().testFailover());
            assertEquals(ProtectionState.PROTECTED, trace.item().state());
            assertTrue(testVm(trace, other, drill(trace)).isRunning(), "it is left to be looked at");
            trace.restartIfWanted();
            trace.done(trace.engine().cleanUpTest(TestCleanupRequest.removingEverything(ITEM)));
            assertTrue(drill(trace).closed().isPresent());
            assertFalse(drill(trace).passed());
            trace.world.probe(Optional.empty());
            trace.done(trace.engine()
                    .failOver(FailoverPlan.test(ITEM, other, TestNetwork.none()).probe(PROBE)));
            trace.done(trace.engine().cleanUpTest(TestCleanupRequest.removingEverything(ITEM)));
            assertTrue(drill(trace).passed(), "the next one does");
        }
    }

    /** A test that is cancelled leaves nothing. */
    @Test
    public void T07_cancelled() {
        Side active = activeAtFirst();
        try (Trace trace = protectedAt(active)) {
            Side other = active.other();
            trace.cycle();
            trace.world.probe(Optional.of("not yet"));
            Job job = trace.engine()
                    .failOver(FailoverPlan.test(ITEM, other, TestNetwork.isolated())
                            .probe(PROBE));
            trace.world.pass(Duration.ofSeconds(20));
            assertTrue(trace.made(other, job.id()).vms().get(0).isRunning());
            job.cancel();
            assertEquals(JobStatus.CANCELLED, job.awaitEnd(LONG).status());
            assertTrue(trace.made(other, job.id()).isEmpty());
            assertEquals(TestFailoverState.NONE, trace.item().testFailover());
            assertEquals(Optional.empty(), trace.item().drill());
            trace.cycle();
            trace.verifyPassiveAfterUnplanned();
        }
    }

    // ---- T17

    /** A disaster during a drill: the failover has a copy of its own, is committed, and reverse waits for the cleanup. */
    @Test
    public void T17_unplannedDuringDrill_commit_cleanup() {
        Side active = activeAtFirst();
        try (Trace trace = protectedAt(active)) {
            Side other = active.other();
            trace.write(12);
            trace.cycle();
            List<byte[]> tested = trace.guest.remember();
            test(trace, TestNetwork.isolated());
            Drill drill = drill(trace);
            VmObservation vm = testVm(trace, other, drill);
            trace.write(6);
            trace.done(
                    trace.engine().failOver(FailoverPlan.unplanned(ITEM, other).shutDownFirst()));
            trace.expect(ProtectionState.COMMIT_PENDING, other);
            trace.verify();
            assertEquals(
                    trace.has(Flag.FAILOVER_DURING_TEST),
                    trace.made(other, drill.job()).vms().stream().anyMatch(VmObservation::isRunning),
                    "the drill goes on, where that is promised; else it was ended first");
            trace.write(4);
            trace.done(trace.engine().commit(ITEM));
            trace.expect(ProtectionState.FAILED_OVER, other);
            OperationNotAllowedException denied = assertThrows(
                    OperationNotAllowedException.class,
                    () -> trace.engine().reverseReplicate(ReverseRequest.overwriting(active, ITEM)));
            assertEquals("TEST_FAILOVER_EXISTS", denied.denial().code());
            assertTrue(denied.denial().unlockedBy().contains(Operation.TEST_CLEANUP));
            trace.turnOffByHand(other);
            trace.engine().runDue(); // would fold the layers of a VM that is off, were it not for the drill
            trace.startByHand(other);
            if (trace.has(Flag.FAILOVER_DURING_TEST)) {
                assertEquals("", TraceGuest.difference(trace.world, other, vm.vm(), tested), "the drill's disks stay");
            }
            trace.verify();
            trace.done(trace.engine().cleanUpTest(TestCleanupRequest.removingEverything(ITEM)));
            assertClosed(trace, other, drill);
            trace.done(trace.engine().reverseReplicate(ReverseRequest.overwriting(active, ITEM)));
            trace.expect(ProtectionState.PROTECTED, other);
            trace.verify();
            trace.failBack();
            trace.verify();
        }
    }

    /** The disaster strikes while the test is still being verified, and the failover is cancelled later: the drill stays to be removed. */
    @Test
    public void T17_unplannedOvertakesTest_cancelFailover() {
        Side active = activeAtFirst();
        try (Trace trace = protectedAt(active)) {
            Side other = active.other();
            trace.write(12);
            trace.cycle();
            trace.world.probe(Optional.of("not yet"));
            Job job = trace.engine()
                    .failOver(FailoverPlan.test(ITEM, other, TestNetwork.none()).probe(PROBE));
            trace.world.pass(Duration.ofSeconds(20));
            List<byte[]> before = trace.guest.remember();
            trace.done(
                    trace.engine().failOver(FailoverPlan.unplanned(ITEM, other).shutDownFirst()));
            assertEquals(JobStatus.SUPERSEDED, trace.engine().job(job.id()).status());
            assertEquals(TestFailoverState.WAITING_FOR_CLEANUP, trace.item().testFailover());
            trace.verify();
            trace.write(5);
            trace.done(trace.engine().cancelFailover(CancelFailoverRequest.droppingTargetWrites(ITEM)));
            trace.guest.goTo(before);
            trace.expect(ProtectionState.PROTECTED, active);
            trace.verify();
            Drill drill = drill(trace);
            assertEquals(job.id(), drill.job());
            trace.done(trace.engine().cleanUpTest(TestCleanupRequest.removingEverything(ITEM)));
            assertClosed(trace, other, drill);
            assertFalse(drill(trace).passed());
            trace.cycle();
            trace.verifyPassiveAfterUnplanned();
        }
    }

    // ---- parts

    private static JobOutcome test(Trace trace, TestNetwork network) {
        Side other = trace.item().activeSide().other();
        JobOutcome outcome = trace.done(trace.engine().failOver(FailoverPlan.test(ITEM, other, network)));
        assertEquals(TestFailoverState.WAITING_FOR_CLEANUP, trace.item().testFailover());
        trace.expect(ProtectionState.PROTECTED, other.other());
        return outcome;
    }

    private static Drill drill(Trace trace) {
        return trace.item().drill().orElseThrow();
    }

    private static VmObservation testVm(Trace trace, Side side, Drill drill) {
        return trace.made(side, drill.job()).vms().get(0);
    }

    private static void withAdapter(Trace trace, Side active) {
        VmConfiguration present = trace.describe(active, trace.vm(active)).configuration();
        trace.world.configureByHand(
                active, trace.vm(active), present.withAdapters(List.of(NetworkAdapter.named("nic0"))));
        trace.cycle();
    }

    private static Optional<NetworkId> network(VmConfiguration configuration) {
        return configuration.adapters().get(0).connection().map(NetworkConnection::network);
    }

    /** The active VM runs with what its guest wrote, the replica's own VM is off, and its points are those of before. */
    private static void assertUntouched(Trace trace, Side active, List<RecoveryPoint> points) {
        trace.verify();
        assertTrue(trace.observe(active).isRunning());
        assertFalse(trace.observe(active.other()).isRunning());
        List<PointId> before = points.stream().map(RecoveryPoint::id).toList();
        List<PointId> now = trace.points().stream().map(RecoveryPoint::id).toList();
        if (trace.has(Flag.SELF_SCHEDULED)) { // its latest moment passes, and other points come
            assertTrue(now.containsAll(before.subList(0, before.size() - 1)), now::toString);
        } else {
            assertEquals(before, now);
        }
    }

    private static void assertClosed(Trace trace, Side side, Drill drill) {
        assertEquals(TestFailoverState.NONE, trace.item().testFailover());
        JobId job = Objects.requireNonNull(drill.job());
        assertEquals(job, drill(trace).job(), "it is the same drill's report");
        assertTrue(drill(trace).closed().isPresent());
        assertTrue(trace.made(side, job).isEmpty(), "nothing is left");
    }
}
