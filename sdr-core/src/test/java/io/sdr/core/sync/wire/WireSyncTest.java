package io.sdr.core.sync.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.sdr.core.sync.FaultyFolder;
import io.sdr.core.sync.InPlaceSync.Mode;
import io.sdr.core.sync.SyncCounters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Two ends over a connection in memory: what the target holds afterwards, what crossed, and what each end says of faults. */
class WireSyncTest {
    private static final int MIB = 1 << 20;
    private static final int CELL = 4096;

    @TempDir
    Path temp;

    private byte[] content = new byte[0];
    private byte[] old = new byte[0];

    private Path source() {
        return temp.resolve("a.img");
    }

    private Path target() {
        return temp.resolve("b.img");
    }

    private Path mark() {
        return temp.resolve("b.img.sdr-sync");
    }

    private void content(int size, long seed) {
        content = new byte[size];
        new Random(seed).nextBytes(content);
        old = content.clone();
    }

    private void write() throws IOException {
        Files.write(source(), content);
        Files.write(target(), old);
    }

    private void assertEqual() throws IOException {
        assertThat(Files.mismatch(source(), target())).isEqualTo(-1);
        assertThat(mark()).doesNotExist();
        assertThat(temp.resolve("b.img.sdr-claim")).doesNotExist();
        assertThat(Arrays.mismatch(Files.readAllBytes(source()), content)).isEqualTo(-1);
    }

    private WireSync.Result sync(WireSync sync) throws IOException {
        WireSync.Result result = sync.run(source(), target());
        assertThat(result.target().done().counters().bytesMoved())
                .isEqualTo(result.source().done().counters().bytesMoved());
        assertEqual();
        return result;
    }

    @ParameterizedTest(name = "{0} bytes, {1} % changed")
    @CsvSource({
        "1,0",
        "1,100",
        "4095,100",
        "65537,1",
        "1048576,1",
        "3146241,0",
        "3146241,1",
        "9000001,20",
        "9000001,100"
    })
    void cellsThatDifferAreSentAndNothingElse(int size, int percent) throws IOException {
        content(size, size);
        int cells = (size + CELL - 1) / CELL;
        long expected = 0;
        Random random = new Random(percent);
        for (int cell = 0; cell < cells; cell++) {
            boolean edge = cell == 0 || cell == cells - 1;
            if (percent > 0 && (edge || random.nextInt(100) < percent)) {
                int length = Math.min(CELL, size - cell * CELL);
                old[cell == 0 ? 0 : cell == cells - 1 ? size - 1 : cell * CELL + random.nextInt(length)]++;
                expected += length;
            }
        }
        write();
        WireSync.Result result = sync(new WireSync().verifying());
        SyncCounters counters = result.source().done().counters();
        assertThat(counters.bytesCompared()).isEqualTo(size);
        assertThat(counters.bytesDiffering()).isEqualTo(expected);
        assertThat(counters.bytesMoved()).isEqualTo(expected);
        assertThat(result.source().done().digest()).isPresent();
        assertThat(result.target().done().digest().orElseThrow().sha256())
                .isEqualTo(result.source().done().digest().orElseThrow().sha256());
    }

