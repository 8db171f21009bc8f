package io.sdr.benchmarks.drill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sdr.api.SdrException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** The drill as a whole, on small images, in this process and in others that are killed. */
class DrillTest {
    private static final int SIZE = (4 << 20) + 513;
    private static final String NO_ARGUMENT = "";

    @TempDir
    Path temp;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private Path image(byte[] content) throws IOException {
        return Files.write(temp.resolve("image.raw"), content);
    }

    static byte[] mixed(int size) {
        byte[] content = new byte[size];
        Random random = new Random(42);
        byte[] part = new byte[100_000];
        for (int at = 0; at < size; at += 300_000) {
            random.nextBytes(part);
            System.arraycopy(part, 0, content, at, Math.min(part.length, size - at));
        }
        return content;
    }

    private JsonNode drill(Path image, Path folder, long wholeLimit) throws IOException {
        Path json = temp.resolve("result.json");
        new Drill(
                        new DrillOptions(
                                Optional.of(image),
                                Optional.of(folder),
                                Optional.of(json),
                                Optional.empty(),
                                false,
                                Optional.empty()),
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        false,
                        wholeLimit)
                .run();
        return JsonLines.JSON.readTree(Files.readAllBytes(json));
    }

    /** Replays the guest's log without any code of the drill's verification, and compares both files with the outcome. */
    static void assertEndsRight(JsonNode result, Path folder, byte[] image) throws IOException {
        assertThat(result.path("verified").asBoolean()).isTrue();
        Set<Long> lost = new HashSet<>();
        result.path("lost").forEach(n -> lost.add(n.asLong()));
        byte[] expected = image.clone();
        for (String line : Files.readAllLines(folder.resolve("guest.jsonl"))) {
            JsonNode write = JsonLines.JSON.readTree(line);
            long n = write.path("n").asLong();
            ByteBuffer number = ByteBuffer.allocate(8).putLong(0, n);
            for (int i = 0; i < write.path("length").asInt() && !lost.contains(n); i++) {
                expected[(int) write.path("offset").asLong() + i] = number.get(i % 8);
            }
        }
        for (String side : List.of("primary", "recovery")) {
            Path disk = Path.of(result.path("disks").path(side).asString());
            assertThat(ByteBuffer.wrap(Files.readAllBytes(disk)).mismatch(ByteBuffer.wrap(expected)))
                    .as("first wrong byte of %s", disk)
                    .isEqualTo(-1);
        }
    }

    /**
     * After each step the drill compared the active disk with {@link HeldWrites}. A reader of the report has the log of the guest,
     * {@code held} and {@code lost} instead; they say the same of each step: all writes up to {@code held}, without the lost ones.
     */
    static void assertReportTellsWhatEachDiskHeld(JsonNode result, Path folder) {
        Set<Long> lost = new HashSet<>();
        result.path("lost").forEach(n -> lost.add(n.asLong()));
        List<GuestWrite> all;
        try (GuestLog log = GuestLog.open(folder.resolve("guest.jsonl"))) {
            all = log.writes();
        }
        result.path("steps").forEach(step -> {
            long held = step.path("held").asLong();
            assertThat(all.stream()
                            .filter(write -> write.n() <= held && !lost.contains(write.n()))
                            .toList())
                    .as("%s", step)
                    .isEqualTo(HeldWrites.after(
                            all, DrillStep.byLabel(step.path("name").asString()).orElseThrow()));
            assertThat(step.path("verified").isBoolean()
                            && step.path("verified").asBoolean())
                    .as("%s", step)
                    .isTrue();
        });
        assertThat(lost)
                .as("writes of the copy before it went to the latest point, and no other")
                .isEqualTo(all.stream()
                        .filter(write -> write.step().equals("change-point"))
                        .map(GuestWrite::n)
                        .collect(Collectors.toSet()));
    }

    private static List<String> comparable(JsonNode result) {
        List<String> lines = new ArrayList<>();
        result.path("steps")
                .forEach(step -> lines.add(
                        step.path("name").asString() + " " + step.path("verified") + " " + step.path("held")));
        lines.add(result.path("lost").toString());
        return lines;
    }

