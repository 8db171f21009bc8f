package io.sdr.benchmarks.jmh;

import io.sdr.api.spi.Access;
import io.sdr.api.spi.DiskShape;
import io.sdr.api.spi.LocalFolder;
import io.sdr.api.spi.VirtualDisk;
import io.sdr.hyperv.vhdx.VhdxFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
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

/** A sparse VHDX of 64 TiB, in 256 MiB of heap: how long opening takes, and telling where its data are. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(value = 1, jvmArgsAppend = "-Xmx256m")
@Warmup(iterations = 1, time = 1)
@Measurement(iterations = 3, time = 1)
public class ExtentsBenchmark {
    private static final long BYTES = 64L << 40;
    /** How many places have data. */
    static final int PLACES = 64;

    /** Size of the blocks in MiB. */
    @Param({"32", "1"})
    public int blockMib = 32;

    private final VhdxFormat format = new VhdxFormat();
    private Path temp = Path.of("");
    private LocalFolder folder = LocalFolder.of(temp);

    /**
     * Makes the disk.
     *
     * @throws IOException if there is no room
     */
    @Setup(Level.Trial)
    public void fill() throws IOException {
        temp = Files.createTempDirectory("sdr-extents");
        folder = LocalFolder.of(temp);
        DiskShape shape = DiskShape.of(BYTES).blockBytes(blockMib << 20);
        try (VirtualDisk disk = format.create(folder, "disk", shape)) {
            for (int i = 0; i < PLACES; i++) {
                disk.write(BYTES / PLACES * i, ByteBuffer.wrap(new byte[] {1}));
            }
            disk.flush();
        }
    }

    /**
     * Deletes the file.
     *
     * @throws IOException if that fails
     */
    @TearDown(Level.Trial)
    public void delete() throws IOException {
        format.delete(folder, "disk");
        Files.delete(temp);
    }

    /**
     * Opens the disk, which passes once over its table.
     *
     * @return its size
     */
    @Benchmark
    public long open() {
        try (VirtualDisk disk = format.open(folder, "disk", Access.READ)) {
            return disk.sizeBytes();
        }
    }

    /**
     * Opens the disk and tells its extents.
     *
     * @return how many there are
     */
    @Benchmark
    public long openAndExtents() {
        long[] count = {0};
        try (VirtualDisk disk = format.open(folder, "disk", Access.READ)) {
            disk.extents(0, BYTES, (offset, length, extent) -> count[0]++);
        }
        return count[0];
    }
}
