package io.sdr.core.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sdr.api.Answer;
import io.sdr.api.Finding;
import io.sdr.api.InvalidRequestException;
import io.sdr.api.JobStatus;
import io.sdr.api.JobStep;
import io.sdr.api.OperationFailedException;
import io.sdr.api.OutcomeUnknownException;
import io.sdr.api.Problem;
import io.sdr.api.Prompt;
import io.sdr.api.RetryableException;
import io.sdr.core.store.SqliteStore;
import io.sdr.testkit.VirtualTime;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the engine does with steps that behave and steps that do not, in virtual time over a real store. */
class JobEngineTest {
    @TempDir
    Path folder;

    private final VirtualTime time = new VirtualTime();
    private final Set<String> world = new TreeSet<>();
    private final List<String> log = new ArrayList<>();
    private final AtomicInteger numbers = new AtomicInteger();
    private SqliteStore store;
    private JobEngine engine;

    @AfterEach
    void close() {
        if (store != null) {
            engine.close();
            store.close();
        }
    }

    private void open(JobDefinition... definitions) {
        store = SqliteStore.open(folder);
        engine = new JobEngine(
                store, List.of(definitions), time, () -> "job-" + numbers.incrementAndGet(), Limits.DEFAULT);
        engine.start();
    }

    private void reopen(JobDefinition... definitions) {
        engine.close();
        store.close();
        open(definitions);
    }

    private ToyStep effect(String name) {
        return new ToyStep(name)
                .observe((intent, context) ->
                        world.contains(name) ? Observation.done(Values.of("by", name)) : Observation.notDone())
                .act((intent, context) -> {
                    log.add("act " + name);
                    world.add(name);
                    return ActResult.acted();
                })
                .undo((intent, context) -> {
                    log.add("undo " + name);
                    world.remove(name);
                    return UndoResult.undone();
                });
    }

    private String start(String kind) {
        if (engine.subject("vm").isEmpty()) {
            engine.createSubject("vm", 7, "calm");
        }
        return engine.create(NewJob.of(kind, engine.subject("vm").orElseThrow(), Values.of("a", "b"), "eve"))
                .id();
    }

    private JobSnapshot end(String job) {
        assertThat(time.await(() -> !engine.snapshot(job).status().isOpen(), later(Duration.ofDays(1))))
                .as(() -> engine.snapshot(job).toString())
                .isTrue();
        return engine.snapshot(job);
    }

    private JobSnapshot until(String job, JobStatus status) {
        assertThat(time.await(() -> engine.snapshot(job).status() == status, later(Duration.ofDays(1))))
                .as(() -> engine.snapshot(job).toString())
                .isTrue();
        return engine.snapshot(job);
    }

    private Instant later(Duration duration) {
        return time.now().plus(duration);
    }

    private static RetryableException noContact() {
        return new RetryableException(
                Problem.of("NO_CONTACT").attempted("reach it").state("silence").remedy("wait"));
    }

    private static JobStep.Status status(JobSnapshot snapshot, String step) {
        return snapshot.steps().stream()
                .filter(each -> each.name().equals(step))
                .findFirst()
                .orElseThrow()
                .status();
    }

    @Test
    void runsStepsInOrderAndWritesWhatWasObserved() {
        open(ToyDefinition.of(
                "toy",
                effect("a").prepare(context -> Values.of("chosen", "x")),
                effect("b")
                        .onDone((outcome, context) -> Effects.document("after b")
                                .withEpoch(8)
                                .withEvent(new NewEvent("B_DONE", "b is there"))),
                new ToyStep("c")
                        .observe((i, c) -> Observation.done(
                                Values.of("saw", c.outcomes().of("a").text("by")), "odd"))));
        String job = start("toy");
        assertThat(engine.subject("vm").orElseThrow().document()).isEqualTo("toy from calm");

        JobSnapshot end = end(job);

        assertThat(end.status()).isEqualTo(JobStatus.SUCCEEDED_WITH_WARNINGS);
        assertThat(log).containsExactly("act a", "act b");
        assertThat(end.intents().get("a")).isEqualTo(Values.of("chosen", "x"));
        assertThat(end.outcome("c")).isEqualTo(Values.of("saw", "a"));
        assertThat(end.warnings()).containsExactly("c: odd");
        assertThat(status(end, "a")).isEqualTo(JobStep.Status.SUCCEEDED);
        assertThat(status(end, "c")).isEqualTo(JobStep.Status.WARNING);
        assertThat(engine.subject("vm").orElseThrow()).isEqualTo(new Subject("vm", 3, 8, "after b"));
        assertThat(engine.events(0, 100).stream().map(EventRecord::kind))
                .containsExactly("JOB_STARTED", "B_DONE", "JOB_SUCCEEDED");
        assertThat(engine.holder("vm")).isEmpty();
    }

