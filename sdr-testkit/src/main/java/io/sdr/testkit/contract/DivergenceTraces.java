package io.sdr.testkit.contract;

import static io.sdr.testkit.contract.Trace.ITEM;
import static io.sdr.testkit.contract.Trace.LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sdr.api.Answer;
import io.sdr.api.BootGate;
import io.sdr.api.CancelFailoverRequest;
import io.sdr.api.Divergence;
import io.sdr.api.FailoverPlan;
import io.sdr.api.InvalidRequestException;
import io.sdr.api.Job;
import io.sdr.api.JobOutcome;
import io.sdr.api.JobStatus;
import io.sdr.api.NetworkId;
import io.sdr.api.Operation;
import io.sdr.api.OperationNotAllowedException;
import io.sdr.api.Prompt;
import io.sdr.api.ProtectionState;
import io.sdr.api.RecoveryPoint;
import io.sdr.api.RecoveryPointSelector;
import io.sdr.api.ReplicatedItem;
import io.sdr.api.ReplicationPolicy;
import io.sdr.api.ResolveRequest;
import io.sdr.api.ReverseRequest;
import io.sdr.api.Side;
import io.sdr.api.StaleCopy;
import io.sdr.api.spi.DriverCapabilities.Flag;
import io.sdr.api.spi.NetworkAdapter;
import io.sdr.api.spi.NetworkConnection;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * The side that was left comes back: what is done with its VM, what is said of it, and how somebody decides which copy survives. In
 * each trace the source is silent when it is failed over; both sides' guests go on writing where they run.
 */
