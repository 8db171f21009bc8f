package io.sdr.core.sync.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sdr.api.SdrException;
import io.sdr.api.spi.Access;
import io.sdr.api.spi.CancelFlag;
import io.sdr.api.spi.ProgressListener;
import io.sdr.api.spi.RangeSet;
import io.sdr.api.spi.StorageFile;
import io.sdr.api.spi.Throttle;
import io.sdr.api.spi.VirtualDisk;
import io.sdr.core.format.RawFormat;
import io.sdr.core.sync.ChangeSink;
import io.sdr.core.sync.InPlaceSync.Mode;
import io.sdr.core.sync.SourceImage;
import io.sdr.core.sync.SyncRequest;
import io.sdr.core.sync.TargetImage;
import io.sdr.testkit.MemoryFolder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The other end is there, sends its pings and nothing else, as one does whose disk hangs: no wait for it outlives the wish for what it
 * was to send. The clock stands still but where a test lets it go on, so that no deadline passes.
 */
class CancelledWaitTest {
    private static final long LONG_MILLIS = 60_000;
    private static final int DISK_BYTES = 3 << 20;

    @TempDir
    private Path temp;

    private final List<Thread> threads = Collections.synchronizedList(new ArrayList<>());
    private final AtomicBoolean cancelled = new AtomicBoolean();
    private final AtomicBoolean pinging = new AtomicBoolean(true);
    private final AtomicLong now = new AtomicLong();
    /** How much later it is each time that somebody looks at the clock. */
    private final AtomicLong step = new AtomicLong();

    private final MemoryDuplex[] ends = MemoryDuplex.pair(LONG_MILLIS, MemoryDuplex.NEVER, MemoryDuplex.NEVER);
    private final CountDownLatch silent = new CountDownLatch(1);
    private Path image;

    @BeforeEach
    void image() throws IOException {
        image = Files.write(temp.resolve("disk.img"), new byte[DISK_BYTES]);
    }

    @AfterEach
    void nothingIsLeft() throws InterruptedException {
        pinging.set(false);
        ends[1].close();
        for (Thread each : List.copyOf(threads)) {
            each.join(LONG_MILLIS);
            assertThat(each.isAlive()).as("%s is left", each).isFalse();
        }
    }

    private Thread start(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        threads.add(thread);
        thread.start();
        return thread;
    }

    private Link link() {
        return new Link(
                ends[0],
                new LinkOptions(
                        work -> start("link", work),
                        Duration.ofMillis(LONG_MILLIS),
                        Throttle.NONE,
                        () -> Compression.NEVER,
                        () -> now.addAndGet(step.get())));
    }

    private SessionOptions options() {
        return new SessionOptions(new SecureRandom(), cancelled::get, ProgressListener.NONE);
    }

    /** What the other end does. */
    private interface Begin {
        void write(FrameWriter out) throws IOException;
    }

    /** The other end begins as it should, then sends pings and nothing else; and takes what comes. */
    private void peer(Begin begin) {
        start("peer", () -> {
            try (FrameWriter out = new FrameWriter(ends[1].output())) {
                begin.write(out);
                out.flush();
                silent.countDown();
                while (pinging.get()) {
                    out.write(FrameType.PING, new byte[0], 0);
                    out.flush(); // waits while nobody takes them
                }
            } catch (IOException e) {
                // this end has given up
            }
        });
        start("peer takes", () -> {
            byte[] taken = new byte[1 << 14];
            try {
                int count = 0;
                while (count >= 0) {
                    count = ends[1].input().read(taken);
                }
            } catch (IOException e) {
                // this end has given up
            }
        });
    }

    private static void write(FrameWriter out, FrameType type, PayloadWriter payload) throws IOException {
        out.write(type, payload.array(), payload.length());
    }

