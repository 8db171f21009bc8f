package io.sdr.benchmarks.ranges;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sdr.benchmarks.cli.UsageException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What peers.sh measures as known changed ranges reads these ranges and nothing else. */
class KnownRangesTest {
    @TempDir
    Path temp;

    private String run(Object... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        String[] texts = new String[arguments.length];
        for (int i = 0; i < texts.length; i++) {
            texts[i] = arguments[i].toString();
        }
        KnownRanges.run(new PrintStream(out, true, StandardCharsets.UTF_8), texts);
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void rawFilesAreEqualAfterwards() throws IOException {
        Path a = temp.resolve("a.raw");
        Path b = temp.resolve("b.raw");
        run("make", a, "8m", "1m", 1);
        run("make", b, "8m", "1m", 2);
        assertThat(Files.mismatch(a, b)).isZero();
        assertThat(run("sync", a, b, "1m"))
                .isEqualTo("1048576 bytes compared, 1048576 written, 7340032 known to be unchanged\n");
        assertThat(Files.mismatch(a, b)).isEqualTo(-1);
    }

    @Test
    void aHugeDiskIsNotReadBesideThem() {
        Path a = temp.resolve("a.vhdx");
        Path b = temp.resolve("b.vhdx");
        run("make", a, "1t", "256k", 1);
        run("make", b, "1t", "256k", 2);
        String all = Long.toString((1L << 40) - (256 << 10));
        assertThat(run("sync", a, b, "256k"))
                .isEqualTo("262144 bytes compared, 262144 written, " + all + " known to be unchanged\n");
        assertThat(run("sync", a, b, "256k")).contains(" 0 written");
    }

    @Test
    void wrongUsageIsSaid() {
        assertThatThrownBy(() -> run("sync")).isInstanceOf(UsageException.class);
        assertThatThrownBy(() -> run("make", temp.resolve("c.raw"), "1m", "2m", 1))
                .isInstanceOf(UsageException.class);
    }
}
