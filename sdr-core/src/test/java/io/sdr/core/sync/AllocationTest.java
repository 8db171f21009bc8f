package io.sdr.core.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.sdr.api.spi.CancelFlag;
import io.sdr.api.spi.LocalFolder;
import io.sdr.api.spi.ProgressListener;
import io.sdr.api.spi.VirtualDisk;
import io.sdr.core.format.RawFormat;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Comparing allocates nothing a block: what a larger disk costs more is the look at extents, once per 64 MiB. */
class AllocationTest {
    private static final long MIB = 1 << 20;

    @TempDir
    Path temp;

    @Test
    void aLargerDiskTakesNoMoreMemory() throws IOException {
        compare(64); // classes, caches
        long small = compare(64);
        long large = compare(192);
        long windows = (192 - 64) / 64;
        assertThat(large - small)
                .as("bytes for %d blocks of 64 KiB more", windows * 1024)
                .isLessThan(windows * 1024);
    }

    private long compare(int mib) throws IOException {
        Path file = temp.resolve(mib + ".img");
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.setLength(mib * MIB);
        }
        RawFormat format = new RawFormat();
        try (VirtualDisk one =
                        format.open(LocalFolder.of(temp), file.getFileName().toString(), io.sdr.api.spi.Access.READ);
                VirtualDisk other =
                        format.open(LocalFolder.of(temp), file.getFileName().toString(), io.sdr.api.spi.Access.READ)) {
            SyncRequest request = new SyncRequest(
                            one,
                            Optional.of(other),
                            new DiskSink(other),
                            Optional.empty(),
                            CancelFlag.NEVER,
                            ProgressListener.NONE)
                    .by(SyncWorkers.of(1, work -> {}));
            long before = allocatedBytes();
            SyncCounters counters = DeltaSync.run(request);
            long allocated = allocatedBytes() - before;
            assertThat(counters.bytesCompared()).isEqualTo(mib * MIB);
            return allocated;
        }
    }

    /** Asked by reflection: the module under test does not read those for management, nor may the compiler. */
    private static long allocatedBytes() {
        try {
            Object threads = Class.forName("java.lang.management.ManagementFactory")
                    .getMethod("getThreadMXBean")
                    .invoke(null);
            return (long) Class.forName("com.sun.management.ThreadMXBean")
                    .getMethod("getCurrentThreadAllocatedBytes")
                    .invoke(threads);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this Java platform does not count what a thread allocates", e);
        }
    }
}
