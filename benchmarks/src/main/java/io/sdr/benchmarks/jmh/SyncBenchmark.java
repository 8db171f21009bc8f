package io.sdr.benchmarks.jmh;

import io.sdr.api.spi.CancelFlag;
import io.sdr.api.spi.ProgressListener;
import io.sdr.core.sync.ChangeSink;
import io.sdr.core.sync.DeltaSync;
import io.sdr.core.sync.SyncCounters;
import io.sdr.core.sync.SyncRequest;
import io.sdr.core.sync.SyncWorkers;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The delta sync engine on disks in memory, with one worker: how long 64 MiB take. Beside it stands the limit, a copy of as many
 * bytes as the engine reads.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class SyncBenchmark {
    /** Size of the disks in bytes. */
    static final int BYTES = 64 << 20;

    private static final int PAGE = 4096;
    private static final long SPARSE_BYTES = 1L << 40;
    private static final SyncWorkers ONE = SyncWorkers.of(1, work -> {});

    private final byte[] source = new byte[BYTES];
    private final byte[] onePerCent = new byte[BYTES];
    private final byte[] allPages = new byte[BYTES];
    private final byte[] zeros = new byte[BYTES];
    private final ByteBuffer copy = ByteBuffer.allocateDirect(256 << 10);

    /** Fills the disks. */
    @Setup(Level.Trial)
    public void fill() {
        new Random(1).nextBytes(source);
        System.arraycopy(source, 0, onePerCent, 0, BYTES);
        System.arraycopy(source, 0, allPages, 0, BYTES);
        for (int page = 0; page < BYTES / PAGE; page++) {
            allPages[page * PAGE + page % PAGE]++;
            if (page % 100 == 0) {
                onePerCent[page * PAGE + page % PAGE]++;
            }
        }
    }

    /**
     * Compares disks that are equal.
     *
     * @return what was done
     */
    @Benchmark
    public SyncCounters equal() {
        return sync(source, Optional.of(source));
    }

    /**
     * Finds one page in a hundred.
     *
     * @return what was done
     */
    @Benchmark
    public SyncCounters onePerCent() {
        return sync(source, Optional.of(onePerCent));
    }

    /**
     * Finds that every page differs.
     *
     * @return what was done
     */
    @Benchmark
    public SyncCounters allPages() {
        return sync(source, Optional.of(allPages));
    }

    /**
     * Tests a disk of random bytes for zeros, as a full copy does.
     *
     * @return what was done
     */
    @Benchmark
    public SyncCounters zeroTestOfData() {
        return sync(source, Optional.empty());
    }

    /**
     * Tests a disk of zeros for zeros.
     *
     * @return what was done
     */
    @Benchmark
    public SyncCounters zeroTestOfZeros() {
        return sync(zeros, Optional.empty());
    }

    /**
     * Walks over 1 TiB that both sides know to be a hole: the scheduler of regions alone.
     *
     * @return what was done
     */
    @Benchmark
    public SyncCounters holesOfOneTebibyte() {
        ArrayDisk hole = ArrayDisk.hole(SPARSE_BYTES);
        return DeltaSync.run(request(hole, Optional.of(hole)));
    }

    /**
     * The limit: reads both disks and does nothing with them.
     *
     * @return the last byte
     */
    @Benchmark
    public byte copyOfBoth() {
        for (byte[] each : Arrays.asList(source, onePerCent)) {
            for (int at = 0; at < BYTES; at += copy.capacity()) {
                copy.clear().put(each, at, copy.capacity());
            }
        }
        return copy.get(copy.capacity() - 1);
    }

    private static SyncCounters sync(byte[] source, Optional<byte[]> stale) {
        return DeltaSync.run(request(ArrayDisk.of(source), stale.map(ArrayDisk::of)));
    }

    private static SyncRequest request(ArrayDisk source, Optional<ArrayDisk> stale) {
        return new SyncRequest(
                        source,
                        stale.map(each -> each),
                        Nowhere.SINK,
                        Optional.empty(),
                        CancelFlag.NEVER,
                        ProgressListener.NONE)
                .by(ONE);
    }

    /** Takes differences and does nothing with them. */
    private enum Nowhere implements ChangeSink {
        SINK;

        @Override
        public boolean inAnyOrder() {
            return true;
        }

        @Override
        public void data(long offset, ByteBuffer data) {
            data.position(data.limit());
        }

        @Override
        public void zero(long offset, long length) {}
    }
}
