package io.sdr.core.job;

import io.sdr.api.JobStatus;
import io.sdr.core.job.ToyFault.Call;
import io.sdr.core.job.ToyFault.What;
import io.sdr.core.store.SqliteCrash;
import io.sdr.core.store.SqliteCrash.Moment;
import io.sdr.testkit.SimulatedDeath;
import io.sdr.testkit.SimulatedProcess;
import io.sdr.testkit.VirtualTime;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * One job from its creation to its end, through the deaths of its engine: each death abandons engine, store and time as they
 * stand, and the next life starts from the files that a power cut left. What the world and the store must never be is collected.
 */
final class ToyCase implements ToyOperation.Faults {
    static final String JOB = "job";
    static final Limits LIMITS = Limits.DEFAULT;
    private static final int LIVES = 12;
    private static final List<Moment> AT_COMMITS = List.of(Moment.BEFORE_COMMIT, Moment.IN_COMMIT, Moment.AFTER_COMMIT);

    /** How to make the engine: mutants make it otherwise. */
    interface EngineMaker {
        JobEngine make(JobStore store, JobDefinition definition, VirtualTime time);
    }

    static final EngineMaker SOUND =
            (store, definition, time) -> new JobEngine(store, List.of(definition), time, () -> JOB, LIMITS);

    private final Path folder;
    private final ToyFault fault;
    private final @Nullable String cancelAt;
    private final SplittableRandom random;
    private final EngineMaker maker;
    private final ToyWorld world = new ToyWorld();
    private final Map<String, Integer> counts = new HashMap<>();
    final List<ToyFault.AtCall> calls = new ArrayList<>();
    private Instant now = Instant.parse("2025-01-01T00:00:00Z");
    private boolean cancelReturned;
    private boolean cancelDue;
    private @Nullable CancelResult cancelResult;
    private @Nullable JobEngine engine;
    private int lives;
    int commits;
    int checkpoints;
    private @Nullable JobSnapshot end;
    private @Nullable Subject subjectAtEnd;

    ToyCase(Path folder, ToyFault fault, @Nullable String cancelAt, long seed, EngineMaker maker) {
        this.folder = folder;
        this.fault = fault;
        this.cancelAt = cancelAt;
        this.random = new SplittableRandom(seed);
        this.maker = maker;
    }

    /** Runs to the end; gives everything that is wrong. */
    List<String> run() {
        boolean ended = false;
        while (!ended && lives < LIVES) {
            ended = live();
        }
        if (!ended) {
            world.violation("not at the end after " + lives + " lives");
        } else {
            world.settle(now.plus(Duration.ofDays(1)));
            checkEnd();
        }
        return world.violations;
    }

    private boolean live() {
        lives++;
        SimulatedProcess process = new SimulatedProcess();
        VirtualTime time = new VirtualTime(now);
        SqliteCrash crash = SqliteCrash.open(folder.resolve("life-" + lives), process, 4);
        if (fault instanceof ToyFault.AtStore at) {
            if (lives == 1) {
                crash.dieAt(at.moment(), at.number());
            } else if (lives == 2) {
                crash.dieAt(AT_COMMITS.get(random.nextInt(AT_COMMITS.size())), 2 + random.nextInt(6));
            }
        } else if (fault instanceof ToyFault.AtCall && lives == 2) {
            crash.dieAt(AT_COMMITS.get(random.nextInt(AT_COMMITS.size())), 2 + random.nextInt(6));
        }
        boolean ended = false;
        try {
            live(crash.store(), process, time);
            ended = true;
        } catch (SimulatedDeath death) {
            world.history.add(death.getMessage());
        }
        now = time.now();
        commits += crash.commits();
        checkpoints += crash.checkpoints();
        crash.cutPower(folder.resolve("life-" + (lives + 1)), random.nextLong());
        return ended;
    }