    @Test
    void whatIsThereAlreadyIsNotActedOnAndWhatIsNotNeededIsSkipped() {
        world.add("a");
        open(ToyDefinition.of(
                "toy", effect("a"), new ToyStep("b").observe((i, c) -> new Observation.NotNeeded("no disk"))));
        JobSnapshot end = end(start("toy"));
        assertThat(log).isEmpty();
        assertThat(status(end, "a")).isEqualTo(JobStep.Status.ALREADY_DONE);
        assertThat(status(end, "b")).isEqualTo(JobStep.Status.SKIPPED);
        assertThat(end.status()).isEqualTo(JobStatus.SUCCEEDED);
    }

    @Test
    void retriesWithGrowingPausesWithinTheDeadlineAndThenFails() {
        List<Duration> at = new ArrayList<>();
        Instant begin = time.now();
        open(ToyDefinition.of("toy", effect("a").act((i, c) -> {
            at.add(Duration.between(begin, time.now()));
            throw noContact();
        })));
        String job = start("toy");
        JobSnapshot end = end(job);
        assertThat(end.status()).isEqualTo(JobStatus.FAILED);
        assertThat(end.failure().orElseThrow().code()).isEqualTo("NO_CONTACT");
        assertThat(at.stream().limit(6).map(Duration::toMillis)).containsExactly(0L, 500L, 1500L, 3500L, 7500L, 15500L);
        assertThat(at.get(at.size() - 1)).isLessThanOrEqualTo(Duration.ofMinutes(1));
        assertThat(engine.holder("vm").orElseThrow().id()).isEqualTo(job);
        assertThatThrownBy(() -> start("toy"))
                .isInstanceOfSatisfying(
                        SubjectBusyException.class, e -> assertThat(e.holder()).isEqualTo(job));
    }

    @Test
    void aFailedJobIsRetriedFromItsFirstStepNotDone() {
        AtomicBoolean broken = new AtomicBoolean(true);
        ToyStep b = effect("b");
        open(ToyDefinition.of(
                "toy", effect("a"), new ToyStep("b").observe(b::observe).act((i, c) -> {
                            if (broken.get()) {
                                throw new OperationFailedException(Problem.of("BROKEN"));
                            }
                            return b.act(i, c);
                        })));
        String job = start("toy");
        assertThat(end(job).status()).isEqualTo(JobStatus.FAILED);
        assertThat(status(engine.snapshot(job), "b")).isEqualTo(JobStep.Status.FAILED);
        broken.set(false);
        assertThat(engine.retry(job, "ann")).isEqualTo(RetryResult.ACCEPTED);
        assertThat(end(job).status()).isEqualTo(JobStatus.SUCCEEDED);
        assertThat(log).containsExactly("act a", "act b");
        assertThat(engine.retry(job, "ann")).isEqualTo(RetryResult.NOT_FAILED);
        assertThat(engine.snapshot(job).confirmations()).hasSize(1);
        assertThat(engine.snapshot(job).confirmations().get(0)).contains("RETRY by ann");
    }

    @Test
    void whatWasDecidedIsNotUndoneAgainAndAgainThoughItCannotBeLookedAt() {
        AtomicBoolean broken = new AtomicBoolean(true);
        AtomicInteger undone = new AtomicInteger();
        open(decidedAndUnreadable(broken, undone));
        String job = start("toy");
        assertThat(end(job).status()).isEqualTo(JobStatus.FAILED);
        assertThat(undone).hasValue(1);
        broken.set(false);
        assertThat(engine.retry(job, "ann")).isEqualTo(RetryResult.ACCEPTED);
        assertThat(end(job).status()).isEqualTo(JobStatus.SUCCEEDED);
    }

