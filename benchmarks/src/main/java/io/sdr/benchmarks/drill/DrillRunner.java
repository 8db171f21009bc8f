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
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** Runs the steps of the drill that are not done yet. */
final class DrillRunner {
    static final ItemId ITEM = new ItemId("drill");

    /** The steps beside whose job the guest goes on writing. */
    private static final Set<DrillStep> WRITTEN_BESIDE =
            EnumSet.of(DrillStep.CYCLE_3, DrillStep.REVERSE, DrillStep.PLANNED_FAILOVER_DELTA, DrillStep.TEST_FAILOVER);

    private final SiteRecovery engine;
    private final DrillHands hands;
    private final DrillJournal journal;
    private final DrillConsole console;
    private final Optional<HaltAtStep> halt;
    private final JobWatch watch;
    private final TestVm testVm;

    DrillRunner(
            SiteRecovery engine,
            DrillHands hands,
            DrillJournal journal,
            DrillConsole console,
            Optional<HaltAtStep> halt) {
        this.engine = engine;
        this.hands = hands;
        this.journal = journal;
        this.console = console;
        this.halt = halt;
        this.watch = new JobWatch(engine, console);
        this.testVm = new TestVm(engine, hands, journal);
    }

    /** Where the VM runs when a step begins. */
    static Side activeAtBegin(DrillStep step) {
        boolean firstTime = step.compareTo(DrillStep.UNPLANNED_FAILOVER) > 0 && step.compareTo(DrillStep.COMPLETE) <= 0;
        return firstTime || step.compareTo(DrillStep.PLANNED_FAILOVER_FULL) > 0 ? Side.RECOVERY : Side.PRIMARY;
    }

    /** Runs the steps; somebody hears of each before it begins, and of each that was done, now or by an earlier run. */
    DrillRunner runAll(Consumer<DrillStep> begins, Consumer<DrillStep> done) {
        for (DrillStep step : DrillStep.values()) {
            if (journal.result(step).isEmpty()) {
                begins.accept(step);
                run(step);
            }
            done.accept(step);
        }
        return this;
    }

    private void run(DrillStep step) {
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
                    REVERSE_3 -> hands.write(step, Part.BEFORE);
            case TEST_CLEANUP -> hands.scribble();
            default -> {
                // Nothing is written before the others
            }
        }
        long start = System.nanoTime();
        Job job = step == DrillStep.COMPLETE ? complete() : start(step);
        if (WRITTEN_BESIDE.contains(step)) {
            try (Alongside writer = Alongside.run(() -> hands.write(step, Part.DURING))) {
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
                        .from(DrillSites.name(Side.PRIMARY))
                        .to(DrillSites.name(Side.RECOVERY))
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
    private long verify(DrillStep step) {
        long held = hands.verify(step, item().activeSide());
        if (step == DrillStep.TEST_FAILOVER) {
            testVm.verify();
        } else if (step == DrillStep.TEST_CLEANUP) {
            testVm.verifyGone();
        }
        return held;
    }

    /** Switches the VM off, lets the engine fold and apply, and compares both disks. */
    DrillResult finish() {
        Side active = item().activeSide();
        hands.turnOff(active);
        Housekeeping.settle(engine, ITEM, () -> hands.isOneFile(active));
        List<String> files = hands.finish(active);
        return new DrillResult(
                true,
                journal.results(),
                hands.lost(),
                Optional.of(Path.of(files.get(1))),
                Optional.of(Path.of(files.get(0))));
    }
}
