package io.sdr.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class SyncCommandTest {
    private static final int SIZE = (1 << 20) + 513;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @TempDir
    Path temp;

    private Path a;
    private Path b;
    private Path json;

    @BeforeEach
    void image() throws IOException {
        a = temp.resolve("a.img");
        b = temp.resolve("b.img");
        json = temp.resolve("result.json");
        byte[] content = new byte[SIZE];
        new Random(1).nextBytes(content);
        Files.write(a, content);
    }

    private int sync(String... options) {
        String[] all = {"sync", "--source", a.toString(), "--target", b.toString(), "--json", json.toString()};
        String[] line = Arrays.copyOf(all, all.length + options.length);
        System.arraycopy(options, 0, line, all.length, options.length);
        return run(line);
    }

    private int run(String... line) {
        return Main.run(
                Arrays.asList(line),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    private JsonNode result() throws IOException {
        return JsonMapper.builder().build().readTree(Files.readAllBytes(json));
    }

    @Test
    void fullThenDelta() throws IOException {
        assertThat(sync("--mode", "full")).isZero();
        assertThat(Files.mismatch(a, b)).isEqualTo(-1);
        assertThat(result().get("bytesMoved").asLong()).isEqualTo(SIZE);
        assertThat(result().get("digest").isNull()).isTrue();
        byte[] old = Files.readAllBytes(b);
        old[70_000]++;
        Files.write(b, old);
        assertThat(sync("--mode=delta", "--verify")).isZero();
        assertThat(Files.mismatch(a, b)).isEqualTo(-1);
        JsonNode result = result();
        assertThat(result.propertyNames())
                .containsExactlyInAnyOrder(
                        "bytesCompared",
                        "bytesDiffering",
                        "bytesMoved",
                        "bytesSent",
                        "bytesReceived",
                        "zeroBytes",
                        "holeBytes",
                        "knownUnchangedBytes",
                        "seconds",
                        "digest");
        assertThat(result.get("bytesCompared").asLong()).isEqualTo(SIZE);
        assertThat(result.get("bytesDiffering").asLong()).isEqualTo(4096);
        assertThat(result.get("bytesMoved").asLong()).isEqualTo(4096);
        assertThat(result.get("seconds").asDouble()).isPositive();
        assertThat(result.get("digest").asString()).matches("[0-9a-f]{64}");
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains(result.get("digest").asString());
        assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
    }

    @Test
    void whatFailsIsOneLineAndExitCodeOne() throws IOException {
        assertThat(sync("--mode", "delta")).isEqualTo(1);
        assertThat(err.toString(StandardCharsets.UTF_8).lines())
                .singleElement()
                .asString()
                .contains("b.img", "To do:", "[TARGET_MISSING]");
        assertThat(json).doesNotExist();
        Files.write(b, new byte[5]);
        assertThat(sync("--mode", "full")).isEqualTo(1);
        assertThat(Files.size(b)).isEqualTo(5);
        assertThat(sync("--mode", "full", "--resize")).isZero();
        assertThat(Files.mismatch(a, b)).isEqualTo(-1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sync",
                "sync --source a --target b",
                "sync --source a --mode full",
                "sync --target b --mode full",
                "sync --source a --target b --mode quick",
                "sync --source a --target b --mode full extra",
                "sync --source a --target b --mode full --force",
                "sync --source a --target b --mode full --json a",
                "sync --source a --target b --mode full --json /no/such/folder/x.json"
            })
    void wrongUsageIsTwoWithAUsageText(String line) {
        assertThat(run(line.split(" "))).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8)).startsWith("sdr: ").contains("usage: java -jar sdr.jar sync");
    }
}
