package io.sdr.core.fault;

import io.sdr.api.Answer;
import io.sdr.api.AwaitTimeoutException;
import io.sdr.api.Divergence;
import io.sdr.api.FailoverPlan;
import io.sdr.api.ItemId;
import io.sdr.api.Job;
import io.sdr.api.JobStatus;
import io.sdr.api.JobStep;
import io.sdr.api.OperationNotAllowedException;
import io.sdr.api.Pause;
import io.sdr.api.Place;
import io.sdr.api.Prompt;
import io.sdr.api.ProtectionRequest;
import io.sdr.api.ProtectionState;
import io.sdr.api.ReplicatedItem;
import io.sdr.api.ResolveRequest;
import io.sdr.api.ReverseRequest;
import io.sdr.api.SdrException;
import io.sdr.api.Side;
import io.sdr.api.TestCleanupRequest;
import io.sdr.api.TestFailoverState;
import io.sdr.api.VmId;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.CancelFlag;
import io.sdr.api.spi.EpochRecord;
import io.sdr.api.spi.ProgressListener;
import io.sdr.api.spi.StorageFolder;
import io.sdr.api.spi.VmObservation;
import io.sdr.core.replication.ReplicaLeftovers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** One run of an operation in a world in which something may go wrong: how it comes to rest, and how it goes on from there. */
final class FaultRun {
    private static final Duration PATIENCE = Duration.ofMinutes(40);
    private static final int ROUNDS = 12;
    private static final Set<Divergence> BOTH_RAN = Set.of(Divergence.SUSPECTED, Divergence.SPLIT_BRAIN);

    private final FaultWorld world;
    private final FaultedOperation operation;
    private final Side here;
    private final long epoch;
    private final int points;
    private @Nullable Job job;
    private boolean wrote;

    FaultRun(FaultWorld world, FaultedOperation operation) {
        this.world = world;
        this.operation = operation;
        this.here = world.active();
        this.points = pointsNow();
        this.epoch = world.item().map(ReplicatedItem::epoch).orElse(0L);
    }

    Side here() {
        return here;
    }

    private ProtectionState state() {
        return world.item().map(ReplicatedItem::state).orElse(ProtectionState.DISABLED);
    }

    /**
     * Starts the operation and lets it come to rest: to its end, or until only somebody else can move it. If it is its undoing that is
     * looked at, it is cancelled on its way.
     *
     * @param whenItCounts is run before what is looked at: the operation, or its undoing
     */
    Rest begin(Runnable whenItCounts) {
        operation.cancelledAt().ifPresentOrElse(step -> world.cancelAt(step, whenItCounts), whenItCounts);
        world.acceptTwoRunning(operation == FaultedOperation.UNPLANNED_TWO_RUNNING);
        if (operation.isUnplanned()) {
            world.allowBesideSilent(here);
        }
        world.forbidLoss(operation.isPlanned());
        return start();
    }

    private Rest start() {
        try {
            job = operation.begin(world).orElse(null);
        } catch (SdrException e) {
            world.afterwards();
            return rest("REFUSED", e.code());
        }
        return job == null ? rest(over(), "") : drive();
    }

    /** Nothing is wrong any more. */
    void mend() {
        for (Side side : Side.values()) {
            world.site(side).faults().clear();
        }
        world.time.runFor(Duration.ofMinutes(2));
        world.engine().runDue();
    }

    Rest goOn(Act act) {
        return switch (act) {
            case NOTHING -> {
                mend();
                yield rest(job == null ? over() : current().status().name(), "");
            }
            case CONTACT -> {
                mend();
                yield drive();
            }
            case RETRY -> {
                mend();
                yield retry();
            }
            case CANCEL -> {
                mend();
                yield cancel();
            }
            case CANCEL_BEFORE -> {
                Rest before = cancel();
                mend();
                yield before.job().equals("DENIED") ? before : drive();
            }
            case TURN_OFF -> {
                mend();
                if (!current().prompts().isEmpty()) {
                    world.site(here).turnOffBehindTheBack(world.vm(here));
                    current().answer(Answer.lookAgain("tester"));
                }
                yield drive();
            }
            case AGAIN -> {
                mend();
                yield again();
            }
            case FINISH -> {
                mend();
                yield finish();
            }
            case ABANDON -> {
                mend();
                Rest rest = drive();
                if (!rest.job().equals("FAILED")) {
                    yield rest;
                }
                Rest cancelled = cancel();
                yield cancelled.job().equals("DENIED") ? finish() : cancelled;
            }
        };
    }

