package io.sdr.core.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.sdr.api.OutcomeUnknownException;
import io.sdr.api.SdrException;
import io.sdr.api.spi.ReplicaLink;
import io.sdr.api.spi.ReplicaStatus;
import io.sdr.api.spi.ReplicationDriver;
import io.sdr.core.job.ActResult;
import io.sdr.core.job.JobDefinition;
import io.sdr.core.job.MemoryTempDir;
import io.sdr.core.job.Mutants;
import io.sdr.core.job.Observation;
import io.sdr.core.job.StepContext;
import io.sdr.core.job.UndoResult;
import io.sdr.core.job.Values;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The matrix can fail: engines and drivers that break one rule each are found by it, at the fault that is meant for it. What only a
 * death shows, such as an acknowledgement before the force, is the matter of the crash tests and their mutants.
 */
@Tag("long")
class EngineMutantsTest {
    @TempDir(factory = MemoryTempDir.class)
    static Path folder;

    /** At most so many cases of a slice. */
    private static final int MOST = 4;

    /** What is broken, and where that must show. */
    @SuppressWarnings("ImmutableEnumChecker") // its fields never change; the checker cannot know
    enum Mutant {
        DONE_IS_WHAT_THE_ACT_RETURNED(
                FaultedOperation.PLANNED_VERIFIED, job("writes done from what act returned"), at("shut-down-source")),
        DOES_NOT_LOOK_AT_GUARDS_AGAIN(
                FaultedOperation.CANCEL_FAILOVER_DROPPING,
                job("decides on what the guards said before"),
                at("stop-copy", "decide").and(fault(FaultKind.AWAY)).and(call("contact", "vms.observe"))),
        DOES_NOT_WAIT_FOR_A_LOST_CALL(
                FaultedOperation.CHANGE_POINT,
                job("does not wait until a lost call can no longer act"),
                fault(FaultKind.ACTS_LATE).and(call("vms.turnOff"))),
        GOES_ON_ON_A_LOST_ANSWER(
                FaultedOperation.PLANNED_VERIFIED,
                steps(Mutant::goesOnOnALostAnswer),
                fault(FaultKind.AWAY_ONCE).and(call("vms.lockStart", "vms.attach"))),
        FAILED_UNDO_COUNTS_AS_UNDONE(
                FaultedOperation.UNDO_PLANNED,
                steps(Mutant::failedUndoCountsAsUndone),
                fault(FaultKind.AWAY).and(call("vms.start", "vms.unlockStart"))),
        FORGETS_TO_START_THE_SOURCE_AGAIN(
                FaultedOperation.UNDO_UNPLANNED, steps(step -> neverUndoes(step, "shut-down-source")), each -> true),
        DECIDES_UNSEEN(
                FaultedOperation.UNPLANNED_SHUTDOWN,
                steps(Mutant::decidesUnseen),
                fault(FaultKind.REFUSED).and(call("catalogue.createIfAbsent"))),
        BRINGS_THE_NEWEST_POINT(FaultedOperation.UNPLANNED_OLDER, driver(Mutant::bringsTheNewestPoint), each -> true),
        DOES_NOT_CLOSE_RECEPTION(FaultedOperation.PLANNED, driver(ignores("closeReception")), each -> true),
        DOES_NOT_COMMIT(FaultedOperation.COMMIT, driver(ignores("commit")), each -> true),
        GIVES_NOTHING_BACK(FaultedOperation.UNDO_PLANNED, driver(ignores("giveBack")), each -> true),
        DISSOLVES_NOTHING(FaultedOperation.UNDO_PROTECT, driver(ignores("dissolve")), each -> true),
        FORGETS_TO_TIDY(
                FaultedOperation.REPLICATE_NOW,
                driver(ignores("tidy")),
                fault(FaultKind.REFUSED).and(call("disks.releaseMark", "disks.leftovers"))),
        FORGETS_WHAT_THE_OLD_SIDE_CHANGED(
                FaultedOperation.REVERSE, parts -> parts.withSites(ForgetfulTracking::of), each -> true);

        private final FaultedOperation operation;
        private final UnaryOperator<Parts> broken;
        private final Predicate<FaultCases.Case> slice;

        Mutant(FaultedOperation operation, UnaryOperator<Parts> broken, Predicate<FaultCases.Case> slice) {
            this.operation = operation;
            this.broken = broken;
            this.slice = slice;
        }

        private static UnaryOperator<Parts> job(String name) {
            return parts ->
                    parts.withJobs((store, operations, time, ids) -> Mutants.of(name, store, operations, time, ids));
        }

        private static UnaryOperator<Parts> steps(UnaryOperator<io.sdr.core.job.Step> broken) {
            return parts -> parts.withOperations(definition -> with(definition, broken));
        }

