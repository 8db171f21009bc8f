package io.sdr.core.operation;

import io.sdr.api.Consistency;
import io.sdr.api.JobId;
import io.sdr.api.OperationFailedException;
import io.sdr.api.Pause;
import io.sdr.api.PointId;
import io.sdr.api.Problem;
import io.sdr.api.RecoveryPoint;
import io.sdr.api.RecoveryPointSelector;
import io.sdr.api.ResyncCause;
import io.sdr.api.RetryableException;
import io.sdr.api.SdrException;
import io.sdr.api.Side;
import io.sdr.api.SiteId;
import io.sdr.api.VmId;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.CycleResult;
import io.sdr.api.spi.DiskRef;
import io.sdr.api.spi.DriverCapabilities;
import io.sdr.api.spi.HeldPoint;
import io.sdr.api.spi.LossEvidence;
import io.sdr.api.spi.ReplicaLink;
import io.sdr.api.spi.ReplicaStatus;
import io.sdr.api.spi.ReplicationDriver;
import io.sdr.api.spi.StorageException;
import io.sdr.api.spi.VmObservation;
import io.sdr.api.spi.WholeDiskDigests;
import io.sdr.core.job.ActResult;
import io.sdr.core.job.Effects;
import io.sdr.core.job.Observation;
import io.sdr.core.job.Step;
import io.sdr.core.job.UndoResult;
import io.sdr.core.job.Values;
import io.sdr.core.state.StateEvent;
import io.sdr.core.state.StateTable;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Steps that move data and change replicas, through the item's replication driver. */
final class ReplicaSteps {
    static final String RESOLVE_POINT = "resolve-point";
    static final String BUILD_COPY = "build-copy";
    static final String LAST_CYCLE = "last-cycle";
    static final String DOWNLOAD = "download";

    /** The source's disks have other sizes than the replica's. */
    static final String GEOMETRY = "RESYNC_GEOMETRY";
    /** The same, and one of them is smaller. */
    static final String SHRANK = GEOMETRY + "_SHRANK";

    private static final String RESYNC = "RESYNC_";
    private static final String SEQUENCE = "sequence";
    private static final String NEEDED = "needed";
    private static final String STARTED_OVER = "startedOver";
    private static final Duration COPYING = Duration.ofDays(30);
    /** With pauses that grow to 15 seconds: some five minutes. */
    private static final int SOME_ATTEMPTS = 25;
    /** Some two hours. */
    private static final int MANY_ATTEMPTS = 500;
    /** For attempts that fail; one that makes progress is not cut off. */
    private static final Duration TRYING_TO_SEND_REST = Duration.ofMinutes(5);

    private static final int TRIES_TO_SEND_REST = 2;

    private static final Duration TRY_AGAIN = Duration.ofSeconds(15);

    private ReplicaSteps() {}

    // ---- cycles

    /** One cycle whose success the target's manifest shows. */
    static OperationStep.Builder cycle(String name) {
        return cycle(name, SOME_ATTEMPTS);
    }

    /** The first copy of whole disks: worth more patience. */
    static OperationStep.Builder copy(String name) {
        return cycle(name, MANY_ATTEMPTS);
    }

    /** The last changes of a source that is off, which no transfer of another item holds up, in a job that is taken back as a whole if it fails. */
    static OperationStep lastCycle(Surroundings world) {
        return cycle(LAST_CYCLE, SOME_ATTEMPTS, ReplicationDriver::sendRest, ReplicaSteps::ofThisStep)
                .failureUndoes()
                .undoes("nothing; where the driver keeps the source from starting, that ends", (intent, scene) -> {
                    scene.driver().takeBackRest(scene.linkTo(scene.to()), scene.decidingCall());
                    return UndoResult.undone();
                })
                .undoneInLane(VmSteps.AT_SOURCE)
                .in(world);
    }

    /** How a driver is asked for data. */
    @FunctionalInterface
    interface Sending {
        CycleResult send(
                ReplicationDriver driver,
                ReplicaLink link,
                long sequence,
                Consistency consistency,
                CallContext context);
    }

