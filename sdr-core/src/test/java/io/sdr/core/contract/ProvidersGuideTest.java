package io.sdr.core.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.sdr.api.spi.DriverCapabilities;
import io.sdr.api.spi.SiteCapabilities;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The code in the guide is the code that is compiled and run here, and no capability is forgotten in it. */
class ProvidersGuideTest {
    private static final Path GUIDE = Path.of("../sdr-testkit/docs/providers.md");
    private static final Path HERE = Path.of("src/test/java/io/sdr/core/contract");
    private static final Pattern CODE = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

    @Test
    void itsSamplesAreCompiled() throws IOException {
        List<String> samples = CODE.matcher(Files.readString(GUIDE))
                .results()
                .map(each -> each.group(1))
                .toList();
        assertThat(samples).hasSize(2);
        assertThat(Files.readString(HERE.resolve("MyCatalogueTest.java"))).endsWith(samples.get(0));
        assertThat(Files.readString(HERE.resolve("MyWorld.java"))).endsWith(samples.get(1));
    }

    @Test
    void itNamesEveryCapabilityAndEverySuite() throws IOException {
        String guide = Files.readString(GUIDE);
        for (SiteCapabilities.Flag flag : SiteCapabilities.Flag.values()) {
            assertThat(guide).contains("`" + flag + "`");
        }
        for (DriverCapabilities.Flag flag : DriverCapabilities.Flag.values()) {
            assertThat(guide).contains("`" + flag + "`");
        }
        try (var files = Files.list(Path.of("../sdr-testkit/src/main/java/io/sdr/testkit/contract"))) {
            assertThat(files.map(file -> file.getFileName().toString().replace(".java", ""))
                            .filter(name -> name.endsWith("Contract")))
                    .isNotEmpty()
                    .allSatisfy(name -> assertThat(guide).contains("`" + name + "`"));
        }
    }
}