    /** Random disks with zeros, equal and different stretches, with and without compression, tags stopped early. */
    @ParameterizedTest(name = "seeds from {0}")
    @ValueSource(longs = {1, 101})
    void theTargetBecomesEqualWhateverTheDisksHold(long first) throws IOException {
        for (long seed = first; seed < first + 12; seed++) {
            Random random = new Random(seed);
            content(1 + random.nextInt(12 * MIB), seed);
            for (int i = random.nextInt(20); i > 0; i--) {
                int at = random.nextInt(content.length);
                int end = at + random.nextInt(Math.min(content.length - at, 3 * MIB) + 1);
                byte[] where = random.nextBoolean() ? content : old;
                if (random.nextBoolean()) {
                    Arrays.fill(where, at, end, (byte) 0);
                } else {
                    for (int k = at; k < end; k++) {
                        where[k] = (byte) random.nextInt(4);
                    }
                }
            }
            write();
            WireSync sync = new WireSync()
                    .mode(random.nextInt(4) == 0 ? Mode.FULL : Mode.DELTA)
                    .stopWindow(1 + random.nextInt(6))
                    .compressing(random.nextBoolean() ? Compression.ALWAYS : Compression.NEVER);
            try {
                sync(sync);
            } catch (Throwable e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
    }

    @Test
    void anUnchangedGiBCrossesIn24KiB() throws IOException {
        content(32 * MIB, 1);
        write();
        WireSync.Result result = sync(new WireSync());
        long fixed = 700; // greeting and end, once a sync
        assertThat((result.sourceBytes() + result.targetBytes() - fixed) * 32).isLessThan(24 << 10);
        SyncCounters counters = result.source().done().counters();
        assertThat(counters.bytesSent()).isEqualTo(result.sourceBytes());
    }

    @Test
    void zerosTravelAsRecords() throws IOException {
        content(5 * MIB, 1);
        Arrays.fill(content, MIB, 4 * MIB, (byte) 0);
        write();
        WireSync.Result result = sync(new WireSync());
        assertThat(result.source().done().counters().zeroBytes()).isEqualTo(3 * MIB);
        assertThat(result.source().done().counters().bytesMoved()).isZero();
        assertThat(result.sourceBytes()).isLessThan(4096);
    }

    @Test
    void aFullCopyIntoANewFileSendsDataOnly() throws IOException {
        content(5 * MIB + 1, 1);
        Arrays.fill(content, MIB, 4 * MIB, (byte) 0);
        Files.write(source(), content);
        WireSync.Result result = sync(new WireSync().mode(Mode.FULL));
        assertThat(result.source().done().counters().bytesMoved()).isEqualTo(2 * MIB + 1);
        assertThat(result.sourceBytes()).isLessThan(2 * MIB + 4096);
    }

    @Test
    void whenMostDiffersTagsStopAndComeBack() throws IOException {
        content(160 * MIB, 1);
        for (int at = 8 * MIB; at < 40 * MIB; at += CELL) {
            old[at]++;
        }
        write();
        WireSync.Result result = sync(new WireSync().stopWindow(8).streamWindow(1));
        SyncCounters counters = result.source().done().counters();
        // blind sending began, or all would be compared; it ended, or nearly all would be sent
        assertThat(counters.bytesCompared()).isLessThan(content.length);
        assertThat(counters.bytesMoved())
                .isGreaterThan(counters.bytesDiffering())
                .isLessThan(155L * MIB);
    }

    /** The target is far ahead with its tags when it is asked to stop: what was asked about is compared, the rest is just sent. */
    @Test
    void tagsThatWereOnTheWayAreNotCompared() throws IOException {
        content(160 * MIB, 1);
        for (int at = 0; at < 160 * MIB; at += CELL) {
            old[at]++;
        }
        write();
        CountDownLatch tagged = new CountDownLatch(160);
        Thread source = Thread.currentThread();
        WireSync.Result result = sync(new WireSync().stopWindow(8).fingerprint(keys -> {
            Fingerprint real = new GcmFingerprint(keys);
            return (level, index, data, from, length, tags, at) -> {
                if (level == Fingerprint.Level.UNIT && Thread.currentThread() == source) {
                    await(tagged);
                }
                real.tag(level, index, data, from, length, tags, at);
                if (level == Fingerprint.Level.UNIT && Thread.currentThread() != source) {
                    tagged.countDown();
                }
            };
        }));
        long most = (8 + Sizes.PENDING_UNITS + 160 / 16) * (long) MIB;
        assertThat(result.source().done().counters().bytesCompared()).isLessThanOrEqualTo(most);
        assertThat(result.source().done().counters().bytesMoved()).isEqualTo(160L * MIB);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void compressionShrinksWhatShrinks() throws IOException {
        content(2 * MIB, 1);
        for (int at = 0; at < MIB; at++) {
            content[at] = (byte) "what compresses well ".charAt(at % 21);
        }
        Arrays.fill(old, (byte) 1);
        write();
        long plain = sync(new WireSync()).sourceBytes();
        Files.write(target(), old);
        long packed = sync(new WireSync().compressing(Compression.ALWAYS)).sourceBytes();
        assertThat(plain).isGreaterThan(2 * MIB);
        assertThat(packed).isBetween((long) MIB, MIB + MIB / 10L);
    }

    /** The link breaks at every frame of either end: the target is as it was or marked, and the same sync makes it equal. */
    @ParameterizedTest
    @CsvSource({"DELTA,true", "DELTA,false", "FULL,true", "FULL,false"})
    void theLinkBreaksAtEachFrame(Mode mode, boolean atSource) throws IOException {
        content(3 * MIB + 77, 5);
        for (int at = 1000; at < content.length; at += 90_001) {
            old[at]++;
        }
        Arrays.fill(content, MIB, MIB + 9000, (byte) 0);
        write();
        WireSync.Result whole = new WireSync().mode(mode).run(source(), target());
        int frames = atSource ? whole.sourceFrames() : whole.targetFrames();
        assertThat(frames).isGreaterThan(2);
        for (int at = 0; at < frames; at++) {
            Files.write(target(), old);
            WireSync.Result broken = new WireSync()
                    .mode(mode)
                    .breaking(atSource ? at : MemoryDuplex.NEVER, atSource ? MemoryDuplex.NEVER : at)
                    .run(source(), target());
            boolean marked = Files.exists(mark());
            boolean equal = Files.mismatch(source(), target()) == -1;
            if (!equal && !marked) {
                assertThat(Files.readAllBytes(target())).as("cut at %d", at).isEqualTo(old);
            }
            assertThat(broken.target().code()).isIn("none", marked ? "SYNC_INCOMPLETE" : "LINK_LOST");
            assertThat(broken.source().code()).isIn("none", "LINK_LOST", "SYNC_INCOMPLETE");
            boolean reached = (atSource ? broken.sourceFrames() : broken.targetFrames()) > at;
            assertThat(broken.source().failure().isPresent()
                            || broken.target().failure().isPresent())
                    .as("cut at %d", at)
                    .isEqualTo(reached);
            sync(new WireSync().mode(mode));
        }
    }

    @Test
    void aResumedSyncSendsAlmostNothingAgain() throws IOException {
        content(24 * MIB, 3);
        old = new byte[content.length];
        new Random(4).nextBytes(old);
        write();
        for (Mode mode : Mode.values()) {
            Files.write(target(), old);
            WireSync.Result broken =
                    new WireSync().mode(mode).breaking(50, MemoryDuplex.NEVER).run(source(), target());
            long before = broken.sourceBytes();
            assertThat(before).isBetween(5L * MIB, 20L * MIB);
            WireSync.Result resumed = sync(new WireSync().mode(mode));
            // what was on its way when the link broke counts as sent again: outbox and pipe, whatever the size of the
            // disk
            assertThat(resumed.source().done().counters().bytesMoved())
                    .as("%s", mode)
                    .isLessThan(content.length - before + 2 * Sizes.FRAME_BYTES + (64 << 10));
        }
    }

    @Test
    void readErrorsAndAFullTargetAreTypedAtBothEnds() throws IOException {
        content(4 * MIB, 3);
        for (int at = 0; at < content.length; at += MIB) {
            old[at]++;
        }
        write();
        WireSync.Result unreadable = new WireSync()
                .on(FaultyFolder.Faults.unreadableAfter("a.img", 3)::folder)
                .run(source(), target());
        assertThat(unreadable.source().code()).isEqualTo("STORAGE_FAILED");
        assertThat(unreadable.target().code()).isIn("STORAGE_FAILED", "SYNC_INCOMPLETE");
        WireSync.Result targetUnreadable = new WireSync()
                .on(FaultyFolder.Faults.unreadableAfter("b.img", 2)::folder)
                .run(source(), target());
        assertThat(targetUnreadable.source().code()).isIn("STORAGE_FAILED", "SYNC_INCOMPLETE");
        assertThat(targetUnreadable.target().code()).isIn("STORAGE_FAILED", "SYNC_INCOMPLETE");
        WireSync.Result full = new WireSync()
                .on(FaultyFolder.Faults.fullAfter("b.img", 2)::folder)
                .run(source(), target());
        assertThat(full.source().code()).isEqualTo("SYNC_INCOMPLETE");
        assertThat(full.target().code()).isEqualTo("SYNC_INCOMPLETE");
        assertThat(full.target().failure().orElseThrow().getMessage()).contains("STORAGE_FULL");
        assertThat(mark()).exists();
        WireSync.Result torn = new WireSync().mode(Mode.FULL).run(target(), temp.resolve("c.img"));
        assertThat(torn.source().code()).isEqualTo("SOURCE_TORN");
        assertThat(torn.target().code()).isEqualTo("SOURCE_TORN");
        assertThat(temp.resolve("c.img")).doesNotExist();
        sync(new WireSync());
    }

    @Test
    void unequalSizesAreRefusedUnlessResizing() throws IOException {
        content(MIB, 3);
        old = new byte[5000];
        write();
        WireSync.Result refused = new WireSync().run(source(), target());
        assertThat(refused.source().code()).isEqualTo("DISK_SIZES_DIFFER");
        assertThat(refused.target().code()).isEqualTo("DISK_SIZES_DIFFER");
        assertThat(Files.readAllBytes(target())).isEqualTo(old);
        assertThat(mark()).doesNotExist();
        sync(new WireSync().resizing());
    }

    @ParameterizedTest
    @ValueSource(strings = {"DELTA", "FULL"})
    void theSameDiskIsRefused(Mode mode) throws IOException {
        content(MIB, 3);
        Files.write(source(), content);
        Path link = temp.resolve("other");
        Files.createSymbolicLink(link, source());
        WireSync.Result refused = new WireSync().mode(mode).run(source(), link);
        assertThat(refused.source().code()).isEqualTo("SAME_DISK");
        assertThat(refused.target().code()).isEqualTo("SAME_DISK");
        assertThat(Files.readAllBytes(source())).isEqualTo(content);
        assertThat(temp.resolve("a.img.sdr-claim")).doesNotExist();
    }

    @Test
    void missingDisksAreRefusedAtBothEnds() throws IOException {
        content(MIB, 3);
        Files.write(source(), content);
        WireSync.Result noTarget = new WireSync().run(source(), target());
        assertThat(noTarget.source().code()).isEqualTo("TARGET_MISSING");
        assertThat(noTarget.target().code()).isEqualTo("TARGET_MISSING");
        WireSync.Result noSource = new WireSync().run(temp.resolve("none"), source());
        assertThat(noSource.source().code()).isEqualTo("SOURCE_MISSING");
        assertThat(noSource.target().code()).isEqualTo("SOURCE_MISSING");
    }

    @Test
    void cancelledBetweenUnits() throws IOException {
        content(20 * MIB, 3);
        Arrays.fill(old, (byte) 7);
        write();
        int[] asked = {0};
        WireSync.Result cancelled = new WireSync()
                .cancelledBy(() -> {
                    synchronized (asked) {
                        return asked[0]++ > 8;
                    }
                })
                .run(source(), target());
        assertThat(cancelled.source().code()).isEqualTo("CANCELLED");
        assertThat(cancelled.target().code()).isEqualTo("CANCELLED");
        sync(new WireSync());
    }

    /** What was stored is read again: a target that stores something else is found out, though nothing was lost on the way. */
    @Test
    void aTargetThatStoresSomethingElseIsFoundOut() throws IOException {
        content(MIB, 3);
        old[5]++;
        write();
        WireSync.Result result = new WireSync().on(LyingFolder::of).run(source(), target());
        assertThat(result.target().code()).isEqualTo("SYNC_INCOMPLETE");
        assertThat(result.target().failure().orElseThrow().getMessage()).contains("TARGET_STORED_OTHERWISE");
        assertThat(mark()).exists();
    }
}