    /** What is seen at the target once the cycle's number has come. */
    @FunctionalInterface
    interface Arrived {
        Observation look(ReplicaStatus status, Observation done, Scene scene);
    }

    private static OperationStep.Builder cycle(String name, int attempts) {
        return cycle(name, attempts, ReplicationDriver::replicate, (status, done, scene) -> done)
                .moves(Step.Transfer.USUAL);
    }

    private static OperationStep.Builder cycle(String name, int attempts, Sending how, Arrived arrived) {
        return OperationStep.act(name)
                .within(COPYING)
                .intends(
                        scene -> Values.of(SEQUENCE, scene.replicaAt(scene.to()).received() + 1))
                .observes(
                        "the target's manifest: whether the cycle is durable there for every disk", (intent, scene) -> {
                            if (InPlaceSteps.isAsked(scene)) {
                                return new Observation.NotNeeded(InPlaceSteps.DONE_INSTEAD);
                            }
                            ReplicaStatus status = scene.replicaAt(scene.to());
                            if (status.received() >= intent.number(SEQUENCE)) {
                                return arrived.look(status, received(status), scene);
                            }
                            return scene.item().paused().by() == Pause.By.NOBODY || isSelfScheduled(scene)
                                    ? Observation.notDone()
                                    : new Observation.Unknown("replication is paused by "
                                            + scene.item().paused().by() + ": "
                                            + scene.item().paused().reason());
                        })
                .acts(
                        "checkpoint over all disks, what changed, send; a pause stops it and gives the checkpoint up, but not"
                                + " what has arrived of a copy",
                        (intent, scene) -> sendUnlessPaused(intent, scene, attempts, how))
                .records((intent, outcome, scene) -> tellingOfNewStart(
                        Effects.document(remembering(scene.item(), outcome).document()), outcome, scene))
                .recordsFailure(ReplicaSteps::markBroken);
    }

    /** A copy that was paused and could not go on where it was took longer than it had to: somebody may ask why. */
    private static Observation received(ReplicaStatus status) {
        Values outcome = cycleOutcome(status);
        return status.startedOver()
                .map(why -> Observation.done(
                        outcome.with(STARTED_OVER, why), "what had arrived before a pause was sent again: " + why))
                .orElseGet(() -> Observation.done(outcome));
    }

    /**
     * Of a source that is off only this step's own cycle holds all that was written: one of the same number may have been taken while
     * the VM still ran, by a cycle that was due or by a call that was given up, and have come late. Another one is sent then. The same
     * where a version that kept no tokens has sent it: what it was taken of is not known.
     */
    static Observation ofThisStep(ReplicaStatus status, Observation done, Scene scene) {
        return isNamed(status, scene.call().token(), scene)
                ? done
                : new Observation.Outdated("cycle " + status.received() + " is not the one that this job sent");
    }

    private static boolean isNamed(ReplicaStatus status, String token, Scene scene) {
        return !scene.driverHas(DriverCapabilities.Flag.NAMES_CYCLES)
                || status.lastToken().equals(Optional.of(token));
    }

    static Effects tellingOfNewStart(Effects effects, Values cycleOutcome, Scene scene) {
        return cycleOutcome
                .find(STARTED_OVER)
                .map(why -> effects.withEvent(EventKind.COPY_STARTED_OVER.says("what had arrived of a copy of item "
                        + scene.item().id() + " before a pause was sent again: " + why)))
                .orElse(effects);
    }

    /** A driver with a clock of its own goes on beside this job, so it has to be told of a pause. */
    static boolean isSelfScheduled(Scene scene) {
        return scene.driverHas(DriverCapabilities.Flag.SELF_SCHEDULED);
    }

