package io.sdr.benchmarks.drill;

import static org.assertj.core.api.Assertions.assertThat;

import io.sdr.core.sync.ImageConversion;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** The drill with agents, in processes as a user has them, on the image that is given. */
@Tag("long")
class AgentsDrillTest {
    @TempDir
    private Path temp;

    @ParameterizedTest
    @ValueSource(strings = {"raw", "vhdx", "vhd"})
    void anAgentDiesInEachStepThatMovesData(String format) throws Exception {
        byte[] content = Arrays.copyOf(DrillTest.mixed(4 << 20), (4 << 20) + 1024);
        Path image = Files.write(temp.resolve("image.raw"), content);
        if (!format.equals("raw")) {
            Path converted = temp.resolve("image." + format);
            ImageConversion.of(image, converted, format).run();
            image = converted;
        }
        Path folder = temp.resolve("drill");
        Path json = temp.resolve("result.json");
        SdrProcess drill = SdrProcess.run(
                temp,
                "drill",
                "--agents",
                "--disk",
                image.toString(),
                "--dir",
                folder.toString(),
                "--json",
                json.toString());
        assertThat(drill.code()).as(drill.err()).isZero();
        JsonNode result = JsonLines.JSON.readTree(Files.readAllBytes(json));
        DrillTest.assertEndsRight(result, folder, content);
        List<String> steps = new ArrayList<>();
        result.path("kills").forEach(kill -> steps.add(kill.path("step").asString()));
        assertThat(steps)
                .containsExactly(
                        "protect",
                        "cycle-1",
                        "cycle-2-app",
                        "cycle-3",
                        "unplanned-failover",
                        "change-point",
                        "reverse",
                        "cycle-4",
                        "planned-failover-delta",
                        "complete",
                        "reverse-2",
                        "cycle-5",
                        "test-failover",
                        "planned-failover-full",
                        "reverse-3");
        assertThat(drill.out()).contains("Agents killed in the middle of it and started again: 15");
        for (String side : List.of("primary", "recovery")) {
            assertThat(folder.resolve(side).resolve("replicas/drill/d0.base." + format))
                    .exists();
            Path copies = folder.resolve(side).resolve(FrozenCopies.FOLDER);
            if (Files.exists(copies)) {
                assertThat(copies).as("copies of checkpoints that are gone").isEmptyDirectory();
            }
        }
    }
}
