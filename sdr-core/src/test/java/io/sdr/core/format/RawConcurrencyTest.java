package io.sdr.core.format;

import static org.assertj.core.api.Assertions.assertThat;

import io.sdr.api.spi.Access;
import io.sdr.api.spi.DiskFormat;
import io.sdr.api.spi.LocalFolder;
import io.sdr.api.spi.StorageFolder;
import io.sdr.api.spi.VirtualDisk;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Several writers, each in its own eighth of every block, while others flush, read and ask for extents. */
class RawConcurrencyTest {
    private static final int BLOCKS = 40;
    private static final int SIZE = BLOCKS * RawDisk.BLOCK + 99;
    private static final int WRITERS = 4;
    private static final int PART = RawDisk.BLOCK / 8;
    private static final byte OLD = 77;

    private final DiskFormat format = new RawFormat();

    @ParameterizedTest(name = "layer: {0}")
    @ValueSource(booleans = {false, true})
    void nobodyLosesOrSeesWhatIsNotThere(boolean layer, @TempDir Path temp)
            throws InterruptedException, ExecutionException {
        StorageFolder folder = LocalFolder.of(temp);
        VirtualDisk disk = format.create(folder, "base.raw", SIZE);
        fill(disk);
        if (layer) {
            disk.close();
            disk = format.createLayer(folder, "layer.raw", "base.raw");
        }
        run(disk);
        disk.close();
        try (VirtualDisk again = format.open(folder, layer ? "layer.raw" : "base.raw", Access.READ)) {
            verify(DiskModel.read(again));
        }
    }

    /** The last eighth of every other block holds something that no writer touches. */
    private static void fill(VirtualDisk disk) {
        byte[] old = new byte[PART];
        Arrays.fill(old, OLD);
        for (int block = 0; block < BLOCKS; block += 2) {
            disk.write((long) block * RawDisk.BLOCK + 7 * PART, ByteBuffer.wrap(old));
        }
        disk.flush();
    }

    private static void run(VirtualDisk disk) throws InterruptedException, ExecutionException {
        ExecutorService threads = Executors.newFixedThreadPool(WRITERS + 2);
        try {
            List<Future<?>> work = new ArrayList<>();
            for (int writer = 0; writer < WRITERS; writer++) {
                int mine = writer;
                work.add(threads.submit(() -> write(disk, mine)));
            }
            work.add(threads.submit(() -> read(disk)));
            work.add(threads.submit(() -> {
                for (int i = 0; i < 10; i++) {
                    disk.flush();
                }
            }));
            for (Future<?> each : work) {
                each.get();
            }
            disk.flush();
        } finally {
            threads.shutdown();
        }
    }

    private static void write(VirtualDisk disk, int writer) {
        byte[] bytes = new byte[PART];
        Arrays.fill(bytes, (byte) (writer + 1));
        for (int i = 0; i < BLOCKS; i++) {
            long block = i * 7L % BLOCKS;
            disk.write(block * RawDisk.BLOCK + (long) writer * PART, ByteBuffer.wrap(bytes));
        }
    }

    /** What nobody writes reads the same at any moment, whatever happens to the rest of its block. */
    private static void read(VirtualDisk disk) {
        for (int i = 0; i < 10 * BLOCKS; i++) {
            int block = i * 3 % BLOCKS;
            ByteBuffer part = ByteBuffer.allocate(PART);
            disk.read((long) block * RawDisk.BLOCK + 7 * PART, part);
            byte expected = block % 2 == 0 ? OLD : 0;
            for (byte each : part.array()) {
                assertThat(each == expected).isTrue();
            }
            disk.extents(0, SIZE, (offset, length, extent) -> assertThat(length).isPositive());
        }
    }

    private static void verify(byte[] content) {
        for (int block = 0; block < BLOCKS; block++) {
            for (int part = 0; part < 8; part++) {
                int from = block * RawDisk.BLOCK + part * PART;
                byte[] expected = new byte[PART];
                Arrays.fill(expected, (byte) (part < WRITERS ? part + 1 : part == 7 && block % 2 == 0 ? OLD : 0));
                assertThat(Arrays.equals(content, from, from + PART, expected, 0, PART))
                        .as("block %d, part %d", block, part)
                        .isTrue();
            }
        }
    }
}