    private static ActResult sendUnlessPaused(Values intent, Scene scene, int attempts, Sending how) {
        if (isSelfScheduled(scene) && scene.isPaused()) {
            scene.driver().pause(scene.linkTo(scene.to()), scene.call());
            return ActResult.again(TRY_AGAIN, "replication is paused");
        }
        try {
            boolean patient = scene.isPaused() || isSelfScheduled(scene);
            return send(intent, scene, patient ? Integer.MAX_VALUE : attempts, scene.replicatingCall(), how);
        } catch (RetryableException | OperationFailedException e) {
            if (!scene.isPaused()) {
                throw e;
            }
            scene.driver().pause(scene.linkTo(scene.to()), scene.call());
            throw new RetryableException(Problem.of("PAUSED")
                    .attempted("replicate item " + scene.item().id())
                    .state("replication is paused; the checkpoint of the cycle under way was given up")
                    .remedy("resume replication"));
        }
    }

    /** A full disk does not empty itself, and what failed so often needs a person; received parts stay for the next try. */
    private static ActResult send(Values intent, Scene scene, int attempts, CallContext call, Sending how) {
        CycleResult result;
        try {
            result = how.send(
                    scene.driver(),
                    scene.linkTo(scene.to()),
                    intent.number(SEQUENCE),
                    RequestCodec.consistency(scene.spec()),
                    call);
        } catch (RetryableException e) {
            if (e.code().equals(StorageException.FULL) || scene.context().attempt() >= attempts) {
                throw new OperationFailedException(e.problem(), e);
            }
            throw e;
        }
        if (result instanceof CycleResult.Gap gap) {
            throw broken(gap, intent.number(SEQUENCE), scene);
        }
        return result instanceof CycleResult.Pending pending
                ? ActResult.again(TRY_AGAIN, pending.waitsFor())
                : ActResult.acted();
    }

    /** A cycle that could not follow the one before: nothing was received. */
    static OperationFailedException broken(CycleResult.Gap gap, long sequence, Scene scene) {
        boolean geometry = gap.cause() == ResyncCause.GEOMETRY;
        String remedy = geometry
                ? gap.sourceShrank()
                        ? "give the source its old disks again, or disable the item and protect the VM anew"
                        : "grow the replica"
                : "resynchronise the item";
        return new OperationFailedException(Problem.of(gap.sourceShrank() ? SHRANK : RESYNC + gap.cause())
                .attempted("send cycle " + sequence + " of item " + scene.item().id())
                .state(gap.detail() + "; nothing was received")
                .remedy(remedy));
    }

    /** What was received is applied; on a full disk a person makes room, then it goes on where it was. */
    static void apply(Values intent, Scene scene) {
        try {
            scene.driver().process(scene.linkTo(scene.to()), scene.call());
        } catch (RetryableException e) {
            if (e.code().equals(StorageException.FULL)) {
                throw new OperationFailedException(e.problem(), e);
            }
            throw e;
        }
    }

    /** A history that broke is a fact about the item, not only about the job that found it. */
    static Effects markBroken(SdrException failure, Scene scene) {
        if (!failure.code().startsWith(RESYNC)) {
            return Effects.NONE;
        }
        boolean shrank = failure.code().equals(SHRANK);
        ResyncCause cause = shrank
                ? ResyncCause.GEOMETRY
                : ResyncCause.valueOf(failure.code().substring(RESYNC.length()));
        return Effects.document(
                scene.item().broken(cause).withSourceShrank(shrank).document());
    }

    static Values cycleOutcome(ReplicaStatus status) {
        Values outcome = Values.of("received", status.received())
                .with("applied", status.applied())
                .with("bytesRead", status.lastCycle().bytesRead())
                .with("bytesMoved", status.lastCycle().bytesMoved());
        Optional<RecoveryPoint> newest = newest(status);
        return newest.map(point -> outcome.with("point", point.id()).with("pointTime", point.time()))
                .orElse(outcome);
    }

    /** Takes over what a cycle's outcome says of the target. */
    static ItemState remembering(ItemState item, Values cycleOutcome) {
        return item.withCycle(
                cycleOutcome.number("received"),
                cycleOutcome.number("applied"),
                cycleOutcome.find("pointTime").map(Instant::parse));
    }

    private static Optional<RecoveryPoint> newest(ReplicaStatus status) {
        return status.points().stream().reduce((older, newer) -> newer);
    }

