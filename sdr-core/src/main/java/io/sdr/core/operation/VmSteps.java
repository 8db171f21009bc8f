package io.sdr.core.operation;

import io.sdr.api.Answer;
import io.sdr.api.FailoverPlan;
import io.sdr.api.InvalidRequestException;
import io.sdr.api.Operation;
import io.sdr.api.OperationFailedException;
import io.sdr.api.Problem;
import io.sdr.api.Prompt;
import io.sdr.api.ProtectionState;
import io.sdr.api.RetryableException;
import io.sdr.api.SdrException;
import io.sdr.api.Side;
import io.sdr.api.SiteId;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.DiskRef;
import io.sdr.api.spi.EpochRecord;
import io.sdr.api.spi.VmObservation;
import io.sdr.core.job.ActResult;
import io.sdr.core.job.Effects;
import io.sdr.core.job.Note;
import io.sdr.core.job.Observation;
import io.sdr.core.job.Step;
import io.sdr.core.job.UndoResult;
import io.sdr.core.job.Values;
import io.sdr.core.state.StateTable;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Steps that look at VMs and change their power, lock and disks. */
final class VmSteps {
    static final String SHUT_DOWN = "shut-down-source";
    static final String VERIFY = "verify";
    static final String STOP_COPY = "stop-copy";
    /** The lane of what is undone at the side that is left: a silent target does not keep its VM from running again. */
    static final String AT_SOURCE = "source";

    /** Why nothing is attached or detached. */
    static final String OF_THE_DRIVER = "the driver keeps the disks attached";

