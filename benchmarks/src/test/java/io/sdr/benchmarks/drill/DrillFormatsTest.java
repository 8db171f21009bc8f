package io.sdr.benchmarks.drill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import io.sdr.api.spi.LocalFolder;
import io.sdr.core.format.DiskFormats;
import io.sdr.core.sync.ImageConversion;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** The drill on disks that are VHDX or VHD files. */
class DrillFormatsTest {
    @TempDir
    Path temp;

    private JsonNode drill(Path image, Path folder, Optional<String> format) throws IOException {
        Path json = temp.resolve("result.json");
        new Drill(
                        new DrillOptions(
                                Optional.of(image),
                                Optional.of(folder),
                                Optional.of(json),
                                Optional.empty(),
                                false,
                                format),
                        new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8),
                        false,
                        CheckPlan.WHOLE_LIMIT)
                .run();
        return JsonLines.JSON.readTree(Files.readAllBytes(json));
    }

    /** What a folder takes on the disk, in bytes. */
    private static long room(Path folder) throws IOException {
        long blocks = 0;
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                blocks += DiskUse.of(file);
            }
        }
        return blocks;
    }

    private static long segments(Path folder) throws IOException {
        long bytes = 0;
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file :
                    files.filter(each -> each.toString().endsWith(".seg")).toList()) {
                bytes += DiskUse.of(file);
            }
        }
        return bytes;
    }

    /**
     * The image is of the format, or the format is asked for. The sites' disks are of it to the end, take no more than their data, 10 %
     * and the recovery points, and QEMU reads the same from them as from the raw files.
     */
    @ParameterizedTest
    @CsvSource({"vhdx, true", "vhd, true", "vhdx, false"})
    void disksOfOtherFormatsLiveTheSameLife(String format, boolean image) throws Exception {
        byte[] content = DrillTest.mixed((12 << 20) + 513);
        Path raw = Files.write(temp.resolve("image.raw"), content);
        content = Arrays.copyOf(content, (12 << 20) + 1024);
        Path folder = temp.resolve("drill");
        JsonNode result;
        if (image) {
            Path converted = temp.resolve("image." + format);
            ImageConversion.of(raw, converted, format).run();
            result = drill(converted, folder, Optional.empty());
        } else {
            result = drill(raw, folder, Optional.of(format));
        }

        DrillTest.assertEndsRight(result, folder, content);
        DrillTest.assertReportTellsWhatEachDiskHeld(result, folder);
        long data = DiskUse.of(Path.of(result.path("disks").path("primary").asString()));
        for (String side : List.of("primary", "recovery")) {
            Path exported = Path.of(result.path("disks").path(side).asString());
            assertThat(exported).isEqualTo(folder.toRealPath().resolve(side + ".raw"));
            Path disk = folder.resolve(side).resolve("replicas/drill/d0.base." + format);
            assertThat(room(folder.resolve(side))).isLessThan(data + data / 10 + segments(folder.resolve(side)));
            assertThat(DiskFormats.installed()
                            .named(format)
                            .check(
                                    LocalFolder.of(disk.getParent()),
                                    disk.getFileName().toString()))
                    .isEmpty();
            assertQemuReadsTheSame(disk, format.equals("vhd") ? "vpc" : format, exported);
        }
        try (Stream<Path> files = Files.walk(folder)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .noneMatch(name -> name.endsWith(".map") || name.equals("d0.base.raw"));
        }
    }

    private static void assertQemuReadsTheSame(Path disk, String qemuFormat, Path raw) throws Exception {
        try {
            Process process = new ProcessBuilder(
                            "qemu-img", "compare", "-f", qemuFormat, "-F", "raw", disk.toString(), raw.toString())
                    .redirectErrorStream(true)
                    .start();
            String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor()).as(text).isZero();
        } catch (IOException e) {
            if ("true".equals(System.getenv("CI"))) {
                throw e;
            }
            abort("qemu-img is not installed");
        }
    }
}