    /** What is left after a guest shutdown; worth trying, never worth waiting for. */
    static Step sendRest(Surroundings world) {
        return OperationStep.act("send-rest")
                .within(Duration.ofHours(12))
                .intends(scene -> Values.of(
                                SEQUENCE, scene.replicaAt(scene.to()).received() + 1)
                        .with("until", scene.now().plus(TRYING_TO_SEND_REST)))
                .observes("whether the source was shut down and the target has its last changes", (intent, scene) -> {
                    boolean sourceDown = isSourceDown(scene);
                    if (scene.spec().flag(RequestCodec.OLD_DISK)) {
                        return new Observation.NotNeeded("nothing replicates to the old disks");
                    }
                    if (!sourceDown || !scene.spec().flag(RequestCodec.SHUT_DOWN_FIRST)) {
                        return new Observation.NotNeeded("the source was not shut down by this job");
                    }
                    ReplicaStatus status = scene.replicaAt(scene.to());
                    if (status.received() >= intent.number(SEQUENCE)) {
                        return ofThisStep(status, Observation.done(cycleOutcome(status)), scene);
                    }
                    boolean tooLong = !scene.now().isBefore(scene.atLeast(intent.text("until"), TRYING_TO_SEND_REST));
                    // waiting until a lost call can no longer act takes longer than that, and is followed by one more
                    // try
                    boolean hopeless = scene.silence(scene.from()).isPresent()
                            || status.broken().isPresent()
                            || (tooLong && scene.context().attempt() >= TRIES_TO_SEND_REST);
                    return hopeless
                            ? Observation.done(cycleOutcome(status), "the last changes of the source could not be sent")
                            : Observation.notDone();
                })
                .acts("one more cycle from the VM that is off", (intent, scene) -> {
                    try {
                        return send(intent, scene, SOME_ATTEMPTS, scene.call(), ReplicationDriver::sendRest);
                    } catch (RetryableException | OperationFailedException e) {
                        return ActResult.again(TRY_AGAIN, e.problem().describe());
                    }
                })
                .undoes("nothing; where the driver keeps the source from starting, that ends", (intent, scene) -> {
                    // where it is silent, what takes the source back leaves a note that does this too
                    if (isSourceDown(scene) && scene.silence(scene.from()).isEmpty()) {
                        scene.driver().takeBackRest(scene.linkTo(scene.to()), scene.decidingCall());
                    }
                    return UndoResult.undone();
                })
                .undoneInLane(VmSteps.AT_SOURCE)
                .records((intent, outcome, scene) ->
                        Effects.document(remembering(scene.item(), outcome).document()))
                .in(world);
    }

    static boolean isSourceDown(Scene scene) {
        return scene.context().outcomes().of(VmSteps.SHUT_DOWN).flag("confirmedOff");
    }

    // ---- going to a point

    static OperationStep closeReception(Surroundings world) {
        return OperationStep.act("close-reception")
                .observes(
                        "the epoch below which the target refuses cycles",
                        (intent, scene) -> scene.replicaAt(scene.to()).epochFloor() >= scene.decisionEpoch()
                                ? Observation.done(Values.NONE)
                                : Observation.notDone())
                .does(
                        "raises it to the number of this job's decision",
                        (intent, scene) -> scene.driver()
                                .closeReception(scene.linkTo(scene.to()), scene.decisionEpoch(), scene.decidingCall()))
                .undoes("nothing: the item's epoch grows past it", (intent, scene) -> UndoResult.undone())
                .in(world);
    }

    /** Chooses the recovery point; for the latest, everything that was received is processed first. */
    static Step resolvePoint(Surroundings world, boolean mayProcess) {
        return resolvePoint(world, mayProcess, (failure, scene) -> Effects.NONE);
    }

