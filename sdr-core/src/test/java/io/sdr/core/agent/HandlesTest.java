package io.sdr.core.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sdr.api.Consistency;
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
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The source's agent gives a handle for each disk of a cycle, on the engine's connection, which lives as long as the engine. Whatever
 * breaks while the target's agent uses it, it is taken back before the engine calls again: no number of failures uses them up.
 */
class HandlesTest {
    private static final int DISK_BYTES = 300_001;

    @TempDir
    private Path temp;

    private final Map<Integer, Forwarder> forwarders = new ConcurrentHashMap<>();
    private final AtomicReference<Breaks> breaks = new AtomicReference<>(Breaks.NOTHING);
    private final AtomicInteger broken = new AtomicInteger();
    private final AtomicReference<Runnable> whenBroken = new AtomicReference<>(() -> {});
    private final AtomicInteger most = new AtomicInteger();
    private final Map<Side, CrashGround> grounds = new EnumMap<>(Side.class);
    private AgentDriverWorld world;

    /** Where the connection from the target's agent to the source's breaks. */
    enum Breaks {
        NOTHING(FrameType.PING, false),
        /** As soon as somebody is there. */
        GREETING(FrameType.HELLO, true),
        /** The disk was opened, and what opened it does not hear so. */
        OPENED(FrameType.RETURN, false),
        /** Its differences were begun. */
        BEGUN(FrameType.BEGIN, false),
        /** And some of them have come. */
        DATA(FrameType.DATA, false);

        private final FrameType at;
        private final boolean asking;

        Breaks(FrameType at, boolean asking) {
            this.at = at;
            this.asking = asking;
        }
    }

    @BeforeEach
    void open() throws IOException {
        TestCertificates certificates = AgentDriverWorld.certificates(temp);
        for (Side side : Side.values()) {
            Path root = Files.createDirectories(temp.resolve(AgentDriverWorld.name(side)));
            grounds.put(side, new CrashGround(root.toRealPath(), CrashFolder.over(new MemoryFolder())));
        }
        Way canBreak = (side, port) -> side == Side.RECOVERY
                ? port
                : forwarders
                        .computeIfAbsent(
                                port,
                                to -> Forwarder.ofFrames(to, AgentDriverWorld.name(side), certificates, this::fate))
                        .port();
        world = new AgentDriverWorld(
                grounds, certificates, Way.STRAIGHT, canBreak, UnaryOperator.identity(), AgentDriverWorld.DEADLINE);
    }

    @AfterEach
    void close() {
        world.close();
        forwarders.values().forEach(Forwarder::close);
        grounds.values().forEach(each -> assertThat(each.storage().openFiles()).isEmpty());
    }

    private int handles() {
        return world.agent(Side.PRIMARY).handles();
    }

    private Fate fate(Piece piece) {
        Breaks at = breaks.get();
        if (at == Breaks.NOTHING || piece.isEnd() || piece.asking() != at.asking) {
            return Fate.PASSES;
        }
        if (RawTls.typeOf(piece.bytes()) != at.at) {
            return Fate.PASSES;
        }
        most.accumulateAndGet(handles(), Math::max);
        broken.incrementAndGet();
        whenBroken.get().run();
        return Fate.breaksAfter(0);
    }

    private AgentRelation relation() {
        AgentRelation relation = new AgentRelation(world, DISK_BYTES);
        relation.write(5, 9000);
        relation.establish();
        relation.cycle(1);
        relation.write(5, 9000);
        assertThat(handles()).isZero();
        return relation;
    }

    private SdrException failure(AgentRelation relation) {
        SdrException e = catchThrowableOfType(
                SdrException.class,
                () -> world.driver().replicate(relation.link, 2, Consistency.CRASH_CONSISTENT, relation.call("two")));
        assertThat(e).isNotNull();
        return e;
    }

    @ParameterizedTest
    @EnumSource(
            value = Breaks.class,
            names = {"NOTHING"},
            mode = EnumSource.Mode.EXCLUDE)
    void noneIsLeftWhereTheConnectionToTheSourceBreaks(Breaks at) {
        AgentRelation relation = relation();
        breaks.set(at);
        for (int i = 0; i < 3; i++) {
            SdrException unused = failure(relation);
            assertThat(handles()).isZero();
        }
        assertThat(broken.get()).isGreaterThanOrEqualTo(3);
        assertThat(most.get()).as("handles at once").isEqualTo(1);
        breaks.set(Breaks.NOTHING);
        assertThat(relation.cycle(2).sequence()).isEqualTo(2);
        assertThat(handles()).isZero();
    }

    /** The target's agent is gone from one moment to the next, and takes back nothing. */
    @Test
    void noneIsLeftWhereTheTargetDies() {
        AgentRelation relation = relation();
        whenBroken.set(() -> world.port(Side.RECOVERY).disconnect());
        breaks.set(Breaks.DATA);
        for (int i = 0; i < 3; i++) {
            SdrException unused = failure(relation);
            assertThat(handles()).isZero();
        }
        breaks.set(Breaks.NOTHING);
        assertThat(relation.cycle(2).sequence()).isEqualTo(2);
        assertThat(List.of(handles(), world.agent(Side.RECOVERY).handles())).containsExactly(0, 0);
    }
}
