package io.sdr.benchmarks.drill;

import io.sdr.api.ChangePointRequest;
import io.sdr.api.CommitRequest;
import io.sdr.api.FailoverPlan;
import io.sdr.api.ItemId;
import io.sdr.api.Job;
import io.sdr.api.JobReport;
import io.sdr.api.JobStep;
import io.sdr.api.OperationFailedException;
import io.sdr.api.OperationNotAllowedException;
import io.sdr.api.PointId;
import io.sdr.api.Problem;
import io.sdr.api.ProtectionRequest;
import io.sdr.api.RecoveryPoint;
import io.sdr.api.RecoveryPointSelector;
import io.sdr.api.ReplicateNowRequest;
import io.sdr.api.ReplicatedItem;
import io.sdr.api.ReplicationPolicy;
import io.sdr.api.Request;
import io.sdr.api.ReverseRequest;
import io.sdr.api.Side;
import io.sdr.api.SiteRecovery;
import io.sdr.api.SyncMode;
import io.sdr.api.TestCleanupRequest;
import io.sdr.api.TestNetwork;
import io.sdr.benchmarks.drill.DrillGuest.Part;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Runs the steps of the drill that are not done yet. */
final class DrillRunner {
    static final ItemId ITEM = new ItemId("drill");

    /** The steps beside whose job the guest goes on writing. */
    private static final Set<DrillStep> WRITTEN_BESIDE =
            EnumSet.of(DrillStep.CYCLE_3, DrillStep.REVERSE, DrillStep.PLANNED_FAILOVER_DELTA, DrillStep.TEST_FAILOVER);

    private final SiteRecovery engine;
    private final DrillSites sites;
    private final DrillJournal journal;
    private final GuestLog log;
    private final DrillGuest guest;
    private final DiskVerifier verifier;
    private final DrillConsole console;
    private final Optional<HaltAtStep> halt;
    private final JobWatch watch;
    private final TestVm testVm;

    DrillRunner(
            SiteRecovery engine,
            DrillSites sites,
            DrillJournal journal,
            GuestLog log,
            DrillGuest guest,
            DiskVerifier verifier,
            DrillConsole console,
            Optional<HaltAtStep> halt) {
        this.engine = engine;
        this.sites = sites;
        this.journal = journal;
        this.log = log;
        this.guest = guest;
        this.verifier = verifier;
        this.console = console;
        this.halt = halt;
        this.watch = new JobWatch(engine, console);
        this.testVm = new TestVm(engine, sites, journal, verifier);
    }

    /** Where the VM runs when a step begins. */
    static Side activeAtBegin(DrillStep step) {
        boolean firstTime = step.compareTo(DrillStep.UNPLANNED_FAILOVER) > 0 && step.compareTo(DrillStep.COMPLETE) <= 0;
        return firstTime || step.compareTo(DrillStep.PLANNED_FAILOVER_FULL) > 0 ? Side.RECOVERY : Side.PRIMARY;
    }

    void runAll() throws IOException {
        for (DrillStep step : DrillStep.values()) {
            if (journal.result(step).isEmpty()) {
                run(step);
            }
        }
    }

