package io.sdr.core.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sdr.api.SdrException;
import io.sdr.api.spi.Access;
import io.sdr.api.spi.CancelFlag;
import io.sdr.api.spi.ProgressListener;
import io.sdr.core.agent.Forwarder.Rule;
import io.sdr.core.sync.InPlaceSync;
import io.sdr.core.sync.SourceImage;
import io.sdr.core.sync.TargetImage;
import io.sdr.core.sync.wire.LinkOptions;
import io.sdr.core.sync.wire.SessionOptions;
import io.sdr.core.sync.wire.SyncTerms;
import io.sdr.core.sync.wire.TlsIdentity;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Agents over loopback with TLS: right use, and each kind of bad input as a typed error at both ends, after which all goes on. */
class SyncAgentTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final SyncTerms DELTA = new SyncTerms(InPlaceSync.Mode.DELTA, false, true, true);

    @TempDir
    Path temp;

    private final List<Thread> threads = new ArrayList<>();
    private final List<SyncAgent> agents = new ArrayList<>();
    private final BlockingQueue<Optional<SdrException>> ends = new LinkedBlockingQueue<>();
    private TestCertificates certificates;
    private OpenDescriptors descriptors;
    private Path a;
    private Path b;
    private byte[] content;

    @BeforeEach
    void imagesAndCertificates() throws IOException {
        certificates = new TestCertificates(temp, "authority");
        List.of("one", "two", "engine", "stranger").forEach(certificates::make);
        a = Files.createDirectory(temp.resolve("left")).resolve("a.img");
        b = Files.createDirectory(temp.resolve("right")).resolve("b.img");
        content = new byte[(5 << 20) + 99];
        new Random(1).nextBytes(content);
        Files.write(a, content);
        byte[] old = content.clone();
        for (int at = 0; at < old.length; at += 100_003) {
            old[at]++;
        }
        Files.write(b, old);
        descriptors = new OpenDescriptors(temp);
    }

    @AfterEach
    void nothingIsLeft() throws InterruptedException {
        agents.forEach(SyncAgent::close);
        Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("agent"))
                .forEach(threads::add);
        for (Thread thread : threads) {
            thread.join(LONG.toMillis()); // one that is about to end counts as ended
            assertThat(thread.isAlive()).as("%s", thread).isFalse();
        }
        assertThat(descriptors.left()).isEmpty();
    }

    private SyncAgent agent(String name, Duration deadline) {
        return agent("127.0.0.1", name, deadline);
    }

    private SyncAgent agent(String host, String name, Duration deadline) {
        SyncAgent agent = SyncAgent.start(
                new AgentConfiguration(
                        host,
                        0,
                        certificates.identity(name),
                        Set.of(TestCertificates.principal("engine")),
                        Set.of(TestCertificates.principal("one"), TestCertificates.principal("two")),
                        Map.of("left", temp.resolve("left"), "right", temp.resolve("right")),
                        Map.of(
                                "a", new AgentConfiguration.Disk(a, Access.READ),
                                "b", new AgentConfiguration.Disk(b, Access.WRITE)),
                        deadline),
                new AgentOptions().heardBy((peer, failure) -> ends.add(failure)));
        agents.add(agent);
        return agent;
    }

    private LinkOptions links() {
        return new LinkOptions(
                work -> {
                    Thread thread = new Thread(work, "client");
                    synchronized (threads) {
                        threads.add(thread);
                    }
                    thread.start();
                },
                LONG);
    }

    private AgentClient client(SyncAgent agent, String who) {
        return client(agent.port(), who);
    }

    private AgentClient client(int port, String who) {
        return AgentClient.connect("localhost", port, certificates.identity(who), links(), subject -> true);
    }

    private static SessionOptions options() {
        return new SessionOptions(new SecureRandom(), CancelFlag.NEVER, ProgressListener.NONE);
    }

    private void assertEqual() throws IOException {
        assertThat(Files.mismatch(a, b)).isEqualTo(-1);
        assertThat(Path.of(b + ".sdr-sync")).doesNotExist();
        assertThat(Files.readAllBytes(a)).isEqualTo(content);
    }

    private Optional<SdrException> ended() throws InterruptedException {
        Optional<SdrException> end = ends.poll(LONG.toSeconds(), TimeUnit.SECONDS);
        assertThat(end).isNotNull();
        return end;
    }

    private String endedWith() throws InterruptedException {
        return ended().map(SdrException::code).orElse("none");
    }

    /** The agent serves on, whatever happened. */
    private void assertServes(SyncAgent agent) throws IOException, InterruptedException {
        ends.clear();
        try (AgentClient client = client(agent, "engine")) {
            Handle handle = client.offer("b", Access.WRITE);
            client.send(SourceImage.of(a), handle, DELTA, options());
        }
        assertThat(endedWith()).isEqualTo("none");
        assertEqual();
    }

    @Test
    void sendsToAnAgent() throws IOException, InterruptedException {
        assertServes(agent("one", LONG));
    }

    @ParameterizedTest
    @CsvSource({"a,b", "left/a.img,right/b.img"})
    void receivesFromAnAgentAndBetweenAgents(String source, String target) throws IOException, InterruptedException {
        SyncAgent one = agent("one", LONG);
        SyncAgent two = agent("two", LONG);
        byte[] old = Files.readAllBytes(b);
        try (AgentClient client = client(one, "engine")) {
            InPlaceSync.Outcome outcome =
                    client.receive(client.offer(source, Access.READ), TargetImage.of(b), DELTA, options());
            assertThat(outcome.digest()).isPresent();
            assertThat(outcome.counters().bytesMoved()).isEqualTo(53 * 4096);
        }
        assertEqual();
        Files.write(b, old);
        List<Long> progress = new ArrayList<>();
        try (AgentClient toSource = client(one, "engine");
                AgentClient toTarget = client(two, "engine")) {
            InPlaceSync.Outcome outcome = toSource.direct(
                    toSource.offer(source, Access.READ),
                    "localhost",
                    two.port(),
                    toTarget.offer(target, Access.WRITE),
                    DELTA,
                    CancelFlag.NEVER,
                    (done, total) -> progress.add(done));
            assertThat(outcome.digest()).isPresent();
            assertThat(outcome.counters().bytesMoved()).isEqualTo(53 * 4096);
            assertThat(outcome.counters().bytesSent()).isGreaterThan(53 * 4096);
        }
        assertEqual();
        assertThat(progress).isNotEmpty().last().isEqualTo((long) content.length);
        for (int i = 0; i < 4; i++) {
            assertThat(endedWith()).isEqualTo("none");
        }
    }

    /** Whoever asks for a sync between agents reaches both by ports of their own, and next to nothing passes there. */
    @Test
    void dataGoesDirectly() throws IOException {
        SyncAgent one = agent("one", LONG);
        SyncAgent two = agent("two", LONG);
        content = new byte[64 << 20];
        new Random(2).nextBytes(content);
        Files.write(a, content);
        Files.write(b, new byte[content.length]);
        try (Forwarder nearSource = Forwarder.to(one.port());
                Forwarder nearTarget = Forwarder.to(two.port())) {
            try (AgentClient toSource = client(nearSource.port(), "engine");
                    AgentClient toTarget = client(nearTarget.port(), "engine")) {
                InPlaceSync.Outcome outcome = toSource.direct(
                        toSource.offer("a", Access.READ),
                        "localhost",
                        two.port(),
                        toTarget.offer("b", Access.WRITE),
                        DELTA,
                        CancelFlag.NEVER,
                        ProgressListener.NONE);
                assertThat(outcome.counters().bytesMoved()).isEqualTo(content.length);
            }
            assertThat(nearSource.bytes() + nearTarget.bytes())
                    .as("1 MiB per GiB moved")
                    .isBetween(1L, content.length / 1024L);
        }
        assertEqual();
    }

    /**
     * The same, asked by a process in a network of its own: it cannot reach the port at which the target takes data, only a way to its
     * agent for what is to be said.
     */
    @Test
    void whoAsksForASyncNeedNotReachTheTargetsPort() throws IOException, InterruptedException {
        SyncAgent one = agent("", "one", LONG);
        SyncAgent two = agent("two", LONG); // on the loopback interface alone
        content = new byte[64 << 20];
        new Random(2).nextBytes(content);
        Files.write(a, content);
        Files.write(b, new byte[content.length]);
        try (NetworkNamespace distant = NetworkNamespace.open();
                Forwarder way =
                        Forwarder.at(InetAddress.getByName(NetworkNamespace.OUTER), two.port(), Rule.ALL_PASSES)) {
            String said = distant.run(
                    DistantEngine.class,
                    List.of(
                            temp.toString(),
                            Integer.toString(one.port()),
                            Integer.toString(way.port()),
                            Integer.toString(two.port())));
            String[] found = said.strip().split(" ", -1);
            assertThat(found[0]).as("reached the target's port").isEqualTo("false");
            assertThat(Long.parseLong(found[1])).isEqualTo(content.length);
            assertThat(Long.parseLong(found[2]))
                    .as("1 MiB per GiB moved, crossing its interfaces")
                    .isBetween(1L, content.length / 1024L);
        }
        assertEqual();
    }

    @Test
    void aHandleIsGoodOnceAndAsLongAsItsConnection() throws IOException, InterruptedException {
        SyncAgent agent = agent("one", LONG);
        Handle used;
        try (AgentClient owner = client(agent, "engine");
                AgentClient peer = client(agent, "two")) {
            used = owner.offer("b", Access.WRITE);
            peer.send(SourceImage.of(a), used, DELTA, options());
            assertThat(endedWith()).isEqualTo("none");
            try (AgentClient again = client(agent, "two")) {
                refused("UNKNOWN_HANDLE", () -> again.send(SourceImage.of(a), used, DELTA, options()));
            }
        }
        assertThat(List.of(endedWith(), endedWith())).containsExactlyInAnyOrder("none", "UNKNOWN_HANDLE");
        Handle orphan;
        try (AgentClient owner = client(agent, "engine")) {
            orphan = owner.offer("b", Access.WRITE);
        }
        assertThat(endedWith()).isEqualTo("none");
        try (AgentClient late = client(agent, "two")) {
            refused("UNKNOWN_HANDLE", () -> late.send(SourceImage.of(a), orphan, DELTA, options()));
        }
        assertThat(orphan).hasToString("handle");
        assertThat(endedWith()).isEqualTo("UNKNOWN_HANDLE");
        assertServes(agent);
    }

    private static void refused(String code, Runnable call) {
        SdrException e = catchThrowableOfType(SdrException.class, call::run);
        assertThat(e).as("refused").isNotNull();
        assertThat(e.code()).as("%s", e.getMessage()).isEqualTo(code);
    }

    @ParameterizedTest
    @CsvSource({
        "engine,nothing,READ,UNKNOWN_DISK",
        "engine,a,WRITE,NO_RIGHT",
        "engine,left/../right/../../authority.pem,READ,UNKNOWN_DISK",
        "engine,left/link,READ,UNKNOWN_DISK",
        "engine,left/..,READ,UNKNOWN_DISK",
        "engine,nowhere/a.img,READ,UNKNOWN_DISK",
        "two,a,READ,NOT_A_CONTROLLER"
    })
    void whatMayNotBeUsedIsRefused(String who, String disk, Access access, String code)
            throws IOException, InterruptedException {
        Files.createSymbolicLink(temp.resolve("left/link"), temp.resolve("authority.pem"));
        SyncAgent agent = agent("one", LONG);
        try (AgentClient client = client(agent, who)) {
            refused(code, () -> client.offer(disk, access));
        }
        assertThat(endedWith()).isEqualTo(code);
        assertServes(agent);
    }

    @Test
    void aDiskThatIsWrittenIsUsedByNobodyElse() {
        DiskRegister register = new DiskRegister(
                new AgentConfiguration(
                        "", 0, certificates.identity("one"), Set.of(), Set.of(), Map.of(), Map.of(), LONG),
                new SecureRandom());
        DiskRegister.Chosen reading = new DiskRegister.Chosen("b", b, Access.READ);
        DiskRegister.Chosen writing = new DiskRegister.Chosen("b", b, Access.WRITE);
        Runnable one = register.use(reading);
        Runnable other = register.use(reading);
        refused("DISK_BUSY", () -> register.use(writing));
        one.run();
        refused("DISK_BUSY", () -> register.use(writing));
        other.run();
        Runnable writer = register.use(writing);
        refused("DISK_BUSY", () -> register.use(writing));
        refused("DISK_BUSY", () -> register.use(reading));
        writer.run();
        register.use(reading).run();
    }

    @Test
    void anUnlistedPeerIsRefusedAtBothEnds() throws IOException, InterruptedException {
        SyncAgent agent = agent("one", LONG);
        refused("PEER_NOT_LISTED", () -> client(agent, "stranger"));
        assertThat(endedWith()).isEqualTo("PEER_NOT_LISTED");
        assertServes(agent);
    }

    @Test
    void anAgentTalksOnlyToListedOnes() throws IOException, InterruptedException {
        SyncAgent one = agent("one", LONG);
        SyncAgent other = agent("stranger", LONG);
        try (AgentClient toSource = client(one, "engine");
                AgentClient toTarget = client(other, "engine")) {
            Handle target = toTarget.offer("b", Access.WRITE);
            refused(
                    "PEER_NOT_LISTED",
                    () -> toSource.direct(
                            toSource.offer("a", Access.READ),
                            "localhost",
                            other.port(),
                            target,
                            DELTA,
                            CancelFlag.NEVER,
                            ProgressListener.NONE));
        }
        assertThat(List.of(endedWith(), endedWith(), endedWith()))
                .containsExactlyInAnyOrder("PEER_NOT_LISTED", "LINK_LOST", "none");
        assertServes(one);
    }

    @Test
    void anUnknownAuthorityIsRefusedAtBothEnds() throws IOException, InterruptedException {
        SyncAgent agent = agent("one", LONG);
        TestCertificates others = new TestCertificates(temp, "other").make("engine");
        TlsIdentity trusting =
                TlsIdentity.read(temp.resolve("engine.pem"), temp.resolve("engine.key"), temp.resolve("authority.pem"));
        refused(
                "TLS_REFUSED",
                () -> AgentClient.connect("localhost", agent.port(), trusting, links(), subject -> true));
        assertThat(endedWith()).isEqualTo("TLS_REFUSED");
        refused(
                "TLS_REFUSED",
                () -> AgentClient.connect(
                        "localhost", agent.port(), others.identity("engine"), links(), subject -> true));
        assertThat(endedWith()).isIn("TLS_REFUSED", "LINK_LOST");
        certificates.make("engine");
        assertServes(agent);
    }

    @Test
    void anExpiredCertificateIsRefusedAtBothEnds() throws IOException, InterruptedException {
        SyncAgent agent = agent("one", LONG);
        certificates.makeExpired("engine");
        // TLS tells the client of its own certificate no more than that it was not accepted
        refused("TLS_REFUSED", () -> client(agent, "engine"));
        assertThat(endedWith()).isEqualTo("CERTIFICATE_EXPIRED");
        certificates.make("engine");
        assertServes(agent);
    }

    @Test
    void anAgentWithACertificateForAnotherHostIsRefused() {
        SyncAgent agent = agent("127.0.0.2", "one", LONG);
        refused(
                "TLS_REFUSED",
                () -> AgentClient.connect(
                        "127.0.0.2", agent.port(), certificates.identity("engine"), links(), subject -> true));
    }

    @Test
    void tls12IsRefusedAtBothEnds() throws Exception {
        SyncAgent agent = agent("one", LONG);
        SSLContext old = SSLContext.getInstance("TLSv1.2");
        old.init(null, new TrustManager[] {new TrustsAll()}, null);
        try (SSLSocket socket = (SSLSocket) old.getSocketFactory().createSocket("127.0.0.1", agent.port())) {
            socket.setEnabledProtocols(new String[] {"TLSv1.2"});
            assertThat(catchThrowableOfType(IOException.class, socket::startHandshake))
                    .isInstanceOf(SSLHandshakeException.class);
        }
        assertThat(endedWith()).isEqualTo("TLS_REFUSED");
        assertServes(agent);
    }

    private static final class TrustsAll implements X509TrustManager {
        @Override
        public void checkClientTrusted(java.security.cert.X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(java.security.cert.X509Certificate[] chain, String type) {}

        @Override
        public java.security.cert.X509Certificate[] getAcceptedIssuers() {
            return new java.security.cert.X509Certificate[0];
        }
    }

    /** Garbage instead of TLS, and connections on which nobody says anything: before TLS, and after it. */
    @ParameterizedTest
    @ValueSource(strings = {"garbage", "half-open", "only-reads"})
    void strangersAreDoneWithWithinTheDeadline(String what) throws Exception {
        SyncAgent agent = agent("one", Duration.ofMillis(300));
        try (Socket socket = what.equals("only-reads")
                ? rawClient(agent)
                : new Socket(InetAddress.getLoopbackAddress(), agent.port())) {
            if (what.equals("garbage")) {
                socket.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            }
            assertThat(endedWith())
                    .isIn(what.equals("garbage") ? List.of("TLS_REFUSED") : List.of("PEER_SILENT", "LINK_LOST"));
            readToTheEnd(socket);
        }
        assertServes(agent("two", LONG));
        assertServes(agent);
    }

    /** Many who say nothing, for as long as they may: those who are listed get in all the same, and stay. */
    @Test
    void strangersWhoHoldConnectionsOpenKeepNobodyOut() throws Exception {
        SyncAgent agent = agent("one", LONG);
        List<Socket> silent = new ArrayList<>();
        try (AgentClient early = client(agent, "engine")) {
            for (int i = 0; i < 2 * SyncAgent.MAX_CONNECTIONS; i++) {
                silent.add(new Socket(InetAddress.getLoopbackAddress(), agent.port()));
            }
            try (AgentClient client = client(agent, "engine")) {
                assertThat(client.offer("a", Access.READ)).isNotNull();
            }
            assertThat(early.offer("a", Access.READ)).isNotNull();
            for (Socket each : silent.subList(0, silent.size() - SyncAgent.MAX_STRANGERS)) {
                readToTheEnd(each); // it was sent away, though nobody's time is over
            }
        } finally {
            for (Socket each : silent) {
                each.close();
            }
        }
    }

    /** Those who are listed are limited, too; one more is told so. */
    @Test
    void oneConnectionMoreThanMayBeIsToldSo() {
        SyncAgent agent = agent("one", LONG);
        List<AgentClient> all = new ArrayList<>();
        try {
            for (int i = 0; i < SyncAgent.MAX_CONNECTIONS; i++) {
                all.add(client(agent, "engine"));
            }
            refused("TOO_MANY", () -> client(agent, "engine"));
            assertThat(all.get(0).offer("a", Access.READ)).isNotNull();
        } finally {
            all.forEach(AgentClient::close);
        }
    }

    private Socket rawClient(SyncAgent agent) throws Exception {
        return io.sdr.core.sync.wire.RawTls.connect(agent.port(), certificates.identity("engine"));
    }

    private static void readToTheEnd(Socket socket) {
        try (InputStream in = socket.getInputStream()) {
            in.transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            // it was reset: that is an end, too
        }
    }

    @ParameterizedTest
    @CsvSource({
        "wrong frame,FRAME_GARBAGE",
        "too long,FRAME_TOO_LONG",
        "sequence,FRAME_SEQUENCE",
        "version,AGENT_VERSION"
    })
    void framesThatAreWrongAreAnsweredWithWhy(String what, String code) throws Exception {
        SyncAgent agent = agent("one", LONG);
        try (Socket socket = rawClient(agent)) {
            byte[] bytes = switch (what) {
                case "wrong frame" -> "SSH-2.0-whatever".getBytes(StandardCharsets.US_ASCII);
                case "too long" -> new byte[] {1, 0, 0, 0, 127, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
                case "sequence" -> io.sdr.core.sync.wire.RawTls.hello(1, 1);
                default -> io.sdr.core.sync.wire.RawTls.hello(0, 9);
            };
            socket.getOutputStream().write(bytes);
            assertThat(io.sdr.core.sync.wire.RawTls.readError(socket.getInputStream()))
                    .isEqualTo(code);
        }
        assertThat(endedWith()).isEqualTo(code);
        assertServes(agent);
    }

    @Test
    void unequalSizesAndTheSameDiskAreRefusedAtBothEnds() throws IOException, InterruptedException {
        SyncAgent agent = agent("one", LONG);
        byte[] old = Files.readAllBytes(b);
        Files.write(b, new byte[1000]);
        try (AgentClient client = client(agent, "engine")) {
            Handle handle = client.offer("b", Access.WRITE);
            refused("DISK_SIZES_DIFFER", () -> client.send(SourceImage.of(a), handle, DELTA, options()));
        }
        assertThat(endedWith()).isEqualTo("DISK_SIZES_DIFFER");
        Files.write(b, old);
        try (AgentClient client = client(agent, "engine")) {
            Handle handle = client.offer("b", Access.WRITE);
            refused("SAME_DISK", () -> client.send(SourceImage.of(b), handle, DELTA, options()));
        }
        assertThat(endedWith()).isEqualTo("SAME_DISK");
        assertThat(Files.readAllBytes(b)).isEqualTo(old);
        assertServes(agent);
    }

    @Test
    void anAgentThatStopsTellsItsPeers() throws IOException {
        SyncAgent agent = agent("one", LONG);
        byte[] all = new byte[content.length];
        Files.write(b, all);
        try (AgentClient client = client(agent, "engine")) {
            Handle handle = client.offer("b", Access.WRITE);
            List<Thread> stopper = new ArrayList<>();
            SessionOptions stopping = new SessionOptions(new SecureRandom(), CancelFlag.NEVER, (done, total) -> {
                if (stopper.isEmpty() && done > 1 << 20) {
                    stopper.add(new Thread(agent::close, "stopper"));
                    stopper.get(0).start();
                    while (agent.isServing()) {
                        Thread.onSpinWait();
                    }
                }
            });
            SdrException e = catchThrowableOfType(
                    SdrException.class, () -> client.send(SourceImage.of(a), handle, DELTA, stopping));
            assertThat(e.code()).isEqualTo("CANCELLED");
            threads.addAll(stopper);
        }
        SyncAgent next = agent("one", LONG);
        try (AgentClient client = client(next, "engine")) {
            client.send(SourceImage.of(a), client.offer("b", Access.WRITE), DELTA, options());
        }
        assertEqual();
    }
}