    /** A job that failed lets go of a settled subject; had it decided, nobody would see that to its end. */
    @Test
    void whatWasDecidedIsNotLetGoOf() {
        AtomicBoolean broken = new AtomicBoolean(true);
        AtomicInteger undone = new AtomicInteger();
        open(decidedAndUnreadable(broken, undone).letsGoAfterFailure());
        String job = start("toy");
        time.runFor(Duration.ofHours(3));
        assertThat(engine.snapshot(job).status()).isEqualTo(JobStatus.RUNNING);
        assertThat(engine.holder("vm")).map(JobRecord::id).contains(job);
        assertThat(undone).hasValue(1);
        broken.set(false);
        assertThat(end(job).status()).isEqualTo(JobStatus.SUCCEEDED);
    }

    private ToyDefinition decidedAndUnreadable(AtomicBoolean broken, AtomicInteger undone) {
        return ToyDefinition.of(
                "toy",
                new ToyStep("decide")
                        .kind(StepKind.DECISION)
                        .onFailure(Step.OnFailure.UNDO)
                        .observe((i, c) -> {
                            if (world.contains("decide") && broken.get()) {
                                throw new OperationFailedException(Problem.of("BROKEN"));
                            }
                            return world.contains("decide") ? Observation.done(Values.NONE) : Observation.notDone();
                        })
                        .act((i, c) -> {
                            world.add("decide");
                            return ActResult.acted();
                        })
                        .undo((i, c) -> {
                            assertThat(undone.incrementAndGet()).isLessThan(10);
                            return new UndoResult.PastDecision();
                        }));
    }

    @Test
    void aFailureThatUndoesLeavesTheSubjectWhereItCameFrom() {
        open(ToyDefinition.of(
                "toy",
                effect("a"),
                effect("b"),
                new ToyStep("c").onFailure(Step.OnFailure.UNDO).act((i, c) -> {
                    throw new OperationFailedException(Problem.of("BROKEN"));
                })));
        JobSnapshot end = end(start("toy"));
        assertThat(end.status()).isEqualTo(JobStatus.FAILED);
        assertThat(end.failure().orElseThrow().code()).isEqualTo("BROKEN");
        assertThat(log).containsExactly("act a", "act b", "undo b", "undo a");
        assertThat(world).isEmpty();
        assertThat(engine.holder("vm")).isEmpty();
        assertThat(engine.subject("vm").orElseThrow().document()).isEqualTo("calm");
    }

    @Test
    void anUnknownOutcomeIsLookedAtOnlyWhenTheCallCanNoLongerAct() {
        List<Instant> looks = new ArrayList<>();
        Instant begin = time.now();
        AtomicInteger acts = new AtomicInteger();
        open(ToyDefinition.of(
                "toy",
                new ToyStep("a")
                        .deadline(Duration.ofMinutes(2))
                        .observe((i, c) -> {
                            looks.add(time.now());
                            return world.contains("a") ? Observation.done(Values.NONE) : Observation.notDone();
                        })
                        .act((i, c) -> {
                            assertThat(c.notAfter()).isEqualTo(time.now().plus(Duration.ofMinutes(2)));
                            if (acts.incrementAndGet() == 2) {
                                world.add("a");
                            }
                            throw new OutcomeUnknownException(Problem.of("NO_ANSWER"));
                        })));
        JobSnapshot end = end(start("toy"));
        assertThat(end.status()).isEqualTo(JobStatus.SUCCEEDED);
        Duration first = Duration.ofMinutes(2).plus(Limits.DEFAULT.margin());
        assertThat(looks).containsExactly(begin, begin.plus(first), begin.plus(first.multipliedBy(2)));
    }