    /** How an operation ended that is no job. */
    private String over() {
        Pause.By paused = world.item().map(item -> item.paused().by()).orElse(Pause.By.NOBODY);
        return paused == Pause.By.NOBODY ? "DONE" : "PAUSED_BY_" + paused;
    }

    private Rest again() {
        if (world.item().isPresent() && operation.isProtect()) {
            world.nextItem();
        }
        wrote = false;
        return start();
    }

    private Rest finish() {
        if (job == null) {
            return again();
        }
        Rest rest = drive();
        if (!rest.job().equals("FAILED")) {
            return rest;
        }
        Rest retried = retry();
        return retried.job().equals("DENIED") ? again() : retried;
    }

    private Rest retry() {
        try {
            current().retry();
        } catch (OperationNotAllowedException e) {
            return rest("DENIED", "");
        }
        return drive();
    }

    private Rest cancel() {
        try {
            current().cancel();
        } catch (OperationNotAllowedException e) {
            return rest("DENIED", "");
        }
        return drive();
    }

    private Job current() {
        if (job == null) {
            throw new IllegalStateException("no job");
        }
        return job;
    }

    /** Waits for the end, with the answers that belong to the operation. */
    private Rest drive() {
        Rest rest = driven(current());
        world.afterwards();
        return rest;
    }

    private Rest driven(Job at) {
        for (int i = 0; i < ROUNDS; i++) {
            Optional<Prompt> prompt;
            try {
                prompt = at.awaitPrompt(PATIENCE);
            } catch (AwaitTimeoutException e) {
                return rest(at.status() == JobStatus.CANCELLING ? "CANCELLING" : "WAITS", present(at));
            }
            if (prompt.isEmpty()) {
                return rest(at.status().name(), failed(at));
            } else if (prompt.get() instanceof Prompt.ReadyToComplete) {
                if (!wrote && world.isRunning(here)) {
                    world.write(4);
                    wrote = true;
                }
                try {
                    world.engine().completeFailover(world.id());
                } catch (OperationNotAllowedException e) {
                    return rest("READY", prompt.get().step());
                }
            } else {
                return rest("ASKS", prompt.get().step());
            }
        }
        return rest("ASKS_FOR_EVER", "");
    }

    private static String failed(Job at) {
        return at.steps().stream()
                .filter(each -> each.status() == JobStep.Status.FAILED)
                .map(JobStep::name)
                .findFirst()
                .orElse("");
    }

    private static String present(Job at) {
        return at.steps().stream()
                .filter(each -> each.status() == JobStep.Status.RUNNING || each.status() == JobStep.Status.WAITING)
                .map(JobStep::name)
                .findFirst()
                .orElse("?");
    }

    // ---- how things stand

    Rest rest(String status, String step) {
        world.afterwards();
        Optional<ReplicatedItem> item = world.item();
        Side active = world.active();
        return new Rest(
                status,
                step,
                item.map(each -> each.state().name()).orElse("NO_ITEM"),
                name(active),
                where(VmObservation::isRunning),
                where(VmObservation::startLocked),
                where(vm -> !vm.disks().isEmpty()),
                "+" + (item.map(ReplicatedItem::epoch).orElse(0L) - epoch),
                points(),
                world.momentAt(active),
                notes(item));
    }

    private String points() {
        int now = pointsNow();
        return now < 0 || points < 0 ? "?" : now == 0 ? "none" : (now < points ? "" : "+") + (now - points);
    }

