package io.sdr.benchmarks.jmh;

import io.sdr.api.spi.Access;
import io.sdr.api.spi.CancelFlag;
import io.sdr.api.spi.DiskFormat;
import io.sdr.api.spi.LocalFolder;
import io.sdr.api.spi.ProgressListener;
import io.sdr.api.spi.VirtualDisk;
import io.sdr.core.format.RawFormat;
import io.sdr.core.sync.ChangeSink;
import io.sdr.core.sync.DeltaSync;
import io.sdr.core.sync.SyncCounters;
import io.sdr.core.sync.SyncRequest;
import io.sdr.core.sync.SyncWorkers;
import io.sdr.hyperv.vhd.VhdFormat;
import io.sdr.hyperv.vhdx.VhdxFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Dynamic disks beside raw ones, read and written by the sync engine with one and two workers: how long 256 MiB of random bytes take.
 * Files lie in the folder for temporary files; nothing is measured of the time that they take to be durable but what {@link #write}
 * forces.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class DiskFormatBenchmark {
    /** Size of the disks in bytes. */
    static final int BYTES = 256 << 20;

    /** The format of the disks. */
    @Param({"raw", "vhdx", "vhd"})
    public String format = "raw";

    /** How many workers the engine has. */
    @Param({"1", "2"})
    public int workers = 1;

    private final ExecutorService threads = Executors.newSingleThreadExecutor();
    private final byte[] content = new byte[BYTES];
    private DiskFormat formats = new RawFormat();
    private Path temp = Path.of("");
    private LocalFolder folder = LocalFolder.of(temp);

    /**
     * Makes the disk to read.
     *
     * @throws IOException if there is no room
     */
    @Setup(Level.Trial)
    public void fill() throws IOException {
        new Random(1).nextBytes(content);
        formats = format.equals("vhdx") ? new VhdxFormat() : format.equals("vhd") ? new VhdFormat() : new RawFormat();
        temp = Files.createTempDirectory("sdr-formats");
        folder = LocalFolder.of(temp);
        try (VirtualDisk disk = formats.create(folder, "source", BYTES)) {
            disk.write(0, ByteBuffer.wrap(content));
            disk.flush();
        }
    }

    /**
     * Deletes the files.
     *
     * @throws IOException if that fails
     */
    @TearDown(Level.Trial)
    public void delete() throws IOException {
        threads.shutdown();
        formats.delete(folder, "source");
        Files.delete(temp);
    }

    /**
     * Reads a disk from begin to end.
     *
     * @return what was done
     */
    @Benchmark
    public SyncCounters read() {
        try (VirtualDisk disk = formats.open(folder, "source", Access.READ)) {
            return copy(disk, new Into(Optional.empty()));
        }
    }

    /**
     * Makes a disk, writes it from begin to end, and forces it.
     *
     * @return what was done
     */
    @Benchmark
    public SyncCounters write() {
        try (VirtualDisk disk = formats.create(folder, "target", BYTES)) {
            SyncCounters done = copy(ArrayDisk.of(content), new Into(Optional.of(disk)));
            disk.flush();
            return done;
        } finally {
            formats.delete(folder, "target");
        }
    }

    private SyncCounters copy(VirtualDisk source, ChangeSink sink) {
        return DeltaSync.run(new SyncRequest(
                        source, Optional.empty(), sink, Optional.empty(), CancelFlag.NEVER, ProgressListener.NONE)
                .by(SyncWorkers.of(workers, threads)));
    }

    /** Takes what is read, into a disk if there is one. */
    private record Into(Optional<VirtualDisk> target) implements ChangeSink {
        @Override
        public boolean inAnyOrder() {
            return true;
        }

        @Override
        public void data(long offset, ByteBuffer data) {
            target.ifPresent(disk -> disk.write(offset, data));
            data.position(data.limit());
        }

        @Override
        public void zero(long offset, long length) {
            target.ifPresent(disk -> disk.zero(offset, length));
        }
    }
}
