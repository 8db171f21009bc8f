package io.sdr.core.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sdr.api.Consistency;
import io.sdr.api.RecoveryPoint;
import io.sdr.api.RetryableException;
import io.sdr.api.SdrException;
import io.sdr.api.Side;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.CycleResult;
import io.sdr.api.spi.StorageFolder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which way data goes, and what agents refuse. */
class AgentDataPathTest {
    private static final int DISK_BYTES = 32 << 20;
    private static final int KIB_PER_GIB = 1 << 10;

    @TempDir
    private Path folder;

    private final List<Forwarder> engineWays = new ArrayList<>();
    private final List<Forwarder> peerWays = new ArrayList<>();

    private AgentDriverWorld world() {
        return new AgentDriverWorld(
                folder,
                AgentDriverWorld.certificates(folder),
                (side, port) -> way(engineWays, port),
                (side, port) -> way(peerWays, port));
    }

    private static int way(List<Forwarder> ways, int port) {
        Forwarder way = Forwarder.to(port);
        ways.add(way);
        return way.port();
    }

    private static long bytes(List<Forwarder> ways) {
        return ways.stream().mapToLong(Forwarder::bytes).sum();
    }

    /** Data goes from agent to agent, by an address that the engine never uses; the engine's share is a thousandth. */
    @Test
    void theEngineSeesNoData() {
        try (AgentDriverWorld world = world()) {
            AgentRelation relation = new AgentRelation(world, DISK_BYTES);
            relation.write(80, 1 << 20);
            relation.establish(); // with the connections
            long connected = bytes(engineWays);
            RecoveryPoint point = relation.cycle(1);
            relation.process();
            long moved = bytes(peerWays);
            assertThat(moved).isGreaterThan(DISK_BYTES / 2);
            assertThat(bytes(engineWays) - connected).isLessThan(moved / KIB_PER_GIB);
            assertThat(relation.bringTo(point)).isEqualTo(relation.content());
        }
    }

    /** What the engine says of the speed holds where the driver runs elsewhere. */
    @Test
    void bytesAreTakenFromTheEnginesThrottle() {
        try (AgentDriverWorld world = world()) {
            AgentRelation relation = new AgentRelation(world, 4 << 20);
            relation.write(20, 100_000);
            relation.establish();
            AtomicLong taken = new AtomicLong();
            CycleResult result = world.driver()
                    .replicate(
                            relation.link,
                            1,
                            Consistency.CRASH_CONSISTENT,
                            relation.call("throttled").withThrottle((bytes, cancel) -> taken.addAndGet(bytes)));
            long moved = ((CycleResult.Received) result).statistics().bytesMoved();
            assertThat(moved).isPositive();
            assertThat(taken.get()).isBetween(moved, moved + (1 << 20));
        }
    }

    @Test
    void badCallsAreRefusedAndHarmNobody() {
        try (AgentDriverWorld world = world()) {
            AgentRelation relation = new AgentRelation(world, 300_001);
            relation.establish();
            AgentPort port = world.port(Side.RECOVERY);
            assertThat(code(() -> port.folder("site/../..").list())).isEqualTo("UNKNOWN_FOLDER");
            assertThat(code(() -> port.folder("nowhere").list())).isEqualTo("UNKNOWN_FOLDER");
            assertThat(code(() -> port.disk("site", "..", "raw").open())).isEqualTo("UNKNOWN_FOLDER");
            assertThat(code(() -> port.disk("site", "missing", "raw").open())).isEqualTo("STORAGE_MISSING");
            assertThat(code(() -> port.disk("site", "missing", "none").open())).isEqualTo("UNKNOWN_FORMAT");
            CallContext late =
                    CallContext.once(AgentRelation.ITEM, 1, "late", world.now().minus(Duration.ofSeconds(1)));
            assertThat(code(() -> world.driver().process(relation.link, late))).isEqualTo("TOO_LATE");
            relation.cycle(1);
            assertThat(relation.status().received()).isEqualTo(1);
        }
    }

    @Test
    void anAgentThatDoesNotAnswerIsAFailureOfItsStorage() {
        try (AgentDriverWorld world = world()) {
            AgentRelation relation = new AgentRelation(world, 300_001);
            relation.establish();
            world.contact(Side.RECOVERY, false);
            StorageFolder replica = world.site(Side.RECOVERY).disks().replicaFolder(AgentRelation.ITEM);
            assertThat(code(replica::list)).isEqualTo("STORAGE_FAILED");
            assertThat(catchThrowableOfType(
                            SdrException.class, () -> world.driver().process(relation.link, relation.call("process"))))
                    .isInstanceOf(RetryableException.class);
            world.contact(Side.RECOVERY, true);
            relation.cycle(1);
        }
    }

    private static String code(Runnable asking) {
        SdrException e = catchThrowableOfType(SdrException.class, asking::run);
        return e == null ? "nothing" : e.code();
    }
}
