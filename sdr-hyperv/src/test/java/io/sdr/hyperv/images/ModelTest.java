package io.sdr.hyperv.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sdr.api.InvalidRequestException;
import io.sdr.api.spi.Access;
import io.sdr.api.spi.DiskFormat;
import io.sdr.api.spi.DiskShape;
import io.sdr.api.spi.DiskType;
import io.sdr.api.spi.Extent;
import io.sdr.api.spi.ForwardingFile;
import io.sdr.api.spi.ForwardingFolder;
import io.sdr.api.spi.StorageFile;
import io.sdr.api.spi.VirtualDisk;
import io.sdr.hyperv.vhd.VhdFormat;
import io.sdr.hyperv.vhdx.VhdxFormat;
import io.sdr.testkit.MemoryFolder;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Random work on a disk, compared with plain bytes in memory. */
class ModelTest {
    private static final int MIB = 1 << 20;

    private final MemoryFolder folder = new MemoryFolder();

    static DiskFormat format(String name) {
        return name.equals("vhd") ? new VhdFormat() : new VhdxFormat();
    }

    private static DiskShape shape(String format, long bytes, int sector, DiskType type) {
        DiskShape shape = DiskShape.of(bytes).type(type).sectorBytes(sector);
        return format.equals("vhd") && type == DiskType.FIXED ? shape : shape.blockBytes(MIB);
    }

