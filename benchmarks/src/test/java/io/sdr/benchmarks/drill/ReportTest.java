package io.sdr.benchmarks.drill;

import static org.assertj.core.api.Assertions.assertThat;

import io.sdr.api.Progress;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class ReportTest {
    private static final StepResult FAILOVER = new StepResult(
            "unplanned-failover",
            12.34,
            3 << 20,
            5000,
            Optional.of(Duration.ofMillis(1500)),
            Optional.of(Duration.ofMillis(900)),
            true,
            96);
    private static final StepResult COMMIT =
            new StepResult("commit", 0.1, 0, 0, Optional.empty(), Optional.empty(), true, 160);

    @Test
    void tableHasARowForEachStep() {
        assertThat(ResultTable.of(List.of(FAILOVER, COMMIT))).isEqualTo("""
                        step                  time  bytes read  bytes moved     RPO     RTO  verified
                        unplanned-failover  12.3 s     3.0 MiB      4.9 KiB  1.50 s  0.90 s  yes
                        commit              0.10 s         0 B          0 B       -       -  yes
                        """);
    }

    @Test
    void resultIsTheSameAfterJson() {
        DrillResult result = new DrillResult(
                true,
                List.of(FAILOVER, COMMIT),
                List.of(161L, 162L),
                Optional.of(Path.of("a.raw").toAbsolutePath()),
                Optional.of(Path.of("b.raw").toAbsolutePath()));

        String json = result.toJson().toString();

        assertThat(DrillResult.fromJson(JsonLines.JSON.readTree(json))).isEqualTo(result);
        assertThat(json)
                .contains(
                        "\"verified\":true",
                        "\"rpoSeconds\":1.5",
                        "\"rtoSeconds\":null",
                        "\"held\":96",
                        "\"lost\":[161,162]",
                        "\"primary\":");
    }

    @Test
    void aBarIsShownOnATerminalOnly() {
        Progress half = new Progress(50, OptionalLong.of(100), 10);

        assertThat(shown(true, half)).contains("\r[############............] 50 %", "0:05 left");
        assertThat(shown(false, half)).isEmpty();
    }

    private static String shown(boolean terminal, Progress progress) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        DrillConsole console = new DrillConsole(new PrintStream(out, true, StandardCharsets.UTF_8), terminal);
        console.show("copy", progress);
        return out.toString(StandardCharsets.UTF_8);
    }
}