    @Test
    void unknownIsNeverActedOnAndBacksOff() {
        AtomicInteger looks = new AtomicInteger();
        open(ToyDefinition.of("toy", effect("a").observe((i, c) -> {
            if (looks.incrementAndGet() < 20) {
                return new Observation.Unknown("no contact");
            }
            return world.contains("a") ? Observation.done(Values.NONE) : Observation.notDone();
        })));
        String job = start("toy");
        time.runFor(Duration.ofMinutes(2));
        JobSnapshot now = engine.snapshot(job);
        assertThat(now.status()).isEqualTo(JobStatus.RUNNING);
        assertThat(status(now, "a")).isEqualTo(JobStep.Status.WAITING);
        assertThat(now.steps().get(0).detail()).contains("no contact");
        assertThat(log).isEmpty();
        assertThat(end(job).status()).isEqualTo(JobStatus.SUCCEEDED);
    }

    @Test
    void aContradictionWaitsForAnAnswerThatIsStored() {
        JobDefinition toy = ToyDefinition.of(
                "toy",
                new ToyStep("a")
                        .observe((i, c) -> c.answer(Answer.Kind.ACCEPT_TWO_RUNNING)
                                        .isPresent()
                                ? Observation.done(Values.of(
                                        "reason",
                                        c.answer(Answer.Kind.ACCEPT_TWO_RUNNING)
                                                .get()
                                                .reason()))
                                : new Observation.Contradiction(new Prompt.Contradiction(
                                        "a", "It runs. Go on?", "pid 7", Set.of(Answer.Kind.ACCEPT_TWO_RUNNING)))));
        open(toy);
        String job = start("toy");
        JobSnapshot waiting = until(job, JobStatus.WAITING_FOR_INPUT);
        assertThat(waiting.prompts()).hasSize(1);
        reopen(toy);
        assertThat(engine.snapshot(job).prompts()).hasSize(1);
        assertThatThrownBy(() -> engine.signal(job, new Answer(Answer.Kind.COMPLETE, "eve", "")))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("ANSWER_NOT_ASKED");
        engine.signal(job, Answer.acceptTwoRunning("eve", "fire"));
        assertThat(engine.snapshot(job).status()).isEqualTo(JobStatus.RUNNING);
        reopen(toy);
        JobSnapshot end = end(job);
        assertThat(end.status()).isEqualTo(JobStatus.SUCCEEDED);
        assertThat(end.outcome("a").text("reason")).isEqualTo("fire");
        assertThat(end.confirmations().get(0))
                .contains("ACCEPT_TWO_RUNNING by eve")
                .contains("fire");
    }

    @Test
    void aWaitMayAskWhileItWorks() {
        AtomicInteger cycles = new AtomicInteger();
        open(ToyDefinition.of(
                "toy",
                new ToyStep("sync")
                        .kind(StepKind.WAIT)
                        .observe((i, c) -> c.answer(Answer.Kind.COMPLETE).isPresent()
                                ? Observation.done(Values.NONE)
                                : Observation.notDone())
                        .act((i, c) -> {
                            Optional<Prompt> prompt = cycles.incrementAndGet() < 3
                                    ? Optional.empty()
                                    : Optional.of(new Prompt.ReadyToComplete("sync", "Complete?"));
                            return new ActResult.Again(Duration.ofMinutes(1), "cycles", prompt);
                        })));
        String job = start("toy");
        until(job, JobStatus.WAITING_FOR_INPUT);
        time.runFor(Duration.ofHours(2));
        assertThat(cycles.get()).isGreaterThan(100);
        assertThat(engine.snapshot(job).status()).isEqualTo(JobStatus.WAITING_FOR_INPUT);
        engine.signal(job, new Answer(Answer.Kind.COMPLETE, "eve", ""));
        assertThat(engine.snapshot(job).status()).isEqualTo(JobStatus.RUNNING);
        Instant before = time.now();
        assertThat(end(job).status()).isEqualTo(JobStatus.SUCCEEDED);
        assertThat(time.now()).isEqualTo(before);
    }