        private static JobDefinition with(JobDefinition definition, UnaryOperator<io.sdr.core.job.Step> broken) {
            List<io.sdr.core.job.Step> steps =
                    definition.steps().stream().map(broken).toList();
            return (JobDefinition) Proxy.newProxyInstance(
                    EngineMutantsTest.class.getClassLoader(),
                    new Class<?>[] {JobDefinition.class},
                    (proxy, method, arguments) ->
                            method.getName().equals("steps") ? steps : real(definition, method, arguments));
        }

        private static UnaryOperator<Parts> driver(UnaryOperator<ReplicationDriver> broken) {
            return parts -> parts.withDriver(broken);
        }

        private static Predicate<FaultCases.Case> at(String... steps) {
            return each -> Set.of(steps).contains(each.call().step());
        }

        private static Predicate<FaultCases.Case> fault(FaultKind kind) {
            return each -> each.fault() == kind;
        }

        private static Predicate<FaultCases.Case> call(String... names) {
            return each -> Set.of(names).contains(each.call().name());
        }

        private static io.sdr.core.job.Step goesOnOnALostAnswer(io.sdr.core.job.Step step) {
            Set<String> lost = new HashSet<>();
            return step(step, (method, arguments, call) -> {
                String job = job(arguments);
                if (method.equals("observe") && lost.contains(job)) {
                    return Observation.done(Values.NONE);
                } else if (method.equals("act")) {
                    try {
                        return call.call();
                    } catch (OutcomeUnknownException e) {
                        lost.add(job);
                        return ActResult.acted();
                    }
                }
                return call.call();
            });
        }

        private static io.sdr.core.job.Step failedUndoCountsAsUndone(io.sdr.core.job.Step step) {
            return step(step, (method, arguments, call) -> {
                try {
                    return call.call();
                } catch (SdrException e) {
                    if (method.equals("undo")) {
                        return UndoResult.undone();
                    }
                    throw e;
                }
            });
        }

        private static io.sdr.core.job.Step neverUndoes(io.sdr.core.job.Step step, String name) {
            return step(
                    step,
                    (method, arguments, call) ->
                            method.equals("undo") && step.name().equals(name) ? UndoResult.undone() : call.call());
        }

        /** Takes its own wish for the record. */
        private static io.sdr.core.job.Step decidesUnseen(io.sdr.core.job.Step step) {
            return step(
                    step,
                    (method, arguments, call) ->
                            method.equals("observe") && step.name().equals("decide")
                                    ? Observation.done((Values) arguments[0])
                                    : call.call());
        }

        private static String job(Object[] arguments) {
            return arguments == null
                    ? ""
                    : List.of(arguments).stream()
                            .filter(StepContext.class::isInstance)
                            .map(each -> ((StepContext) each).job())
                            .findFirst()
                            .orElse("");
        }

        private static UnaryOperator<ReplicationDriver> ignores(String name) {
            return driver -> proxy(
                    ReplicationDriver.class,
                    driver,
                    (method, arguments, call) -> method.equals(name) ? null : call.call());
        }

        private static ReplicationDriver bringsTheNewestPoint(ReplicationDriver driver) {
            return proxy(ReplicationDriver.class, driver, (method, arguments, call) -> {
                if (method.equals("bringTo")) {
                    ReplicaLink link = (ReplicaLink) arguments[0];
                    Map<?, ReplicaStatus> now = driver.status(List.of(link), (io.sdr.api.spi.CallContext) arguments[3]);
                    var points = now.values().iterator().next().points();
                    arguments[2] = points.get(points.size() - 1).id();
                }
                return call.call();
            });
        }
    }

    interface Call {
        Object call() throws Throwable;
    }

    interface Instead {
        Object call(String method, Object[] arguments, Call call) throws Throwable;
    }

    private static io.sdr.core.job.Step step(io.sdr.core.job.Step step, Instead instead) {
        return proxy(io.sdr.core.job.Step.class, step, instead);
    }

    static <T> T proxy(Class<T> type, T target, Instead instead) {
        return type.cast(Proxy.newProxyInstance(
                EngineMutantsTest.class.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) ->
                        instead.call(method.getName(), arguments, () -> real(target, method, arguments))));
    }

    private static Object real(Object target, java.lang.reflect.Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause() == null ? e : e.getCause();
        }
    }

    @ParameterizedTest
    @EnumSource(Mutant.class)
    void isFound(Mutant mutant) {
        FaultCases matrix = new FaultCases(mutant.operation, Foretold.read(), folder, mutant.broken.apply(Parts.REAL));
        List<FaultCases.Case> slice =
                matrix.sample().stream().filter(mutant.slice).limit(MOST).toList();
        assertThat(matrix.run(slice)).as("%d cases", slice.size()).isNotEmpty();
    }
}