    private static final String DECIDED_OTHERWISE = "DECIDED_OTHERWISE";
    private static final String OFF_BY_SITE = "offBySite";
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);
    private static final Duration SILENT_LOOK_AGAIN = Duration.ofSeconds(15);
    static final Duration TURN_OFF_DEADLINE = Duration.ofMinutes(1);
    static final String WAS_RUNNING = "wasRunning";
    private static final String SHUT_DOWN_UNTIL = "shutDownUntil";
    private static final String TURN_OFF_UNTIL = "turnOffUntil";
    private static final String RUNS_UNTIL = "runsUntil";
    private static final String GUEST_UNTIL = "guestUntil";
    private static final Duration RUNS_WITHIN = Duration.ofMinutes(5);

    private VmSteps() {}

    // ---- the source of an unplanned failover

    /** Looks at the source and, if asked, takes it down; never blocked by a source that does not answer. */
    static Step shutDownIfAsked(Surroundings world) {
        return OperationStep.act(SHUT_DOWN)
                .within(Duration.ofHours(2))
                .intends(VmSteps::shutDownIntent)
                .observes("the source: silent, off, or seen running; who may write to it still", (intent, scene) -> {
                    if (scene.silence(scene.from()).isPresent()) {
                        return unconfirmed(scene);
                    }
                    Optional<VmObservation> vm = scene.look(scene.from());
                    if (vm.isEmpty() || !vm.get().isRunning()) {
                        return Observation.done(Values.of("confirmedOff", true));
                    }
                    boolean mayTryMore = scene.spec().flag(RequestCodec.SHUT_DOWN_FIRST)
                            && scene.now().isBefore(turnOffUntil(intent, scene));
                    return mayTryMore ? toBeStopped(intent) : stillRunning(SHUT_DOWN, scene);
                })
                .acts("if asked: guest shutdown, then power off, each with a deadline", VmSteps::takeDown)
                .undoes(
                        "starts the VM again if it ran before, also where the job that this one superseded had shut it"
                                + " down, and takes that job's lock away; a silent source gets a note",
                        VmSteps::takeSourceBack)
                .undoneInLane(AT_SOURCE)
                .inheritsUndo(spec -> spec.flag(RequestCodec.SOURCE_TAKEN_DOWN))
                .in(world);
    }

    /** Looks again just before the decision: an administrator may have started the source meanwhile. */
    static Step sourceSettled(Surroundings world) {
        return OperationStep.guard("source-settled")
                .observes("the source: silent, off, or seen running with somebody's word for it", (intent, scene) -> {
                    if (scene.silence(scene.from()).isPresent()) {
                        return PowerFenceStep.isLost(scene)
                                ? PowerFenceStep.askOrGoOn("source-settled", scene)
                                : unconfirmed(scene);
                    }
                    Optional<VmObservation> vm = scene.look(scene.from());
                    return vm.map(VmObservation::isRunning).orElse(false)
                            ? stillRunning("source-settled", scene)
                            : Observation.done(OldSide.off(Values.of("confirmedOff", true), vm));
                })
                .in(world);
    }

    private static Observation unconfirmed(Scene scene) {
        Optional<String> fenced = PowerFenceStep.fencedNow(scene);
        if (fenced.isPresent()) {
            return Observation.done(Values.of("confirmedOff", false).with("powerFence", fenced.get()));
        }
        Values outcome = Values.of("confirmedOff", false);
        Optional<String> word = confirmedDownBy(scene);
        String warning = "site " + scene.site(scene.from()).id() + " does not answer: the source is not confirmed off"
                + word.map(by -> ", but " + by + " gave the word that it is down")
                        .orElse("");
        return Observation.done(word.map(by -> outcome.with("confirmedBy", by)).orElse(outcome), warning);
    }

    /** Somebody's word that two copies may run, by the request or by an answer. */
    static Optional<String> twoRunningAccepted(Scene scene) {
        return scene.spec()
                .find(RequestCodec.ACCEPT_TWO_RUNNING)
                .or(() -> scene.context().answer(Answer.Kind.ACCEPT_TWO_RUNNING).map(Answer::reason));
    }

    /** Somebody's word that the VM of a silent side is down, by the request or by an answer. */
    static Optional<String> confirmedDownBy(Scene scene) {
        return scene.spec()
                .find(RequestCodec.CONFIRMED_DOWN_BY)
                .or(() -> scene.context().answer(Answer.Kind.CONFIRM_DOWN).map(Answer::by));
    }

    static Observation stillRunning(String step, Scene scene) {
        Optional<String> accepted = twoRunningAccepted(scene);
        if (accepted.isPresent()) {
            return Observation.done(
                    Values.of("confirmedOff", false).with("twoRunningAccepted", accepted.get()),
                    "the source is seen running and two running copies were accepted: " + accepted.get());
        }
        return new Observation.Contradiction(new Prompt.Contradiction(
                step,
                "VM " + scene.vm(scene.from()) + " at site "
                        + scene.site(scene.from()).id()
                        + " still runs. Going on would run two copies. Stop it and look again, or accept two running"
                        + " copies",
                "the VM was seen running at " + scene.now(),
                Set.of(Answer.Kind.LOOK_AGAIN, Answer.Kind.ACCEPT_TWO_RUNNING)));
    }

    // ---- the source of a planned failover

    /** Takes the source down, or fails and leaves all as before. */
    static Step shutDown(Surroundings world) {
        return OperationStep.act(SHUT_DOWN)
                .within(Duration.ofHours(2))
                .failureUndoes()
                .intends(VmSteps::shutDownIntent)
                .observes("the power of the source VM", (intent, scene) -> {
                    VmObservation vm = scene.see(scene.from());
                    if (!vm.isRunning()) {
                        Values now = Values.of("confirmedOff", true).with("offAt", scene.now());
                        Values off = vm.offSince()
                                .map(since -> now.with(OFF_BY_SITE, since))
                                .orElse(now);
                        return Observation.done(OldSide.off(off, Optional.of(vm)));
                    }
                    boolean turnOffAllowed = scene.spec().flag(RequestCodec.TURN_OFF);
                    Instant end = turnOffAllowed ? turnOffUntil(intent, scene) : shutDownUntil(intent, scene);
                    if (scene.now().isBefore(end)) {
                        return toBeStopped(intent);
                    }
                    throw new OperationFailedException(Problem.of("SHUTDOWN_TIMED_OUT")
                            .attempted("shut down VM " + scene.vm(scene.from()) + " for a planned failover")
                            .state("the guest did not follow in time and still runs; nothing was decided")
                            .remedy(
                                    turnOffAllowed
                                            ? "look why the host cannot power it off, then start again"
                                            : "shut the guest down and start again, or plan with"
                                                    + " turnOffIfShutdownFails()"));
                })
                .acts("guest shutdown; power off only if the plan allows it", VmSteps::takeDown)
                .undoes("starts the VM again if it ran before", VmSteps::startAgain)
                .undoneInLane(AT_SOURCE)
                .in(world);
    }

    static OperationStep lockSource(Surroundings world) {
        return OperationStep.act("lock-source")
                .observes(
                        "whether the source VM is locked against start",
                        (intent, scene) -> scene.see(scene.from()).startLocked()
                                ? Observation.done(Values.NONE)
                                : Observation.notDone())
                .does(
                        "locks it",
                        (intent, scene) ->
                                scene.site(scene.from()).vms().lockStart(scene.vm(scene.from()), scene.call()))
                .undoes("takes the lock away", (intent, scene) -> {
                    scene.site(scene.from()).vms().unlockStart(scene.vm(scene.from()), scene.call());
                    return UndoResult.undone();
                })
                .undoneInLane(AT_SOURCE)
                .in(world);
    }

    static OperationStep sourceOff(Surroundings world) {
        return OperationStep.guard("source-off")
                .observes("the source VM: off, locked, and not started since the last cycle", (intent, scene) -> {
                    VmObservation vm = scene.see(scene.from());
                    Values shutDown = scene.context().outcomes().of(SHUT_DOWN);
                    boolean startedSince = !OldSide.lastStart(shutDown).equals(vm.lastStart());
                    // by the site's own clock, where it tells: its starts are known by that one
                    Instant off = shutDown.find(OFF_BY_SITE)
                            .or(() -> shutDown.find("offAt"))
                            .map(Instant::parse)
                            .orElse(Instant.MAX);
                    boolean startsKnown = vm.startsKnownSince()
                            .filter(since -> !since.isAfter(off))
                            .isPresent();
                    if (!vm.isRunning() && vm.startLocked() && !startedSince && !startsKnown) {
                        throw startUnknown(vm, off);
                    }
                    if (!vm.isRunning() && vm.startLocked() && !startedSince) {
                        return Observation.done(OldSide.off(Values.of("confirmedOff", true), Optional.of(vm)));
                    }
                    throw new OperationFailedException(Problem.of("SOURCE_STARTED_AGAIN")
                            .attempted("make sure that VM " + vm.vm() + " is off before the decision")
                            .state(
                                    vm.isRunning()
                                            ? "it runs"
                                            : startedSince ? "it ran after its last cycle" : "it is not locked")
                            .remedy("find out who starts it, then start the planned failover again"));
                })
                .in(world);
    }

    private static OperationFailedException startUnknown(VmObservation vm, Instant off) {
        return new OperationFailedException(Problem.of("SOURCE_STARTS_UNKNOWN")
                .attempted("make sure that VM " + vm.vm() + " was not started since it was off at " + off)
                .state("it is off, and its site does not tell all its starts since then; nothing was decided")
                .remedy("let the site's account read the log of VMs' starts, then start the planned failover again"));
    }

    private static Values shutDownIntent(Scene scene) {
        Instant shutDownUntil = scene.now().plus(scene.item().policy().shutdownDeadline());
        return withPower(Values.of(SHUT_DOWN_UNTIL, shutDownUntil), scene)
                .with(TURN_OFF_UNTIL, shutDownUntil.plus(TURN_OFF_DEADLINE));
    }

    /** Says whether the VM that is left runs, if that can be seen now; a silent side tells nothing. */
    static Values withPower(Values intent, Scene scene) {
        return scene.silence(scene.from()).isPresent()
                ? intent
                : intent.with(
                        WAS_RUNNING,
                        scene.look(scene.from()).map(VmObservation::isRunning).orElse(false));
    }

    /** Nothing is stopped before the store says that it ran: that is what starts it again when the job is taken back. */
    static Observation toBeStopped(Values intent) {
        return intent.flag(WAS_RUNNING)
                ? Observation.notDone()
                : new Observation.Outdated("it runs, which was not seen when the step began");
    }

    private static Instant shutDownUntil(Values intent, Scene scene) {
        return scene.whileAnswered(
                intent.text(SHUT_DOWN_UNTIL), scene.item().policy().shutdownDeadline());
    }

    private static Instant turnOffUntil(Values intent, Scene scene) {
        return scene.whileAnswered(
                intent.text(TURN_OFF_UNTIL),
                scene.item().policy().shutdownDeadline().plus(TURN_OFF_DEADLINE));
    }

    /** A host that refuses is like a guest that does not follow: what counts is whether the VM is seen off in time. */
    private static ActResult takeDown(Values intent, Scene scene) {
        boolean gently = scene.now().isBefore(shutDownUntil(intent, scene));
        try {
            VmObservation seen = gently
                    ? scene.site(scene.from()).vms().shutDown(scene.vm(scene.from()), scene.call())
                    : scene.site(scene.from()).vms().turnOff(scene.vm(scene.from()), scene.call());
            return seen.isRunning()
                    ? ActResult.again(
                            LOOK_AGAIN, gently ? "waits for the guest to shut down" : "waits for the power to go off")
                    : ActResult.acted();
        } catch (RetryableException | OperationFailedException e) {
            return ActResult.again(LOOK_AGAIN, e.problem().describe());
        }
    }

    /**
     * The side is given up as lost: a cancel that waited for it, silent or unable to start its VM, would keep another failover from
     * beginning. What is left to do there is done with a next contact, and only while its side is still the active one.
     */
    private static UndoResult takeSourceBack(Values intent, Scene scene) {
        boolean inherited = scene.spec().flag(RequestCodec.SOURCE_TAKEN_DOWN);
        boolean ran = intent.flag(WAS_RUNNING) || scene.spec().flag(RequestCodec.SOURCE_WAS_RUNNING);
        boolean takenDown = inherited
                || (scene.spec().flag(RequestCodec.SHUT_DOWN_FIRST) && (ran || ReplicaSteps.isSourceDown(scene)));
        Optional<String> silence = takenDown || ran ? scene.silence(scene.from()) : Optional.empty();
        if (silence.isPresent()) {
            return takenDown ? leftOff(ran, "does not answer: " + silence.get(), scene) : UndoResult.undone();
        }
        try {
            return takeSourceBack(takenDown, inherited, ran, scene);
        } catch (RetryableException | OperationFailedException | InvalidRequestException e) {
            if (e.code().equals(DECIDED_OTHERWISE)) {
                throw e;
            }
            return leftOff(ran, "does not let it be taken back: " + e.problem().describe(), scene);
        }
    }

    private static UndoResult takeSourceBack(boolean takenDown, boolean inherited, boolean ran, Scene scene) {
        if (takenDown) {
            scene.driver().takeBackRest(scene.linkTo(scene.to()), scene.decidingCall());
        }
        if (inherited) {
            scene.site(scene.from()).vms().unlockStart(scene.vm(scene.from()), scene.call());
        }
        return ran ? startAgain(scene) : UndoResult.undone();
    }

    private static UndoResult leftOff(boolean ran, String why, Scene scene) {
        SiteId site = scene.site(scene.from()).id();
        Note note =
                NoteKinds.startAgain(scene.item().id(), site, scene.from(), scene.decisionEpoch(), ran, scene.now());
        String words = "site " + site + " " + why + ". "
                + (ran
                        ? "VM " + scene.vm(scene.from())
                                + " was shut down for the failover and is left off. It is started"
                                + " with the next contact that allows it; before that it has to be started by hand there"
                        : "what keeps VM " + scene.vm(scene.from())
                                + " from starting since it was prepared for the failover is taken away with the next"
                                + " contact that allows it");
        return UndoResult.left(
                Effects.NONE
                        .withNotes(List.of(note))
                        .withEvent(EventKind.SOURCE_LEFT_OFF.says(
                                "item " + scene.item().id() + ": " + words)),
                words);
    }

    private static UndoResult startAgain(Values intent, Scene scene) {
        return intent.flag(WAS_RUNNING) ? startAgain(scene) : UndoResult.undone();
    }

    /** Whoever starts a VM by the store's word asks the other site first whether another engine has decided; a silent one tells nothing. */
    private static void requireNotDecidedElsewhere(Scene scene) {
        Optional<EpochRecord> newest;
        try {
            newest = scene.site(scene.to()).catalogue().readHighest(scene.item().id(), scene.decidingCall());
        } catch (SdrException e) {
            return;
        }
        newest.filter(there -> there.kind() == EpochRecord.Kind.ACTIVATE
                        && there.to() == scene.to()
                        && there.epoch() >= scene.decisionEpoch())
                .ifPresent(there -> {
                    throw new OperationFailedException(Problem.of(DECIDED_OTHERWISE)
                            .attempted("start VM " + scene.vm(scene.from()) + " at site "
                                    + scene.site(scene.from()).id() + " again")
                            .state("site " + scene.site(scene.to()).id() + " holds decision " + there.epoch()
                                    + " of job " + there.job()
                                    + ", which is not this one: the VM may run there; nothing was started")
                            .remedy("look who else works on this item"));
                });
    }

    private static UndoResult startAgain(Scene scene) {
        if (!scene.see(scene.from()).isRunning()) {
            requireNotDecidedElsewhere(scene);
            scene.site(scene.from()).vms().start(scene.vm(scene.from()), scene.call());
        }
        return scene.see(scene.from()).isRunning()
                ? UndoResult.undone()
                : new UndoResult.Again(LOOK_AGAIN, "waits for the source VM to run again");
    }

    // ---- the copy

    /** Gives the VM of a side the disks that a function names. */
    static OperationStep attach(Surroundings world, Function<Scene, Side> side, Function<Scene, List<DiskRef>> disks) {
        return OperationStep.act("attach-disks")
                .observes("the disks that the copy's VM has attached", (intent, scene) -> {
                    if (scene.driverOwnsVms()) {
                        return new Observation.NotNeeded(OF_THE_DRIVER);
                    }
                    return scene.see(side.apply(scene)).disks().equals(disks.apply(scene))
                            ? Observation.done(Values.NONE)
                            : Observation.notDone();
                })
                .does(
                        "attaches the disks that hold the chosen point",
                        (intent, scene) -> scene.site(side.apply(scene))
                                .vms()
                                .attach(scene.vm(side.apply(scene)), disks.apply(scene), scene.decidingCall()))
                .undoes("detaches them; of a failover whose target is silent a note does that", (intent, scene) -> {
                    if (scene.driverOwnsVms() || ReplicaSteps.isTargetLeft(scene)) {
                        return UndoResult.undone();
                    }
                    scene.site(side.apply(scene))
                            .vms()
                            .attach(scene.vm(side.apply(scene)), List.of(), scene.decidingCall());
                    return UndoResult.undone();
                })
                .in(world);
    }

    /** Takes the disks away from a VM that is off, before they are given up. */
    static Step detach(Surroundings world, Function<Scene, Side> side) {
        return OperationStep.act("detach-disks")
                .observes("the disks that the copy's VM has attached", (intent, scene) -> {
                    if (scene.driverOwnsVms()) {
                        return new Observation.NotNeeded(OF_THE_DRIVER);
                    }
                    return scene.see(side.apply(scene)).disks().isEmpty()
                            ? Observation.done(Values.NONE)
                            : Observation.notDone();
                })
                .does(
                        "detaches them",
                        (intent, scene) -> scene.site(side.apply(scene))
                                .vms()
                                .attach(scene.vm(side.apply(scene)), List.of(), scene.decidingCall()))
                .in(world);
    }

    static Step start(Surroundings world, Function<Scene, Side> side) {
        return OperationStep.act("start")
                .observes(
                        "whether the copy's VM runs",
                        (intent, scene) -> scene.see(side.apply(scene)).isRunning()
                                ? Observation.done(Values.NONE)
                                : Observation.notDone())
                .does("takes its lock away and starts it", (intent, scene) -> {
                    CallContext call = scene.decidingCall();
                    scene.site(side.apply(scene)).vms().unlockStart(scene.vm(side.apply(scene)), call);
                    scene.site(side.apply(scene)).vms().start(scene.vm(side.apply(scene)), call);
                })
                .in(world);
    }

    /**
     * The end of every operation that starts a VM: it was seen running. A guest may need long after its disks were left unclean;
     * one that does not answer in time is worth a warning, but changes nothing of what was decided.
     */
    static Step verifyRuns(Surroundings world, Function<Scene, Side> side, OperationStep.DoneEffects record) {
        return OperationStep.act(VERIFY)
                .within(Duration.ofDays(2)) // longer than any plan's own time
                .intends(scene -> Values.of(RUNS_UNTIL, scene.now().plus(RUNS_WITHIN))
                        .with(GUEST_UNTIL, scene.now().plus(guestPatience(scene))))
                .observes(
                        "the copy's VM: it runs and, where that is known, its guest answers; or it runs and the plan's time"
                                + " for its guest is over",
                        (intent, scene) -> verify(intent, scene, side.apply(scene)))
                .acts(
                        "nothing: it looks again until the plan's time is over, 5 min for one that does not run",
                        (intent, scene) -> ActResult.again(LOOK_AGAIN, "waits for the guest to answer"))
                .records(record)
                .in(world);
    }

    private static Observation verify(Values intent, Scene scene, Side side) {
        VmObservation vm = scene.see(side);
        Values running = Values.of("runningAt", scene.now());
        if (vm.isRunning() && vm.heartbeat().orElse(true)) {
            return Observation.done(running);
        }
        String until = intent.text(vm.isRunning() ? GUEST_UNTIL : RUNS_UNTIL);
        Duration patience = vm.isRunning() ? guestPatience(scene) : RUNS_WITHIN;
        if (scene.now().isBefore(scene.whileAnswered(until, patience))) {
            return Observation.notDone();
        }
        String words = "VM " + vm.vm() + " at site " + scene.site(side).id();
        if (vm.isRunning()) {
            return Observation.done(
                    running,
                    "GUEST_DID_NOT_ANSWER: " + words + " runs, but its guest did not answer within "
                            + patience.toSeconds() + " seconds");
        }
        throw new OperationFailedException(Problem.of("VM_DOES_NOT_RUN")
                .attempted("see " + words + " running")
                .state("it was started and is off again")
                .remedy("look why it went off, start it, then retry the job; after a failover another way is to change"
                        + " the recovery point, or to cancel the failover"));
    }

    private static Duration guestPatience(Scene scene) {
        return scene.spec()
                .find(RequestCodec.GUEST_WITHIN)
                .map(Duration::parse)
                .orElse(FailoverPlan.GUEST_ANSWERS_WITHIN);
    }

    /** Stops a VM that must not run while its disks change; what it wrote is given up by the caller's word. */
    static Step stop(String name, Surroundings world, Function<Scene, Side> side) {
        return OperationStep.act(name)
                .observes("whether the VM is off and locked against start", (intent, scene) -> {
                    VmObservation vm = scene.see(side.apply(scene));
                    return !vm.isRunning() && vm.startLocked() ? Observation.done(Values.NONE) : Observation.notDone();
                })
                .acts("locks it and powers it off", (intent, scene) -> lockAndTurnOff(scene, side.apply(scene)))
                .in(world);
    }

    /**
     * Stops the copy that a failover leaves behind when it is cancelled; taken back, it runs again. Where its side does not answer, only the evidence of a power
     * fence or somebody's word lets the job go on; with contact it goes on by itself. Looked at again just before the decision.
     */
    static Step stopCopyOrAsk(Surroundings world) {
        return stopActiveOrAsk(
                world,
                scene -> "Going back would start the VM at site "
                        + scene.site(scene.to()).id() + " while the copy may run");
    }

    /** The same for another reason. */
    static Step stopCopyOrAsk(Surroundings world, Function<Scene, String> why) {
        return stopping(why).in(world);
    }

    /** The same, of a copy that is active until this job decides: taken back, it runs again. */
    static OperationStep stopActiveOrAsk(Surroundings world, Function<Scene, String> why) {
        return stopping(why)
                .intends(scene -> withPower(Values.NONE, scene))
                .undoes("takes its lock away and starts it again if it ran", (intent, scene) -> {
                    if (!intent.flag(WAS_RUNNING)) {
                        return UndoResult.undone();
                    }
                    scene.site(scene.from()).vms().unlockStart(scene.vm(scene.from()), scene.decidingCall());
                    return startAgain(intent, scene);
                })
                .in(world);
    }

    private static OperationStep.Builder stopping(Function<Scene, String> why) {
        return OperationStep.guard(STOP_COPY)
                .observes(
                        "the copy: off and locked against start, or silent with a power fence's evidence or somebody's"
                                + " word for it",
                        (intent, scene) -> {
                            if (scene.silence(scene.from()).isPresent()) {
                                return PowerFenceStep.isLost(scene)
                                        ? PowerFenceStep.askOrGoOn(STOP_COPY, scene)
                                        : silentCopy(scene, why);
                            }
                            VmObservation vm = scene.see(scene.from());
                            if (!vm.isRunning() && vm.startLocked()) {
                                return Observation.done(OldSide.off(Values.of("confirmedOff", true), Optional.of(vm)));
                            }
                            boolean lookedBefore =
                                    scene.context().outcomes().find(STOP_COPY).isPresent();
                            Optional<String> accepted = twoRunningAccepted(scene);
                            return lookedBefore && accepted.isPresent()
                                    ? Observation.done(
                                            Values.of("twoRunningAccepted", accepted.get()),
                                            "the copy is seen running and two running copies were accepted: "
                                                    + accepted.get())
                                    : Observation.notDone();
                        })
                .acts("locks it and powers it off", (intent, scene) -> lockAndTurnOff(scene, scene.from()));
    }

    private static Observation silentCopy(Scene scene, Function<Scene, String> why) {
        Optional<String> fenced = PowerFenceStep.fencedNow(scene);
        if (fenced.isPresent()) {
            return Observation.done(Values.of("silent", true).with("powerFence", fenced.get()));
        }
        String silent = "site " + scene.site(scene.from()).id() + " does not answer: the copy is not confirmed off";
        Optional<String> down = confirmedDownBy(scene);
        if (down.isPresent()) {
            return Observation.done(
                    Values.of("silent", true).with("confirmedBy", down.get()),
                    silent + ", but " + down.get() + " gave the word that it is down");
        }
        Optional<String> accepted = twoRunningAccepted(scene);
        if (accepted.isPresent()) {
            return Observation.done(
                    Values.of("silent", true).with("twoRunningAccepted", accepted.get()),
                    silent + ", and two running copies were accepted: " + accepted.get());
        }
        return new Observation.Contradiction(
                new Prompt.Confirmation(
                        STOP_COPY,
                        silent + ". " + why.apply(scene)
                                + ". Make sure that the copy is down and confirm it, or accept two"
                                + " running copies; the job goes on by itself as soon as the site answers",
                        Set.of(Answer.Kind.LOOK_AGAIN, Answer.Kind.CONFIRM_DOWN, Answer.Kind.ACCEPT_TWO_RUNNING)),
                Optional.of(SILENT_LOOK_AGAIN));
    }

    private static ActResult lockAndTurnOff(Scene scene, Side side) {
        scene.site(side).vms().lockStart(scene.vm(side), scene.call());
        VmObservation seen = scene.site(side).vms().turnOff(scene.vm(side), scene.call());
        return seen.isRunning() ? ActResult.again(LOOK_AGAIN, "waits for the power to go off") : ActResult.acted();
    }

    static Effects succeeded(Operation operation, Scene scene) {
        return became(StateTable.TABLE.onSucceeded(operation, scene.item().state()), scene);
    }

    static Effects became(ProtectionState state, Scene scene) {
        return Effects.document(scene.item().in(state).document());
    }
}
