package io.sdr.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The commands as a user would try them out: certificates, two agents in processes of their own, syncs over each way. */
class AgentCommandTest {
    private static final int SIZE = (3 << 20) + 77;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final List<Process> agents = new ArrayList<>();

    @TempDir
    Path temp;

    @AfterEach
    void stopAgents() throws InterruptedException {
        agents.forEach(Process::destroy);
        for (Process each : agents) {
            assertThat(each.waitFor(1, TimeUnit.MINUTES)).isTrue();
            if (each.supportsNormalTermination()) {
                assertThat(each.exitValue()).as("stopped is not failed").isZero();
            }
        }
    }

    private int run(String... line) {
        out.reset();
        err.reset();
        return Main.run(
                Arrays.asList(line),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    private String agent(String name, Path disk, String rights) throws IOException {
        Path config = Files.writeString(
                temp.resolve(name + ".properties"),
                String.join(
                        "\n",
                        "listen=127.0.0.1:0",
                        "certificate=" + name + ".pem",
                        "key=" + name + ".key",
                        "authority=authority.pem",
                        "controller.1=CN=two",
                        "peer.1=CN=one",
                        "peer.2=CN=two",
                        "disk.d.path=" + disk.getFileName(),
                        "disk.d.rights=" + rights));
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        "io.sdr.benchmarks.Main",
                        "agent",
                        "--config=" + config)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        agents.add(process);
        BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
        String line = lines.readLine();
        assertThat(line).startsWith("listening 127.0.0.1:");
        return "sdr://localhost:" + line.substring(line.lastIndexOf(':') + 1) + "/d";
    }

    private int sync(String source, String target, String... more) {
        List<String> line = new ArrayList<>(List.of(
                "sync",
                "--source",
                source,
                "--target",
                target,
                "--mode",
                "delta",
                "--verify",
                "--json",
                temp.resolve("result.json").toString(),
                "--certificate",
                temp.resolve("two.pem").toString(),
                "--key",
                temp.resolve("two.key").toString(),
                "--authority",
                temp.resolve("authority.pem").toString()));
        line.addAll(List.of(more));
        return run(line.toArray(new String[0]));
    }

    @Test
    void aTryOut() throws IOException {
        assertThat(run("certificates", "--dir", temp.toString())).isZero();
        assertThat(run("certificates", "--dir", temp.toString()))
                .as("nothing is replaced")
                .isEqualTo(1);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("CERTIFICATES_NOT_WRITTEN");
        Path a = temp.resolve("a.img");
        Path b = temp.resolve("b.img");
        byte[] content = new byte[SIZE];
        new Random(1).nextBytes(content);
        byte[] old = content.clone();
        old[0]++;
        old[SIZE - 1]++;
        Files.write(a, content);
        Files.write(b, old);
        String source = agent("one", a, "read");
        String target = agent("two", b, "write");
        assertThat(sync(a.toString(), target))
                .as(err.toString(StandardCharsets.UTF_8))
                .isZero();
        assertThat(Files.mismatch(a, b)).isEqualTo(-1);
        Files.write(b, old);
        assertThat(sync(source, b.toString()))
                .as(err.toString(StandardCharsets.UTF_8))
                .isZero();
        assertThat(Files.mismatch(a, b)).isEqualTo(-1);
        Files.write(b, old);
        assertThat(sync(source, target, "--progress"))
                .as(err.toString(StandardCharsets.UTF_8))
                .isZero();
        assertThat(Files.mismatch(a, b)).isEqualTo(-1);
        JsonNode result = JsonMapper.builder().build().readTree(Files.readAllBytes(temp.resolve("result.json")));
        assertThat(result.get("bytesDiffering").asLong()).isEqualTo(4096 + 77);
        assertThat(result.get("bytesSent").asLong()).isBetween(4096L + 77, 8192L);
        assertThat(result.get("digest").asString()).hasSize(64);
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("100 %", "Verified");
        assertThat(sync(target, source)).isEqualTo(1);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("NO_RIGHT");
    }

    @Test
    void wrongUse() throws IOException {
        assertThat(run("agent")).isEqualTo(2);
        assertThat(run("certificates", "--dir=x", "more")).isEqualTo(2);
        assertThat(run("sync", "--source=sdr://h:1/d", "--target=b", "--mode=delta"))
                .isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("--certificate is missing");
        assertThat(run("sync", "--source=a", "--target=b", "--mode=delta", "--key=x"))
                .isEqualTo(2);
        assertThat(run("sync", "--source=sdr://h/d", "--target=b", "--mode=delta"))
                .isEqualTo(1);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("DISK_ADDRESS");
        Path config = Files.writeString(temp.resolve("c"), "listen=localhost:0\n");
        assertThat(run("agent", "--config", config.toString())).isEqualTo(1);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("AGENT_CONFIGURATION", "certificate is missing");
    }
}
