package io.sdr.core.job;

import io.sdr.api.OutcomeUnknownException;
import io.sdr.api.Problem;
import io.sdr.api.RetryableException;
import io.sdr.core.job.ToyFault.Call;
import io.sdr.core.job.ToyFault.What;
import io.sdr.testkit.SimulatedProcess;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A failover in little: guards, an act that stops something, a wait that works, an act with two parts, a decision, and acts after
 * it. As one process executes it: each call passes the faults of the case, and before each act it is checked that the rules of
 * the engine were kept.
 */
final class ToyOperation implements JobDefinition {
    static final String KIND = "toy-failover";
    static final List<String> UNDOABLE = List.of("check", "stop", "off", "sync", "hold", "decide");
    private static final Duration LATE = Duration.ofSeconds(40);

    private final ToyWorld world;
    private final SimulatedProcess process;
    private final Supplier<JobEngine> engine;
    private final Faults faults;
    private final Map<String, Observation> lastSeen = new HashMap<>();

    /** Decides about each call. */
    interface Faults {
        /** What is wrong with this call, or null. */
        @Nullable
        What at(Call call, String step);

        /** Somebody may do something in the middle of a call. */
        default void meanwhile(Call call, String step, StepContext context) {}

        /** Somebody may do something when the effect is there and the call has not returned. */
        default void afterwards(Call call, String step, StepContext context) {}
    }