    private int pointsNow() {
        try {
            return world.item().isEmpty()
                    ? 0
                    : world.engine().recoveryPoints(world.id()).size();
        } catch (SdrException e) {
            return -1;
        }
    }

    private String notes(Optional<ReplicatedItem> item) {
        return places(side -> item.map(ReplicatedItem::pendingNotes).orElse(List.of()).stream()
                .anyMatch(note -> note.site().equals(world.site(side).id())));
    }

    private String where(Predicate<VmObservation> what) {
        return places(side -> world.site(side).allVms().stream().anyMatch(what));
    }

    private String places(Predicate<Side> what) {
        boolean one = what.test(here);
        boolean two = what.test(here.other());
        return one ? (two ? "both" : "here") : (two ? "there" : "none");
    }

    private String name(Side side) {
        return side == here ? "here" : "there";
    }

    /** The operation has ended and time goes by: what was left for later is done, and what is torn is compared. */
    void housekeeping() {
        world.time.runFor(Duration.ofMinutes(2));
        world.engine().runDue();
        if (operation.isInPlace() && state() == ProtectionState.RESYNC_REQUIRED) {
            FaultedOperation.done(world.engine().resynchronize(world.id()));
            world.engine().runDue();
        }
    }

    /** What nothing needs any more and nobody gave back, by kind and side, and how often. */
    SortedMap<String, Integer> leftovers() {
        SortedMap<String, Integer> left = new TreeMap<>();
        Set<String> needed = new HashSet<>();
        for (Side side : Side.values()) {
            needed.addAll(ReplicaLeftovers.marks(replica(side)));
        }
        for (Side side : Side.values()) {
            ReplicaLeftovers.standing(replica(side))
                    .forEach(what -> left.merge(what + " " + name(side), 1, Integer::sum));
            // parts of a cycle that came to nothing stay for the next one
            ReplicaLeftovers.unnamed(replica(side)).stream()
                    .filter(file -> !file.startsWith("redo."))
                    .filter(file -> !isMarkOfTornDisks(file))
                    .forEach(file -> left.merge("file " + withoutNumbers(file) + " " + name(side), 1, Integer::sum));
            StorageFolder checkpoints = world.site(side).root().child("checkpoints");
            for (String id : checkpoints.children()) {
                boolean frozen = checkpoints.child(id).list().stream()
                        .anyMatch(file -> file.name().endsWith(".saved"));
                if (frozen) {
                    left.merge("checkpoint " + id + " " + name(side), 1, Integer::sum);
                } else if (!needed.contains(id)) {
                    left.merge("mark " + name(side), 1, Integer::sum);
                }
            }
        }
        return left;
    }

    /** Disks that were written over in part, and to which nothing replicates any more, stay marked until they are copied to again. */
    private boolean isMarkOfTornDisks(String file) {
        return operation.isInPlace() && state() == ProtectionState.FAILED_OVER && file.equals("APPLYING");
    }

    private static String withoutNumbers(String name) {
        return name.replaceAll("[0-9]+", "*");
    }

    /** Names what was left behind that a run without a fault does not leave. */
    String leftBehind(SortedMap<String, Integer> clean) {
        List<String> more = new ArrayList<>();
        leftovers().forEach((what, count) -> {
            if (count > clean.getOrDefault(what, 0)) {
                more.add(count + " × " + what);
            }
        });
        return more.isEmpty() ? "" : "left behind: " + more;
    }

    /** Two run, for one was silent: then the report says so, and a note waits. What cannot be undone now says why. */
    String honesty() {
        if (job != null && job.status() == JobStatus.CANCELLING) {
            boolean said = job.steps().stream().anyMatch(each -> each.detail().startsWith("undo: "));
            return said ? "" : "it does not say what keeps it from being undone: " + job.steps();
        }
        if (!world.isRunning(Side.PRIMARY) || !world.isRunning(Side.RECOVERY) || job == null) {
            return "";
        }
        boolean accepted = operation == FaultedOperation.UNPLANNED_TWO_RUNNING;
        String warnings = String.join("; ", job.awaitEnd(PATIENCE).warnings());
        boolean said = warnings.contains("not confirmed off") || (accepted && warnings.contains("accepted"));
        boolean noted = world.item().map(ReplicatedItem::pendingNotes).orElse(List.of()).stream()
                .anyMatch(note -> note.site().equals(world.site(here).id()));
        return said && noted ? "" : "two run, and " + (said ? "no note waits" : "the report says only: " + warnings);
    }