    @ParameterizedTest
    @CsvSource({
        "vhdx, 512, DYNAMIC, 1",
        "vhdx, 4096, DYNAMIC, 2",
        "vhdx, 512, FIXED, 3",
        "vhdx, 512, DIFFERENCING, 4",
        "vhdx, 4096, DIFFERENCING, 5",
        "vhd, 512, DYNAMIC, 6",
        "vhd, 512, FIXED, 7",
        "vhd, 512, DIFFERENCING, 8"
    })
    void randomWorkReadsAsTheModel(String name, int sector, DiskType type, long seed) {
        DiskFormat format = format(name);
        SplittableRandom random = new SplittableRandom(seed);
        DiskType base = type == DiskType.DIFFERENCING ? DiskType.DYNAMIC : type;
        byte[] model = new byte[5 * MIB + 3 * sector];
        VirtualDisk disk = format.create(folder, "a", shape(name, model.length, sector, base));
        String file = "a";
        if (type == DiskType.DIFFERENCING) {
            work(disk, model, random, 20);
            disk.flush();
            disk.close();
            file = "b";
            disk = format.createLayer(folder, file, "a");
        }
        boolean grows = !name.equals("vhd") || type != DiskType.FIXED;
        for (int round = 0; round < 6; round++) {
            work(disk, model, random, 40);
            compare(disk, model, seed);
            if (random.nextBoolean()) {
                disk.flush();
                disk.close();
                assertThat(format.check(folder, file)).as("seed " + seed).isEmpty();
                assertThat(format.describe(folder, file).logDirty()).isFalse();
                disk = format.open(folder, file, Access.WRITE);
                compare(disk, model, seed);
            }
            if (round % 2 == 1 && grows) {
                model = Arrays.copyOf(model, model.length + random.nextInt(1, 2000) * sector);
                disk.grow(model.length);
                compare(disk, model, seed);
            }
        }
        disk.close();
        assertThat(format.check(folder, file)).as("seed " + seed).isEmpty();
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

    @ParameterizedTest
    @CsvSource({"vhdx, 70368744177664", "vhd, 2190433320960"})
    void offsetsAreLongThroughout(String name, long size) {
        DiskFormat format = format(name);
        long[] places = {
            1L << 31, (1L << 32) - 1, (1L << 40) + 12_345, Math.min((1L << 42) + 12_345, size - 9), size - 3
        };
        byte[] bytes = {1, 2, 3};
        try (VirtualDisk disk = format.create(folder, "big", size)) {
            for (long each : places) {
                disk.write(each, ByteBuffer.wrap(bytes));
            }
            disk.flush();
        }
        try (VirtualDisk disk = format.open(folder, "big", Access.READ)) {
            for (long each : places) {
                byte[] read = new byte[3];
                disk.read(each, ByteBuffer.wrap(read));
                assertThat(read).isEqualTo(bytes);
            }
            assertThat(disk.ownRanges().bytes()).isLessThan(200L << 20);
        }
        assertThat(format.check(folder, "big")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"vhdx", "vhd"})
    void discardedSpaceIsUsedAgain(String name) {
        DiskFormat format = format(name);
        byte[] bytes = new byte[8 * MIB];
        Arrays.fill(bytes, (byte) 7);
        try (VirtualDisk disk = format.create(folder, "a", 64L * MIB)) {
            disk.write(0, ByteBuffer.wrap(bytes));
            disk.flush();
            long full = folder.find("a").orElseThrow().sizeBytes();
            for (int round = 1; round < 8; round++) {
                disk.zero(0, 64L * MIB);
                disk.flush();
                assertThat(format.describe(folder, "a").dataBytes()).isZero();
                disk.write(8L * MIB * round, ByteBuffer.wrap(bytes, 0, 100));
                disk.flush();
                byte[] rest = new byte[2 * MIB];
                disk.read(8L * MIB * round, ByteBuffer.wrap(rest));
                assertThat(rest[99]).isEqualTo((byte) 7);
                assertThat(rest[100]).isZero();
            }
            assertThat(folder.find("a").orElseThrow().sizeBytes()).isEqualTo(full);
        }
        try (VirtualDisk disk = format.open(folder, "a", Access.WRITE)) {
            long full = folder.find("a").orElseThrow().sizeBytes();
            disk.write(0, ByteBuffer.wrap(bytes, 0, 4 * MIB));
            disk.flush();
            assertThat(folder.find("a").orElseThrow().sizeBytes())
                    .as("space that was free when the file was opened")
                    .isLessThanOrEqualTo(full);
        }
    }

    /** Parts in any order, and others of the same block before: what fills a block is written, and hardly anything else. */
    @ParameterizedTest
    @CsvSource({"vhdx, 131072", "vhdx, 1048576", "vhd, 131072", "vhd, 1048576"})
    void spaceThatIsUsedAgainIsWrittenOnce(String name, int partBytes) {
        DiskFormat format = format(name);
        long[] written = {0};
        ForwardingFolder counting = new ForwardingFolder(folder) {
            @Override
            protected StorageFile wrap(String file, StorageFile storage) {
                return new ForwardingFile(storage) {
                    @Override
                    public void write(long position, ByteBuffer from) {
                        written[0] += from.remaining();
                        super.write(position, from);
                    }
                };
            }
        };
        byte[] bytes = new byte[8 * MIB];
        new SplittableRandom(5).nextBytes(bytes);
        try (VirtualDisk disk = format.create(counting, "a", shape(name, bytes.length, 512, DiskType.DYNAMIC))) {
            byte[] model = new byte[bytes.length];
            Arrays.fill(model, (byte) 90);
            disk.write(0, ByteBuffer.wrap(model));
            disk.zero(0, bytes.length);
            disk.flush();
            Arrays.fill(model, (byte) 0);
            written[0] = 0;
            int parts = bytes.length / partBytes;
            for (int i = 0; i < parts; i++) {
                int at = i * 5 % parts * partBytes;
                disk.write(at, ByteBuffer.wrap(bytes, at, partBytes));
                System.arraycopy(bytes, at, model, at, partBytes);
                if (i == parts / 3) {
                    compare(disk, model, 5);
                }
            }
            disk.flush();
            compare(disk, bytes, 5);
        }
        assertThat(folder.find("a").orElseThrow().sizeBytes()).isLessThan(bytes.length + 5L * MIB);
        assertThat(written[0]).isLessThan(bytes.length + MIB / 4);
    }

    @ParameterizedTest
    @ValueSource(strings = {"vhdx", "vhd"})
    void readersSeeTheirOwnPartsWhileOthersAllocateAndDiscard(String name) throws Exception {
        DiskFormat format = format(name);
        ExecutorService threads = Executors.newFixedThreadPool(4);
        byte[] steady = new byte[3 * MIB];
        new SplittableRandom(1).nextBytes(steady);
        try (VirtualDisk disk = format.create(folder, "a", 64L * MIB)) {
            disk.write(MIB, ByteBuffer.wrap(steady));
            List<Future<?>> done = new ArrayList<>();
            for (int reader = 0; reader < 3; reader++) {
                SplittableRandom random = new SplittableRandom(reader);
                done.add(threads.submit(() -> {
                    for (int i = 0; i < 300; i++) {
                        int from = random.nextInt(steady.length - 5000);
                        byte[] read = new byte[5000];
                        disk.read(MIB + from, ByteBuffer.wrap(read));
                        if (Arrays.mismatch(read, 0, 5000, steady, from, from + 5000) >= 0) {
                            throw new AssertionError("other bytes at " + from);
                        }
                    }
                }));
            }
            done.add(threads.submit(() -> {
                for (int i = 0; i < 40; i++) {
                    disk.write(8L * MIB + i % 20 * 2L * MIB, ByteBuffer.wrap(steady, 0, MIB));
                    if (i % 3 == 0) {
                        disk.zero(8L * MIB, 40L * MIB);
                        disk.flush();
                    }
                }
            }));
            for (Future<?> each : done) {
                each.get();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @ParameterizedTest
    @CsvSource({"vhdx, false", "vhdx, true", "vhd, false", "vhd, true"})
    void writersOfTheSameNewBlocksLoseNothing(String name, boolean usedSpace) throws Exception {
        DiskFormat format = format(name);
        int writers = 3;
        int piece = 10_007;
        byte[] model = new byte[12 * MIB];
        new SplittableRandom(7).nextBytes(model);
        ExecutorService threads = Executors.newFixedThreadPool(writers + 1);
        try (VirtualDisk disk = format.create(folder, "a", shape(name, model.length, 512, DiskType.DYNAMIC))) {
            if (usedSpace) {
                disk.write(0, ByteBuffer.wrap(new byte[model.length]));
                disk.zero(0, model.length);
                disk.flush();
            }
            List<Future<?>> done = new ArrayList<>();
            for (int writer = 0; writer < writers; writer++) {
                int first = writer * piece;
                done.add(threads.submit(() -> {
                    for (int at = first; at < model.length; at += writers * piece) {
                        disk.write(at, ByteBuffer.wrap(model, at, Math.min(piece, model.length - at)));
                    }
                }));
            }
            done.add(threads.submit(() -> {
                for (int i = 0; i < 50; i++) {
                    disk.flush();
                }
            }));
            for (Future<?> each : done) {
                each.get();
            }
            compare(disk, model, 7);
            disk.flush();
        } finally {
            threads.shutdownNow();
        }
        assertThat(format.check(folder, "a")).isEmpty();
        try (VirtualDisk disk = format.open(folder, "a", Access.READ)) {
            compare(disk, model, 7);
        }
    }

    /** Makes a child of 3 MiB and a sector over a parent of 20 MiB of ones; VHDX has no checksum over the size. */
    private void smallChild() {
        VhdxFormat format = new VhdxFormat();
        try (VirtualDisk parent = format.create(folder, "a", 20L * MIB)) {
            byte[] ones = new byte[20 * MIB];
            Arrays.fill(ones, (byte) 1);
            parent.write(0, ByteBuffer.wrap(ones));
            parent.flush();
        }
        format.createLayer(folder, "b", "a").close();
        try (StorageFile child = folder.open("b", Access.WRITE)) {
            ByteBuffer size = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
            child.write(2 * MIB + 65_536 + 8, size.putLong(0, 3 * MIB + 512));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ABSENT", "PARTIAL", "FULL", "ZERO"})
    void whatAChildGrowsByDoesNotShowItsLargerParent(String lastBlock) {
        smallChild();
        byte[] expected = new byte[30 * MIB];
        Arrays.fill(expected, 0, 3 * MIB + 512, (byte) 1);
        VhdxFormat format = new VhdxFormat();
        try (VirtualDisk child = format.open(folder, "b", Access.WRITE)) {
            int from = lastBlock.equals("PARTIAL") ? 3 * MIB : 2 * MIB;
            byte[] twos = new byte[3 * MIB + 512 - from];
            Arrays.fill(twos, lastBlock.equals("ZERO") ? 0 : (byte) 2);
            if (lastBlock.equals("ZERO")) {
                child.zero(from, twos.length);
            } else if (!lastBlock.equals("ABSENT")) {
                child.write(from, ByteBuffer.wrap(twos));
            }
            if (!lastBlock.equals("ABSENT")) {
                System.arraycopy(twos, 0, expected, from, twos.length);
            }
            child.grow(9L * MIB);
            compare(child, Arrays.copyOf(expected, 9 * MIB), 0);
            child.grow(30L * MIB);
            compare(child, expected, 0);
        }
        assertThat(format.check(folder, "b")).isEmpty();
        try (VirtualDisk child = format.open(folder, "b", Access.READ)) {
            compare(child, expected, 0);
        }
    }

    @Test
    void aTableThatMovesHidesALargerParentToo() {
        smallChild();
        long large = 600L << 30;
        try (VirtualDisk child = new VhdxFormat().open(folder, "b", Access.WRITE)) {
            child.grow(large);
            List<String> extents = new ArrayList<>();
            child.extents(0, large, (at, length, extent) -> extents.add(at + " " + length + " " + extent));
            assertThat(extents).containsExactly("0 " + 4 * MIB + " DATA", 4 * MIB + " " + (large - 4 * MIB) + " ZERO");
        }
    }

    /** The new place is where the footer was, beside the old table: a page of it may be in the cache. */
    @Test
    void aVhdTableThatMovesIsReadAtItsNewPlaceAtOnce() {
        VhdFormat format = new VhdFormat();
        long large = 1L << 30;
        byte[] begin = new byte[MIB];
        format.create(folder, "a", 3L * MIB).close();
        try (VirtualDisk disk = format.open(folder, "a", Access.WRITE)) {
            compare(disk, new byte[3 * MIB], 0);
            disk.grow(large);
            List<String> extents = new ArrayList<>();
            disk.extents(0, large, (at, length, extent) -> extents.add(at + " " + length + " " + extent));
            assertThat(extents).containsExactly("0 " + large + " ZERO");
            begin[5] = 7;
            disk.write(0, ByteBuffer.wrap(begin));
            disk.flush();
        }
        assertThat(format.check(folder, "a")).isEmpty();
        try (VirtualDisk disk = format.open(folder, "a", Access.READ)) {
            byte[] read = new byte[MIB];
            disk.read(0, ByteBuffer.wrap(read));
            assertThat(read).isEqualTo(begin);
        }
    }

    @Test
    void aVhdChildDoesNotGrowBeforeALargerParent() {
        VhdFormat format = new VhdFormat();
        format.create(folder, "a", 3L * MIB).close();
        format.createLayer(folder, "b", "a").close();
        try (VirtualDisk parent = format.open(folder, "a", Access.WRITE)) {
            parent.grow(20L * MIB);
        }
        try (VirtualDisk child = format.open(folder, "b", Access.WRITE)) {
            assertThatThrownBy(() -> child.grow(9L * MIB)).isInstanceOf(InvalidRequestException.class);
            assertThat(child.sizeBytes()).isEqualTo(3L * MIB);
            child.write(0, ByteBuffer.wrap(new byte[] {5}));
            child.flush();
        }
        assertThat(format.check(folder, "b")).isEmpty();
    }
}
