package io.sdr.core.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sdr.api.InvalidRequestException;
import io.sdr.api.OperationFailedException;
import io.sdr.api.spi.LocalFolder;
import io.sdr.core.format.RawFormat;
import io.sdr.core.sync.InPlaceSync.Mode;
import io.sdr.core.sync.InPlaceSync.Outcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class InPlaceSyncTest {
    private static final int SIZE = (3 << 20) + 513;

    @TempDir
    Path temp;

    private Path a;
    private Path b;
    private Path mark;
    private byte[] content;

    @BeforeEach
    void images() throws IOException {
        a = temp.resolve("a.img");
        b = temp.resolve("b.img");
        mark = temp.resolve("b.img.sdr-sync");
        content = new byte[SIZE];
        new Random(7).nextBytes(content);
        Arrays.fill(content, 1 << 20, 2 << 20, (byte) 0);
        Files.write(a, content);
    }

    /** Changes one byte in each of so many per cent of the cells, seeded. */
    private int change(int percent) throws IOException {
        byte[] old = content.clone();
        Random random = new Random(percent);
        int cells = (SIZE + 4095) / 4096;
        int changed = 0;
        for (int cell = 0; cell < cells; cell++) {
            boolean edge = cell == 0 || cell == cells - 1;
            if (percent > 0 && (edge || random.nextInt(100) < percent)) {
                int at = cell * 4096;
                old[edge ? (cell == 0 ? 0 : SIZE - 1) : at + random.nextInt(4096)]++;
                changed++;
            }
        }
        Files.write(b, old);
        return changed;
    }

    @ParameterizedTest(name = "{0} % changed")
    @ValueSource(ints = {0, 1, 20, 100})
    void deltaWritesTheCellsThatDiffer(int percent) throws IOException {
        int changed = change(percent);
        Outcome outcome = InPlaceSync.of(a, b, Mode.DELTA)
                .by(SyncWorkers.of(2, work -> new Thread(work).start()))
                .verifying()
                .run();
        assertEqual();
        SyncCounters counters = outcome.counters();
        assertThat(counters.bytesCompared()).isEqualTo(SIZE);
        long tail = changed == 0 ? 0 : 4096 - SIZE % 4096; // the last cell is short
        assertThat(counters.bytesDiffering()).isEqualTo(changed * 4096L - tail);
        assertThat(counters.bytesMoved() + counters.zeroBytes()).isEqualTo(counters.bytesDiffering());
        assertThat(outcome.digest().orElseThrow().sha256()).isEqualTo(PlainSync.digest(content));
        assertThat(outcome.warnings()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void withoutForcingNothingIsForcedAndTheMarkIsPlacedAllTheSame(Mode mode) throws IOException {
        change(20);
        FaultyFolder.Faults counting = FaultyFolder.Faults.none();
        InPlaceSync.of(a, b, mode, counting::folder).withoutForcing().run();
        assertEqual();
        assertThat(counting.forces()).isZero();
        change(20);
        FaultyFolder.Faults marking = FaultyFolder.Faults.fullAfter("b.img.sdr-sync", 0);
        assertThatThrownBy(() -> InPlaceSync.of(a, b, mode, marking::folder)
                        .withoutForcing()
                        .run())
                .isInstanceOf(io.sdr.api.spi.StorageException.class);
        InPlaceSync.of(a, b, mode).run();
        assertEqual();
    }

    @Test
    void aLimitIsKept() throws IOException {
        change(0);
        long[] now = {0};
        RateLimit limit = RateLimit.of(1 << 20, () -> now[0], nanos -> now[0] += nanos);
        InPlaceSync.of(a, b, Mode.DELTA).limitedTo(limit).run();
        // 6 MiB of both; the last region waits for those before it, and a tenth of a second is free
        assertThat(now[0]).isBetween(5_000_000_000L, 6_000_000_000L);
    }

    @Test
    void equalImagesAreNotEvenMarked() throws IOException {
        change(0);
        FaultyFolder.Faults faults = FaultyFolder.Faults.fullAfter("b.img.sdr-sync", 0);
        InPlaceSync.of(a, b, Mode.DELTA, faults::folder).run();
        assertEqual();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void fullMakesOrReplacesTheTargetAndKeepsHoles(boolean exists) throws IOException {
        byte[] sparse = new byte[64 << 20];
        System.arraycopy(content, 0, sparse, 5 << 20, 1 << 20);
        content = sparse;
        Files.write(a, content);
        if (exists) {
            byte[] old = new byte[64 << 20];
            Arrays.fill(old, (byte) 1);
            Files.write(b, old);
        }
        Outcome outcome = InPlaceSync.of(a, b, Mode.FULL).verifying().run();
        assertEqual();
        assertThat(outcome.counters()).isEqualTo(new SyncCounters(0, 0, 1 << 20, 0, 0, 63 << 20, 0, 0));
        assertThat(blocksOf(b)).isLessThan(3L << 20);
    }

    /** The room that a file takes, where the system tells. */
    private static long blocksOf(Path file) throws IOException {
        try {
            return ((Number) Files.getAttribute(file, "unix:blocks")).longValue() * 512;
        } catch (UnsupportedOperationException | IllegalArgumentException e) {
            return 0;
        }
    }

    @Test
    void aSourceOfOursTellsItsHoles() throws IOException {
        RawFormat format = new RawFormat();
        try (var disk = format.create(LocalFolder.of(temp), "ours.raw", 10 << 20)) {
            disk.write(1 << 20, java.nio.ByteBuffer.wrap(content, 0, 1 << 20));
            disk.flush();
        }
        Outcome outcome = InPlaceSync.of(temp.resolve("ours.raw"), b, Mode.FULL)
                .verifying()
                .run();
        assertThat(outcome.counters().bytesMoved()).isEqualTo(1 << 20);
        assertThat(outcome.digest().orElseThrow().bytesRead()).isEqualTo(10 << 20);
        assertThat(Files.mismatch(temp.resolve("ours.raw"), b)).isEqualTo(-1);
    }

    private void assertEqual() throws IOException {
        assertThat(Files.mismatch(a, b)).isEqualTo(-1);
        assertThat(Files.size(b)).isEqualTo(content.length);
        assertThat(mark).doesNotExist();
        assertThat(Arrays.mismatch(Files.readAllBytes(a), content)).isEqualTo(-1);
    }

    @ParameterizedTest
    @CsvSource({"DELTA,1", "DELTA,9000000", "FULL,1", "FULL,9000000", "DELTA,0"})
    void anotherSizeIsRefusedUnlessResizingIsAllowed(Mode mode, int size) throws IOException {
        byte[] old = new byte[size];
        Arrays.fill(old, (byte) 5);
        Files.write(b, old);
        refused("DISK_SIZES_DIFFER", InPlaceSync.of(a, b, mode));
        assertThat(Files.readAllBytes(b)).isEqualTo(old);
        InPlaceSync.of(a, b, mode).resizing().verifying().run();
        assertEqual();
    }

    private void refused(String code, InPlaceSync sync) {
        assertThat(catchThrowableOfType(InvalidRequestException.class, sync::run))
                .isNotNull()
                .satisfies(e -> assertThat(e.code()).isEqualTo(code))
                .satisfies(e -> assertThat(e.getMessage()).contains(temp.toString()));
        assertThat(mark).doesNotExist();
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void whatIsNotFitIsRefusedBeforeAnythingChanges(Mode mode) throws IOException {
        Files.write(b, content);
        refused("SOURCE_MISSING", InPlaceSync.of(temp.resolve("none"), b, mode));
        refused("NOT_A_FILE", InPlaceSync.of(temp, b, mode));
        refused("NOT_A_FILE", InPlaceSync.of(a, temp, mode));
        Path empty = Files.createFile(temp.resolve("empty"));
        refused("DISK_EMPTY", InPlaceSync.of(empty, b, mode));
        refused("SOURCE_UNREADABLE", InPlaceSync.of(a, b, mode, FaultyFolder.Faults.unopenable("a.img")::folder));
        refused("TARGET_UNWRITABLE", InPlaceSync.of(a, b, mode, FaultyFolder.Faults.unopenable("b.img")::folder));
        refused("SAME_FILE", InPlaceSync.of(a, a, mode));
        boolean delta = mode == Mode.DELTA;
        Path around = temp.resolve("x/../a.img");
        refused(delta ? "TARGET_MISSING" : "TARGET_FOLDER_MISSING", InPlaceSync.of(a, around, mode));
        Files.createDirectory(temp.resolve("x"));
        refused("SAME_FILE", InPlaceSync.of(a, around, mode));
        Path nowhere = Files.createSymbolicLink(temp.resolve("nowhere"), temp.resolve("none"));
        refused(delta ? "TARGET_MISSING" : "NOT_A_FILE", InPlaceSync.of(a, nowhere, mode));
        Path link = Files.createSymbolicLink(temp.resolve("link"), a);
        refused("SAME_FILE", InPlaceSync.of(link, a, mode));
        refused("SAME_FILE", InPlaceSync.of(a, link, mode));
        Path hard = Files.createLink(temp.resolve("hard"), a);
        refused("SAME_FILE", InPlaceSync.of(hard, a, mode));
        Files.createFile(temp.resolve("a.img.sdr-sync"));
        refused("SOURCE_TORN", InPlaceSync.of(a, b, mode));
        refused("SOURCE_TORN", InPlaceSync.of(link, b, mode));
        Files.delete(temp.resolve("a.img.sdr-sync"));
        new RawFormat().create(LocalFolder.of(temp), "ours.raw", SIZE).close();
        refused("TARGET_HAS_A_MAP", InPlaceSync.of(a, temp.resolve("ours.raw"), mode));
        assertThat(Files.readAllBytes(b)).isEqualTo(content);
        assertThat(Files.readAllBytes(a)).isEqualTo(content);
    }

    @Test
    void aMissingTargetIsMadeByFullAlone() throws IOException {
        refused("TARGET_MISSING", InPlaceSync.of(a, b, Mode.DELTA));
        refused("TARGET_FOLDER_MISSING", InPlaceSync.of(a, temp.resolve("no/b.img"), Mode.FULL));
        assertThat(b).doesNotExist();
        InPlaceSync.of(a, b, Mode.FULL).run();
        assertEqual();
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void aSourceThatFailsHalfWayLeavesTheMark(Mode mode) throws IOException {
        change(100);
        interrupted(mode, FaultyFolder.Faults.unreadableAfter("a.img", 5), "SYNC_INCOMPLETE");
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void aTargetThatIsFullLeavesTheMark(Mode mode) throws IOException {
        change(100);
        interrupted(mode, FaultyFolder.Faults.fullAfter("b.img", 3), "SYNC_INCOMPLETE");
    }

    private void interrupted(Mode mode, FaultyFolder.Faults faults, String code) throws IOException {
        OperationFailedException failure = catchThrowableOfType(
                OperationFailedException.class,
                () -> InPlaceSync.of(a, b, mode, faults::folder).run());
        assertThat(failure).isNotNull();
        assertThat(failure.code()).isEqualTo(code);
        assertThat(failure.getMessage()).contains("b.img.sdr-sync");
        assertThat(mark).exists().content().contains(a.getFileName().toString());
        Path c = temp.resolve("c.img");
        assertThat(catchThrowableOfType(
                                InvalidRequestException.class,
                                () -> InPlaceSync.of(b, c, Mode.FULL).run())
                        .code())
                .isEqualTo("SOURCE_TORN");
        assertThat(c).doesNotExist();
        InPlaceSync.of(a, b, mode).verifying().run();
        assertEqual();
    }

    @Test
    void aSourceThatAnotherSyncWritesToMeanwhileLeavesTheMark() throws IOException {
        change(100);
        Path theirs = temp.resolve("a.img.sdr-sync");
        FaultyFolder.Faults marking =
                FaultyFolder.Faults.doingAfter("a.img", 4, () -> unchecked(() -> Files.writeString(theirs, "torn")));
        OperationFailedException failure = catchThrowableOfType(
                OperationFailedException.class,
                () -> InPlaceSync.of(a, b, Mode.DELTA, marking::folder).run());
        assertThat(failure.getMessage()).contains("a.img.sdr-sync", "b.img.sdr-sync");
        assertThat(mark).exists();
        Files.delete(theirs);
        InPlaceSync.of(a, b, Mode.DELTA).run();
        assertEqual();
    }

    @Test
    void aSourceThatVanishesOrIsCutHalfWayLeavesTheMark() throws IOException {
        change(100);
        Path kept = temp.resolve("kept");
        FaultyFolder.Faults vanishing =
                FaultyFolder.Faults.doingAfter("a.img", 4, () -> unchecked(() -> Files.move(a, kept)));
        OperationFailedException failure = catchThrowableOfType(
                OperationFailedException.class,
                () -> InPlaceSync.of(a, b, Mode.DELTA, vanishing::folder).run());
        assertThat(failure.getMessage()).contains("SOURCE_VANISHED", "b.img.sdr-sync");
        assertThat(mark).exists();
        Files.move(kept, a);
        FaultyFolder.Faults cutting = FaultyFolder.Faults.doingAfter(
                "a.img",
                4,
                () -> unchecked(() -> {
                    try (FileChannel channel = FileChannel.open(a, StandardOpenOption.WRITE)) {
                        return channel.truncate(100);
                    }
                }));
        change(100);
        assertThatThrownBy(
                        () -> InPlaceSync.of(a, b, Mode.DELTA, cutting::folder).run())
                .isInstanceOf(OperationFailedException.class);
        assertThat(mark).exists();
    }

    private interface Action {
        Object run() throws IOException;
    }

    private static void unchecked(Action action) {
        try {
            action.run();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aSourceThatIsWrittenMeanwhileIsReported() throws IOException {
        change(1);
        FaultyFolder.Faults writing = FaultyFolder.Faults.doingAfter(
                "a.img",
                9,
                () -> unchecked(() -> {
                    byte[] changed = content.clone();
                    changed[3]++;
                    return Files.write(a, Arrays.copyOf(changed, SIZE + 1));
                }));
        Outcome outcome = InPlaceSync.of(a, b, Mode.DELTA, writing::folder).run();
        assertThat(outcome.warnings()).singleElement().asString().contains(a.toString());
        FaultyFolder.Faults again = FaultyFolder.Faults.doingAfter(
                "a.img",
                9,
                () -> unchecked(() -> {
                    byte[] changed = content.clone();
                    changed[3]++;
                    changed[3]++;
                    return Files.write(a, changed);
                }));
        Files.write(a, content);
        OperationFailedException failure = catchThrowableOfType(
                OperationFailedException.class,
                () -> InPlaceSync.of(a, b, Mode.FULL, again::folder).verifying().run());
        assertThat(failure.getMessage()).contains("SYNC_NOT_EQUAL");
        assertThat(mark).exists();
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void cancelledAtAnyBlockAndRunAgainItIsEqual(Mode mode) throws IOException {
        int cancelled = 0;
        for (int stopAt = 0; ; stopAt++) {
            change(100);
            int[] left = {stopAt};
            try {
                InPlaceSync.of(a, b, mode).cancelledBy(() -> left[0]-- == 0).run();
                break;
            } catch (SyncCancelledException e) {
                assertThat(e.code()).isEqualTo("CANCELLED");
                cancelled++;
                assertThat(Files.exists(mark)).isEqualTo(mode == Mode.FULL || stopAt > 0);
            }
            InPlaceSync.of(a, b, Mode.DELTA).run();
            assertEqual();
        }
        assertThat(cancelled).isEqualTo(25); // blocks of 128 KiB
    }

    @Test
    void aMarkOfAnEarlierRunGoesThoughNothingDiffers() throws IOException {
        Files.write(b, content);
        Files.writeString(mark, "an earlier run");
        FaultyFolder.Faults counting = FaultyFolder.Faults.none();
        InPlaceSync.of(a, b, Mode.DELTA, counting::folder).run();
        assertEqual();
        assertThat(counting.forces()).isPositive();
    }
}
