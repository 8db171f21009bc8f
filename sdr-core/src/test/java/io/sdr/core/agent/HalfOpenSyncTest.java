package io.sdr.core.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sdr.api.SdrException;
import io.sdr.api.spi.Access;
import io.sdr.api.spi.CancelFlag;
import io.sdr.api.spi.ProgressListener;
import io.sdr.core.agent.Forwarder.Fate;
import io.sdr.core.agent.Forwarder.Piece;
import io.sdr.core.sync.InPlaceSync.Mode;
import io.sdr.core.sync.SourceImage;
import io.sdr.core.sync.TargetImage;
import io.sdr.core.sync.wire.LinkOptions;
import io.sdr.core.sync.wire.SessionOptions;
import io.sdr.core.sync.wire.SyncTerms;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The network falls silent in the middle of a sync and nobody is told: each end gives up by itself with a typed error, keeps no thread
 * and no descriptor, and the agent serves on.
 */
class HalfOpenSyncTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final Duration SHORT = Duration.ofMillis(1500);
    private static final int BYTES = 24 << 20;
    private static final int SILENT_AFTER = 2 << 20;
    private static final Set<String> REASONS = Set.of("PEER_SILENT", "PEER_STALLED", "LINK_LOST", "SYNC_INCOMPLETE");

    /** What becomes of what comes after so many bytes of both ways, and of the end of the connection. */
    enum Silence {
        /** Nothing is passed on in either way, as if the network were gone. */
        GONE,
        /** Nothing is taken any more in either way, so that senders have to wait. */
        TAKES_NOTHING,
        /** What whoever has connected says is not passed on; the answers are. */
        ONLY_READS;

        Fate of(Piece piece) {
            if (piece.passed() + piece.bytes().length <= SILENT_AFTER) {
                return Fate.PASSES;
            }
            return switch (this) {
                case GONE -> Fate.IS_LOST;
                case TAKES_NOTHING -> Fate.WAITS;
                case ONLY_READS -> piece.asking() || piece.isEnd() ? Fate.IS_LOST : Fate.PASSES;
            };
        }
    }

    @TempDir
    Path temp;

    private final List<Thread> threads = Collections.synchronizedList(new ArrayList<>());
    private final BlockingQueue<Optional<SdrException>> ends = new LinkedBlockingQueue<>();
    private TestCertificates certificates;
    private OpenDescriptors descriptors;
    private Path a;
    private Path b;

    @BeforeEach
    void images() throws IOException {
        certificates = new TestCertificates(temp, "authority").make("one").make("engine");
        a = temp.resolve("a.img");
        b = temp.resolve("b.img");
        byte[] content = new byte[BYTES];
        new Random(1).nextBytes(content);
        Files.write(a, content);
        Files.write(b, new byte[BYTES]);
        descriptors = new OpenDescriptors(temp);
    }

    @AfterEach
    void nothingIsLeft() throws InterruptedException {
        Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("agent"))
                .forEach(threads::add);
        for (Thread thread : List.copyOf(threads)) {
            thread.join(LONG.toMillis());
            assertThat(thread.isAlive()).as("%s", thread).isFalse();
        }
        assertThat(descriptors.left()).isEmpty();
    }

    private SyncAgent agent(Duration deadline) {
        return SyncAgent.start(
                new AgentConfiguration(
                        "127.0.0.1",
                        0,
                        certificates.identity("one"),
                        Set.of(TestCertificates.principal("engine")),
                        Set.of(),
                        Map.of(),
                        Map.of(
                                "a", new AgentConfiguration.Disk(a, Access.READ),
                                "b", new AgentConfiguration.Disk(b, Access.WRITE)),
                        deadline),
                new AgentOptions().heardBy((peer, failure) -> ends.add(failure)));
    }

    private AgentClient client(int port, Duration deadline) {
        LinkOptions links = new LinkOptions(
                work -> {
                    Thread thread = new Thread(work, "client");
                    threads.add(thread);
                    thread.start();
                },
                deadline);
        return AgentClient.connect("localhost", port, certificates.identity("engine"), links, subject -> true);
    }

    private static SessionOptions options() {
        return new SessionOptions(new SecureRandom(), CancelFlag.NEVER, ProgressListener.NONE);
    }

    private void sync(int port, boolean toAgent, Duration deadline) {
        SyncTerms terms = new SyncTerms(Mode.FULL, false, false, false);
        try (AgentClient client = client(port, deadline)) {
            if (toAgent) {
                client.send(SourceImage.of(a), client.offer("b", Access.WRITE), terms, options());
            } else {
                client.receive(client.offer("a", Access.READ), TargetImage.of(b), terms, options());
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "GONE,true",
        "GONE,false",
        "TAKES_NOTHING,true",
        "TAKES_NOTHING,false",
        "ONLY_READS,true",
        "ONLY_READS,false"
    })
    void eachEndGivesUpByItself(Silence silence, boolean toAgent) throws IOException, InterruptedException {
        try (SyncAgent agent = agent(SHORT)) {
            try (Forwarder network = Forwarder.to(agent.port(), silence::of)) {
                SdrException here =
                        catchThrowableOfType(SdrException.class, () -> sync(network.port(), toAgent, SHORT));
                if (silence == Silence.ONLY_READS && !toAgent) {
                    // all arrived here, so this end is done; only its word that it is does not reach the other one
                    assertThat(here == null || REASONS.contains(here.code())).isTrue();
                    assertThat(here != null || Files.mismatch(a, b) == -1).isTrue();
                } else {
                    assertThat(here).isNotNull();
                    assertThat(REASONS).contains(here.code());
                }
                Optional<SdrException> there = ends.poll(LONG.toSeconds(), TimeUnit.SECONDS);
                assertThat(there).isNotNull();
                assertThat(there.map(SdrException::code))
                        .hasValueSatisfying(code -> assertThat(REASONS).contains(code));
                boolean marked = Files.exists(Path.of(b + ".sdr-sync"));
                assertThat(marked || Files.mismatch(b, a) == -1 || isOld()).isTrue();
            }
            ends.clear();
            try (AgentClient client = client(agent.port(), LONG)) {
                client.offer("b", Access.WRITE);
            }
            assertThat(ends.poll(LONG.toSeconds(), TimeUnit.SECONDS)).isEqualTo(Optional.empty());
        }
        try (SyncAgent patient = agent(LONG)) {
            sync(patient.port(), toAgent, LONG);
        }
        assertThat(Files.mismatch(a, b)).isEqualTo(-1);
        assertThat(Path.of(b + ".sdr-sync")).doesNotExist();
    }

    private boolean isOld() throws IOException {
        for (byte each : Files.readAllBytes(b)) {
            if (each != 0) {
                return false;
            }
        }
        return true;
    }

    /** What looks for descriptors sees those that are left. */
    @Test
    void aDescriptorThatIsLeftIsSeen() throws IOException {
        assumeTrue(Files.isDirectory(Path.of("/proc/self/fd")), "only Linux tells which descriptors are open");
        try (SyncAgent agent = agent(SHORT);
                Socket left = new Socket(InetAddress.getLoopbackAddress(), agent.port());
                var file = Files.newByteChannel(a)) {
            assertThat(left.isConnected() && file.isOpen()).isTrue();
            assertThat(descriptors.left()).contains(a.toString()).anyMatch(each -> each.startsWith("socket:"));
        }
    }
}