    private void live(JobStore store, SimulatedProcess process, VirtualTime time) {
        JobEngine[] here = new JobEngine[1];
        JobEngine made = maker.make(store, new ToyOperation(world, process, () -> here[0], this), time);
        here[0] = made;
        engine = made;
        checkStored(made);
        made.start();
        if (made.subject("vm").isEmpty()) {
            made.createSubject("vm", 0, "PROTECTED", ToyOperation.KIND, Values.NONE, "eve");
        }
        if (cancelDue && !cancelReturned) {
            cancel();
        }
        Instant patience = time.now().plus(Duration.ofDays(2));
        if (!time.await(() -> !made.snapshot(JOB).status().isOpen(), patience)) {
            world.violation("hangs: " + made.snapshot(JOB));
        }
        if (made.snapshot(JOB).record().isStuck() && !cancelReturned) {
            cancelDue = true;
            cancel();
            time.await(() -> !made.snapshot(JOB).status().isOpen(), patience.plus(Duration.ofDays(2)));
        }
        end = made.snapshot(JOB);
        subjectAtEnd = made.subject("vm").orElseThrow();
        checkStored(made);
        time.runFor(Duration.ofHours(1));
        now = time.now();
    }

    private void cancel() {
        JobEngine present = java.util.Objects.requireNonNull(engine);
        cancelResult = present.cancel(JOB, "ann");
        cancelReturned = true;
    }

    @Override
    public void meanwhile(Call call, String step, StepContext context) {
        if ((call + " " + step).equals(cancelAt) && !cancelDue) {
            cancelDue = true;
            cancel();
        }
    }

    @Override
    public @Nullable What at(Call call, String step) {
        int number = counts.merge(call + step, 1, Integer::sum);
        calls.add(new ToyFault.AtCall(call, step, number, What.RETRY));
        boolean now = fault instanceof ToyFault.AtCall at
                && at.call() == call
                && at.step().equals(step)
                && at.number() == number;
        return now ? ((ToyFault.AtCall) fault).what() : null;
    }

    /** What is stored as done is there, unless its undo has begun. */
    private void checkStored(JobEngine present) {
        present.store().read(view -> view.steps(JOB)).forEach(row -> {
            boolean there = switch (row.name()) {
                case "stop" -> !world.fromRuns;
                case "sync" -> world.chunks == ToyWorld.CHUNKS;
                case "hold" -> world.parts.size() == 2;
                case "decide" -> "ACTIVATE".equals(world.records.get("epoch-1"));
                case "start" -> world.toRuns;
                default -> true;
            };
            boolean broken = fault instanceof ToyFault.AtCall at && at.what() == What.TURNS_FALSE;
            if (row.phase() == Phase.DONE && !there && !broken) {
                world.violation("stored as done, but it is not: " + row.name());
            }
        });
    }

    private void checkEnd() {
        JobSnapshot snapshot = java.util.Objects.requireNonNull(end);
        JobStatus status = snapshot.status();
        boolean tooLate = cancelResult == CancelResult.PAST_DECISION
                || snapshot.confirmations().stream().anyMatch(each -> each.startsWith(SignalRecord.TOO_LATE));
        boolean forward = !cancelReturned || tooLate || cancelResult == CancelResult.ENDED;
        if (status != (forward ? JobStatus.SUCCEEDED : JobStatus.CANCELLED)) {
            world.violation("ended " + status + ", cancel " + cancelResult + ", " + snapshot.failure());
        }
        Subject subject = java.util.Objects.requireNonNull(subjectAtEnd);
        String document = forward ? "COMMIT_PENDING" : "PROTECTED";
        if (!subject.document().equals(document) || subject.epoch() != (forward ? 1 : 0)) {
            world.violation("the subject is " + subject);
        }
        boolean asItShouldBe = forward
                ? !world.fromRuns && world.toRuns && world.chunks == ToyWorld.CHUNKS && world.parts.size() == 2
                : world.fromRuns
                        && !world.toRuns
                        && world.chunks == 0
                        && world.parts.isEmpty()
                        && !"ACTIVATE".equals(world.records.get("epoch-1"));
        if (!asItShouldBe) {
            world.violation("in the end: " + world);
        }
    }

    Optional<JobSnapshot> end() {
        return Optional.ofNullable(end);
    }

    List<String> history() {
        return world.history;
    }
}
