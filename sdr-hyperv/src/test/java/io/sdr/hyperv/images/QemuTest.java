package io.sdr.hyperv.images;

import static org.assertj.core.api.Assertions.assertThat;

import io.sdr.api.spi.Access;
import io.sdr.api.spi.DiskDescription;
import io.sdr.api.spi.DiskFormat;
import io.sdr.api.spi.DiskShape;
import io.sdr.api.spi.DiskType;
import io.sdr.api.spi.Extent;
import io.sdr.api.spi.LocalFolder;
import io.sdr.api.spi.RangeSet;
import io.sdr.api.spi.VirtualDisk;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Images go between this writer and QEMU's, both ways. */
class QemuTest {
    private static final int SIZE = (40 << 20) + 512;
    private static final long GIB = 1L << 30;

    @TempDir
    Path temp;

    private Tools tools = new Tools(Path.of(""));
    private LocalFolder folder = LocalFolder.of(Path.of("."));

    @BeforeEach
    void inTemp() {
        tools = new Tools(temp);
        folder = LocalFolder.of(temp);
    }

    private static String qemu(DiskFormat format) {
        return format.name().equals("vhd") ? "vpc" : "vhdx";
    }

    private static String options(DiskFormat format, String type, int blockMib) {
        return "subformat=" + type + (format.name().equals("vhd") ? ",force_size=on" : ",block_size=" + blockMib + "M");
    }

    private static DiskShape shape(DiskFormat format, String type, int blockMib) {
        DiskShape shape = DiskShape.of(SIZE).type(type.equals("fixed") ? DiskType.FIXED : DiskType.DYNAMIC);
        return format.name().equals("vhd") ? shape : shape.blockBytes(blockMib << 20);
    }

    @ParameterizedTest
    @CsvSource({
        "vhdx, 1, dynamic",
        "vhdx, 8, dynamic",
        "vhdx, 32, dynamic",
        "vhdx, 256, dynamic",
        "vhdx, 1, fixed",
        "vhdx, 8, fixed",
        "vhdx, 32, fixed",
        "vhdx, 256, fixed",
        "vhd, 2, dynamic",
        "vhd, 2, fixed"
    })
    void bothReadWhatTheOtherWrote(String name, int blockMib, String type) throws Exception {
        DiskFormat format = ModelTest.format(name);
        byte[] content = Tools.content(SIZE, blockMib);
        Files.write(temp.resolve("plain.raw"), content);
        String options = options(format, type, blockMib);
        tools.run("qemu-img", "convert", "-f", "raw", "-O", qemu(format), "-o", options, "plain.raw", "theirs");
        assertThat(format.recognises(folder, "theirs")).isTrue();
        assertThat(format.check(folder, "theirs")).isEmpty();
        try (VirtualDisk theirs = format.open(folder, "theirs", Access.READ);
                VirtualDisk ours = format.create(folder, "ours", shape(format, type, blockMib))) {
            byte[] read = new byte[SIZE];
            theirs.read(0, ByteBuffer.wrap(read));
            assertThat(Arrays.mismatch(read, content)).isEqualTo(-1);
            theirs.extents(
                    0, SIZE, (at, length, extent) -> ours.write(at, ByteBuffer.wrap(read, (int) at, (int) length)));
            ours.flush();
            Files.copy(temp.resolve("ours"), temp.resolve("killed")); // as a killed process leaves it
        }
        compare(format, "ours");
        if (format.name().equals("vhdx")) {
            tools.run("qemu-img", "check", "-f", "vhdx", "ours");
            assertThat(format.describe(folder, "killed").logDirty()).isEqualTo(type.equals("dynamic"));
            tools.run("qemu-img", "check", "-f", "vhdx", "-r", "all", "killed");
        }
        compare(format, "killed");
        agree(format, "ours", type);
        agree(format, "theirs", type);
    }

    private void compare(DiskFormat format, String file) throws Exception {
        tools.run("qemu-img", "compare", "-f", qemu(format), "-F", "raw", file, "plain.raw");
    }

    /** What is said of a file is what QEMU and libvhdi say. */
    private void agree(DiskFormat format, String file, String type) throws Exception {
        DiskDescription ours = format.describe(folder, file);
        assertThat(ours.type().toString()).isEqualToIgnoringCase(type);
        assertThat(tools.run("qemu-img", "info", "-f", qemu(format), "--output=json", file))
                .contains("\"virtual-size\": " + ours.virtualSizeBytes() + ",");
        String theirs = tools.run("vhdiinfo", file);
        assertThat(theirs).contains("(" + ours.virtualSizeBytes() + " bytes)");
        assertThat(theirs).contains(ours.logicalSectorBytes() + " bytes");
        assertThat(theirs.toLowerCase(java.util.Locale.ROOT)).contains(type);
        if (format.name().equals("vhd")) {
            assertThat(theirs).contains(ours.diskId());
        }
    }

    @ParameterizedTest
    @CsvSource({"vhdx, dynamic", "vhdx, fixed", "vhd, dynamic", "vhd, fixed"})
    void emptyImagesAreEmpty(String name, String type) throws Exception {
        DiskFormat format = ModelTest.format(name);
        tools.run("qemu-img", "create", "-f", qemu(format), "-o", options(format, type, 8), "theirs", SIZE + "");
        try (VirtualDisk theirs = format.open(folder, "theirs", Access.READ)) {
            assertThat(theirs.sizeBytes()).isEqualTo(SIZE);
            byte[] read = new byte[SIZE];
            theirs.read(0, ByteBuffer.wrap(read));
            assertThat(Arrays.mismatch(read, new byte[SIZE])).isEqualTo(-1);
        }
        format.create(folder, "ours", shape(format, type, 8)).close();
        Files.write(temp.resolve("plain.raw"), new byte[SIZE]);
        compare(format, "ours");
    }