    /** The same, with what a failure leaves. */
    static Step resolvePoint(Surroundings world, boolean mayProcess, OperationStep.FailureEffects failed) {
        return OperationStep.act(RESOLVE_POINT)
                .within(Duration.ofHours(12))
                .observes("the recovery points at the target", (intent, scene) -> {
                    ReplicaStatus status = scene.replicaAt(scene.to());
                    RecoveryPointSelector selector = RequestCodec.selector(scene.spec());
                    boolean process = mayProcess
                            && !isUnverified(scene)
                            && selector instanceof RecoveryPointSelector.Latest
                            && status.held().isEmpty()
                            && status.applied() < status.received();
                    if (process) {
                        return Observation.notDone();
                    }
                    RecoveryPoint point =
                            PointChoice.choose(selector, status.points()).orElseThrow(() -> noPoint(scene, status));
                    Duration age = Duration.between(point.time(), scene.now());
                    return Observation.done(Values.of("point", point.id())
                            .with(SEQUENCE, point.sequence())
                            .with("pointTime", point.time())
                            .with("rpoMillis", Math.max(0, age.toMillis())));
                })
                .does(
                        "for the latest point: processes what was received",
                        (intent, scene) -> scene.driver().process(scene.linkTo(scene.to()), scene.decidingCall()))
                .recordsFailure(failed)
                .in(world);
    }

    private static OperationFailedException noPoint(Scene scene, ReplicaStatus status) {
        return new OperationFailedException(Problem.of("NO_SUCH_POINT")
                .attempted("choose a recovery point of item " + scene.item().id())
                .state("none of the " + status.points().size() + " points at the target fits; nothing was decided")
                .remedy("cancel this job and choose one of recoveryPoints()"));
    }

    /** Builds the disks that hold the chosen point and holds it for a job. */
    static OperationStep buildCopy(Surroundings world, Function<Scene, JobId> holder) {
        return buildCopy(world, holder, (failure, scene) -> Effects.NONE);
    }

    /** The same, with what a failure leaves. */
    static OperationStep buildCopy(
            Surroundings world, Function<Scene, JobId> holder, OperationStep.FailureEffects failed) {
        return OperationStep.act(BUILD_COPY)
                .within(Duration.ofHours(12))
                .observes("what the target's manifest says this job holds", (intent, scene) -> {
                    HeldPoint held = scene.replicaAt(scene.to()).held().get(holder.apply(scene));
                    return held != null
                                    && held.token().equals(scene.decidingCall().token())
                            ? Observation.done(Values.of("point", held.point()))
                            : Observation.notDone();
                })
                .does(
                        "holds the replica and builds layers for the chosen point; the base is not touched",
                        (intent, scene) -> bringTo(scene, holder.apply(scene)))
                .undoes(
                        "gives it back; of a failover whose target is silent a note does that",
                        (intent, scene) -> takeCopyBack(scene, holder.apply(scene)))
                .recordsFailure(failed)
                .in(world);
    }

    /** A failover that has not decided does not wait for a target that may be gone for good: nothing could be done with the item. */
    private static UndoResult takeCopyBack(Scene scene, JobId holder) {
        if (isTargetLeft(scene)) {
            SiteId site = scene.site(scene.to()).id();
            return UndoResult.left(
                    Effects.NONE.withNotes(List.of(NoteKinds.giveBack(
                            scene.item().id(), site, scene.to(), scene.decisionEpoch(), holder, false))),
                    "site " + site
                            + " does not answer: the copy that was built there, and never ran, is given back with"
                            + " the next contact");
        }
        if (decides(scene) && !scene.driverOwnsVms() && standsOnCopy(scene, holder)) {
            // it was silent when they should have been detached
            scene.site(scene.to()).vms().attach(scene.vm(scene.to()), List.of(), scene.decidingCall());
        }
        scene.driver().giveBack(scene.linkTo(scene.to()), holder, false, scene.decidingCall());
        return UndoResult.undone();
    }

    private static boolean decides(Scene scene) {
        return scene.spec().find(RequestCodec.DECISION_EPOCH).isPresent();
    }

    /** Whether what a failover did at its target is left to a note. */
    static boolean isTargetLeft(Scene scene) {
        return decides(scene) && scene.silence(scene.to()).isPresent();
    }

