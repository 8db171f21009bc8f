package io.sdr.core.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sdr.api.Consistency;
import io.sdr.api.FailoverPlan;
import io.sdr.api.ItemId;
import io.sdr.api.Job;
import io.sdr.api.JobStatus;
import io.sdr.api.ProtectionState;
import io.sdr.api.Side;
import io.sdr.api.SyncMode;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.ReplicaLink;
import io.sdr.api.spi.ReplicaStatus;
import io.sdr.api.spi.ReplicationDriver;
import io.sdr.core.job.MemoryTempDir;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A cycle of the number that a job chose for its last one comes from somebody else, who took it while the VM still ran. */
class LastCycleTest {
    private static final Duration PATIENCE = Duration.ofHours(4);

    @TempDir(factory = MemoryTempDir.class)
    Path folder;

    private final List<Long> sent = new ArrayList<>();

    /** Something that happens when a step of a job looks at the replica. */
    private interface AtLook {
        ReplicaStatus look(
                ReplicationDriver driver, ReplicaLink link, CallContext context, UnaryOperator<ReplicaStatus> seen);
    }

    /** The driver, and what happens when it is asked how a replica is. */
    private ReplicationDriver watched(ReplicationDriver real, String step, AtLook at) {
        return (ReplicationDriver) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {ReplicationDriver.class}, (proxy, method, arguments) -> {
                    try {
                        if (method.getName().equals("sendRest")
                                || method.getName().equals("downloadAll")) {
                            sent.add((Long) arguments[1]);
                        }
                        Object result = method.invoke(real, arguments);
                        if (method.getName().equals("status")
                                && ((CallContext) arguments[1]).token().endsWith("." + step)) {
                            return changed(real, arguments, at, result);
                        }
                        return result;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    @SuppressWarnings("unchecked")
    private static Object changed(ReplicationDriver real, Object[] arguments, AtLook at, Object result) {
        ReplicaLink link = ((Collection<ReplicaLink>) arguments[0]).iterator().next();
        Map<ItemId, ReplicaStatus> seen = (Map<ItemId, ReplicaStatus>) result;
        ReplicaStatus status = seen.get(link.item());
        return Map.of(link.item(), at.look(real, link, (CallContext) arguments[1], any -> status));
    }

    private FaultWorld world(Side active, UnaryOperator<ReplicationDriver> driver) {
        FaultWorld world = FaultWorld.fresh(folder.resolve("before"));
        FaultedOperation.PLANNED.prepare(world, active);
        return world.freeze().thaw(folder.resolve("engine"), Parts.REAL.withDriver(driver));
    }

    /** Between the step's choice of a number and its first look, a cycle of that number arrives. */
    private AtLook lateCycle(long[] late) {
        int[] looks = {0};
        return (driver, link, context, seen) -> {
            ReplicaStatus status = seen.apply(ReplicaStatus.NONE);
            if (++looks[0] == 2) {
                late[0] = status.received() + 1;
                var unused = driver.replicate(
                        link, late[0], Consistency.CRASH_CONSISTENT, context.withToken("cycle.background"));
                return driver.status(List.of(link), context).get(link.item());
            }
            return status;
        };
    }

    @ParameterizedTest
    @EnumSource(Side.class)
    void anotherOneIsSent(Side active) {
        long[] late = {0};
        AtLook at = lateCycle(late);
        try (FaultWorld world = world(active, driver -> watched(driver, "last-cycle", at))) {
            world.write(3);
            FaultedOperation.done(world.engine()
                    .failOver(FailoverPlan.planned(world.id(), active.other()).completeAtOnce()));
            assertThat(late[0]).isPositive();
            assertThat(sent).containsExactly(late[0] + 1);
            assertThat(world.momentAt(active.other())).isEqualTo("now");
            assertThat(world.violations()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(Side.class)
    void anotherDownloadIsMade(Side active) {
        long[] late = {0};
        AtLook at = lateCycle(late);
        try (FaultWorld world = world(active, driver -> watched(driver, "download", at))) {
            world.write(3);
            FaultedOperation.done(world.engine()
                    .failOver(FailoverPlan.planned(world.id(), active.other())
                            .sync(SyncMode.FULL_DURING_FAILOVER)
                            .completeAtOnce()));
            assertThat(sent).containsExactly(late[0] + 1);
            assertThat(world.momentAt(active.other())).isEqualTo("now");
            assertThat(world.violations()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(Side.class)
    void anotherRestIsSentBeforeAnUnplannedFailover(Side active) {
        long[] late = {0};
        AtLook at = lateCycle(late);
        try (FaultWorld world = world(active, driver -> watched(driver, "send-rest", at))) {
            world.write(3);
            FaultedOperation.done(world.engine()
                    .failOver(FailoverPlan.unplanned(world.id(), active.other()).shutDownFirst()));
            assertThat(sent).containsExactly(late[0] + 1);
            assertThat(world.momentAt(active.other())).isEqualTo("now");
            assertThat(world.violations()).isEmpty();
        }
    }

    /** What a version left that kept no tokens looks the same: nobody knows what it was taken of. */
    @ParameterizedTest
    @EnumSource(Side.class)
    void isNoEvidence(Side active) {
        AtLook of = (driver, link, context, seen) -> withToken(seen.apply(ReplicaStatus.NONE), Optional.empty());
        try (FaultWorld world = world(active, driver -> watched(driver, "evidence-of-no-loss", of))) {
            world.write(3);
            Job job = world.engine()
                    .failOver(FailoverPlan.planned(world.id(), active.other()).completeAtOnce());
            assertThat(job.awaitEnd(PATIENCE).status()).isEqualTo(JobStatus.FAILED);
            assertThatThrownBy(job::await).hasMessageContaining("LOSS_NOT_EXCLUDED");
            assertThat(world.item().orElseThrow().state()).isEqualTo(ProtectionState.PROTECTED);
            assertThat(world.active()).isEqualTo(active);
            assertThat(world.isRunning(active)).isTrue();
        }
    }

    private static ReplicaStatus withToken(ReplicaStatus status, Optional<String> token) {
        return new ReplicaStatus(
                status.role(),
                status.epochFloor(),
                status.received(),
                status.applied(),
                status.points(),
                status.held(),
                status.activeDisks(),
                status.lastCycle(),
                status.broken(),
                status.startedOver(),
                token);
    }
}