    /** Cancels what waits once the other end is silent; gives how it ended. */
    private SdrException cancel(Runnable work) throws InterruptedException {
        List<SdrException> end = Collections.synchronizedList(new ArrayList<>());
        Thread waits = start("session", () -> end.add(catchThrowableOfType(SdrException.class, work::run)));
        silent.await();
        cancelled.set(true);
        waits.join(LONG_MILLIS);
        assertThat(waits.isAlive()).as("it still waits").isFalse();
        assertThat(end.get(0)).isNotNull();
        return end.get(0);
    }

    private static PayloadWriter begin() {
        return new PayloadWriter(64).bytes(new byte[SessionKeys.BYTES], 0, SessionKeys.BYTES);
    }

    @Test
    void whoTakesDifferences() throws InterruptedException {
        peer(out -> write(out, FrameType.BEGIN, begin().i64(DISK_BYTES)));
        MemoryFolder folder = new MemoryFolder();
        try (StorageFile file = folder.create("disk")) {
            file.setSize(DISK_BYTES);
        }
        try (VirtualDisk disk = new RawFormat().open(folder, "disk", Access.READ)) {
            SyncRequest request = new SyncRequest(
                    disk,
                    Optional.of(disk),
                    NOTHING,
                    Optional.of(RangeSet.of(0, DISK_BYTES)),
                    CancelFlag.NEVER,
                    ProgressListener.NONE);
            assertThat(cancel(() -> DifferenceTarget.run(link(), request, options()))
                            .code())
                    .isEqualTo("CANCELLED");
        }
    }

    private static final ChangeSink NOTHING = new ChangeSink() {
        @Override
        public void data(long offset, ByteBuffer data) {
            throw new AssertionError("nothing was sent");
        }

        @Override
        public void zero(long offset, long length) {
            throw new AssertionError("nothing was sent");
        }
    };

    @Test
    void whoSendsDifferences() throws InterruptedException {
        peer(out -> {});
        MemoryFolder folder = new MemoryFolder();
        try (StorageFile file = folder.create("disk")) {
            file.setSize(DISK_BYTES);
        }
        try (VirtualDisk disk = new RawFormat().open(folder, "disk", Access.READ)) {
            assertThat(cancel(() -> DifferenceSource.run(link(), disk, options()))
                            .code())
                    .isEqualTo("CANCELLED");
        }
    }

    @Test
    void whoIsBroughtUpToDate() throws InterruptedException {
        SyncTerms terms = new SyncTerms(Mode.DELTA, true, false, false);
        peer(out -> {
            PayloadWriter start = new PayloadWriter(256)
                    .bytes(new byte[SessionKeys.BYTES], 0, SessionKeys.BYTES)
                    .bytes(new byte[16], 0, 16)
                    .i64(DISK_BYTES);
            terms.write(start);
            write(out, FrameType.START, start.text("source"));
            out.write(FrameType.GO, new byte[0], 0);
        });
        assertThat(cancel(() -> TargetSession.run(link(), TargetImage.of(image), options()))
                        .code())
                .isIn("CANCELLED", "SYNC_INCOMPLETE");
    }

    @Test
    void whoBringsUpToDate() throws InterruptedException {
        SyncTerms terms = new SyncTerms(Mode.DELTA, false, false, false);
        peer(out -> out.write(FrameType.READY, new byte[0], 0));
        assertThat(cancel(() -> SourceSession.run(link(), SourceImage.of(image), terms, options()))
                        .code())
                .isEqualTo("CANCELLED");
    }

    /** Whoever ends a connection waits for the other end's last word no longer than the deadline, whatever keeps coming. */
    @Test
    void whoWaitsForTheLastWord() throws InterruptedException {
        peer(out -> {});
        step.set(TimeUnit.SECONDS.toNanos(1));
        Link link = link();
        List<Optional<SdrException>> told = Collections.synchronizedList(new ArrayList<>());
        Thread waits = start("drain", () -> {
            told.add(link.drain());
            link.abort();
        });
        waits.join(LONG_MILLIS);
        assertThat(waits.isAlive()).as("it still waits").isFalse();
        assertThat(told).containsExactly(Optional.empty());
    }
}