    /** Where the item is active, the site's own catalogue says so: nothing runs by the store's word alone. */
    String decided() {
        Optional<ReplicatedItem> now = world.item();
        if (now.isEmpty() || now.get().activeSide() == here) {
            return "";
        }
        Side active = now.get().activeSide();
        CallContext look = new CallContext(
                world.id(), now.get().epoch(), "test", 1, Instant.MAX, CancelFlag.NEVER, ProgressListener.NONE);
        boolean there = world.site(active)
                .catalogue()
                .readHighest(world.id(), look)
                .filter(record -> record.kind() == EpochRecord.Kind.ACTIVATE && record.to() == active)
                .isPresent();
        return there ? "" : "it is active at " + active + ", whose catalogue holds no such decision";
    }

    private StorageFolder replica(Side side) {
        return world.site(side).root().child("replicas").child(world.id().value());
    }

    /** Nothing is left that could stand in the way of another protection, from where the VM runs. */
    private String protectAnew() {
        VmId vm = world.item().orElseThrow().vms().get(here);
        FaultedOperation.done(world.engine()
                .protect(ProtectionRequest.between(
                                vm.value(),
                                Place.of(world.site(here).id().value()),
                                Place.of(world.site(here.other()).id().value()))
                        .as(new ItemId("item-2"))));
        return "";
    }

    /** The replica is as good as the source: the life cycle goes on to the other side, without loss. Names what is wrong. */
    String liveOn() {
        try {
            if (operation.isDisable()) {
                return protectAnew();
            }
            if (state() == ProtectionState.DISABLED) {
                world.nextItem();
                FaultedOperation.done(world.engine().protect(FaultedOperation.request(world)));
            }
            world.settle();
            if (over().equals("PAUSED_BY_USER")) {
                var unused = world.engine().resume(world.id());
            }
            if (world.item()
                    .map(ReplicatedItem::divergence)
                    .filter(BOTH_RAN::contains)
                    .isPresent()) {
                FaultedOperation.done(
                        world.engine().resolve(ResolveRequest.keepingActiveSide(world.active(), world.id())));
                world.engine().runDue();
            }
            if (!world.isRunning(world.active())) {
                world.site(world.active()).powerOn(world.vm(world.active()));
            }
            world.acceptTwoRunning(false);
            world.forbidLoss(true);
            if (state() == ProtectionState.COMMIT_PENDING) {
                world.write(2);
                FaultedOperation.done(world.engine().commit(world.id()));
            }
            if (state() == ProtectionState.FAILED_OVER) {
                world.write(2);
                FaultedOperation.done(
                        operation.isVmGone()
                                ? FaultedOperation.reverseMakingVm(world)
                                : world.engine()
                                        .reverseReplicate(
                                                ReverseRequest.overwriting(FaultedOperation.other(world), world.id())));
            }
            if (world.item().orElseThrow().testFailover() != TestFailoverState.NONE) {
                FaultedOperation.done(world.engine().cleanUpTest(TestCleanupRequest.removingEverything(world.id())));
            }
            Side to = FaultedOperation.other(world);
            world.write(3);
            FaultedOperation.done(
                    world.engine().failOver(FailoverPlan.planned(world.id(), to).completeAtOnce()));
            String moment = world.momentAt(to);
            return moment.equals("now") ? "" : "the other side's disks then hold " + moment;
        } catch (SdrException | AssertionError e) {
            return "life does not go on: " + e.getMessage();
        }
    }
}
