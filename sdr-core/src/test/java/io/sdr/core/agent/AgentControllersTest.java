package io.sdr.core.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sdr.api.Consistency;
import io.sdr.api.RetryableException;
import io.sdr.api.SdrException;
import io.sdr.api.Side;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.CycleResult;
import io.sdr.api.spi.ReplicationDriver;
import io.sdr.api.spi.Throttle;
import io.sdr.core.agent.AgentDriverWorld.CrashGround;
import io.sdr.core.agent.AgentDriverWorld.Way;
import io.sdr.core.agent.Forwarder.Fate;
import io.sdr.testkit.CrashFolder;
import io.sdr.testkit.MemoryFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Engines that come, go and overtake each other while the driver of a relation works at the agent: one that is gone holds nobody up
 * for longer than the deadline, a newer one is not held up by an older one, and an older one does not disturb a newer one.
 */
class AgentControllersTest {
    private static final long LONG_SECONDS = 60;
    private static final Duration SHORT = Duration.ofSeconds(1);
    private static final int DISK_BYTES = 300_001;

    @TempDir
    private Path temp;

    private final List<Forwarder> forwarders = new ArrayList<>();
    private final AtomicBoolean silent = new AtomicBoolean();
    private final ExecutorService engines = Executors.newCachedThreadPool(work -> new Thread(work, "engine"));
    private final Map<Side, CrashGround> grounds = new EnumMap<>(Side.class);
    private TestCertificates certificates;

    @BeforeEach
    void prepare() throws IOException {
        certificates = AgentDriverWorld.certificates(temp);
        for (Side side : Side.values()) {
            Path root = Files.createDirectories(temp.resolve(AgentDriverWorld.name(side)));
            grounds.put(side, new CrashGround(root.toRealPath(), CrashFolder.over(new MemoryFolder())));
        }
    }

    @AfterEach
    void nothingIsLeft() throws InterruptedException {
        forwarders.forEach(Forwarder::close);
        engines.shutdown();
        assertThat(engines.awaitTermination(LONG_SECONDS, TimeUnit.SECONDS)).isTrue();
        for (Thread each : Thread.getAllStackTraces().keySet()) {
            if (each.getName().startsWith("agent")) {
                each.join(TimeUnit.SECONDS.toMillis(LONG_SECONDS));
                assertThat(each.isAlive()).as("%s is left", each).isFalse();
            }
        }
        grounds.values().forEach(each -> assertThat(each.storage().openFiles()).isEmpty());
    }

    private AgentDriverWorld world(Duration deadline) {
        Way canFallSilent = (side, port) -> {
            Forwarder made = Forwarder.to(port, piece -> silent.get() ? Fate.IS_LOST : Fate.PASSES);
            forwarders.add(made);
            return made.port();
        };
        return new AgentDriverWorld(
                grounds, certificates, canFallSilent, Way.STRAIGHT, UnaryOperator.identity(), deadline);
    }

    /** A cycle that stops in its middle, at the engine, until it is let go on or is cancelled. */
    private final class Stopped {
        private final CountDownLatch inTheMiddle = new CountDownLatch(1);
        private final CountDownLatch goOn = new CountDownLatch(1);
        private final Future<CycleResult> result;

        Stopped(ReplicationDriver driver, AgentRelation relation, long sequence, CallContext call) {
            Throttle stops = (bytes, cancel) -> {
                inTheMiddle.countDown();
                boolean waiting = true;
                while (waiting && !cancel.isSet()) {
                    try {
                        waiting = !goOn.await(10, TimeUnit.MILLISECONDS);
                    } catch (InterruptedException e) {
                        throw new AssertionError(e);
                    }
                }
            };
            result = engines.submit(() ->
                    driver.replicate(relation.link, sequence, Consistency.CRASH_CONSISTENT, call.withThrottle(stops)));
        }

        void awaitTheMiddle() throws InterruptedException {
            assertThat(inTheMiddle.await(LONG_SECONDS, TimeUnit.SECONDS)).isTrue();
        }