    @ParameterizedTest
    @CsvSource({"vhdx, 2048", "vhd, 2040"})
    void largeSparseImagesReadAsWritten(String name, long sizeGib) throws Exception {
        DiskFormat format = ModelTest.format(name);
        long size = sizeGib * GIB;
        String options = name.equals("vhd") ? "force_size=on" : "block_size=8M";
        tools.run("qemu-img", "create", "-f", qemu(format), "-o", options, "theirs", sizeGib + "G");
        SplittableRandom random = new SplittableRandom(size);
        List<long[]> writes = new ArrayList<>();
        List<String> commands = new ArrayList<>(List.of("qemu-io", "-f", qemu(format)));
        for (int i = 1; i <= 20; i++) {
            long at = i == 1 ? size - 4096 : random.nextLong(size / 512) * 512;
            writes.add(new long[] {at, Math.min(4096L * i, size - at), i});
            commands.addAll(List.of("-c", "write -P " + i + " " + at + " " + writes.get(i - 1)[1]));
        }
        commands.add("theirs");
        tools.run(commands.toArray(String[]::new));
        try (VirtualDisk theirs = format.open(folder, "theirs", Access.READ)) {
            assertThat(theirs.sizeBytes()).isEqualTo(size);
            long[] data = {0};
            RangeSet.Builder ranges = new RangeSet.Builder();
            theirs.extents(0, size, (at, length, extent) -> {
                if (extent == Extent.DATA) {
                    ranges.add(at, length);
                    data[0] += length;
                }
            });
            assertThat(data[0]).isLessThan(GIB);
            RangeSet all = ranges.build();
            all.forEach((at, length) -> same(theirs, at, at + length, writes));
            for (int zero = 0; zero < 1000; ) {
                long at = random.nextLong(size - 5000);
                if (!all.contains(at)) {
                    same(theirs, at, at + 5000, writes);
                    zero++;
                }
            }
        }
    }

    private static void same(VirtualDisk disk, long from, long end, List<long[]> writes) {
        for (long at = from; at < end; at += 1 << 20) {
            byte[] read = new byte[(int) Math.min(1 << 20, end - at)];
            byte[] expected = new byte[read.length];
            disk.read(at, ByteBuffer.wrap(read));
            for (long[] each : writes) {
                int first = (int) Math.max(0, Math.min(expected.length, each[0] - at));
                int last = (int) Math.max(0, Math.min(expected.length, each[0] + each[1] - at));
                Arrays.fill(expected, first, last, (byte) each[2]);
            }
            assertThat(Arrays.mismatch(read, expected)).as("from " + at).isEqualTo(-1);
        }
    }

    /** Some of the files that a death leaves; that each one is sound is tested elsewhere. */
    @ParameterizedTest
    @CsvSource({"vhdx, 21", "vhd, 22"})
    void qemuOpensWhatADeathLeaves(String name, long seed) {
        DiskFormat format = ModelTest.format(name);
        int[] number = {0};
        int[] looked = {0};
        int wrong = new CrashScenario(format, format, false, seed).run(1, (storage, where, verdict) -> {
            if (number[0]++ % 12 == 0) {
                looked[0]++;
                qemuReadsTheSame(format, HandMade.bytes(storage, "a"), where);
            }
        });
        assertThat(wrong).isZero();
        assertThat(looked[0]).isGreaterThan(3);
    }

    private void qemuReadsTheSame(DiskFormat format, byte[] image, String where) {
        try {
            Files.write(temp.resolve("found"), image);
            if (format.name().equals("vhdx")) {
                tools.run("qemu-img", "check", "-f", "vhdx", "-r", "all", "found");
            }
            Files.write(temp.resolve("again"), image);
            try (VirtualDisk disk = format.open(folder, "again", Access.READ)) {
                byte[] all = new byte[(int) disk.sizeBytes()];
                disk.read(0, ByteBuffer.wrap(all));
                Files.write(temp.resolve("plain.raw"), all);
            }
            compare(format, "found");
        } catch (Exception e) {
            throw new AssertionError(where, e);
        }
    }

    @Test
    void theGeometryIsTheOneOfQemu() throws Exception {
        DiskFormat format = ModelTest.format("vhd");
        for (long mib : new long[] {1, 3, 100, 504, 1000, 8000, 40_000, 130_000}) {
            tools.run("qemu-img", "create", "-f", "vpc", "theirs" + mib, mib + "M");
            long size = format.describe(folder, "theirs" + mib).virtualSizeBytes();
            format.create(folder, "ours" + mib, size).close();
            try (java.io.RandomAccessFile theirs = new java.io.RandomAccessFile(
                            temp.resolve("theirs" + mib).toFile(), "r");
                    java.io.RandomAccessFile ours = new java.io.RandomAccessFile(
                            temp.resolve("ours" + mib).toFile(), "r")) {
                theirs.seek(56);
                ours.seek(56);
                assertThat(Integer.toHexString(ours.readInt()))
                        .as(mib + " MiB")
                        .isEqualTo(Integer.toHexString(theirs.readInt()));
            }
        }
    }
}