    private static boolean standsOnCopy(Scene scene, JobId holder) {
        List<DiskRef> disks = scene.look(scene.to()).map(VmObservation::disks).orElse(List.of());
        if (disks.isEmpty()) {
            return false;
        }
        HeldPoint held = scene.replicaAt(scene.to()).held().get(holder);
        return held != null && disks.equals(held.disks());
    }

    /** The same for a test; a driver that makes the test's VM holds the point with it. */
    static OperationStep buildTestCopy(Surroundings world, OperationStep.FailureEffects failed) {
        return buildCopy(world, ReplicaSteps::thisJob, failed).skippedIf(Scene::driverOwnsVms);
    }

    private static void bringTo(Scene scene, JobId holder) {
        if (isUnverified(scene)) {
            HeldPoint unused = scene.driver()
                    .bringToUnverified(scene.linkTo(scene.to()), holder, chosen(scene), scene.decidingCall());
        } else {
            HeldPoint unused =
                    scene.driver().bringTo(scene.linkTo(scene.to()), holder, chosen(scene), scene.decidingCall());
        }
    }

    /** Somebody accepted a replica for which nothing vouches: for this failover, or for the one whose point is changed. */
    private static boolean isUnverified(Scene scene) {
        boolean suspect = scene.item()
                .resyncCause()
                .filter(ResyncCause.REPLICA_SUSPECT::equals)
                .isPresent();
        return suspect
                && (scene.spec().flag(RequestCodec.UNVERIFIED)
                        || scene.item().holder().isPresent());
    }

    static PointId chosen(Scene scene) {
        return new PointId(scene.context().outcomes().of(RESOLVE_POINT).text("point"));
    }

    /** The disks that a job holds at the side that the present job leads to. */
    static List<DiskRef> heldDisks(Scene scene, JobId holder) {
        HeldPoint held = scene.replicaAt(scene.to()).held().get(holder);
        if (held == null) {
            throw new RetryableException(Problem.of("POINT_NOT_HELD")
                    .attempted("find the disks that job " + holder + " holds")
                    .state("the target's manifest names none")
                    .remedy("retry the job"));
        }
        return held.disks();
    }

    // ---- old disks

    /** How the disks of a side that is not active become a replica. */
    @FunctionalInterface
    interface KeepOldDisks {
        void keep(Scene scene, ReplicaLink link);
    }

    /** The disks of a side that is left become the base of a replica, where the job needs that; they stay as its pinned point. */
    static OperationStep oldDisksBecomeBase(Surroundings world, Predicate<Scene> needed, KeepOldDisks how) {
        return OperationStep.act("old-disks-become-base")
                .within(Duration.ofHours(12))
                .intends(scene -> Values.of(NEEDED, needed.test(scene)))
                .observes("the manifest at the old side", (intent, scene) -> {
                    if (!intent.flag(NEEDED)) {
                        return new Observation.NotNeeded("the other side is a replica");
                    }
                    ReplicaStatus status = scene.replicaAt(scene.to());
                    return status.role() == ReplicaStatus.Role.REPLICA
                            ? Observation.done(left(status))
                            : Observation.notDone();
                })
                .does(
                        "the old side's disks become the base of a replica, with a pinned point as they stood",
                        (intent, scene) -> how.keep(scene, scene.linkTo(scene.to())))
                // a replica's base is nobody's disk: where nothing was made of old disks, nothing goes back
                .undoes(
                        "the disks go back to the old side's VM as they stood",
                        (intent, scene) -> intent.flag(NEEDED) ? giveOldDisksBack(intent, scene) : UndoResult.undone())
                .records((intent, outcome, scene) ->
                        Effects.document(remembering(scene.item().withReplicationTo(scene.to()), outcome)
                                .document()))
                .in(world);
    }

    static UndoResult giveOldDisksBack(Values intent, Scene scene) {
        ReplicaLink link = scene.linkTo(scene.to());
        List<DiskRef> disks = scene.driver().undoReversal(link, scene.decidingCall());
        if (!disks.isEmpty()) {
            scene.site(scene.to()).vms().attach(scene.vm(scene.to()), disks, scene.decidingCall());
            // what the VM stood on until now is in its way no more, and nobody else tidies up at this side
            List<DiskRef> unused = scene.driver().undoReversal(link, scene.decidingCall());
        }
        return UndoResult.undone();
    }

