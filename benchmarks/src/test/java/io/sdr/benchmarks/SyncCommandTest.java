package io.sdr.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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

    @Test
    void speedAndProgressAreOptions() throws IOException {
        byte[] old = Files.readAllBytes(a);
        old[5]++;
        Files.write(b, old);
        assertThat(sync("--mode", "delta", "--no-force", "--workers", "3", "--limit", "900m", "--progress"))
                .isZero();
        assertThat(Files.mismatch(a, b)).isEqualTo(-1);
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("100 %", "1,049,089 bytes compared, 4,096 differed");
        for (String wrong :
                List.of("--workers=0", "--workers=65", "--workers=x", "--limit=0", "--limit=5x", "--limit=m")) {
            assertThat(sync("--mode", "delta", wrong)).as(wrong).isEqualTo(2);
        }
    }

    @Test
    void aMarkedImageIsNeitherSourceNorDiskOfADrill() throws IOException {
        Files.copy(a, b);
        Files.createFile(temp.resolve("b.img.sdr-sync"));
        Path c = temp.resolve("c.img");
        assertThat(run("sync", "--source", b.toString(), "--target", c.toString(), "--mode", "full"))
                .isEqualTo(1);
        assertThat(run(
                        "drill",
                        "--disk",
                        b.toString(),
                        "--dir",
                        temp.resolve("d").toString()))
                .isEqualTo(1);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("[SOURCE_TORN]", "[IMAGE_TORN]");
        assertThat(temp.resolve("d")).doesNotExist();
        assertThat(sync("--mode", "delta")).isZero();
        assertThat(temp.resolve("b.img.sdr-sync")).doesNotExist();
    }

    /** Each of these is said in one line that names the file, and both files are as before. */
    @ParameterizedTest
    @CsvSource({
        "missing,a.img,SOURCE_MISSING",
        "a.img,a.img,SAME_FILE",
        "link.img,a.img,SAME_FILE",
        "a.img,link.img,SAME_FILE",
        "hard.img,a.img,SAME_FILE",
        "a.img,sub/../a.img,SAME_FILE",
        "sub,b.img,NOT_A_FILE",
        "a.img,sub,NOT_A_FILE",
        "empty.img,b.img,DISK_EMPTY",
        "a.img,short.img,DISK_SIZES_DIFFER",
        "a.img,empty.img,DISK_SIZES_DIFFER"
    })
    void whatDoesNotFitIsRefused(String source, String target, String code) throws IOException {
        byte[] content = Files.readAllBytes(a);
        byte[] old = new byte[SIZE];
        Files.write(b, old);
        Files.createSymbolicLink(temp.resolve("link.img"), a);
        Files.createLink(temp.resolve("hard.img"), a);
        Files.createDirectory(temp.resolve("sub"));
        Files.createFile(temp.resolve("empty.img"));
        Files.write(temp.resolve("short.img"), new byte[SIZE - 1]);
        for (String mode : List.of("delta", "full")) {
            err.reset();
            String[] line = {
                "sync", "--source", temp.resolve(source).toString(), "--target", temp + "/" + target, "--mode", mode
            };
            assertThat(run(line)).as(mode).isEqualTo(1);
            assertThat(err.toString(StandardCharsets.UTF_8).lines())
                    .singleElement()
                    .asString()
                    .contains(temp.toString(), "To do:", "[" + code + "]");
            assertThat(Files.readAllBytes(a)).isEqualTo(content);
            assertThat(Files.readAllBytes(b)).isEqualTo(old);
            assertThat(Files.size(temp.resolve("empty.img"))).isZero();
            assertThat(Files.size(temp.resolve("short.img"))).isEqualTo(SIZE - 1);
            assertThat(temp).isDirectoryNotContaining("glob:**.sdr-sync");
        }
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
