package io.sdr.hyperv.vhdx;

import static org.assertj.core.api.Assertions.assertThat;

import io.sdr.api.spi.Access;
import io.sdr.api.spi.DiskShape;
import io.sdr.api.spi.DiskType;
import io.sdr.api.spi.Extent;
import io.sdr.api.spi.VirtualDisk;
import io.sdr.testkit.MemoryFolder;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Random work on a disk, compared with plain bytes in memory. */
class VhdxModelTest {
    private static final int MIB = 1 << 20;

    private final VhdxFormat format = new VhdxFormat();
    private final MemoryFolder folder = new MemoryFolder();

    @ParameterizedTest
    @CsvSource({"512, DYNAMIC, 1", "4096, DYNAMIC, 2", "512, FIXED, 3", "512, DIFFERENCING, 4", "4096, DIFFERENCING, 5"
    })
    void randomWorkReadsAsTheModel(int sector, DiskType type, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        DiskType base = type == DiskType.DIFFERENCING ? DiskType.DYNAMIC : type;
        byte[] model = new byte[5 * MIB + 3 * sector];
        DiskShape shape =
                DiskShape.of(model.length).sectorBytes(sector).blockBytes(MIB).type(base);
        VirtualDisk disk = format.create(folder, "a.vhdx", shape);
        String file = "a.vhdx";
        if (type == DiskType.DIFFERENCING) {
            work(disk, model, random, 20);
            disk.flush();
            disk.close();
            file = "b.vhdx";
            disk = format.createLayer(folder, file, "a.vhdx");
        }
        for (int round = 0; round < 6; round++) {
            work(disk, model, random, 40);
            compare(disk, model, seed);
            if (random.nextBoolean()) {
                disk.flush();
                disk.close();
                assertThat(format.check(folder, file)).as("seed " + seed).isEmpty();
                disk = format.open(folder, file, Access.WRITE);
                compare(disk, model, seed);
            }
            if (round % 2 == 1) {
                model = Arrays.copyOf(model, model.length + random.nextInt(1, 2000) * sector);
                disk.grow(model.length);
                compare(disk, model, seed);
            }
        }
        disk.close();
        assertThat(folder.openFiles()).isEmpty();
    }

    private static void work(VirtualDisk disk, byte[] model, SplittableRandom random, int times) {
        for (int i = 0; i < times; i++) {
            int from = random.nextInt(model.length);
            int length = Math.min(model.length - from, random.nextInt(1, random.nextInt(4) == 0 ? 3 * MIB : 9000));
            if (random.nextInt(4) == 0) {
                disk.zero(from, length);
                Arrays.fill(model, from, from + length, (byte) 0);
            } else {
                byte[] bytes = new byte[length];
                random.nextBytes(bytes);
                disk.write(from, ByteBuffer.wrap(bytes));
                System.arraycopy(bytes, 0, model, from, length);
            }
            if (random.nextInt(10) == 0) {
                disk.flush();
            }
        }
    }

    private static void compare(VirtualDisk disk, byte[] model, long seed) {
        assertThat(disk.sizeBytes()).isEqualTo(model.length);
        byte[] read = new byte[model.length];
        disk.read(0, ByteBuffer.wrap(read));
        assertThat(Arrays.mismatch(read, model))
                .as("first difference, seed " + seed)
                .isEqualTo(-1);
        long[] at = {0};
        disk.extents(0, model.length, (offset, length, extent) -> {
            assertThat(offset).isEqualTo(at[0]);
            at[0] = offset + length;
            if (extent == Extent.ZERO) {
                for (long i = offset; i < offset + length; i++) {
                    if (model[(int) i] != 0) {
                        throw new AssertionError("not zero at " + i + ", seed " + seed);
                    }
                }
            }
        });
        assertThat(at[0]).isEqualTo(model.length);
    }

    @Test
    void offsetsAreLongThroughout() {
        long size = 64L << 40;
        long at = (1L << 42) + 12_345;
        byte[] bytes = {1, 2, 3};
        try (VirtualDisk disk = format.create(folder, "big.vhdx", size)) {
            disk.write(at, ByteBuffer.wrap(bytes));
            disk.write(size - 3, ByteBuffer.wrap(bytes));
            disk.flush();
        }
        try (VirtualDisk disk = format.open(folder, "big.vhdx", Access.READ)) {
            for (long each : new long[] {at, size - 3}) {
                byte[] read = new byte[3];
                disk.read(each, ByteBuffer.wrap(read));
                assertThat(read).isEqualTo(bytes);
            }
            assertThat(disk.ownRanges().bytes()).isEqualTo(64L << 20);
        }
    }

    @Test
    void discardedSpaceIsUsedAgain() {
        byte[] bytes = new byte[8 * MIB];
        Arrays.fill(bytes, (byte) 7);
        try (VirtualDisk disk = format.create(folder, "a.vhdx", 64L * MIB)) {
            disk.write(0, ByteBuffer.wrap(bytes));
            disk.flush();
            long full = folder.find("a.vhdx").orElseThrow().sizeBytes();
            for (int round = 1; round < 8; round++) {
                disk.zero(0, 64L * MIB);
                disk.flush();
                assertThat(format.describe(folder, "a.vhdx").dataBytes()).isZero();
                disk.write(8L * MIB * round, ByteBuffer.wrap(bytes, 0, 100));
                disk.flush();
                byte[] rest = new byte[2 * MIB];
                disk.read(8L * MIB * round, ByteBuffer.wrap(rest));
                assertThat(rest[99]).isEqualTo((byte) 7);
                assertThat(rest[100]).isZero();
            }
            assertThat(folder.find("a.vhdx").orElseThrow().sizeBytes()).isEqualTo(full);
        }
    }
}