    /** After a failover from a state without replication was taken back: nothing replicates, and the VMs are those of before. */
    static ItemState asItWas(ItemState item, ItemState origin) {
        ItemState back = vmsAsBefore(item, origin);
        if (origin.replicatesTo().isEmpty()) {
            return back.withoutReplication().withoutCycles();
        }
        boolean givenUp = origin.lastPoint().isPresent() && item.lastPoint().isEmpty();
        return givenUp ? back.broken(ResyncCause.REPLICA_SUSPECT) : back; // its disks may be torn
    }

    /** A VM that was made anew is gone again. */
    static ItemState vmsAsBefore(ItemState item, ItemState origin) {
        ItemState back = item;
        for (Side side : Side.values()) {
            Optional<VmId> vm = origin.vm(side);
            back = (vm.isPresent() ? back.withVm(side, vm.get()) : back).withPlace(side, origin.place(side));
        }
        return back;
    }

    /** What there is to go to at a replica, as an outcome. */
    static Values left(ReplicaStatus status) {
        Values left = Values.of("received", status.received()).with("applied", status.applied());
        return newest(status).map(point -> left.with("pointTime", point.time())).orElse(left);
    }

    /** The number of the cycle that this job sent while the source was off. */
    static long lastSequence(Scene scene) {
        return scene.context().outcomes().of(lastStep(scene)).number("received");
    }

    /** The step that sent it. */
    private static String lastStep(Scene scene) {
        return Stream.of(LAST_CYCLE, DOWNLOAD)
                .filter(step -> scene.context().outcomes().find(step).isPresent())
                .findFirst()
                .orElse(InPlaceSteps.REPLACE);
    }

    /** The number alone does not tell that what is there was taken of a source that was off. */
    private static void requireOwnLastCycle(long last, Scene scene) {
        ReplicaStatus status = scene.replicaAt(scene.to());
        if (status.received() != last || !isNamed(status, scene.tokenOf(lastStep(scene)), scene)) {
            throw new OperationFailedException(Problem.of("LOSS_NOT_EXCLUDED")
                    .attempted(
                            "show that the last cycle of item " + scene.item().id() + " lost nothing")
                    .state("the newest cycle at the target is " + status.received() + ", made by "
                            + status.lastToken().orElse("a call that nobody knows") + ", and not cycle " + last
                            + " of this job")
                    .remedy("start the planned failover again; nothing was decided"));
        }
    }

    // ---- proofs

    /** No loss, shown before the decision. */
    static Step evidence(Surroundings world) {
        return OperationStep.guard("evidence-of-no-loss")
                .within(Duration.ofHours(12))
                .failureUndoes()
                .observes(
                        "an unbroken sequence up to the last cycle, and its digests made at the source and again from"
                                + " what the target stored",
                        (intent, scene) -> {
                            long last = lastSequence(scene);
                            requireOwnLastCycle(last, scene);
                            LossEvidence evidence =
                                    scene.driver().evidence(scene.linkTo(scene.to()), last, scene.decidingCall());
                            if (evidence instanceof LossEvidence.Digests digests) {
                                if (digests.unbroken() && digests.source().equals(digests.target())) {
                                    Values shown = Values.of("sequence", last);
                                    for (var each : digests.target().entrySet()) {
                                        shown = shown.with("digest.last-cycle." + each.getKey(), each.getValue());
                                    }
                                    return Observation.done(shown);
                                }
                                throw new OperationFailedException(Problem.of("LOSS_NOT_EXCLUDED")
                                        .attempted("show that the last cycle of item "
                                                + scene.item().id() + " lost nothing")
                                        .state(
                                                digests.unbroken()
                                                        ? "source digests " + digests.source() + ", target "
                                                                + digests.target()
                                                        : "the sequence of cycles is broken")
                                        .remedy("resynchronise the item; nothing was decided"));
                            }
                            LossEvidence.Asserted word = (LossEvidence.Asserted) evidence;
                            return Observation.done(
                                    Values.of("assertedBy", word.by()).with("state", word.state()));
                        })
                .in(world);
    }

