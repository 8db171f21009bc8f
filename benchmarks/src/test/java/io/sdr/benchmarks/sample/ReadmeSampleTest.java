package io.sdr.benchmarks.sample;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's sample is the file beside this test, and it runs. */
class ReadmeSampleTest {
    @Test
    void readmeShowsTheSample() throws IOException {
        String readme = Files.readString(Path.of("..", "README.md"));
        String shown = readme.substring(readme.indexOf("```java\n") + 8);
        shown = shown.substring(0, shown.indexOf("```"));
        String source = Files.readString(Path.of("src/test/java/io/sdr/benchmarks/sample/FirstFailover.java"));

        assertThat(withoutSpace(source.substring(source.indexOf("public final class"))))
                .isEqualTo(withoutSpace(shown));
        assertThat(shown.lines().count()).isLessThanOrEqualTo(24);
    }

    private static String withoutSpace(String code) {
        return code.replaceAll("\\s+", "");
    }

    @Test
    void sampleRuns(@TempDir Path temp) throws IOException {
        byte[] content = new byte[2 << 20];
        new Random(11).nextBytes(content);
        Path image = Files.write(temp.resolve("image.raw"), content);
        PrintStream before = System.out;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            FirstFailover.main(
                    new String[] {image.toString(), temp.resolve("work").toString()});
        } finally {
            System.setOut(before);
        }

        assertThat(printed.toString(StandardCharsets.UTF_8).strip()).isEqualTo("FAILED_OVER (active: PRIMARY)");
        assertThat(Files.readAllBytes(image)).isEqualTo(content);
    }
}
