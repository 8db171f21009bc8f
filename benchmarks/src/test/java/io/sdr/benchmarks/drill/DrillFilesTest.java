package io.sdr.benchmarks.drill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sdr.api.CorruptException;
import io.sdr.api.SdrException;
import io.sdr.benchmarks.cli.UsageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DrillFilesTest {
    @TempDir
    Path temp;

    @Test
    void guestLogCutsATornLineAndGoesOn() throws IOException {
        Path file = temp.resolve("guest.jsonl");
        try (GuestLog log = GuestLog.open(file)) {
            log.append(List.of(new GuestWrite(1, "cycle-1", 0, 512), new GuestWrite(2, "cycle-1", 512, 1024)));
        }
        Files.writeString(file, "{\"n\":3,\"st", StandardOpenOption.APPEND);

        try (GuestLog log = GuestLog.open(file)) {
            assertThat(log.nextNumber()).isEqualTo(3);
            log.append(List.of(new GuestWrite(3, "cycle-3", 4096, 8)));
        }

        assertThat(Files.readAllLines(file))
                .containsExactly(
                        "{\"n\":1,\"step\":\"cycle-1\",\"offset\":0,\"length\":512}",
                        "{\"n\":2,\"step\":\"cycle-1\",\"offset\":512,\"length\":1024}",
                        "{\"n\":3,\"step\":\"cycle-3\",\"offset\":4096,\"length\":8}");
    }

    @Test
    void aDamagedLineIsNamed() throws IOException {
        Path file = temp.resolve("guest.jsonl");
        Files.writeString(file, "{\"n\":1}\nnonsense\n{\"n\":2}\n");

        assertThatThrownBy(() -> GuestLog.open(file))
                .isInstanceOf(CorruptException.class)
                .hasMessageContaining("line 2 of " + file);
    }

    @Test
    void journalIsReadAgain() {
        Path file = temp.resolve("drill.jsonl");
        StepResult result = new StepResult(
                "cycle-2-app", 1.25, 10, 20, Optional.of(Duration.ofMillis(1500)), Optional.empty(), true, 42);
        try (DrillJournal journal = DrillJournal.open(file)) {
            journal.image(new DrillJournal.ImageNote(new ImageFile(Path.of("disk.raw"), 5, 6), "your image"));
            journal.imported();
            journal.burstBegun("cycle-1/before", 7);
            journal.burstDone("cycle-1/before");
            journal.burstBegun("cycle-3/before", 9);
            journal.stepDone(DrillStep.CYCLE_2_APP, result, Optional.of("point-2"));
            journal.killed("commit");
        }
        try (DrillJournal journal = DrillJournal.open(file)) {
            assertThat(journal.image().orElseThrow().file()).isEqualTo(new ImageFile(Path.of("disk.raw"), 5, 6));
            assertThat(journal.isImported()).isTrue();
            assertThat(journal.isDone("cycle-1/before")).isTrue();
            assertThat(journal.isDone("cycle-3/before")).isFalse();
            assertThat(journal.firstOf("cycle-3/before")).contains(9L);
            assertThat(journal.result(DrillStep.CYCLE_2_APP)).contains(result);
            assertThat(journal.result(DrillStep.CYCLE_3)).isEmpty();
            assertThat(journal.point(DrillStep.CYCLE_2_APP)).contains("point-2");
            assertThat(journal.wasKilledAt("commit")).isTrue();
        }
    }

    @Test
    void interruptedWritesAreMadeAgainAndTheRestFollows() {
        List<GuestWrite> first = new ArrayList<>();
        List<GuestWrite> second = new ArrayList<>();
        long disk = 8 << 20;
        try (GuestLog log = GuestLog.open(temp.resolve("guest.jsonl"));
                DrillJournal journal = DrillJournal.open(temp.resolve("drill.jsonl"))) {
            DrillGuest guest = new DrillGuest(log, journal, disk);
            assertThatThrownBy(() -> guest.write(DrillStep.REVERSE, DrillGuest.Part.DURING, () -> writes -> {
                        if (first.size() == 6) {
                            throw new IllegalStateException("died");
                        }
                        first.addAll(writes);
                    }))
                    .hasMessage("died");
        }
        try (GuestLog log = GuestLog.open(temp.resolve("guest.jsonl"));
                DrillJournal journal = DrillJournal.open(temp.resolve("drill.jsonl"))) {
            DrillGuest guest = new DrillGuest(log, journal, disk);
            guest.write(DrillStep.REVERSE, DrillGuest.Part.DURING, () -> second::addAll);
            guest.write(DrillStep.REVERSE, DrillGuest.Part.DURING, () -> {
                throw new IllegalStateException("done already");
            });
            assertThat(second).isEqualTo(log.writes()).hasSize(32).startsWith(first.toArray(new GuestWrite[0]));
            List<Range> planned = Burst.transactions("reverse/during", disk).stream()
                    .flatMap(List::stream)
                    .toList();
            assertThat(second.stream().map(write -> new Range(write.offset(), write.length())))
                    .isEqualTo(planned);
        }
    }

    @Test
    void aForeignFolderIsRefusedAndAnEmptyOneTaken() throws IOException {
        Path foreign = Files.createDirectory(temp.resolve("foreign"));
        Files.writeString(foreign.resolve("thesis.txt"), "years of work");
        Path file = Files.writeString(temp.resolve("file"), "x");
        Path empty = Files.createDirectory(temp.resolve("empty"));

        assertThatThrownBy(() -> DrillFolder.openOrMake(foreign)).isInstanceOf(UsageException.class);
        assertThatThrownBy(() -> DrillFolder.openOrMake(file)).isInstanceOf(UsageException.class);
        try (DrillFolder folder = DrillFolder.openOrMake(empty)) {
            folder.begin(Path.of("image.raw"), "raw");
            assertThatThrownBy(() -> DrillFolder.openOrMake(empty))
                    .isInstanceOf(SdrException.class)
                    .hasMessageContaining("DRILL_RUNNING");
        }
        assertThat(DrillFolder.imageOf(empty)).contains(Path.of("image.raw"));
        assertThat(foreign).isDirectoryContaining("glob:**thesis.txt");
    }

    @Test
    void whatIsNoWholeResultOfAFinishedDrillIsNone() throws IOException {
        Path file = temp.resolve("result.json");

        assertThat(DrillFolder.result(temp)).isEmpty();
        for (String content : List.of("", "{", "{\"verified\": false}", "[]")) {
            Files.writeString(file, content);
            assertThat(DrillFolder.result(temp)).as(content).isEmpty();
        }
        Files.writeString(file, "{\"verified\": true}");
        assertThat(DrillFolder.result(temp)).isPresent();
    }

    @Test
    void imagesThatAreNoneAreRefused() throws IOException {
        Path empty = Files.createFile(temp.resolve("empty.raw"));

        assertThatThrownBy(() -> ImageFile.look(temp)).hasMessageContaining("it is a folder");
        assertThatThrownBy(() -> ImageFile.look(empty)).hasMessageContaining("0 bytes");
        assertThatThrownBy(() -> ImageFile.look(temp.resolve("none"))).hasMessageContaining("no such file");
    }

    @Test
    void aChangedImageIsNoticed() throws IOException {
        Path file = Files.write(temp.resolve("disk.raw"), new byte[512]);
        ImageFile image = ImageFile.look(file);
        image.checkUnchanged();
        Files.write(file, new byte[513]);

        assertThatThrownBy(image::checkUnchanged).hasMessageContaining("IMAGE_CHANGED");
        Files.delete(file);
        assertThatThrownBy(image::checkUnchanged).hasMessageContaining("STORAGE_MISSING");
    }

    @Test
    void aLargeDiskIsCheckedWhereItHasDataWhereTheGuestWroteAndElsewhere() {
        long size = 100L << 30;
        List<Range> imported = List.of(new Range(0, 1 << 20), new Range(50L << 30, 1 << 20));
        List<GuestWrite> writes = List.of(new GuestWrite(1, "cycle-1", 70L << 30, 4096));

        List<Range> plan = CheckPlan.of(size, imported, writes, CheckPlan.WHOLE_LIMIT);

        assertThat(plan).contains(imported.get(0), imported.get(1)).contains(new Range(70L << 30, 4096));
        assertThat(plan.size()).isBetween(990, 1003);
        assertThat(CheckPlan.of(8L << 30, imported, writes, CheckPlan.WHOLE_LIMIT))
                .containsExactly(new Range(0, 8L << 30));
    }

    @Test
    void verifierFindsOneWrongByteAndNamesTheFile() throws IOException {
        byte[] content = new byte[(1 << 20) + 513];
        new Random(7).nextBytes(content);
        Path image = Files.write(temp.resolve("image.raw"), content);
        GuestWrite write = new GuestWrite(9, "cycle-1", content.length - 100, 100);
        write.overlay(0, ByteBuffer.wrap(content));
        Path disk = Files.write(temp.resolve("disk.raw"), content);
        DiskVerifier verifier = new DiskVerifier(
                DrillImage.of(ImageFile.look(image), "raw"),
                List.of(),
                CheckPlan.WHOLE_LIMIT,
                temp,
                new DrillConsole(System.out, false));
        verify(verifier, disk, List.of(write));

        assertThatThrownBy(() -> verify(verifier, disk, List.of()))
                .as("without the guest's write")
                .hasMessageContaining("byte " + (content.length - 100));
        content[777_777] ^= 1;
        Files.write(disk, content);
        assertThatThrownBy(() -> verify(verifier, disk, List.of(write)))
                .hasMessageContaining("byte 777777 of the disk, in " + disk);
        Files.write(disk, new byte[5]);
        assertThatThrownBy(() -> verify(verifier, disk, List.of(write))).hasMessageContaining("a disk of 5 bytes");
    }

    private static void verify(DiskVerifier verifier, Path disk, List<GuestWrite> held) throws IOException {
        try (RawChain chain = RawChain.open(disk)) {
            verifier.verify("the disk", chain, held, held);
        }
    }

    @Test
    void imageMakerSaysWhatItMade() throws IOException {
        Path image = temp.resolve("made.raw");

        String what = new ImageMaker(1, temp.toString()).make(image, temp.resolve("tree"));

        assertThat(what).startsWith("seeded data").contains("e2fsprogs");
        assertThat(Files.size(image)).isEqualTo(ImageMaker.IMAGE_BYTES);
        assertThat(temp.resolve("tree")).doesNotExist();
    }

    @Test
    void imageMakerTakesSeededDataWhereTheToolFails() throws IOException {
        Path tool = Files.writeString(temp.resolve("mkfs.ext4"), "#!/bin/sh\nexit 1\n", StandardCharsets.US_ASCII);
        assertThat(tool.toFile().setExecutable(true)).isTrue();

        String what = new ImageMaker(1, temp.toString()).make(temp.resolve("made.raw"), temp.resolve("tree"));

        assertThat(what).startsWith("seeded data").contains(tool.toString());
    }
}