    @Test
    void everyByteOfBothDisksIsWhatTheGuestsLogGives() throws IOException {
        byte[] content = mixed(SIZE);
        Path folder = temp.resolve("drill");

        JsonNode result = drill(image(content), folder, CheckPlan.WHOLE_LIMIT);

        assertEndsRight(result, folder, content);
        assertReportTellsWhatEachDiskHeld(result, folder);
        List<String> names = new ArrayList<>();
        result.path("steps").forEach(step -> names.add(step.path("name").asString()));
        assertThat(names)
                .isEqualTo(Stream.of(DrillStep.values()).map(DrillStep::label).toList());
        assertThat(result.path("lost")).isNotEmpty();
        assertThat(result.path("steps").get(4).path("held").asLong())
                .as("an older point holds less")
                .isLessThan(result.path("steps").get(3).path("held").asLong());
        assertThat(result.path("steps").get(4).path("rtoSeconds").isNumber()).isTrue();
        assertThat(result.path("steps").get(10).path("rtoSeconds").isNumber()).isTrue();
        assertThat(Files.readAllBytes(temp.resolve("image.raw")))
                .as("the image")
                .isEqualTo(content);
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("bytes moved", "planned-failover-delta");
    }

    @Test
    void aFinishedFolderPrintsItsResult() throws IOException {
        byte[] content = mixed(1 << 20);
        Path folder = temp.resolve("drill");
        JsonNode first = drill(image(content), folder, CheckPlan.WHOLE_LIMIT);
        List<String> before = Files.readAllLines(folder.resolve("drill.jsonl"));

        JsonNode second = drill(temp.resolve("image.raw"), folder, CheckPlan.WHOLE_LIMIT);

        assertThat(second).isEqualTo(first);
        assertThat(Files.readAllLines(folder.resolve("drill.jsonl"))).isEqualTo(before);
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("This drill has finished");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 513, 65_536, 2 << 20})
    void zerosAndTinyImagesPass(int size) throws IOException {
        Path folder = temp.resolve("drill");

        assertEndsRight(drill(image(new byte[size]), folder, CheckPlan.WHOLE_LIMIT), folder, new byte[size]);
    }

    @Test
    void aLargeDiskIsVerifiedInParts() throws IOException {
        byte[] content = new byte[16 << 20];
        System.arraycopy(mixed(1 << 20), 0, content, 5 << 20, 1 << 20);
        Path folder = temp.resolve("drill");

        assertEndsRight(drill(image(content), folder, 1 << 20), folder, content);
    }

    @Test
    void killedInEveryOperationItEndsTheSame() throws IOException, InterruptedException {
        byte[] content = mixed(1 << 20);
        Path undisturbed = temp.resolve("undisturbed");
        JsonNode expected = drill(image(content), undisturbed, CheckPlan.WHOLE_LIMIT);
        List<String> kills = List.of(
                "protect/placeholder",
                "protect/initial-copy",
                "cycle-1",
                "cycle-3",
                "unplanned-failover/send-rest",
                "unplanned-failover/build-copy",
                "unplanned-failover/decide",
                "unplanned-failover/start",
                "change-point/detach-disks",
                "change-point/build-copy",
                "change-point/attach-disks",
                "commit",
                "reverse/old-disks-become-base",
                "reverse/copy",
                "planned-failover-delta",
                "complete",
                "planned-failover-delta/last-cycle",
                "planned-failover-delta/decide",
                "commit-2",
                "reverse-2/copy",
                "cycle-5",
                "test-failover/build-copy",
                "test-failover/attach-disks",
                "test-cleanup",
                "test-cleanup/give-back",
                "planned-failover-full/download",
                "planned-failover-full/decide",
                "commit-3",
                "reverse-3/copy");
        Path folder = temp.resolve("killed");
        Path json = temp.resolve("killed.json");
        for (String kill : kills) {
            SdrProcess run = run(folder, json, kill);
            assertThat(run.code()).as("kill after %s: %s", kill, run).isEqualTo(137);
        }
        SdrProcess last = run(folder, json, kills.get(kills.size() - 1));

        assertThat(last.code()).as("%s", last).isZero();
        JsonNode result = JsonLines.JSON.readTree(Files.readAllBytes(json));
        assertEndsRight(result, folder, content);
        assertThat(comparable(result)).isEqualTo(comparable(expected));
        assertThat(folder.resolve("guest.jsonl")).hasSameTextualContentAs(undisturbed.resolve("guest.jsonl"));
    }

    private SdrProcess run(Path folder, Path json, String kill) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of(
                "drill",
                "--disk",
                temp.resolve("image.raw").toString(),
                "--dir",
                folder.toString(),
                "--json",
                json.toString()));
        if (!kill.equals(NO_ARGUMENT)) {
            arguments.addAll(List.of("--kill-after", kill));
        }
        return SdrProcess.run(temp, arguments.toArray(new String[0]));
    }

    /** Bits rot without a trace; whoever edits a file leaves another time. */
    @ParameterizedTest
    @CsvSource({
        "cycle-3, recovery, d0.base.raw, true",
        "cycle-3, recovery, d0.base.raw, false",
        "cycle-3, recovery, d0.base.raw.map, true",
        "cycle-3, recovery, manifest.*, true",
        "unplanned-failover/build-copy, recovery, redo.*.seg, true",
        "unplanned-failover/build-copy, recovery, undo.4-*.seg, true",
        "change-point/stop-copy, recovery, layer.*.run.raw, true",
        "change-point/stop-copy, recovery, layer.*.map, true",
        "commit, primary, disk0.raw, true",
        "planned-failover-delta, primary, d0.base.raw, true",
        "planned-failover-delta, primary, d0.base.raw, false",
        "reverse-2, recovery, d0.base.raw, true"
    })
    void aFlippedByteInAPassiveFileIsRepairedOrNamed(String at, String site, String name, boolean sameTime)
            throws IOException, InterruptedException {
        byte[] content = mixed(1 << 20);
        image(content);
        Path folder = temp.resolve("drill");
        Path json = temp.resolve("result.json");
        assertThat(run(folder, json, at).code()).isEqualTo(137);
        Path damaged = newest(folder.resolve(site), name);
        byte[] bytes = Files.readAllBytes(damaged);
        bytes[name.endsWith(".raw") && !name.startsWith("layer") ? 350_007 : bytes.length - 10] ^= 1;
        FileTime time = Files.getLastModifiedTime(damaged);
        Files.write(damaged, bytes);
        if (sameTime) {
            Files.setLastModifiedTime(damaged, time);
        }

        SdrProcess run = run(folder, json, NO_ARGUMENT);

        if (run.code() == 0) {
            assertEndsRight(JsonLines.JSON.readTree(Files.readAllBytes(json)), folder, content);
        } else {
            assertThat(run.code()).as("%s", run).isEqualTo(1);
            String file = damaged.getFileName().toString();
            assertThat(run.err().lines())
                    .as("%s", run)
                    .singleElement()
                    .asString()
                    .contains(file.equals("disk0.raw") ? "d0.base.raw" : file); // what it becomes in the reversal
            assertThat(JsonLines.JSON
                            .readTree(Files.readAllBytes(json))
                            .path("verified")
                            .asBoolean())
                    .isFalse();
        }
    }

    private static Path newest(Path site, String name) throws IOException {
        PathMatcher matcher = site.getFileSystem().getPathMatcher("glob:" + name);
        try (Stream<Path> files = Files.walk(site)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> matcher.matches(file.getFileName()))
                    .max(Comparator.naturalOrder())
                    .orElseThrow(() -> new AssertionError("no " + name + " in " + site));
        }
    }

    @Test
    void anImageThatChangesOrVanishesHalfWayIsNamed() throws IOException, InterruptedException {
        Path image = image(mixed(1 << 20));
        Path folder = temp.resolve("drill");
        assertThat(run(folder, temp.resolve("result.json"), "cycle-3").code()).isEqualTo(137);
        Files.move(image, temp.resolve("elsewhere.raw"));

        assertThatThrownBy(() -> drill(image, folder, CheckPlan.WHOLE_LIMIT))
                .isInstanceOf(SdrException.class)
                .hasMessageContaining(image.toString());
        byte[] other = mixed(1 << 20);
        other[0]++;
        Files.write(image, other);
        assertThatThrownBy(() -> drill(image, folder, CheckPlan.WHOLE_LIMIT))
                .isInstanceOf(SdrException.class)
                .hasMessageContaining("IMAGE_CHANGED");
    }

    @Test
    void withoutAFolderNothingIsLeft() throws IOException, InterruptedException {
        Path image = image(mixed(1 << 20));

        Path json = temp.resolve("result.json");

        SdrProcess run = SdrProcess.run(temp, "drill", "--disk", image.toString(), "--json", json.toString());

        assertThat(run.code()).as("%s", run).isZero();
        String folder = run.out()
                .lines()
                .filter(line -> line.startsWith("folder: "))
                .findFirst()
                .orElseThrow()
                .substring(8);
        assertThat(Path.of(folder)).doesNotExist();
        assertThat(Files.readString(json)).as("it names no disk that is gone").doesNotContain(folder);
    }
}
