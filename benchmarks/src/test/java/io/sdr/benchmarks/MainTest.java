package io.sdr.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
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
    void missingImageIsOneLineThatSaysWhatToDo() {
        assertThat(run("drill", "--disk", "no-such-image.raw")).isEqualTo(1);
        assertThat(err.toString(StandardCharsets.UTF_8).lines())
                .singleElement()
                .asString()
                .contains("no-such-image.raw", "there is no such file", "To do:", "[MISSING_IMAGE]");
    }
}
