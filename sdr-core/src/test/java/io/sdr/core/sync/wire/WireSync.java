package io.sdr.core.sync.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.sdr.api.SdrException;
import io.sdr.api.spi.CancelFlag;
import io.sdr.api.spi.LocalFolder;
import io.sdr.api.spi.ProgressListener;
import io.sdr.api.spi.StorageFolder;
import io.sdr.core.sync.InPlaceSync;
import io.sdr.core.sync.SourceImage;
import io.sdr.core.sync.TargetImage;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Function;

/** A sync between two ends in one process, over a connection in memory, and what became of each end. */
final class WireSync {
    private static final long LONG_MILLIS = 60_000;

    private final List<Thread> threads = new ArrayList<>();
    private Function<Path, StorageFolder> storage = LocalFolder::of;
    private SyncTerms terms = new SyncTerms(InPlaceSync.Mode.DELTA, false, false, true);
    private Function<SessionKeys, Fingerprint> fingerprint = GcmFingerprint::new;
    private int stopWindow = 256;
    private int streamWindow = Sizes.STREAM_WINDOW_FRAMES;
    private CancelFlag cancel = CancelFlag.NEVER;
    private Compression compression = Compression.NEVER;
    private int breakSource = MemoryDuplex.NEVER;
    private int breakTarget = MemoryDuplex.NEVER;

    /** What an end came to. */
    record End(Optional<InPlaceSync.Outcome> outcome, Optional<SdrException> failure) {
        InPlaceSync.Outcome done() {
            failure.ifPresent(e -> {
                throw new AssertionError("failed", e);
            });
            return outcome.orElseThrow();
        }

        String code() {
            return failure.map(SdrException::code).orElse("none");
        }
    }

    record Result(End source, End target, int sourceFrames, int targetFrames, long sourceBytes, long targetBytes) {}

    WireSync mode(InPlaceSync.Mode mode) {
        terms = new SyncTerms(mode, terms.resizing(), terms.verifying(), terms.forcing());
        return this;
    }

    WireSync resizing() {
        terms = new SyncTerms(terms.mode(), true, terms.verifying(), terms.forcing());
        return this;
    }

    WireSync verifying() {
        terms = new SyncTerms(terms.mode(), terms.resizing(), true, terms.forcing());
        return this;
    }

    WireSync fingerprint(Function<SessionKeys, Fingerprint> other) {
        fingerprint = other;
        return this;
    }

    WireSync stopWindow(int units) {
        stopWindow = units;
        return this;
    }

    WireSync streamWindow(int frames) {
        streamWindow = frames;
        return this;
    }

    WireSync cancelledBy(CancelFlag flag) {
        cancel = flag;
        return this;
    }

    WireSync compressing(Compression choice) {
        compression = choice;
        return this;
    }

    WireSync on(Function<Path, StorageFolder> other) {
        storage = other;
        return this;
    }

    WireSync breaking(int atSourceWrite, int atTargetWrite) {
        breakSource = atSourceWrite;
        breakTarget = atTargetWrite;
        return this;
    }

    Result run(Path source, Path target) {
        MemoryDuplex[] ends = MemoryDuplex.pair(LONG_MILLIS, breakSource, breakTarget);
        Executor executor = work -> {
            Thread thread = new Thread(work, "wire");
            synchronized (threads) {
                threads.add(thread);
            }
            thread.start();
        };
        LinkOptions link = new LinkOptions(executor, Duration.ofMillis(LONG_MILLIS)).compressing(() -> compression);
        SessionOptions options = new SessionOptions(
                new SecureRandom(), cancel, ProgressListener.NONE, fingerprint, stopWindow, streamWindow);
        List<End> targetEnd = new ArrayList<>();
        Thread other = new Thread(() -> targetEnd.add(
                end(() -> TargetSession.run(new Link(ends[1], link), TargetImage.of(target, storage), options))));
        other.start();
        End sourceEnd =
                end(() -> SourceSession.run(new Link(ends[0], link), SourceImage.of(source, storage), terms, options));
        join(other);
        List<Thread> all;
        synchronized (threads) {
            all = List.copyOf(threads);
        }
        all.forEach(WireSync::join);
        return new Result(
                sourceEnd, targetEnd.get(0), ends[0].frames(), ends[1].frames(), ends[0].written(), ends[1].written());
    }

    private static void join(Thread thread) {
        try {
            thread.join(LONG_MILLIS);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        assertThat(thread.isAlive()).as("%s is left over", thread).isFalse();
    }

    private static End end(java.util.function.Supplier<InPlaceSync.Outcome> session) {
        try {
            return new End(Optional.of(session.get()), Optional.empty());
        } catch (SdrException e) {
            return new End(Optional.empty(), Optional.of(e));
        }
    }
}