    /** Both whole disks by SHA-256, inside the downtime or after it. */
    static Step compareWhole(Surroundings world, String name, boolean beforeStart) {
        OperationStep.Builder step = beforeStart ? OperationStep.act(name).failureUndoes() : OperationStep.act(name);
        return step.within(COPYING)
                .observes("SHA-256 of both frozen disks", (intent, scene) -> {
                    if (!scene.driverHas(DriverCapabilities.Flag.COMPARES_DISKS)) {
                        return new Observation.NotNeeded("the driver does not digest disks");
                    }
                    if (scene.spec().flag(RequestCodec.VERIFY_BEFORE_START) != beforeStart) {
                        return new Observation.NotNeeded(
                                beforeStart ? "compared after the start" : "compared before the start");
                    }
                    WholeDiskDigests digests = scene.driver()
                            .compareWhole(
                                    scene.linkTo(scene.to()),
                                    new JobId(scene.context().job()),
                                    scene.decidingCall());
                    if (!digests.source().equals(digests.target())) {
                        throw new OperationFailedException(Problem.of("DISKS_DIFFER")
                                .attempted("compare the disks of item "
                                        + scene.item().id() + " on both sides")
                                .state("source " + digests.source() + ", target " + digests.target())
                                .remedy(
                                        beforeStart
                                                ? "resynchronise the item; nothing was decided"
                                                : "cancel the failover, then resynchronise the item"));
                    }
                    Values shown = Values.of("bytesRead", digests.bytesRead());
                    for (var each : digests.target().entrySet()) {
                        shown = shown.with("digest.disk." + each.getKey(), each.getValue());
                    }
                    return Observation.done(shown);
                })
                .in(world);
    }

    // ---- the relation

    static Step establish(Surroundings world) {
        return OperationStep.act("relation")
                .observes(
                        "the target's manifest",
                        (intent, scene) ->
                                scene.replicaAt(scene.to()).role() == ReplicaStatus.Role.REPLICA && isInItsCloud(scene)
                                        ? Observation.done(Values.NONE)
                                        : Observation.notDone())
                .does("makes an empty replica", (intent, scene) -> {
                    scene.driver()
                            .establish(scene.linkTo(scene.to()), scene.item().policy(), scene.call());
                    putIntoItsCloud(scene);
                })
                .undoes("removes it with everything that was copied, and the marks at the source", (intent, scene) -> {
                    scene.driver().dissolve(scene.linkTo(scene.to()), true, scene.call());
                    return UndoResult.undone();
                })
                .records((intent, outcome, scene) -> VmSteps.became(
                        StateTable.TABLE.onEvent(
                                StateEvent.BASE_COPY_STARTED, scene.item().state()),
                        scene))
                .in(world);
    }

    /** A VM that the engine makes is made in its cloud; one that the driver made is put there. */
    static void putIntoItsCloud(Scene scene) {
        if (!isInItsCloud(scene)) {
            Optional<String> cloud = scene.item().place(scene.to()).cloud();
            scene.site(scene.to()).vms().place(scene.vm(scene.to()), cloud.orElseThrow(), scene.call());
        }
    }

    private static boolean isInItsCloud(Scene scene) {
        Optional<String> cloud = scene.item().place(scene.to()).cloud();
        return !scene.driverOwnsVms()
                || cloud.isEmpty()
                || scene.site(scene.to()).inventory().find(scene.vm(scene.to()).value(), scene.call()).stream()
                        .anyMatch(vm -> vm.cloud().equals(cloud));
    }

    static ReplicationDriver.Retention retention(Scene scene) {
        return new ReplicationDriver.Retention(
                scene.item().policy().pointsKept(), scene.item().policy().pointEvery());
    }

    static JobId thisJob(Scene scene) {
        return new JobId(scene.context().job());
    }

    static Side target(Scene scene) {
        return scene.to();
    }
}
