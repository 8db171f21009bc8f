package io.sdr.core.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.sdr.api.SdrException;
import io.sdr.api.spi.Access;
import io.sdr.api.spi.CancelFlag;
import io.sdr.api.spi.ProgressListener;
import io.sdr.core.sync.HaltingFolder;
import io.sdr.core.sync.InPlaceSync.Mode;
import io.sdr.core.sync.SourceImage;
import io.sdr.core.sync.TargetImage;
import io.sdr.core.sync.wire.LinkOptions;
import io.sdr.core.sync.wire.SessionOptions;
import io.sdr.core.sync.wire.SyncTerms;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An agent that is killed at any moment, the source's or the target's, leaves a target that is as it was, or equal, or marked. A
 * marked one is no source, and the same sync makes it equal.
 */
class KilledAgentTest {
    private static final int KILLS = Boolean.getBoolean("sdr.stress") ? 200 : 20;
    private static final int SIZE = (4 << 20) + 513;
    private static final int MOST_TARGET_STEPS = 260;
    private static final int MOST_SOURCE_STEPS = 100;
    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir
    Path temp;

    private TestCertificates certificates;

    @BeforeEach
    void certificates() {
        certificates = new TestCertificates(temp, "authority").make("agent").make("engine");
    }

    @Test
    void killedAtRandomMoments() throws IOException, InterruptedException {
        int halted = 0;
        int marked = 0;
        for (long seed = 1; halted < KILLS && seed < 10L * KILLS; seed++) {
            Random random = new Random(seed);
            Path a = temp.resolve("a" + seed);
            Path b = temp.resolve("b" + seed);
            byte[] content = new byte[SIZE];
            random.nextBytes(content);
            Arrays.fill(content, 1 << 20, 2 << 20, (byte) 0);
            byte[] old = content.clone();
            for (int i = 0; i < 60; i++) {
                old[random.nextInt(SIZE)]++;
            }
            Files.write(a, content);
            Files.write(b, old);
            boolean targetDies = random.nextInt(3) > 0;
            Mode mode = random.nextInt(4) == 0 ? Mode.FULL : Mode.DELTA;
            int steps = random.nextInt(targetDies ? MOST_TARGET_STEPS : MOST_SOURCE_STEPS);
            int status = sync(a, b, steps, mode, targetDies);
            assertThat(status).as("seed %d", seed).isIn(0, HaltingFolder.HALTED);
            halted += status == 0 ? 0 : 1;
            boolean isMarked = Files.exists(temp.resolve(b.getFileName() + ".sdr-sync"));
            marked += isMarked ? 1 : 0;
            check(seed, a, b, old, isMarked, mode);
        }
        assertThat(halted).as("agents killed").isEqualTo(KILLS);
        assertThat(marked).isGreaterThan(KILLS / 5);
    }

    private void check(long seed, Path a, Path b, byte[] old, boolean isMarked, Mode mode) throws IOException {
        if (!isMarked) {
            byte[] left = Files.readAllBytes(b);
            assertThat(Arrays.equals(left, old) || Arrays.equals(left, Files.readAllBytes(a)))
                    .as("seed %d: unmarked, so it is whole", seed)
                    .isTrue();
        }
        AgentConfiguration configuration = AgentConfiguration.read(configuration(a, b));
        try (SyncAgent agent = SyncAgent.start(configuration, new AgentOptions())) {
            if (isMarked) {
                try (AgentClient client = connect(agent.port())) {
                    Handle torn = client.offer("b", Access.READ);
                    Path c = temp.resolve("c" + seed);
                    assertThat(code(() -> client.receive(torn, TargetImage.of(c), terms(Mode.FULL), options())))
                            .as("seed %d", seed)
                            .isEqualTo("SOURCE_TORN");
                    assertThat(c).doesNotExist();
                }
            }
            try (AgentClient client = connect(agent.port())) {
                client.send(SourceImage.of(a), client.offer("b", Access.WRITE), terms(mode), options());
            }
        }
        assertThat(Files.mismatch(a, b)).as("seed %d", seed).isEqualTo(-1);
        assertThat(temp.resolve(b.getFileName() + ".sdr-sync")).doesNotExist();
    }

    /** Syncs through an agent that dies; gives how it ended. */
    private int sync(Path a, Path b, int steps, Mode mode, boolean targetDies)
            throws IOException, InterruptedException {
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        AgentProcess.class.getName(),
                        configuration(a, b).toString(),
                        Integer.toString(steps)))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (BufferedReader out = process.inputReader(StandardCharsets.US_ASCII)) {
            int port = Integer.parseInt(out.readLine());
            code(() -> {
                try (AgentClient client = connect(port)) {
                    if (targetDies) {
                        Handle handle = client.offer("b", Access.WRITE);
                        client.send(SourceImage.of(a), handle, terms(mode), options());
                    } else {
                        Handle handle = client.offer("a", Access.READ);
                        client.receive(handle, TargetImage.of(b), terms(mode), options());
                    }
                }
            });
        }
        assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
        return process.exitValue();
    }

    private static String code(Runnable call) {
        try {
            call.run();
            return "none";
        } catch (SdrException e) {
            return e.code();
        }
    }

    private Path configuration(Path a, Path b) throws IOException {
        return Files.writeString(
                temp.resolve("agent.properties"),
                String.join(
                        "\n",
                        "listen=127.0.0.1:0",
                        "certificate=agent.pem",
                        "key=agent.key",
                        "authority=authority.pem",
                        "controller.1=CN=engine",
                        "disk.a.path=" + a.getFileName(),
                        "disk.a.rights=read",
                        "disk.b.path=" + b.getFileName(),
                        "disk.b.rights=write"));
    }

    private AgentClient connect(int port) {
        LinkOptions links = new LinkOptions(work -> new Thread(work, "client").start(), LONG);
        return AgentClient.connect("localhost", port, certificates.identity("engine"), links, subject -> true);
    }

    private static SyncTerms terms(Mode mode) {
        return new SyncTerms(mode, false, false, true);
    }

    private static SessionOptions options() {
        return new SessionOptions(new SecureRandom(), CancelFlag.NEVER, ProgressListener.NONE);
    }
}
