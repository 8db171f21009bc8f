package io.sdr.hyperv.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sdr.api.OperationFailedException;
import io.sdr.api.OutcomeUnknownException;
import io.sdr.api.RetryableException;
import io.sdr.api.SdrException;
import io.sdr.api.spi.CancelFlag;
import io.sdr.hyperv.powershell.Arguments;
import io.sdr.hyperv.powershell.PowerShellClient;
import io.sdr.hyperv.powershell.Request;
import io.sdr.hyperv.powershell.Script;
import io.sdr.hyperv.powershell.ScriptAnswer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.channel.ChannelExec;
import org.apache.sshd.common.channel.Channel;
import org.apache.sshd.common.channel.ChannelListener;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SSH against a real OpenSSH server on loopback, whose forced command is the stand-in for PowerShell. */
class SshTransportTest {
    @TempDir
    private static Path folder;

    private static KeyPair key;
    private static OpenSshServer server;

    private SshTransport transport;

    @BeforeAll
    static void startServer() throws Exception {
        key = newKey();
        server = OpenSshServer.start(folder, key);
    }

    @AfterAll
    static void stopServer() {
        if (server != null) {
            server.close();
        }
    }

    @BeforeEach
    void open() {
        transport = new SshTransport(server.target(), () -> key);
    }

    @AfterEach
    void close() {
        transport.close();
    }