    @Test
    void cancelIsSeenInsideAnActAndUndoesBackwards() {
        AtomicInteger blocks = new AtomicInteger();
        String[] job = new String[1];
        open(ToyDefinition.of("toy", effect("a"), effect("b").act((i, c) -> {
            world.add("b");
            while (!c.cancelled().getAsBoolean()) {
                if (blocks.incrementAndGet() == 5) {
                    assertThat(engine.cancel(job[0], "ann")).isEqualTo(CancelResult.ACCEPTED);
                }
            }
            throw new OperationFailedException(Problem.of("STOPPED"));
        })));
        job[0] = start("toy");
        JobSnapshot end = end(job[0]);
        assertThat(end.status()).isEqualTo(JobStatus.CANCELLED);
        assertThat(log).containsExactly("act a", "undo b", "undo a");
        assertThat(world).isEmpty();
        assertThat(engine.subject("vm").orElseThrow().document()).isEqualTo("calm");
        assertThat(engine.cancel(job[0], "ann")).isEqualTo(CancelResult.ENDED);
    }

    @Test
    void afterTheDecisionCancelIsRefused() {
        AtomicBoolean go = new AtomicBoolean();
        open(ToyDefinition.of(
                "toy",
                effect("decide").kind(StepKind.DECISION),
                effect("start").observe((i, c) -> go.get() ? Observation.done(Values.NONE) : Observation.notDone())));
        String job = start("toy");
        time.runFor(Duration.ofSeconds(5));
        assertThat(engine.cancel(job, "ann")).isEqualTo(CancelResult.PAST_DECISION);
        go.set(true);
        assertThat(end(job).status()).isEqualTo(JobStatus.SUCCEEDED);
    }

    @Test
    void aCancelThatComesAfterAnUnseenDecisionGoesForward() {
        AtomicInteger looks = new AtomicInteger();
        open(ToyDefinition.of(
                "toy",
                effect("a"),
                new ToyStep("decide")
                        .kind(StepKind.DECISION)
                        .observe((i, c) -> looks.incrementAndGet() < 3
                                ? (world.contains("decide") ? new Observation.Unknown("?") : Observation.notDone())
                                : Observation.done(Values.NONE))
                        .act((i, c) -> {
                            world.add("decide");
                            return ActResult.acted();
                        })
                        .undo((i, c) -> world.contains("decide") ? new UndoResult.PastDecision() : UndoResult.undone()),
                effect("c")));
        String job = start("toy");
        assertThat(time.await(() -> world.contains("decide"), later(Duration.ofMinutes(1))))
                .isTrue();
        assertThat(engine.snapshot(job).status()).isEqualTo(JobStatus.RUNNING);
        assertThat(engine.cancel(job, "ann")).isEqualTo(CancelResult.ACCEPTED);
        JobSnapshot end = end(job);
        assertThat(end.status()).isEqualTo(JobStatus.SUCCEEDED);
        assertThat(log).containsExactly("act a", "act c");
        assertThat(end.confirmations().get(1)).contains("CANCEL_TOO_LATE");
    }

    @Test
    void guardsAreLookedAtAgainJustBeforeTheDecision() {
        List<String> seen = new ArrayList<>();
        AtomicBoolean holds = new AtomicBoolean(true);
        open(ToyDefinition.of(
                "toy",
                new ToyStep("off").kind(StepKind.GUARD).observe((i, c) -> {
                    seen.add("guard");
                    return holds.get() ? Observation.done(Values.NONE) : Observation.notDone();
                }),
                effect("a").onDone((o, c) -> {
                    holds.set(false);
                    return Effects.NONE;
                }),
                effect("decide").kind(StepKind.DECISION)));
        String job = start("toy");
        JobSnapshot end = end(job);
        assertThat(end.status()).isEqualTo(JobStatus.FAILED);
        assertThat(end.failure().orElseThrow().code()).isEqualTo("GUARD_BROKEN");
        assertThat(seen).hasSize(2);
        assertThat(log).containsExactly("act a");
        assertThat(status(end, "off")).isEqualTo(JobStep.Status.FAILED);
        assertThat(status(end, "decide")).isEqualTo(JobStep.Status.PENDING);
        holds.set(true);
        engine.retry(job, "ann");
        assertThat(end(job).status()).isEqualTo(JobStatus.SUCCEEDED);
        assertThat(log).containsExactly("act a", "act decide");
    }