public abstract non-sealed class DivergenceTraces extends Traces {
    private static final Set<Operation> DENIED =
            Set.of(Operation.COMMIT, Operation.REVERSE_REPLICATE, Operation.PLANNED_FAILOVER_FULL, Operation.DISABLE);

    /** For subclasses. */
    protected DivergenceTraces() {}

    /** A failover away from a silent side, and what either side's disks hold afterwards. */
    private static final class Split {
        final Trace trace;
        final Side left;
        final Side to;
        List<byte[]> there = List.of();
        List<byte[]> here = List.of();

        Split(Trace trace, Side left) {
            this.trace = trace;
            this.left = left;
            this.to = left.other();
        }

        /** The side is lost while its VM runs on and writes; the other one takes over. */
        Split runningOn() {
            trace.write(20);
            trace.cycle();
            List<byte[]> common = trace.guest.remember();
            trace.world.contact(left, false);
            failOver();
            trace.guest.write(left, trace.vm(left), 6); // never replicated
            there = trace.guest.remember();
            trace.guest.goTo(common);
            trace.verify();
            trace.write(7);
            here = trace.guest.remember();
            return this;
        }

        /** The VM of the side is off, long before the side is lost. */
        Split off(int blocksNeverReplicated) {
            trace.write(20);
            trace.cycle();
            List<byte[]> common = trace.guest.remember();
            if (blocksNeverReplicated > 0) {
                trace.write(blocksNeverReplicated);
            }
            there = trace.guest.remember();
            trace.turnOffByHand(left);
            trace.world.contact(left, false);
            trace.world.pass(Duration.ofMinutes(10));
            failOver();
            trace.guest.goTo(common);
            trace.verify();
            trace.write(7);
            here = trace.guest.remember();
            return this;
        }

        private void failOver() {
            JobOutcome outcome = trace.done(trace.engine().failOver(FailoverPlan.unplanned(ITEM, to)));
            assertEquals(JobStatus.SUCCEEDED_WITH_WARNINGS, outcome.status(), "not confirmed off is worth a warning");
            trace.expect(ProtectionState.COMMIT_PENDING, to);
            assertEquals(Divergence.NONE, trace.item().divergence(), "nothing is known of a silent side");
        }

        void comesBack() {
            trace.world.contact(left, true);
            trace.engine().runDue();
        }

        /** Nothing that would bury one of the copies is allowed, and nothing was changed by asking. */
        void expectDenied(Divergence divergence) {
            ReplicatedItem item = trace.item();
            assertEquals(divergence, item.divergence(), item::divergenceEvidence);
            assertFalse(item.divergenceEvidence().isBlank(), "the evidence is named");
            assertTrue(item.status().startsWith(divergence.name()), item::status);
            for (Operation operation : DENIED) {
                assertFalse(item.allowedOperations().contains(operation), () -> operation + " is denied");
            }
            assertTrue(item.allowedOperations().contains(Operation.RESOLVE_DIVERGENCE));
        }

        /** The oldest point at a side holds what was written there: that of the loser is kept. */
        void expectOldest(Side side, List<byte[]> content) {
            if (!trace.has(Flag.KEEPS_OLD_DISKS)) {
                assertTrue(trace.points().stream().noneMatch(RecoveryPoint::pinned), "nothing keeps it");
                trace.verifyPassiveAfterUnplanned();
                return;
            }
            trace.done(trace.engine()
                    .failOver(FailoverPlan.unplanned(ITEM, side)
                            .shutDownFirst()
                            .at(RecoveryPointSelector.exactly(
                                    trace.points().get(0).id()))));
            trace.guest.goTo(content);
            trace.verify();
        }

        /** Not promised: that the other side survives is denied, and the active side does. */
        boolean otherSideIsDenied(Side survivor) {
            if (trace.has(Flag.KEEPS_OLD_DISKS)) {
                return false;
            }
            trace.expectNotSupported(() -> trace.engine().resolve(ResolveRequest.givingUpActiveSide(survivor, ITEM)));
            trace.keepActiveSide();
            assertFalse(trace.observe(survivor).isRunning());
            trace.verify();
            return true;
        }

        void keepActive() {
            trace.done(trace.engine().resolve(ResolveRequest.keepingActiveSide(to, ITEM)));
            assertEquals(Divergence.UNREPLICATED_WRITES, trace.item().divergence());
            assertFalse(trace.observe(left).isRunning(), "the copy that does not survive is off");
            assertTrue(trace.observe(left).startLocked(), "and locked");
            trace.verify();
        }
    }

    private Split split() {
        Side active = activeAtFirst();
        return new Split(protectedAt(active), active);
    }

    // ---- T5

    /** The old side comes back running: it is stopped and named, nothing is buried, the active side survives. */
    @Test
    public void T05_comesBackRunning_activeSideSurvives() {
        Split split = split();
        try (Trace trace = split.trace) {
            split.runningOn();
            assertFalse(trace.item().pendingNotes().isEmpty(), "a fence note is queued");
            split.comesBack();
            assertFalse(trace.observe(split.left).isRunning(), "the stale copy was stopped");
            assertTrue(trace.observe(split.left).startLocked(), "and locked");
            assertTrue(trace.item().pendingNotes().isEmpty(), "the fence note is delivered");
            split.expectDenied(Divergence.SPLIT_BRAIN);
            OperationNotAllowedException refused = assertThrows(
                    OperationNotAllowedException.class, () -> trace.engine().commit(ITEM));
            assertEquals("SPLIT_BRAIN", refused.denial().code());
            assertTrue(refused.denial().unlockedBy().contains(Operation.RESOLVE_DIVERGENCE));
            assertEquals(
                    "WRONG_DIRECTION",
                    assertThrows(
                                    InvalidRequestException.class,
                                    () -> trace.engine().resolve(ResolveRequest.keepingActiveSide(split.left, ITEM)))
                            .code());
            trace.restartIfWanted();
            trace.engine().runDue();
            split.expectDenied(Divergence.SPLIT_BRAIN);
            split.keepActive();
            trace.expect(ProtectionState.COMMIT_PENDING, split.to);
            trace.commitAndReverse();
            assertEquals(Divergence.NONE, trace.item().divergence(), "its writes are a recovery point now");
            trace.failBack();
            trace.verify();
        }
    }

    /** The other side survives while points are there: the failover is cancelled, with the writes of both kept. */
    @Test
    public void T05_comesBackRunning_otherSideSurvives() {
        Split split = split();
        try (Trace trace = split.trace) {
            split.runningOn();
            split.comesBack();
            split.expectDenied(Divergence.SPLIT_BRAIN);
            if (split.otherSideIsDenied(split.left)) {
                return;
            }
            Job job = trace.engine().resolve(ResolveRequest.givingUpActiveSide(split.left, ITEM));
            assertEquals("cancel-failover", job.kind());
            trace.done(job);
            trace.expect(ProtectionState.PROTECTED, split.left);
            assertEquals(Divergence.NONE, trace.item().divergence());
            assertTrue(trace.observe(split.left).isRunning(), "it ran until it was stopped");
            assertFalse(trace.observe(split.to).isRunning());
            trace.guest.goTo(split.there);
            trace.verify();
            trace.write(4);
            trace.cycle();
            trace.verifyPassiveAfterUnplanned();
        }
    }

    /** After the commit the roles change by a decision of their own; the loser's disk becomes a recovery point with the reverse. */
    @Test
    public void T05_comesBackAfterCommit_otherSideSurvives() {
        Split split = split();
        try (Trace trace = split.trace) {
            split.runningOn();
            trace.done(trace.engine().commit(ITEM));
            split.comesBack();
            trace.expect(ProtectionState.FAILED_OVER, split.to);
            split.expectDenied(Divergence.SPLIT_BRAIN);
            if (split.otherSideIsDenied(split.left)) {
                return;
            }
            long epoch = trace.item().epoch();
            trace.done(trace.engine().resolve(ResolveRequest.givingUpActiveSide(split.left, ITEM)));
            trace.expect(ProtectionState.FAILED_OVER, split.left);
            assertEquals(epoch + 1, trace.item().epoch(), "by a decision of its own");
            assertEquals(Divergence.UNREPLICATED_WRITES, trace.item().divergence());
            assertFalse(trace.observe(split.to).isRunning());
            assertTrue(trace.observe(split.to).startLocked());
            trace.guest.goTo(split.there);
            trace.verify();
            trace.write(3);
            trace.done(trace.engine().reverseReplicate(ReverseRequest.overwriting(split.to, ITEM)));
            trace.expect(ProtectionState.PROTECTED, split.left);
            trace.verify();
            split.expectOldest(split.to, split.here);
        }
    }

    /** The same, and the active side survives. */
    @Test
    public void T05_comesBackAfterCommit_activeSideSurvives() {
        Split split = split();
        try (Trace trace = split.trace) {
            split.runningOn();
            trace.done(trace.engine().commit(ITEM));
            split.comesBack();
            split.expectDenied(Divergence.SPLIT_BRAIN);
            split.keepActive();
            trace.expect(ProtectionState.FAILED_OVER, split.to);
            trace.done(trace.engine().reverseReplicate(ReverseRequest.overwriting(split.left, ITEM)));
            trace.expect(ProtectionState.PROTECTED, split.to);
            trace.verify();
            split.expectOldest(split.left, split.there);
        }
    }

    // ---- a failover that was cancelled while its copy was silent

    private static void cancelledWhileSilent(Split split) {
        Trace trace = split.trace;
        trace.write(20);
        trace.cycle();
        trace.done(
                trace.engine().failOver(FailoverPlan.unplanned(ITEM, split.to).shutDownFirst()));
        List<byte[]> common = trace.guest.remember();
        trace.world.contact(split.to, false);
        trace.done(trace.engine()
                .cancelFailover(CancelFailoverRequest.droppingTargetWrites(ITEM).acceptTwoRunning("the link is down")));
        trace.expect(ProtectionState.PROTECTED, split.left);
        trace.guest.write(split.to, trace.vm(split.to), 5);
        split.here = trace.guest.remember();
        trace.guest.goTo(common);
        trace.write(4);
        split.there = trace.guest.remember();
        trace.world.contact(split.to, true);
        trace.engine().runDue();
        assertEquals(Divergence.SPLIT_BRAIN, trace.item().divergence());
        assertFalse(trace.observe(split.to).isRunning(), "the copy was stopped");
        assertFalse(trace.item().pendingNotes().isEmpty(), "what it holds is not given up yet");
        assertFalse(trace.observe(split.to).disks().isEmpty());
    }

    /** The copy ran on: it is not given up before somebody says so; then replication goes on. */
    @Test
    public void T05_cancelledWhileSilent_activeSideSurvives() {
        Split split = split();
        try (Trace trace = split.trace) {
            cancelledWhileSilent(split);
            trace.done(trace.engine().resolve(ResolveRequest.keepingActiveSide(split.left, ITEM)));
            trace.engine().runDue();
            assertTrue(trace.item().pendingNotes().isEmpty(), "now it is given back");
            assertEquals(Divergence.NONE, trace.item().divergence());
            trace.expect(ProtectionState.PROTECTED, split.left);
            trace.verify();
            trace.write(3);
            trace.cycle();
            trace.verifyPassiveAfterUnplanned();
        }
    }

    /** The copy survives: its failover counts again. */
    @Test
    public void T05_cancelledWhileSilent_copySurvives() {
        Split split = split();
        try (Trace trace = split.trace) {
            cancelledWhileSilent(split);
            if (split.otherSideIsDenied(split.to)) {
                return;
            }
            trace.done(trace.engine().resolve(ResolveRequest.givingUpActiveSide(split.to, ITEM)));
            trace.expect(ProtectionState.COMMIT_PENDING, split.to);
            assertEquals(Divergence.UNREPLICATED_WRITES, trace.item().divergence());
            trace.guest.goTo(split.here);
            trace.verify();
            trace.engine().runDue();
            assertTrue(trace.item().pendingNotes().isEmpty(), "there is nothing to give back");
            trace.verify();
            trace.commitAndReverse();
            trace.failBack();
            trace.verify();
        }
    }

    // ---- off, or perhaps off

    /** Off since before, with writes that were never replicated: normal after a disaster, and nothing is denied. */
    @Test
    public void T05_offSinceBefore_unreplicatedWrites() {
        Split split = split();
        try (Trace trace = split.trace) {
            split.off(6);
            split.comesBack();
            assertEquals(Divergence.UNREPLICATED_WRITES, trace.item().divergence(), trace.item()::divergenceEvidence);
            assertTrue(trace.observe(split.left).startLocked(), "nobody starts it again");
            trace.commitAndReverse();
            assertEquals(Divergence.NONE, trace.item().divergence());
            split.expectOldest(split.left, split.there);
        }
    }

    /** Off since before, and all that it wrote had arrived. */
    @Test
    public void T05_offSinceBefore_nothingLost() {
        Split split = split();
        try (Trace trace = split.trace) {
            split.off(0);
            split.comesBack();
            // Without the old side's knowledge of what it changed, nothing can be told to have arrived.
            assertEquals(
                    trace.has(Flag.UNION_REVERSE) ? Divergence.NONE : Divergence.UNREPLICATED_WRITES,
                    trace.item().divergence(),
                    trace.item()::divergenceEvidence);
            trace.commitAndReverse();
        }
    }

    /** Its site cannot tell since when it is off: that it ran beside the other one is suspected, and treated alike. */
    @Test
    public void T05_offSinceUnknown_suspected() {
        Split split = split();
        try (Trace trace = split.trace) {
            split.off(6);
            trace.world.forgetOffSince(split.left, trace.vm(split.left));
            split.comesBack();
            split.expectDenied(Divergence.SUSPECTED);
            split.keepActive();
            trace.commitAndReverse();
        }
    }

    /** It was started and stopped again while nobody looked. */
    @Test
    public void T05_ranWhileNobodyLooked() {
        Split split = split();
        try (Trace trace = split.trace) {
            split.off(0);
            split.comesBack();
            trace.world.contact(split.left, false);
            trace.world.pass(Duration.ofMinutes(5));
            trace.world.startBehindTheBack(split.left, trace.vm(split.left));
            trace.world.pass(Duration.ofMinutes(5));
            trace.world.contact(split.left, true);
            trace.turnOffByHand(split.left);
            trace.world.contact(split.left, false);
            trace.engine().runDue();
            split.comesBack();
            split.expectDenied(Divergence.SPLIT_BRAIN);
            split.keepActive();
        }
    }

    // ---- what is done with a stale copy

    private static void policy(Trace trace, ReplicationPolicy policy) {
        ReplicatedItem unused = trace.engine().updateSettings(ITEM, policy);
    }

    /** Asked to ask: it runs on, locked, until somebody says which copy survives. */
    @Test
    public void T05_staleCopy_ask() {
        Split split = split();
        try (Trace trace = split.trace) {
            policy(trace, trace.item().policy().onStaleCopy(StaleCopy.LEAVE_RUNNING));
            split.runningOn();
            split.comesBack();
            assertTrue(trace.observe(split.left).isRunning(), "nobody stopped it");
            assertTrue(trace.observe(split.left).startLocked(), "it does not start again");
            split.expectDenied(Divergence.SPLIT_BRAIN);
            trace.restartIfWanted();
            trace.engine().runDue();
            assertTrue(trace.observe(split.left).isRunning());
            split.keepActive();
            trace.commitAndReverse();
        }
    }

    /** The other side survives without having been stopped. */
    @Test
    public void T05_staleCopy_askedAndSurvives() {
        Split split = split();
        try (Trace trace = split.trace) {
            policy(trace, trace.item().policy().onStaleCopy(StaleCopy.LEAVE_RUNNING));
            split.runningOn();
            split.comesBack();
            if (split.otherSideIsDenied(split.left)) {
                return;
            }
            Optional<java.time.Instant> started = trace.observe(split.left).lastStart();
            trace.done(trace.engine().resolve(ResolveRequest.givingUpActiveSide(split.left, ITEM)));
            trace.expect(ProtectionState.PROTECTED, split.left);
            assertEquals(started, trace.observe(split.left).lastStart(), "it ran all the time");
            assertFalse(trace.observe(split.left).startLocked());
            trace.guest.goTo(split.there);
            trace.verify();
        }
    }

    /** Cut off from the network it runs on; if it survives it is connected as before. */
    @Test
    public void T05_staleCopy_disconnected() {
        Split split = split();
        try (Trace trace = split.trace) {
            Optional<NetworkConnection> lab = Optional.of(NetworkConnection.to(new NetworkId("laboratory")));
            trace.world.configureByHand(
                    split.left,
                    trace.vm(split.left),
                    trace.describe(split.left, trace.vm(split.left))
                            .configuration()
                            .withAdapters(List.of(
                                    NetworkAdapter.named("nic0").withConnection(lab), NetworkAdapter.named("nic1"))));
            policy(trace, trace.item().policy().onStaleCopy(StaleCopy.DISCONNECT_NETWORK));
            split.runningOn();
            split.comesBack();
            assertTrue(trace.observe(split.left).isRunning(), "nobody stopped it");
            assertEquals(Optional.empty(), connection(trace, split.left), "nobody reaches it");
            split.expectDenied(Divergence.SPLIT_BRAIN);
            if (split.otherSideIsDenied(split.left)) {
                return;
            }
            trace.done(trace.engine().resolve(ResolveRequest.givingUpActiveSide(split.left, ITEM)));
            trace.expect(ProtectionState.PROTECTED, split.left);
            assertEquals(lab, connection(trace, split.left), "it is connected as before");
            trace.guest.goTo(split.there);
            trace.verify();
        }
    }

    private static Optional<NetworkConnection> connection(Trace trace, Side side) {
        return trace.describe(side, trace.vm(side))
                .configuration()
                .adapters()
                .get(0)
                .connection();
    }

    // ---- boot gate

    /** Hosts start neither copy; the engine starts the active one at first contact. */
    @Test
    public void bootGate_theEngineStartsTheActiveCopy() {
        Side active = activeAtFirst();
        try (Trace trace = protectedAt(active)) {
            trace.engine().runDue();
            for (Side side : Side.values()) {
                assertFalse(trace.observe(side).automaticStart(), () -> "at the " + side + " side");
            }
            trace.world.contact(active, false);
            trace.engine().runDue();
            trace.world.restartHosts(active);
            trace.world.contact(active, true);
            assertFalse(trace.observe(active).isRunning(), "its host did not start it");
            trace.engine().runDue();
            assertTrue(trace.observe(active).isRunning(), "the engine did");
            trace.turnOffByHand(active);
            trace.world.contact(active, false);
            trace.engine().runDue();
            trace.world.contact(active, true);
            trace.engine().runDue();
            assertFalse(trace.observe(active).isRunning(), "what somebody turned off stays off");
        }
    }

    /** A power failure at the lost side: its VM stays off, and so two copies never ran. */
    @Test
    public void bootGate_keepsTheOldSideOff() {
        Split split = split();
        try (Trace trace = split.trace) {
            trace.engine().runDue();
            trace.write(5);
            trace.cycle();
            trace.world.contact(split.left, false);
            trace.world.restartHosts(split.left);
            trace.world.pass(Duration.ofMinutes(5));
            split.failOver();
            split.comesBack();
            assertFalse(trace.observe(split.left).isRunning());
            if (trace.observe(split.left).offSince().isPresent()) {
                assertFalse(
                        trace.item().allowedOperations().contains(Operation.RESOLVE_DIVERGENCE),
                        trace.item()::divergenceEvidence);
            } else {
                split.expectDenied(Divergence.SUSPECTED); // nothing tells when it went down with its host
            }
        }
    }

    /** Opened, the gate leaves automatic start to the hosts, as it was before. */
    @Test
    public void bootGate_openedGivesBackWhatWas() {
        Split split = split();
        try (Trace trace = split.trace) {
            trace.engine().runDue();
            // an administrator's VM is, a copy of ours is not, and one that the driver made is as its VM
            boolean wasStarted = split.left == Side.PRIMARY || trace.has(Flag.OWNS_VMS);
            policy(trace, trace.item().policy().bootGate(BootGate.HOSTS));
            trace.engine().runDue();
            assertEquals(wasStarted, trace.observe(split.left).automaticStart());
            policy(trace, trace.item().policy().bootGate(BootGate.ENGINE));
            trace.engine().runDue();
            assertFalse(trace.observe(split.left).automaticStart());
        }
    }

    // ---- power fence

    /** A silent source is fenced first: two running copies are excluded, and the report says how that is known. */
    @Test
    public void powerFence_excludesTwoRunning() {
        Side active = activeAtFirst();
        try (Trace trace = protectedAt(active)) {
            Side other = active.other();
            trace.world.powerFence(active, true);
            trace.write(8);
            trace.cycle();
            trace.world.contact(active, false);
            JobOutcome outcome =
                    trace.engine().failOver(FailoverPlan.unplanned(ITEM, other)).awaitEnd(LONG);
            assertTrue(
                    outcome.status().isSuccess(), () -> outcome.report().steps().toString());
            assertFalse(
                    String.join(" ", outcome.warnings()).contains("not confirmed off"),
                    () -> "it is: " + outcome.warnings());
            trace.verify();
            trace.world.contact(active, true);
            assertFalse(trace.observe(active).isRunning(), "its power was taken");
            trace.engine().runDue();
            assertFalse(
                    trace.item().allowedOperations().contains(Operation.RESOLVE_DIVERGENCE),
                    trace.item()::divergenceEvidence);
            trace.commitAndReverse();
        }
    }

    /** A fence that fails is no success: the job asks, and nothing runs twice without a word. */
    @Test
    public void powerFence_failureIsAsked() {
        Side active = activeAtFirst();
        try (Trace trace = protectedAt(active)) {
            Side other = active.other();
            trace.world.powerFence(active, false);
            trace.write(8);
            trace.cycle();
            trace.world.contact(active, false);
            Job job = trace.engine().failOver(FailoverPlan.unplanned(ITEM, other));
            Prompt prompt = job.awaitPrompt(LONG).orElseThrow();
            assertTrue(prompt.answers().contains(Answer.Kind.CONFIRM_DOWN), prompt::question);
            assertFalse(trace.observe(other).isRunning(), "nothing was started");
            trace.expect(ProtectionState.FAILING_OVER, active);
            job.answer(Answer.confirmDown("operator", "pulled the plug"));
            JobOutcome outcome = job.awaitEnd(LONG);
            assertEquals(JobStatus.SUCCEEDED_WITH_WARNINGS, outcome.status());
            assertTrue(
                    String.join(" ", outcome.warnings()).contains("power fence"),
                    () -> "the failure is reported: " + outcome.warnings());
            trace.expect(ProtectionState.COMMIT_PENDING, other);
            trace.world.contact(active, true);
            trace.engine().runDue();
            assertEquals(Divergence.SPLIT_BRAIN, trace.item().divergence(), "the word was wrong");
        }
    }

    private static void failedOverAndSilent(Trace trace, Side from, boolean fenceWorks) {
        Side to = from.other();
        trace.world.powerFence(to, fenceWorks);
        trace.write(8);
        trace.cycle();
        trace.done(trace.engine().failOver(FailoverPlan.unplanned(ITEM, to).shutDownFirst()));
        trace.world.contact(to, false);
    }

    /** A silent copy is fenced before its failover is cancelled, so nobody has to be asked; what it wrote is given up as ever. */
    @Test
    public void powerFence_cancelledWhileSilent_excludesTwoRunning() {
        Side active = activeAtFirst();
        try (Trace trace = protectedAt(active)) {
            failedOverAndSilent(trace, active, true);
            JobOutcome outcome =
                    trace.done(trace.engine().cancelFailover(CancelFailoverRequest.droppingTargetWrites(ITEM)));
            assertFalse(
                    String.join(" ", outcome.warnings()).contains("not confirmed off"),
                    () -> "it is: " + outcome.warnings());
            trace.expect(ProtectionState.PROTECTED, active);
            trace.verify();
            trace.write(4);
            trace.world.contact(active.other(), true);
            assertFalse(trace.observe(active.other()).isRunning(), "its power was taken");
            trace.engine().runDue();
            assertEquals(Divergence.NONE, trace.item().divergence(), trace.item()::divergenceEvidence);
            assertTrue(trace.item().pendingNotes().isEmpty(), "what it held is given back");
            trace.cycle();
            trace.verifyPassiveAfterUnplanned();
        }
    }

    /** The same with a fence that fails: the job asks, and nothing is decided without a word. */
    @Test
    public void powerFence_cancelledWhileSilent_failureIsAsked() {
        Side active = activeAtFirst();
        try (Trace trace = protectedAt(active)) {
            failedOverAndSilent(trace, active, false);
            Job job = trace.engine().cancelFailover(CancelFailoverRequest.droppingTargetWrites(ITEM));
            Prompt prompt = job.awaitPrompt(LONG).orElseThrow();
            assertTrue(prompt.question().contains("power fence"), prompt::question);
            assertTrue(prompt.answers().contains(Answer.Kind.CONFIRM_DOWN), prompt::question);
            assertFalse(trace.observe(active).isRunning(), "nothing was started");
            trace.expect(ProtectionState.CANCELLING_FAILOVER, active.other());
            trace.world.contact(active.other(), true);
            trace.done(job);
            trace.expect(ProtectionState.PROTECTED, active);
            assertFalse(trace.observe(active.other()).isRunning(), "with contact it was stopped");
            trace.verify();
        }
    }

    /** After a commit the roles change only when the silent copy that is given up was fenced. */
    @Test
    public void powerFence_otherSideSurvives_excludesTwoRunning() {
        Split split = split();
        try (Trace trace = split.trace) {
            trace.world.powerFence(split.to, true);
            split.runningOn();
            trace.done(trace.engine().commit(ITEM));
            split.comesBack();
            split.expectDenied(Divergence.SPLIT_BRAIN);
            if (split.otherSideIsDenied(split.left)) {
                return;
            }
            trace.world.contact(split.to, false);
            trace.done(trace.engine().resolve(ResolveRequest.givingUpActiveSide(split.left, ITEM)));
            trace.expect(ProtectionState.FAILED_OVER, split.left);
            trace.world.contact(split.to, true);
            assertFalse(trace.observe(split.to).isRunning(), "its power was taken");
            trace.engine().runDue();
            assertEquals(Divergence.UNREPLICATED_WRITES, trace.item().divergence(), trace.item()::divergenceEvidence);
            trace.guest.goTo(split.there);
            trace.verify();
        }
    }
}
