package io.sdr.benchmarks.sample;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The code that documents show is the code that runs here. */
class ShownCodeTest {
    @ParameterizedTest
    @CsvSource({
        "README.md, RunbookTest, @RecoveryTest",
        "docs/operating.md, EngineProcess, /** An engine as",
        "docs/operating.md, Watch, /** What a monitor",
        "sdr-testkit/docs/runbook.md, PlannedMove, /** Moves VMs",
        "sdr-testkit/docs/runbook.md, PlannedMoveTest, /** The runbook"
    })
    void isTheCodeThatRuns(String document, String type, String begins) throws IOException {
        String source = Files.readString(Path.of("src/test/java/io/sdr/benchmarks/sample/" + type + ".java"));

        String shown = Files.readString(Path.of("..").resolve(document));

        assertThat(withoutSpace(shown))
                .contains(withoutSpace("```java\n" + source.substring(source.indexOf(begins)) + "```"));
    }

    private static String withoutSpace(String code) {
        return code.replaceAll("\\s+", "");
    }
}