    @Test
    void anUndoThatFailsDoesNotHoldUpOtherLanes() {
        AtomicBoolean reachable = new AtomicBoolean();
        ToyStep b = effect("b");
        open(ToyDefinition.of(
                "toy",
                effect("a").lane("from"),
                effect("b").lane("to").undo((i, c) -> {
                    if (!reachable.get()) {
                        throw noContact();
                    }
                    return b.undo(i, c);
                }),
                new ToyStep("wait").kind(StepKind.WAIT).act((i, c) -> ActResult.again(Duration.ofHours(1), "waits"))));
        String job = start("toy");
        time.runFor(Duration.ofSeconds(1));
        engine.cancel(job, "ann");
        time.runFor(Duration.ofMinutes(3));
        assertThat(engine.snapshot(job).status()).isEqualTo(JobStatus.CANCELLING);
        assertThat(world).containsExactly("b");
        reachable.set(true);
        assertThat(end(job).status()).isEqualTo(JobStatus.CANCELLED);
        assertThat(world).isEmpty();
    }

    @Test
    void supersedingIsOneTransactionAndWaitsForWhatMayStillAct() {
        AtomicBoolean late = new AtomicBoolean();
        open(
                ToyDefinition.of(
                        "slow",
                        effect("a"),
                        new ToyStep("b")
                                .observe((i, c) -> late.get() ? Observation.done(Values.NONE) : Observation.notDone())
                                .act((i, c) -> {
                                    throw new OutcomeUnknownException(Problem.of("NO_ANSWER"));
                                })),
                ToyDefinition.of("urgent", effect("c")));
        String slow = start("slow");
        time.runFor(Duration.ofSeconds(5));
        Instant begin = time.now();
        String urgent = engine.create(NewJob.of("urgent", engine.subject("vm").orElseThrow(), Values.NONE, "eve")
                        .superseding(slow))
                .id();
        assertThat(engine.snapshot(slow).status()).isEqualTo(JobStatus.SUPERSEDED);
        assertThat(engine.snapshot(slow).record().supersededBy()).contains(urgent);
        assertThat(engine.subject("vm").orElseThrow().document()).isEqualTo("urgent from calm");
        time.runFor(Duration.ofSeconds(20));
        assertThat(world).containsExactly("a");
        assertThat(engine.snapshot(urgent).steps().get(0).detail()).contains("'b' of the superseded job " + slow);
        JobSnapshot end = end(urgent);
        assertThat(end.status()).isEqualTo(JobStatus.SUCCEEDED);
        assertThat(Duration.between(begin, time.now())).isBetween(Duration.ofSeconds(60), Duration.ofSeconds(71));
    }

    /** The other job goes on until it is superseded: what was read of it before may be old. */
    @Test
    void aJobKnowsWhatTheSupersededOneHadBegun() {
        AtomicBoolean mayGoOn = new AtomicBoolean();
        open(
                ToyDefinition.of(
                        "slow",
                        new ToyStep("a")
                                .observe((i, c) -> mayGoOn.get()
                                        ? Observation.done(Values.NONE)
                                        : new Observation.Unknown("not yet")),
                        new ToyStep("b").observe((i, c) -> new Observation.Unknown("for ever"))),
                ToyDefinition.of("urgent", effect("c")));
        String slow = start("slow");
        time.runFor(Duration.ofSeconds(5));
        NewJob request = NewJob.of("urgent", engine.subject("vm").orElseThrow(), Values.of("asked", "so"), "eve")
                .superseding(slow);
        mayGoOn.set(true);
        time.runFor(Duration.ofMinutes(5));
        Values spec = engine.create(request).spec();
        assertThat(spec.text("asked")).isEqualTo("so");
        assertThat(spec.find("a")).isPresent();
        assertThat(spec.find("b")).isPresent();
    }

    @Test
    void compareAndSetRefusesAStaleCaller() {
        open(ToyDefinition.of("toy", effect("a")));
        Subject seen = engine.createSubject("vm", 1, "calm");
        engine.updateSubject("vm", 1, Effects.document("other"));
        assertThatThrownBy(() -> engine.create(NewJob.of("toy", seen, Values.NONE, "eve")))
                .isInstanceOf(SubjectChangedException.class);
        assertThatThrownBy(() -> engine.updateSubject("vm", 1, Effects.document("late")))
                .isInstanceOf(SubjectChangedException.class);
        assertThat(engine.jobs("vm", Optional.empty(), 10)).isEmpty();
    }