        void goOn() {
            goOn.countDown();
        }

        CycleResult result() throws InterruptedException, ExecutionException, TimeoutException {
            return result.get(LONG_SECONDS, TimeUnit.SECONDS);
        }

        SdrException failure() {
            ExecutionException e = catchThrowableOfType(ExecutionException.class, this::result);
            assertThat(e).isNotNull();
            assertThat(e.getCause()).isInstanceOf(SdrException.class);
            return (SdrException) e.getCause();
        }
    }

    private static AgentRelation relation(AgentDriverWorld world) {
        AgentRelation relation = new AgentRelation(world, DISK_BYTES);
        relation.write(5, 9000);
        relation.establish();
        relation.cycle(1);
        relation.write(5, 9000);
        return relation;
    }

    private static void replicatedBy(ReplicationDriver driver, AgentRelation relation, long sequence, long epoch) {
        CycleResult result = relation.repeated(() -> driver.replicate(
                relation.link, sequence, Consistency.CRASH_CONSISTENT, relation.call("next-" + sequence, epoch)));
        assertThat(result).isInstanceOf(CycleResult.Received.class);
    }

    /** The older engine was left behind by a decision: its call is refused before it cancels anything of the newer one's. */
    @Test
    void anOlderEngineDoesNotDisturbANewerOne() throws Exception {
        try (AgentDriverWorld world = world(AgentDriverWorld.DEADLINE)) {
            AgentRelation relation = relation(world);
            ReplicationDriver newer = world.anotherEngine();
            Stopped working = new Stopped(newer, relation, 2, relation.call("newer", 2));
            working.awaitTheMiddle();
            SdrException refused = catchThrowableOfType(
                    SdrException.class, () -> world.driver().process(relation.link, relation.call("older", 1)));
            assertThat(refused).isNotNull();
            assertThat(refused.code()).isEqualTo("STALE_EPOCH");
            working.goOn();
            assertThat(working.result()).isInstanceOf(CycleResult.Received.class);
        }
    }

    /** Of two engines that have decided the same, the one that calls last has taken over; what the other one began is ended first. */
    @Test
    void anEngineTakesOverFromOneThatIsStillThere() throws Exception {
        try (AgentDriverWorld world = world(AgentDriverWorld.DEADLINE)) {
            AgentRelation relation = relation(world);
            Stopped left = new Stopped(world.driver(), relation, 2, relation.call("left", 1));
            left.awaitTheMiddle();
            replicatedBy(world.anotherEngine(), relation, 2, 1);
            assertThat(left.failure()).isNotInstanceOf(NullPointerException.class);
            assertThat(relation.status().received()).isEqualTo(2);
            assertThat(relation.bringTo(relation.status().points().get(1))).isEqualTo(relation.content());
        }
    }

    /** The engine's machine is gone, and the agent is told so. */
    @Test
    void anEngineThatDiesIsFollowedAtOnce() throws Exception {
        try (AgentDriverWorld world = world(AgentDriverWorld.DEADLINE)) {
            AgentRelation relation = relation(world);
            Stopped dies = new Stopped(world.driver(), relation, 2, relation.call("dies", 1));
            dies.awaitTheMiddle();
            world.port(Side.RECOVERY).disconnect();
            replicatedBy(world.anotherEngine(), relation, 2, 1);
            assertThat(dies.failure()).isInstanceOf(RetryableException.class);
        }
    }

    /** Nobody is told that the network is gone: the agent gives the engine up after its deadline, and the next one goes on. */
    @Test
    void anEngineThatFallsSilentIsGivenUp() throws Exception {
        try (AgentDriverWorld world = world(SHORT)) {
            AgentRelation relation = relation(world);
            Stopped falls = new Stopped(world.driver(), relation, 2, relation.call("falls", 1));
            falls.awaitTheMiddle();
            silent.set(true);
            falls.goOn();
            replicatedBy(world.anotherEngine(), relation, 2, 1);
            assertThat(falls.failure()).isInstanceOf(RetryableException.class);
        }
    }
}