    private void run(DrillStep step) throws IOException {
        console.begin(step);
        halt.ifPresent(each -> each.entering(step));
        switch (step) {
            case CYCLE_1,
                    CYCLE_2_APP,
                    CYCLE_3,
                    UNPLANNED_FAILOVER,
                    CHANGE_POINT,
                    REVERSE,
                    CYCLE_4,
                    COMPLETE,
                    REVERSE_2,
                    CYCLE_5,
                    TEST_FAILOVER,
                    PLANNED_FAILOVER_FULL,
                    REVERSE_3 -> guest.write(step, Part.BEFORE, () -> sites.guest(activeAtBegin(step)));
            case TEST_CLEANUP -> testVm.scribble();
            default -> {
                // Nothing is written before the others
            }
        }
        long start = System.nanoTime();
        Job job = step == DrillStep.COMPLETE ? complete() : start(step);
        if (WRITTEN_BESIDE.contains(step)) {
            try (Alongside writer =
                    Alongside.run(() -> guest.write(step, Part.DURING, () -> sites.guest(activeAtBegin(step))))) {
                watch.await(step, job);
                writer.finish();
            }
        } else {
            watch.await(step, job);
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        checkRestSent(step, job);
        long held = verify(step);
        StepResult result = result(step, job, seconds, held);
        journal.stepDone(step, result, pointMade(step, job));
        console.done(step, result);
    }

    /** An unplanned failover goes on without what it cannot send; then the latest point is not what the drill expects. */
    private static void checkRestSent(DrillStep step, Job job) {
        boolean unsent = step == DrillStep.UNPLANNED_FAILOVER
                && job.steps().stream()
                        .anyMatch(each -> each.name().equals("send-rest")
                                && each.status() != JobStep.Status.SUCCEEDED
                                && each.status() != JobStep.Status.ALREADY_DONE);
        if (unsent) {
            throw new OperationFailedException(Problem.of("REST_NOT_SENT")
                    .attempted("fail over without loss of what the guest wrote last")
                    .state("send-rest could not send it, and the failover went on without")
                    .remedy("start again with a new folder"));
        }
    }

    private Job start(DrillStep step) {
        Optional<Job> found = watch.find(ITEM, step);
        if (found.isPresent()) {
            return found.get();
        }
        try {
            return engine.start(request(step, JobWatch.actor(step)));
        } catch (OperationNotAllowedException e) {
            watch.throwFailure(ITEM, step);
            throw e;
        }
    }

    private Request request(DrillStep step, String actor) {
        return switch (step) {
            case PROTECT ->
                ProtectionRequest.of(DrillSites.VM)
                        .from(sites.site(Side.PRIMARY).id().value())
                        .to(sites.site(Side.RECOVERY).id().value())
                        .policy(policy())
                        .as(ITEM)
                        .by(actor);
            case CYCLE_1, CYCLE_3, CYCLE_4, CYCLE_5 ->
                ReplicateNowRequest.crashConsistent(item()).by(actor);
            case CYCLE_2_APP ->
                ReplicateNowRequest.applicationConsistent(item()).by(actor);
            case UNPLANNED_FAILOVER ->
                FailoverPlan.unplanned(item(), Side.RECOVERY)
                        .at(RecoveryPointSelector.exactly(
                                new PointId(journal.point(DrillStep.CYCLE_2_APP).orElseThrow())))
                        .shutDownFirst()
                        .by(actor);
            case CHANGE_POINT ->
                ChangePointRequest.discardingTargetWrites(item(), RecoveryPointSelector.latest())
                        .by(actor);
            case COMMIT, COMMIT_2, COMMIT_3 ->
                CommitRequest.droppingAllPoints(item()).by(actor);
            case REVERSE, REVERSE_3 ->
                ReverseRequest.overwriting(Side.PRIMARY, item()).by(actor);
            case REVERSE_2 -> ReverseRequest.overwriting(Side.RECOVERY, item()).by(actor);
            case PLANNED_FAILOVER_DELTA ->
                FailoverPlan.planned(item(), Side.PRIMARY).waitForComplete().by(actor);
            case TEST_FAILOVER ->
                FailoverPlan.test(item(), TestVm.SIDE, TestNetwork.isolated()).by(actor);
            case TEST_CLEANUP -> TestCleanupRequest.removingEverything(item()).by(actor);
            case PLANNED_FAILOVER_FULL ->
                FailoverPlan.planned(item(), Side.RECOVERY)
                        .sync(SyncMode.FULL_DURING_FAILOVER)
                        .by(actor);
            case COMPLETE -> throw new IllegalArgumentException("goes on with the job of the step before");
        };
    }

    /** Cycles run when the drill asks for one, and each makes a recovery point. */
    private static ReplicationPolicy policy() {
        return ReplicationPolicy.defaults()
                .every(Duration.ofHours(24))
                .pointEvery(Duration.ZERO)
                .applicationConsistentEvery(Duration.ZERO);
    }

    private Job complete() {
        Job job = watch.find(ITEM, DrillStep.PLANNED_FAILOVER_DELTA).orElseThrow();
        watch.await(DrillStep.PLANNED_FAILOVER_DELTA, job);
        if (JobWatch.isReadyToComplete(job)) {
            engine.completeFailover(ITEM);
        }
        return job;
    }

    private ReplicatedItem item() {
        return engine.item(ITEM);
    }

    /** The point to which the unplanned failover will go, and the one that the test starts. */
    private Optional<String> pointMade(DrillStep step, Job job) {
        if (step != DrillStep.CYCLE_2_APP && step != DrillStep.CYCLE_5) {
            return Optional.empty();
        }
        Optional<String> reported = job.report().recoveryPoint().map(PointId::value);
        return reported.isPresent() ? reported : newestPoint();
    }

    private Optional<String> newestPoint() {
        return engine.recoveryPoints(ITEM).stream()
                .max(Comparator.comparingLong(RecoveryPoint::sequence))
                .map(point -> point.id().value());
    }

    private StepResult result(DrillStep step, Job job, double seconds, long held) {
        JobReport report = job.report();
        Optional<StepResult> before =
                step == DrillStep.COMPLETE ? journal.result(DrillStep.PLANNED_FAILOVER_DELTA) : Optional.empty();
        return new StepResult(
                step.label(),
                Math.round(seconds * 1000) / 1000.0,
                report.bytesRead() - before.map(StepResult::bytesRead).orElse(0L),
                report.bytesMoved() - before.map(StepResult::bytesMoved).orElse(0L),
                step == DrillStep.PLANNED_FAILOVER_DELTA ? Optional.empty() : report.rpo(),
                step == DrillStep.PLANNED_FAILOVER_DELTA ? Optional.empty() : report.rto(),
                true,
                held);
    }

    /** Verifies the active disk; gives the highest write that it holds. */
    private long verify(DrillStep step) throws IOException {
        Side active = item().activeSide();
        List<GuestWrite> all = log.writes();
        try (PlainDisk disk = PlainDisks.open(sites.attached(active))) {
            List<GuestWrite> held = HeldWrites.after(all, step);
            verifier.verify("the active disk after " + step.label(), disk, held, all);
            if (step == DrillStep.TEST_FAILOVER) {
                testVm.verify(all);
            } else if (step == DrillStep.TEST_CLEANUP) {
                testVm.verifyGone(all);
            }
            return HeldWrites.highest(held);
        }
    }

    /** Switches the VM off, lets the engine fold and apply, and compares both disks. */
    DrillResult finish() throws IOException {
        ReplicatedItem item = item();
        Side active = item.activeSide();
        sites.turnOff(active);
        Housekeeping.settle(engine, ITEM, () -> isOneFile(sites.attached(active)));
        Path activeFile = sites.attached(active);
        Path passiveFile = sites.replica(active.other(), ITEM, verifier.sizeBytes());
        List<GuestWrite> all = log.writes();
        List<GuestWrite> held = HeldWrites.after(all, DrillStep.REVERSE_3);
        try (PlainDisk activeDisk = PlainDisks.open(activeFile);
                PlainDisk passiveDisk = PlainDisks.open(passiveFile)) {
            verifier.verify("the disk of the stopped VM", activeDisk, held, all);
            verifier.verifyEqual("the replica", passiveDisk, activeDisk, all);
        }
        if (item.activeSide() != Side.RECOVERY) {
            throw new OperationFailedException(Problem.of("WRONG_SIDE")
                    .attempted("finish the drill")
                    .state("the active side is " + item.activeSide())
                    .remedy("report this with the folder of the drill"));
        }
        return new DrillResult(
                true, journal.results(), HeldWrites.lost(all), Optional.of(passiveFile), Optional.of(activeFile));
    }

    private static boolean isOneFile(Path disk) {
        try (PlainDisk chain = PlainDisks.open(disk)) {
            return chain.depth() == 1;
        } catch (IOException e) {
            throw FileFailure.of("read", disk, e);
        }
    }
}