    @Test
    void aChangeOfTheSubjectDuringAStepIsNotOverwritten() {
        open(ToyDefinition.of("toy", effect("a").onDone((o, c) -> {
            if (!c.subject().document().contains("+")) {
                engine.updateSubject(
                        "vm",
                        c.subject().version(),
                        Effects.document(c.subject().document() + "+"));
            }
            return Effects.document(c.subject().document() + "!");
        })));
        end(start("toy"));
        assertThat(engine.subject("vm").orElseThrow().document()).isEqualTo("toy from calm+!");
    }

    @Test
    void anUnknownVersionWaitsForInputAndIsNeverGuessed() {
        open(ToyDefinition.of(
                "toy", new ToyStep("a").kind(StepKind.WAIT).act((i, c) -> ActResult.again(Duration.ofHours(1), ""))));
        String job = start("toy");
        time.runFor(Duration.ofSeconds(1));
        JobDefinition newer = new ToyDefinition("toy", 2, List.of(effect("a")), true);
        reopen(newer);
        time.runFor(Duration.ofHours(1));
        assertThat(engine.snapshot(job).status()).isEqualTo(JobStatus.WAITING_FOR_INPUT);
        assertThat(engine.cancel(job, "ann")).isEqualTo(CancelResult.UNKNOWN_STEPS);
        assertThat(log).isEmpty();
        reopen(ToyDefinition.of("toy", effect("a")));
        assertThat(end(job).status()).isEqualTo(JobStatus.SUCCEEDED);
    }

    @Test
    void aDryRunActsOnNothingAndStoresNothing() {
        world.add("a");
        open(ToyDefinition.of(
                "toy",
                effect("a").prepare(c -> Values.of("p", 1)),
                effect("b")
                        .prepare(c -> Values.of("from-a", c.outcomes().of("a").text("by"))),
                effect("c")
                        .prepare(c -> Values.of("from-b", c.outcomes().of("b").text("by"))),
                effect("d").prepare(c -> {
                    throw new OperationFailedException(
                            Problem.of("NO_ROOM").state("1 GiB").remedy("make room"));
                })));
        Subject subject = engine.createSubject("vm", 1, "calm");
        DryRun run = engine.dryRun("toy", Values.NONE, subject);
        assertThat(run.steps().stream().map(each -> each.alreadyDone())).containsExactly(true, false, false, false);
        assertThat(run.findings()).hasSize(1);
        assertThat(run.findings().get(0).severity()).isEqualTo(Finding.Severity.BLOCKER);
        assertThat(run.findings().get(0).code()).isEqualTo("NO_ROOM");
        assertThat(log).isEmpty();
        assertThat(engine.jobs("vm", Optional.empty(), 10)).isEmpty();
        assertThat(engine.subject("vm")).contains(subject);
    }

    @Test
    void notesAreKeptInOrderUntilDelivered() {
        open(ToyDefinition.of(
                "toy",
                effect("a")
                        .onDone((o, c) -> Effects.NONE.withNotes(List.of(
                                new Note("east", 8, Values.of("kind", "fence")),
                                new Note("east", 8, Values.of("kind", "undo")))))));
        end(start("toy"));
        List<NoteRecord> notes = engine.pendingNotesForSite("east");
        assertThat(notes.stream().map(each -> each.note().what().text("kind"))).containsExactly("fence", "undo");
        engine.markDelivered(notes.get(0).sequence());
        assertThat(engine.pendingNotesOf("vm")).containsExactly(notes.get(1));
        assertThat(engine.cursor("audit")).isZero();
        engine.setCursor("audit", 2);
        engine.setCursor("audit", 1);
        assertThat(engine.cursor("audit")).isEqualTo(2);
    }

    @Test
    void anEngineWhoseStoreIsClosedTouchesNothing() {
        open(ToyDefinition.of(
                "toy",
                effect("a"),
                effect("b").prepare(c -> {
                    store.close();
                    return Values.NONE;
                }),
                effect("c")));
        start("toy");
        time.runFor(Duration.ofHours(1));
        assertThat(log).containsExactly("act a");
        assertThatThrownBy(() -> engine.createSubject("vm2", 1, "")).isInstanceOf(RetryableException.class);
    }
}
