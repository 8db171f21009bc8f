package io.sdr.core.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sdr.api.InvalidRequestException;
import io.sdr.api.Problem;
import io.sdr.api.spi.Access;
import io.sdr.api.spi.CancelFlag;
import io.sdr.api.spi.DiskFormat;
import io.sdr.api.spi.ProgressListener;
import io.sdr.api.spi.RangeSet;
import io.sdr.api.spi.StorageException;
import io.sdr.api.spi.StorageFolder;
import io.sdr.api.spi.VirtualDisk;
import io.sdr.core.format.RawFormat;
import io.sdr.testkit.MemoryFolder;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeltaSyncTest {
    private static final int BLOCK = 64 << 10;

    private final DiskFormat format = new RawFormat();
    private final StorageFolder folder = new MemoryFolder();
    private final ExecutorService executor = Executors.newFixedThreadPool(7);

    @AfterEach
    void stopWorkers() {
        executor.shutdownNow();
    }

    /** Random disks with holes, zeros, equal and different parts, against a computation byte by byte. */
    @ParameterizedTest(name = "seeds from {0}")
    @ValueSource(longs = {100, 200, 300})
    void handsOnWhatAPlainComputationFinds(long first) {
        for (long seed = first; seed < first + 40; seed++) {
            try {
                compareWithPlainComputation(new Random(seed), seed);
            } catch (Throwable e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
    }

    private void compareWithPlainComputation(Random random, long seed) {
        int size = 1 + random.nextInt(9 * BLOCK);
        VirtualDisk source = disk("s" + seed, size, random, null);
        byte[] is = PlainSync.read(source);
        Optional<VirtualDisk> stale = random.nextInt(4) == 0
                ? Optional.empty()
                : Optional.of(disk("t" + seed, size, random, random.nextBoolean() ? is : null));
        Optional<RangeSet> candidates = random.nextBoolean() ? Optional.empty() : Optional.of(ranges(size, random));
        PlainSync plain = PlainSync.of(source, stale, candidates);
        Recorder sink = new Recorder(stale.map(PlainSync::read).orElseGet(() -> new byte[size]));
        long[] progress = {0, -1};
        SyncRequest request = new SyncRequest(source, stale, sink, candidates, CancelFlag.NEVER, (done, total) -> {
            assertThat(done).isBetween(progress[0], total);
            progress[0] = done;
            progress[1] = total;
        });
        SyncCounters counters = DeltaSync.run(seed % 2 == 0 ? request : request.by(workers(3)));
        assertThat(counters).isEqualTo(plain.counters());
        assertThat(Arrays.mismatch(sink.content, plain.result())).isEqualTo(-1);
        assertThat(sink.dataBytes).isEqualTo(counters.bytesMoved());
        assertThat(sink.zeroBytes).isEqualTo(counters.zeroBytes());
        assertThat(progress[0]).isEqualTo(progress[1]).isEqualTo(size - counters.knownUnchangedBytes());
        source.close();
        stale.ifPresent(VirtualDisk::close);
    }

    private SyncWorkers workers(int count) {
        return SyncWorkers.of(count, executor);
    }

    /** Into a disk, in whatever order the workers come: the disk is compared in the end. */
    @ParameterizedTest(name = "{0} workers")
    @ValueSource(ints = {1, 2, 3, 8})
    void severalWorkersWriteIntoTheSameDisk(int count) {
        for (long seed = 500; seed < 520; seed++) {
            Random random = new Random(seed);
            int size = 1 + random.nextInt(40 * BLOCK);
            VirtualDisk source = disk("s" + seed, size, random, null);
            VirtualDisk stale =
                    written("t" + seed, PlainSync.read(disk("o" + seed, size, random, PlainSync.read(source))));
            PlainSync plain = PlainSync.of(source, Optional.of(stale), Optional.empty());
            SyncCounters counters = DeltaSync.run(new SyncRequest(
                            source,
                            Optional.of(stale),
                            new DiskSink(stale),
                            Optional.empty(),
                            CancelFlag.NEVER,
                            ProgressListener.NONE)
                    .by(workers(count)));
            assertThat(counters).as("seed %d", seed).isEqualTo(plain.counters());
            assertThat(PlainSync.read(stale)).as("seed %d", seed).isEqualTo(PlainSync.read(source));
        }
    }

    @Test
    void whatAnyWorkerMeetsStopsAllAndIsThrown() {
        byte[] content = new byte[60 * BLOCK];
        new Random(9).nextBytes(content);
        VirtualDisk source = written("s", content);
        for (boolean inOrder : new boolean[] {true, false}) {
            AtomicInteger calls = new AtomicInteger();
            ChangeSink failing = new ChangeSink() {
                @Override
                public void data(long offset, ByteBuffer data) {
                    if (calls.incrementAndGet() == 5) {
                        throw new StorageException(Problem.of(StorageException.FULL));
                    }
                }

                @Override
                public void zero(long offset, long length) {}

                @Override
                public boolean inAnyOrder() {
                    return !inOrder;
                }
            };
            SyncRequest request = new SyncRequest(
                            source,
                            Optional.empty(),
                            failing,
                            Optional.empty(),
                            CancelFlag.NEVER,
                            ProgressListener.NONE)
                    .by(workers(4));
            assertThatThrownBy(() -> DeltaSync.run(request))
                    .isInstanceOfSatisfying(
                            StorageException.class, e -> assertThat(e.code()).isEqualTo(StorageException.FULL));
            // each of the others may have had one region in hand when it failed
            assertThat(calls.get()).isLessThanOrEqualTo(inOrder ? 5 : 8);
        }
    }

    /** An executor that runs nothing, or refuses, leaves it all to the calling thread. */
    @Test
    void anExecutorThatRunsNothingMakesItOnlySlower() {
        byte[] content = new byte[20 * BLOCK + 1];
        new Random(3).nextBytes(content);
        VirtualDisk source = written("s", content);
        List<Executor> executors = List.of(work -> {}, work -> {
            throw new RejectedExecutionException("no more");
        });
        for (int i = 0; i < executors.size(); i++) {
            VirtualDisk stale = format.create(folder, "t" + i, content.length);
            DeltaSync.run(new SyncRequest(
                            source,
                            Optional.of(stale),
                            new DiskSink(stale),
                            Optional.empty(),
                            CancelFlag.NEVER,
                            ProgressListener.NONE)
                    .by(SyncWorkers.of(3, executors.get(i))));
            assertThat(PlainSync.read(stale)).isEqualTo(content);
        }
    }

    /** A base with holes, written zeros and data; or a foreign file, all of which may be data. */
    private VirtualDisk disk(String name, int size, Random random, byte[] like) {
        byte[] content = new byte[size];
        VirtualDisk disk = format.create(folder, name, size);
        for (int at = 0; at < size; at += BLOCK) {
            int length = Math.min(BLOCK, size - at);
            if (like != null && random.nextInt(3) > 0) {
                System.arraycopy(like, at, content, at, length);
            }
            switch (random.nextInt(like == null ? 5 : 12)) {
                case 0 -> Arrays.fill(content, at, at + length, (byte) 0);
                case 1 -> content[at + random.nextInt(length)] ^= (byte) (1 + random.nextInt(255));
                case 2 -> {
                    byte[] bytes = new byte[random.nextInt(length + 1)];
                    random.nextBytes(bytes);
                    System.arraycopy(bytes, 0, content, at + random.nextInt(length - bytes.length + 1), bytes.length);
                }
                default -> {}
            }
            byte[] block = Arrays.copyOfRange(content, at, at + length);
            if (random.nextInt(6) == 0 || !Arrays.equals(block, new byte[length])) {
                disk.write(at, ByteBuffer.wrap(block)); // zeros too, now and then
            }
        }
        disk.flush();
        if (random.nextInt(4) == 0) {
            disk.close();
            folder.delete(RawFormat.mapOf(name));
            return format.open(folder, name, Access.READ);
        }
        return disk;
    }

    private static RangeSet ranges(int size, Random random) {
        RangeSet.Builder ranges = new RangeSet.Builder();
        for (int i = random.nextInt(5); i > 0; i--) {
            int offset = random.nextInt(size);
            ranges.add(offset, 1 + random.nextInt(size - offset));
        }
        for (int i = random.nextInt(5); i > 0; i--) {
            int offset = random.nextInt(size);
            ranges.add(offset, Math.min(size - offset, 1 + random.nextInt(5000)));
        }
        return ranges.build();
    }

    @Test
    void oneChangedByteMovesOneCell() {
        byte[] content = new byte[5 * BLOCK + 77];
        new Random(1).nextBytes(content);
        VirtualDisk source = written("s", content);
        for (int at : new int[] {0, 1, 4095, 4096, BLOCK - 1, BLOCK, 5 * BLOCK + 76}) {
            byte[] old = content.clone();
            old[at]++;
            VirtualDisk stale = written("t" + at, old);
            SyncCounters counters = run(source, Optional.of(stale), new DiskSink(stale));
            assertThat(counters.bytesCompared()).isEqualTo(content.length);
            assertThat(counters.bytesDiffering()).isEqualTo(at < 5 * BLOCK ? 4096 : 77);
            assertThat(counters.bytesMoved()).isEqualTo(counters.bytesDiffering());
            assertThat(PlainSync.read(stale)).isEqualTo(content);
        }
    }

    private VirtualDisk written(String name, byte[] content) {
        VirtualDisk disk = format.create(folder, name, content.length);
        disk.write(0, ByteBuffer.wrap(content));
        return disk;
    }

    private static SyncCounters run(VirtualDisk source, Optional<VirtualDisk> stale, ChangeSink sink) {
        return DeltaSync.run(
                new SyncRequest(source, stale, sink, Optional.empty(), CancelFlag.NEVER, ProgressListener.NONE));
    }

    @Test
    void holesOnBothSidesAreNotReadAndHolesInTheSourceBecomeZeros() {
        byte[] content = new byte[BLOCK];
        Arrays.fill(content, (byte) 3);
        VirtualDisk source = format.create(folder, "s", 100L << 30);
        source.write(50L << 30, ByteBuffer.wrap(content));
        VirtualDisk stale = format.create(folder, "t", 100L << 30);
        stale.write(7L << 30, ByteBuffer.wrap(content));
        Recorder sink = new Recorder(new byte[0]);
        SyncCounters counters = run(source, Optional.of(stale), sink);
        assertThat(counters)
                .isEqualTo(new SyncCounters(2 * BLOCK, 2 * BLOCK, BLOCK, 0, 0, BLOCK, (100L << 30) - 2 * BLOCK, 0));
    }

    @Test
    void disksOfDifferentSizesAreRefused() {
        VirtualDisk source = format.create(folder, "s", 10);
        VirtualDisk stale = format.create(folder, "t", 11);
        assertThatThrownBy(() -> run(source, Optional.of(stale), new DiskSink(stale)))
                .isInstanceOf(InvalidRequestException.class);
    }

    @Test
    void cancelledAtAnyBlockAndRunAgainItIsEqual() {
        byte[] content = new byte[20 * BLOCK + 5];
        new Random(2).nextBytes(content);
        VirtualDisk source = written("s", content);
        int cancelled = 0;
        for (int stopAt = 0; ; stopAt++) {
            VirtualDisk stale = format.create(folder, "t" + stopAt, content.length);
            int[] left = {stopAt};
            try {
                DeltaSync.run(new SyncRequest(
                        source,
                        Optional.of(stale),
                        new DiskSink(stale),
                        Optional.empty(),
                        () -> left[0]-- == 0,
                        ProgressListener.NONE));
                break;
            } catch (SyncCancelledException e) {
                assertThat(e.code()).isEqualTo("CANCELLED");
                cancelled++;
            }
            long rest = run(source, Optional.of(stale), new DiskSink(stale)).bytesMoved();
            assertThat(rest).isEqualTo(Math.max(0, content.length - stopAt * (128L << 10)));
            assertThat(PlainSync.read(stale)).isEqualTo(content);
        }
        assertThat(cancelled).isEqualTo(11);
    }

    @Test
    void theDigestIsThatOfThePlainBytesAndSkipsHoles() {
        Random random = new Random(4);
        int mib = 1 << 20;
        for (int size : new int[] {1, mib - 1, mib, mib + 1, 3 * mib + 513}) {
            byte[] content = new byte[size];
            VirtualDisk disk = format.create(folder, "d" + size, size);
            assertThat(DiskDigest.of(disk, CancelFlag.NEVER, ProgressListener.NONE)
                            .sha256())
                    .isEqualTo(PlainSync.digest(content));
            byte[] some = new byte[Math.min(size, 1000)];
            random.nextBytes(some);
            disk.write(size - some.length, ByteBuffer.wrap(some));
            System.arraycopy(some, 0, content, size - some.length, some.length);
            DiskDigest digest = DiskDigest.of(disk, CancelFlag.NEVER, ProgressListener.NONE);
            assertThat(digest.sha256()).isEqualTo(PlainSync.digest(content));
            assertThat(digest.bytesRead()).isLessThanOrEqualTo(mib + mib);
        }
    }

    /** Applies what it is handed; checks order and that no cell of zeros comes as data. */
    private static final class Recorder implements ChangeSink {
        private final byte[] content;
        private long end;
        private long dataBytes;
        private long zeroBytes;

        Recorder(byte[] content) {
            this.content = content;
        }

        @Override
        public void data(long offset, ByteBuffer data) {
            take(offset, data.remaining());
            dataBytes += data.remaining();
            byte[] bytes = new byte[data.remaining()];
            data.get(bytes);
            for (long at = offset; at < end; at = (at / 4096 + 1) * 4096) {
                int from = (int) (at - offset);
                int until = (int) (Math.min(end, (at / 4096 + 1) * 4096) - offset);
                assertThat(Arrays.equals(Arrays.copyOfRange(bytes, from, until), new byte[until - from]))
                        .isFalse();
            }
            if (content.length > 0) {
                System.arraycopy(bytes, 0, content, (int) offset, bytes.length);
            }
        }

        @Override
        public void zero(long offset, long length) {
            take(offset, length);
            zeroBytes += length;
            if (content.length > 0) {
                Arrays.fill(content, (int) offset, (int) (offset + length), (byte) 0);
            }
        }

        private void take(long offset, long length) {
            assertThat(offset).isGreaterThanOrEqualTo(end);
            assertThat(length).isPositive();
            end = offset + length;
        }
    }
}
