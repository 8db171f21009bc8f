package io.sdr.core.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sdr.api.InvalidRequestException;
import io.sdr.core.sync.InPlaceSync.Mode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One image, one writer: else the first that ends says that the image is whole, and takes away the mark of the other one. */
class TargetLockTest {
    @TempDir
    Path temp;

    private Path a;
    private Path b;

    @BeforeEach
    void images() throws IOException {
        temp = temp.toRealPath();
        a = Files.write(temp.resolve("a"), new byte[] {1, 2, 3});
        b = Files.write(temp.resolve("b"), new byte[] {3, 2, 1});
    }

    private void refused() {
        assertThatThrownBy(() -> InPlaceSync.of(a, b, Mode.DELTA).run())
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("[TARGET_BUSY]");
        assertThatThrownBy(() -> InPlaceSync.of(a, b, Mode.FULL).run())
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("[TARGET_BUSY]");
        assertThatThrownBy(() -> ImageConversion.of(a, b, "raw").overwriting().run())
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("[TARGET_BUSY]");
        assertThat(b).hasBinaryContent(new byte[] {3, 2, 1});
    }

    private void works() throws IOException {
        InPlaceSync.of(a, b, Mode.DELTA).run();
        assertThat(Files.mismatch(a, b)).isEqualTo(-1);
        try (Stream<Path> all = Files.list(temp)) {
            assertThat(all).containsExactlyInAnyOrder(a, b);
        }
    }

    @Test
    void aSyncIsRefusedWhileAnotherOneOfThisProcessWrites() throws IOException {
        boolean[] tried = {false};
        FaultyFolder.Faults meanwhile = FaultyFolder.Faults.doingAfter("a", 0, () -> {
            tried[0] = true;
            refused();
        });
        InPlaceSync.of(a, b, Mode.DELTA, meanwhile::folder).run();
        assertThat(tried).containsExactly(true);
        works();
    }

    @Test
    void aConversionIsRefusedWhileAnotherOneMakesTheSame() throws IOException {
        FaultyFolder.Faults meanwhile = FaultyFolder.Faults.doingAfter("a", 0, this::refused);
        ImageConversion.of(a, b, "raw", meanwhile::folder).overwriting().run();
        works();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aSyncIsRefusedWhileAnotherProcessWritesAndNotOnceThatIsGone(boolean dies)
            throws IOException, InterruptedException {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        List<String> command = new ArrayList<>(List.of(
                java.toString(),
                "-cp",
                System.getProperty("java.class.path"),
                LockedTarget.class.getName(),
                b.toString()));
        if (dies) {
            command.add("dies");
        }
        Process other = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (var heard = other.inputReader(StandardCharsets.UTF_8)) {
            assertThat(heard.readLine()).isEqualTo("locked");
            refused();
            refused();
            other.getOutputStream().close();
            assertThat(other.waitFor(1, TimeUnit.MINUTES)).isTrue();
            works();
        } finally {
            Process unused = other.destroyForcibly();
        }
    }
}
