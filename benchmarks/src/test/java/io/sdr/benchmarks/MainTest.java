package io.sdr.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(String... arguments) {
        return Main.run(
                List.of(arguments),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "nonsense",
                "drill --nonsense",
                "drill --disk",
                "drill --disk=",
                "drill extra",
                "drill --steps --steps",
                "drill --dir a --dir b",
                "drill --kill-after no-such-step",
                "drill --kill-after commit/no-such-step",
                "drill --json /no/such/folder/result.json"
            })
    void wrongUsageIsTwoWithAUsageText(String line) {
        int code = run(line.isEmpty() ? new String[0] : line.split(" "));

        assertThat(code).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8)).startsWith("sdr: ").contains("usage: java -jar sdr.jar");
        assertThat(out.toString(StandardCharsets.UTF_8)).isEmpty();
    }

    @Test
    void usageIsPrinted() {
        assertThat(run("usage")).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("drill", "sync", "journal repair");
        assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
    }

    @Test
    void theVersionIsPrinted() {
        assertThat(run("version")).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).startsWith("sdr ").hasLineCount(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"drill", "sync", "journal"})
    void eachCommandPrintsItsUsageWhenAsked(String command) {
        assertThat(run(command, "--help")).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8))
                .startsWith("usage: java -jar sdr.jar " + command)
                .contains("Exit codes: 0");
        assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
    }

    /** The image is never written to, under none of its names. */
    @ParameterizedTest
    @ValueSource(strings = {"image.raw", "symbolic.raw", "hard.raw"})
    void aReportNeverReplacesTheImage(String name, @TempDir Path temp) throws IOException {
        Path image = Files.writeString(temp.resolve("image.raw"), "what the user has");
        Files.createSymbolicLink(temp.resolve("symbolic.raw"), image);
        Files.createLink(temp.resolve("hard.raw"), image);
        Path folder = temp.resolve("drill");

        int code = run(
                "drill",
                "--disk",
                image.toString(),
                "--dir",
                folder.toString(),
                "--json",
                temp.resolve(name).toString());

        assertThat(code).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("--json names the disk image");
        assertThat(image).hasContent("what the user has");
        assertThat(folder).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "drill.json",
                "drill.jsonl",
                "guest.jsonl",
                "image.raw",
                "imported.txt",
                "drill.lock",
                "primary/x.json",
                "engine/sdr.db"
            })
    void aReportNeverReplacesWhatTheDrillKeeps(String name, @TempDir Path temp) {
        Path folder = temp.resolve("drill");

        assertThat(run(
                        "drill",
                        "--dir",
                        folder.toString(),
                        "--json",
                        folder.resolve(name).toString()))
                .isEqualTo(2);
        assertThat(folder).doesNotExist();
    }

    @Test
    void missingImageIsOneLineThatSaysWhatToDo() {
        assertThat(run("drill", "--disk", "no-such-image.raw")).isEqualTo(1);
        assertThat(err.toString(StandardCharsets.UTF_8).lines())
                .singleElement()
                .asString()
                .contains("no-such-image.raw", "there is no such file", "To do:", "[IMAGE_MISSING]");
    }
}