    private static KeyPair newKey() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(256);
        return generator.generateKeyPair();
    }

    /** A host that hangs while it is connected to: whoever waits for that connection gives up when its own caller does. */
    @Test
    void whoeverWaitsForAConnectionStillHearsItsCaller() throws Exception {
        ExecutorService threads = Executors.newSingleThreadExecutor();
        try (java.net.ServerSocket hangs = new java.net.ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress());
                SshTransport slow = new SshTransport(
                        new SshTransport.Target(
                                "127.0.0.1", hangs.getLocalPort(), "sdr", Set.of("SHA256:x"), "powershell.exe"),
                        () -> key)) {
            Future<Exchange> first = threads.submit(
                    () -> slow.exchange(new byte[0], Limits.within(Duration.ofMinutes(5), CancelFlag.NEVER)));
            try (java.net.Socket connected = hangs.accept()) {
                Exchange second = slow.exchange(new byte[0], Limits.within(Duration.ofMinutes(5), () -> true));
                assertThat(second.ending()).isEqualTo(Exchange.Ending.NOT_STARTED);
                assertThat(first.isDone()).isFalse();
                assertThat(connected.isConnected()).isTrue();
            }
            assertThat(first.get().ending()).isEqualTo(Exchange.Ending.NOT_STARTED);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void commandLineArrivesAsItIs_andTextsInAnyScript() {
        String text = "Größe 漢字 😀 'quoted' \"twice\" $(x) `y` \r\n\u202e";
        ScriptAnswer answer = run(transport, "noise\nanswer", Script.Effect.CHANGE, text);
        assertThat(plain(answer.text("words")).split("\n"))
                .containsExactlyElementsOf(Bootstrap.commandLine("powershell.exe"));
        assertThat(arguments(answer)).isEqualTo(text);
    }

    @Test
    void aRequestOfNearlyOneMebibyteArrivesWhole() {
        String text = "x".repeat(Limits.REQUEST_BYTES - 500);
        assertThat(arguments(run(transport, "answer", Script.Effect.CHANGE, text)))
                .isEqualTo(text);
    }

    @Test
    void aHostWithAnotherKeyIsRefused() throws Exception {
        String other = OpenSshServer.fingerprint(newKey());
        try (SshTransport wrong = new SshTransport(server.target(Set.of(other)), () -> key)) {
            assertThatThrownBy(() -> run(wrong, "answer", Script.Effect.CHANGE, "x"))
                    .isInstanceOf(OperationFailedException.class)
                    .extracting("code")
                    .isEqualTo("HOST_REFUSED");
        }
    }

    @Test
    void anAccountKeyThatIsNotWantedIsRefused() throws Exception {
        KeyPair unknown = newKey();
        try (SshTransport wrong = new SshTransport(server.target(), () -> unknown)) {
            assertThatThrownBy(() -> run(wrong, "answer", Script.Effect.CHANGE, "x"))
                    .isInstanceOf(OperationFailedException.class)
                    .extracting("code")
                    .isEqualTo("HOST_REFUSED");
        }
    }

    @Test
    void aHostThatIsNotThereDidNothing() {
        SshTransport.Target nowhere =
                new SshTransport.Target("127.0.0.1", 1, "nobody", Set.of("SHA256:x"), "powershell.exe");
        try (SshTransport missing = new SshTransport(nowhere, () -> key)) {
            assertThatThrownBy(() -> run(missing, "answer", Script.Effect.CHANGE, "x"))
                    .isInstanceOf(RetryableException.class)
                    .extracting("code")
                    .isEqualTo("HOST_UNREACHABLE");
        }
    }

    @Test
    void aConnectionThatBreaksInTheMiddleLeavesTheOutcomeUnknown_andTheNextCallConnectsAnew() {
        AtomicInteger looks = new AtomicInteger();
        CancelFlag dropOnce = () -> {
            if (looks.incrementAndGet() == 20) {
                server.dropConnections();
            }
            return false;
        };
        assertThatThrownBy(() -> run(transport, "hang", Script.Effect.CHANGE, "x", dropOnce))
                .isInstanceOf(OutcomeUnknownException.class)
                .extracting("code")
                .isEqualTo("ANSWER_LOST");
        assertThat(arguments(run(transport, "answer", Script.Effect.CHANGE, "after")))
                .isEqualTo("after");
    }

    /** Lets something happen at a moment in the life of a channel. */
    private SshTransport with(ChannelListener listener) {
        SshClient client = SshClient.setUpDefaultClient();
        client.addChannelListener(listener);
        return new SshTransport(server.target(), () -> key, client);
    }

    private static Exchange hang(SshTransport transport) {
        return transport.exchange(request("hang"), new Limits(Duration.ofMinutes(10), 1000, CancelFlag.NEVER));
    }

    @Test
    void aConnectionThatClosesWhileAChannelIsMadeDidNothing() {
        try (SshTransport late = with(new ChannelListener() {
            @Override
            public void channelInitialized(Channel channel) {
                channel.getSession().close(true);
            }
        })) {
            assertThat(hang(late).ending()).isEqualTo(Exchange.Ending.NOT_STARTED);
        }
    }

    @Test
    void aConnectionThatBreaksBeforeAChannelIsOpenDidNothing() {
        AtomicInteger looks = new AtomicInteger();
        CancelFlag dropOnce = () -> {
            if (looks.incrementAndGet() == 3) {
                server.dropConnections();
            }
            return false;
        };
        try (SshTransport early = with(new ChannelListener() {
            @Override
            public void channelInitialized(Channel channel) {
                server.freezeConnections();
            }
        })) {
            Exchange exchange = early.exchange(request("hang"), new Limits(Duration.ofMinutes(10), 1000, dropOnce));
            assertThat(exchange.ending()).isEqualTo(Exchange.Ending.NOT_STARTED);
        }
    }

    @Test
    void whatWasSentMayHaveActed_thoughTheChannelDidNotOpenWell() {
        try (SshTransport odd = with(new ChannelListener() {
            @Override
            public void channelOpenSuccess(Channel channel) {
                awaitSent(((ChannelExec) channel).getIn());
                throw new IllegalStateException("just now");
            }
        })) {
            assertThat(hang(odd).ending()).isEqualTo(Exchange.Ending.LOST);
        }
    }

    private static void awaitSent(InputStream request) {
        try {
            while (request.available() > 0) {
                Thread.onSpinWait();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void anInterruptEndsTheCall_andIsKept() {
        Thread caller = Thread.currentThread();
        AtomicInteger looks = new AtomicInteger();
        CancelFlag interruptsOnce = () -> {
            if (looks.incrementAndGet() == 5) {
                new Thread(caller::interrupt).start();
            }
            return false;
        };
        Exchange exchange =
                transport.exchange(request("hang"), new Limits(Duration.ofMinutes(10), 1000, interruptsOnce));
        assertThat(Thread.interrupted()).isTrue();
        assertThat(exchange.ending()).isEqualTo(Exchange.Ending.CANCELLED);
    }

    @Test
    void whatHangsIsGivenUp_byCancelAndByTheDeadline() {
        AtomicInteger looks = new AtomicInteger();
        assertThat(transport
                        .exchange(
                                request("hang"),
                                new Limits(Duration.ofMinutes(10), 1000, () -> looks.incrementAndGet() > 10))
                        .ending())
                .isEqualTo(Exchange.Ending.CANCELLED);
        assertThat(transport
                        .exchange(request("hang"), new Limits(Duration.ofSeconds(3), 1000, CancelFlag.NEVER))
                        .ending())
                .isEqualTo(Exchange.Ending.OUT_OF_TIME);
    }

    @Test
    void floodsAreBounded() {
        assertThat(transport
                        .exchange(
                                request("output-endless"),
                                new Limits(Duration.ofMinutes(10), 1 << 20, CancelFlag.NEVER))
                        .ending())
                .isEqualTo(Exchange.Ending.TOO_MUCH_OUTPUT);
        Exchange complaining = transport.exchange(
                request("errors-50-MiB"), new Limits(Duration.ofMinutes(10), 1 << 20, CancelFlag.NEVER));
        assertThat(complaining.ending()).isEqualTo(Exchange.Ending.ENDED);
        assertThat(complaining.errors()).hasSize(Limits.ERROR_BYTES);
    }

    @Test
    void exitCodesArrive() {
        Exchange exchange =
                transport.exchange(request("exit-7"), new Limits(Duration.ofMinutes(10), 1000, CancelFlag.NEVER));
        assertThat(exchange.exitCode()).hasValue(7);
    }

    @Test
    void twentyAtOnce() throws Exception {
        ExecutorService callers = Executors.newFixedThreadPool(20);
        try {
            List<Future<String>> answers = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                String mine = "caller " + i;
                answers.add(callers.submit(() -> arguments(run(transport, "answer", Script.Effect.CHANGE, mine))));
            }
            for (int i = 0; i < 20; i++) {
                assertThat(answers.get(i).get()).isEqualTo("caller " + i);
            }
        } finally {
            callers.shutdownNow();
        }
    }

    @Test
    void aClosedTransportStartsNothing() {
        transport.close();
        assertThatThrownBy(() -> run(transport, "answer", Script.Effect.CHANGE, "x"))
                .isInstanceOf(SdrException.class)
                .extracting("code")
                .isEqualTo("HOST_UNREACHABLE");
    }

    private static ScriptAnswer run(SshTransport transport, String behaviour, Script.Effect effect, String text) {
        return run(transport, behaviour, effect, text, CancelFlag.NEVER);
    }

    private static ScriptAnswer run(
            SshTransport transport, String behaviour, Script.Effect effect, String text, CancelFlag cancel) {
        return new PowerShellClient(transport, Instant::now, new SecureRandom())
                .run(
                        new Script("stand-in", effect, behaviour),
                        Arguments.none().with("text", text),
                        Instant.now().plus(Duration.ofMinutes(10)),
                        cancel);
    }

    private static byte[] request(String behaviour) {
        return new Request(
                        "1",
                        "00ff",
                        new Script("x", Script.Effect.CHANGE, behaviour),
                        Arguments.none(),
                        Instant.now().plus(Duration.ofMinutes(10)))
                .line();
    }

    private static String arguments(ScriptAnswer answer) {
        return tools.jackson.databind.json.JsonMapper.builder()
                .build()
                .readTree(plain(answer.text("arguments")))
                .get("text")
                .stringValue();
    }

    private static String plain(String hex) {
        return new String(HexFormat.of().parseHex(hex), StandardCharsets.UTF_8);
    }
}