    ToyOperation(ToyWorld world, SimulatedProcess process, Supplier<JobEngine> engine, Faults faults) {
        this.world = world;
        this.process = process;
        this.engine = engine;
        this.faults = faults;
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public int specVersion() {
        return 1;
    }

    @Override
    public Effects onCreated(Subject subject, Values spec) {
        return Effects.document("FAILING_OVER");
    }

    @Override
    public Effects onUndone(Subject subject, String origin, Values spec) {
        return Effects.document(origin);
    }

    @Override
    public List<Step> steps() {
        return List.of(
                looking("check", StepKind.GUARD, () -> world.room, () -> world.room = false),
                step(
                        "stop",
                        StepKind.ACT,
                        () -> !world.fromRuns,
                        () -> world.fromRuns = false,
                        () -> world.fromRuns = true),
                looking("off", StepKind.GUARD, () -> !world.fromRuns, () -> world.fromRuns = true),
                sync(),
                hold(),
                decide(),
                step("start", StepKind.ACT, () -> world.toRuns, () -> world.toRuns = true, () -> {})
                        .onDone((outcome, context) ->
                                Effects.document("COMMIT_PENDING").withEpoch(1)),
                looking("verify", StepKind.ACT, () -> world.toRuns, () -> {}));
    }

    private ToyStep looking(String name, StepKind kind, Supplier<Boolean> there, Runnable turnsFalse) {
        return step(name, kind, there, () -> {}, () -> {}).observe((intent, context) -> {
            Observation seen = seen(name, there, context);
            if (seen instanceof Observation.Done && what.remove(name) == What.TURNS_FALSE) {
                world.call(context.time().now(), Instant.MAX, "turns false: " + name, turnsFalse);
            }
            return seen;
        });
    }

    private final Map<String, What> what = new HashMap<>();

    private ToyStep step(String name, StepKind kind, Supplier<Boolean> there, Runnable effect, Runnable back) {
        return new ToyStep(name)
                .kind(kind)
                .deadline(Duration.ofMinutes(2))
                .prepare(context -> prepared(name, context))
                .observe((intent, context) -> seen(name, there, context))
                .act((intent, context) -> {
                    acting(name, intent, context, () -> {}, effect);
                    return ActResult.acted();
                })
                .undo((intent, context) -> {
                    undoing(name, intent, context, back);
                    return UndoResult.undone();
                });
    }

    private ToyStep sync() {
        return step("sync", StepKind.WAIT, () -> world.chunks == ToyWorld.CHUNKS, () -> {}, () -> world.chunks = 0)
                .act((intent, context) -> {
                    int next = Math.min(ToyWorld.CHUNKS, world.chunks + 1);
                    acting("sync", intent, context, () -> {}, () -> world.chunks = Math.max(world.chunks, next));
                    return ActResult.again(Duration.ofSeconds(30), "chunk " + next);
                });
    }

    private ToyStep hold() {
        return step("hold", StepKind.ACT, () -> world.parts.size() == 2, () -> {}, world.parts::clear)
                .observe((intent, context) -> {
                    Observation seen = seen("hold", () -> world.parts.size() == 2, context);
                    boolean half = seen instanceof Observation.NotDone && world.parts.size() == 1;
                    return remember("hold", half ? new Observation.Partial("one part") : seen);
                })
                .act((intent, context) -> {
                    String name = intent.text("name");
                    acting("hold", intent, context, () -> world.parts.add(name + "-a"), () -> {
                        world.parts.add(name + "-a");
                        world.parts.add(name + "-b");
                    });
                    return ActResult.acted();
                });
    }

    private ToyStep decide() {
        BiConsumer<String, StepContext> create = (content, context) -> world.createIfAbsent("epoch-1", content);
        return step(
                        "decide",
                        StepKind.DECISION,
                        () -> "ACTIVATE".equals(world.records.get("epoch-1")),
                        () -> {},
                        () -> {})
                .act((intent, context) -> {
                    acting("decide", intent, context, () -> {}, () -> {
                        if (world.fromRuns || !world.room) {
                            world.violation("decided although a guard did not hold");
                        }
                        create.accept("ACTIVATE", context);
                    });
                    return ActResult.acted();
                })
                .undo((intent, context) -> {
                    undoing("decide", intent, context, () -> create.accept("ABORT", context));
                    return "ACTIVATE".equals(world.records.get("epoch-1"))
                            ? new UndoResult.PastDecision()
                            : UndoResult.undone();
                });
    }

    // ---- what every call passes

    private Values prepared(String name, StepContext context) {
        process.check();
        faults.meanwhile(Call.PREPARE, name, context);
        What what = faults.at(Call.PREPARE, name);
        if (what == What.RETRY) {
            throw new RetryableException(Problem.of("TOY_RETRY"));
        }
        if (what != null) {
            throw process.die("in prepare of " + name);
        }
        return Values.of("name", context.job() + "-" + name);
    }

    private Observation seen(String name, Supplier<Boolean> there, StepContext context) {
        process.check();
        faults.meanwhile(Call.OBSERVE, name, context);
        What fault = faults.at(Call.OBSERVE, name);
        world.settle(context.time().now());
        Observation truth = there.get() ? Observation.done(Values.of("seen", name)) : Observation.notDone();
        if (fault == null) {
            return remember(name, truth);
        }
        return switch (fault) {
            case RETRY -> throw new RetryableException(Problem.of("TOY_RETRY"));
            case LIE_NOT_DONE -> remember(name, Observation.notDone());
            case LIE_UNKNOWN -> remember(name, new Observation.Unknown("fog"));
            case TURNS_FALSE -> {
                what.put(name, What.TURNS_FALSE);
                yield remember(name, truth);
            }
            default -> throw process.die("in observe of " + name);
        };
    }

    private Observation remember(String name, Observation seen) {
        lastSeen.put(name, seen);
        return seen;
    }

    private void acting(String name, Values intent, StepContext context, Runnable half, Runnable whole) {
        process.check();
        checkRules(name, intent, Phase.INTENT);
        Observation seen = lastSeen.get(name);
        if (!(seen instanceof Observation.NotDone || seen instanceof Observation.Partial)) {
            world.violation("acts on " + name + " though " + seen + " was seen last");
        }
        faults.meanwhile(Call.ACT, name, context);
        calling(Call.ACT, name, context, half, whole);
    }

    private void undoing(String name, Values intent, StepContext context, Runnable back) {
        process.check();
        checkRules(name, intent, Phase.UNDO_INTENT);
        faults.meanwhile(Call.UNDO, name, context);
        calling(Call.UNDO, name, context, () -> {}, back);
    }

    /** The intent is forced, and whoever acts has the lease. */
    private void checkRules(String name, Values intent, Phase phase) {
        JobEngine mine = engine.get();
        StepRecord row = mine.store().read(view -> view.steps(ToyCase.JOB)).stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow();
        if (row.phase() != phase || !row.intent().equals(java.util.Optional.of(intent))) {
            world.violation("acts on " + name + " in phase " + row.phase() + " with the stored intent " + row.intent());
        }
        Lease lease =
                mine.store().read(view -> view.job(ToyCase.JOB)).orElseThrow().lease();
        if (!lease.owner().equals(java.util.Optional.of(mine.owner()))) {
            world.violation(mine.owner() + " acts on " + name + " while " + lease.owner() + " has the lease");
        }
    }

    private void calling(Call call, String name, StepContext context, Runnable half, Runnable whole) {
        What fault = faults.at(call, name);
        Instant now = context.time().now();
        String label = call + " " + name;
        if (fault == null) {
            world.call(now, context.notAfter(), label, whole);
            faults.afterwards(call, name, context);
            return;
        }
        switch (fault) {
            case DIE_BEFORE -> throw process.die("before " + label);
            case DIE_MIDWAY -> {
                world.call(now, context.notAfter(), "half of " + label, half);
                throw process.die("midway in " + label);
            }
            case DIE_AFTER -> {
                world.call(now, context.notAfter(), label, whole);
                throw process.die("after " + label);
            }
            case DIE_AND_ACT_LATE -> {
                world.callLater(now.plus(LATE), context.notAfter(), label, whole);
                throw process.die("before the late " + label);
            }
            case LOST_BEFORE -> throw new OutcomeUnknownException(Problem.of("TOY_NO_ANSWER"));
            case LOST_AFTER -> {
                world.call(now, context.notAfter(), label, whole);
                throw new OutcomeUnknownException(Problem.of("TOY_NO_ANSWER"));
            }
            case LOST_AND_ACT_LATE -> {
                world.callLater(now.plus(LATE), context.notAfter(), label, whole);
                throw new OutcomeUnknownException(Problem.of("TOY_NO_ANSWER"));
            }
            case RETRY -> throw new RetryableException(Problem.of("TOY_RETRY"));
            case SILENTLY_DROPPED -> {}
            default -> throw new IllegalStateException(fault + " in " + label);
        }
    }
}
