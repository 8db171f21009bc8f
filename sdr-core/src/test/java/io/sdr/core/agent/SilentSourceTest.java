package io.sdr.core.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sdr.api.Consistency;
import io.sdr.api.PointId;
import io.sdr.api.RetryableException;
import io.sdr.api.SdrException;
import io.sdr.api.Side;
import io.sdr.core.agent.AgentDriverWorld.CrashGround;
import io.sdr.core.agent.AgentDriverWorld.Way;
import io.sdr.core.agent.Forwarder.Fate;
import io.sdr.core.agent.Forwarder.Piece;
import io.sdr.core.sync.wire.FrameType;
import io.sdr.core.sync.wire.RawTls;
import io.sdr.testkit.CrashFolder;
import io.sdr.testkit.MemoryFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The source's agent is there and its connection stands, but from some frame on it says nothing but that it is there, as a machine
 * does whose storage hangs. Its cycle is in the middle at the target's agent, whose deadline is far away; a failover decides, and is
 * not held up.
 */
class SilentSourceTest {
    private static final int DISK_BYTES = 3_000_001;
    private static final Duration DEADLINE = Duration.ofMinutes(10);
    private static final Duration SHORT = Duration.ofSeconds(1);
    private static final Duration LONG = Duration.ofMinutes(1);

    /** From when on the source says nothing more. */
    enum Since {
        /** A question about the disk is not answered. */
        ASKED(FrameType.RETURN),
        /** Nothing that was to be compared comes. */
        BEGUN(FrameType.DATA),
        /** The end of what differs does not come. */
        SENT(FrameType.SENT);

        private final FrameType first;

        Since(FrameType first) {
            this.first = first;
        }
    }

    @TempDir
    private Path temp;

    private final AtomicReference<Optional<FrameType>> silentFrom = new AtomicReference<>(Optional.empty());
    private final Map<Integer, Forwarder> forwarders = new ConcurrentHashMap<>();
    private volatile boolean gone;
    private final CountDownLatch silent = new CountDownLatch(1);
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

    private Fate fate(Piece piece) {
        Optional<FrameType> from = silentFrom.get();
        if (piece.asking() || piece.isEnd() || from.isEmpty()) {
            return Fate.PASSES;
        }
        FrameType type = RawTls.typeOf(piece.bytes());
        if (type == FrameType.PING && !gone) {
            return Fate.PASSES;
        }
        if (silent.getCount() > 0 && type != from.get()) {
            return Fate.PASSES;
        }
        silent.countDown();
        return Fate.IS_LOST;
    }

    @ParameterizedTest
    @EnumSource(Since.class)
    void aFailoverIsNotHeldUp(Since since) throws Exception {
        try (AgentDriverWorld world = world(DEADLINE)) {
            AgentRelation relation = new AgentRelation(world, DISK_BYTES);
            relation.write(5, 9000);
            relation.establish();
            relation.cycle(1);
            relation.write(5, 9000);
            silentFrom.set(Optional.of(since.first));
            CompletableFuture<SdrException> hangs = CompletableFuture.supplyAsync(
                    () -> catchThrowableOfType(
                            SdrException.class,
                            () -> world.driver()
                                    .replicate(relation.link, 2, Consistency.CRASH_CONSISTENT, relation.call("two"))),
                    work -> new Thread(work, "a cycle that hangs").start());
            assertThat(silent.await(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
            world.driver().closeReception(relation.link, 2, relation.call("failover", 2));
            assertThat(relation.status().epochFloor()).isEqualTo(2);
            assertThat(failure(hangs)).isNotNull();
            PointId point = relation.status().points().get(0).id();
            assertThat(world.driver()
                            .bringTo(relation.link, AgentRelation.JOB, point, relation.call("bring", 2))
                            .disks())
                    .hasSize(1);
        }
    }

    /** The network is gone and nobody is told: the wait for the next byte ends by itself, and the next call goes on. */
    @Test
    void aSourceThatIsGoneIsGivenUpAfterTheDeadline() throws Exception {
        try (AgentDriverWorld world = world(SHORT)) {
            AgentRelation relation = new AgentRelation(world, DISK_BYTES);
            relation.write(5, 9000);
            relation.establish();
            relation.cycle(1);
            relation.write(5, 9000);
            gone = true;
            silentFrom.set(Optional.of(FrameType.DATA));
            SdrException silence = catchThrowableOfType(
                    SdrException.class,
                    () -> world.driver()
                            .replicate(relation.link, 2, Consistency.CRASH_CONSISTENT, relation.call("cycle2")));
            assertThat(silence).isInstanceOf(RetryableException.class);
            assertThat(silence.code()).isEqualTo("PEER_SILENT");
            silentFrom.set(Optional.empty());
            assertThat(relation.cycle(2).sequence()).isEqualTo(2);
        }
    }

    private AgentDriverWorld world(Duration deadline) {
        Way canFallSilent = (side, port) -> side == Side.RECOVERY
                ? port
                : forwarders
                        .computeIfAbsent(
                                port,
                                to -> Forwarder.ofFrames(to, AgentDriverWorld.name(side), certificates, this::fate))
                        .port();
        return new AgentDriverWorld(
                grounds, certificates, Way.STRAIGHT, canFallSilent, UnaryOperator.identity(), deadline);
    }

    @AfterEach
    void close() {
        forwarders.values().forEach(Forwarder::close);
    }

    private static SdrException failure(CompletableFuture<SdrException> hangs)
            throws ExecutionException, InterruptedException, TimeoutException {
        return hangs.get(LONG.toSeconds(), TimeUnit.SECONDS);
    }
}
