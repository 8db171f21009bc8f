package io.sdr.benchmarks.sample;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The process that the page on operating shows stays until it is asked to end, ends well, and starts again. */
class EngineProcessTest {
    @Test
    void runsUntilItIsAskedToEndAndStartsAgain(@TempDir Path folder) throws IOException, InterruptedException {
        for (int start = 1; start <= 2; start++) {
            Process process = new ProcessBuilder(
                            ProcessHandle.current().info().command().orElse("java"),
                            "-cp",
                            System.getProperty("java.class.path"),
                            EngineProcess.class.getName(),
                            folder.toString())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            try (BufferedReader out = process.inputReader()) {
                assertThat(out.readLine()).isEqualTo("running: 0 items");
                assertThat(process.isAlive()).isTrue();

                process.toHandle().destroy(); // SIGTERM; Process.destroy would close the streams, too

                assertThat(out.readLine()).isEqualTo("closed");
                assertThat(out.readLine()).isNull();
                process.waitFor();
            } finally {
                process.destroyForcibly();
            }
        }
    }
}
