package io.sdr.benchmarks.drill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sdr.api.CorruptException;
import io.sdr.api.spi.Access;
import io.sdr.api.spi.DiskFormat;
import io.sdr.api.spi.LocalFolder;
import io.sdr.api.spi.VirtualDisk;
import io.sdr.core.format.DiskFormats;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The drill's own readers of VHDX and VHD against random work on chains, also while the writer has the disk open. */
class BlockChainTest {
    private static final int SIZE = (7 << 20) + 512;

    @TempDir
    Path temp;

    private static void work(VirtualDisk disk, byte[] expected, Random random) {
        for (int i = 0; i < 30; i++) {
            int length = 1 + random.nextInt(random.nextInt(10) == 0 ? 3 << 20 : 70_000);
            int offset = random.nextInt(SIZE - length);
            byte[] bytes = new byte[length];
            if (random.nextInt(3) == 0) {
                disk.zero(offset, length);
            } else {
                random.nextBytes(bytes);
                disk.write(offset, ByteBuffer.wrap(bytes));
            }
            System.arraycopy(bytes, 0, expected, offset, length);
        }
        disk.flush();
    }

    private void assertHolds(String file, byte[] expected, int depth) throws IOException {
        try (PlainDisk disk = PlainDisks.open(temp.resolve(file))) {
            assertThat(disk.depth()).isEqualTo(depth);
            assertThat(disk.sizeBytes()).isEqualTo(SIZE);
            byte[] found = new byte[SIZE];
            disk.read(0, ByteBuffer.wrap(found));
            assertThat(Arrays.mismatch(found, expected)).isEqualTo(-1);
        }
    }

    @ParameterizedTest
    @CsvSource({"vhdx, 1", "vhdx, 2", "vhd, 1", "vhd, 2"})
    void chainsAreReadAsTheirWriterMeantThem(String name, long seed) throws IOException {
        DiskFormat format = DiskFormats.installed().named(name);
        LocalFolder folder = LocalFolder.of(temp);
        Random random = new Random(seed);
        byte[] expected = new byte[SIZE];
        try (VirtualDisk base = format.create(folder, "base", SIZE)) {
            work(base, expected, random);
            assertHolds("base", expected, 1);
        }
        assertHolds("base", expected, 1);
        byte[] below = expected.clone();
        try (VirtualDisk over = format.createLayer(folder, "a.over", "base")) {
            work(over, expected, random);
            assertHolds("a.over", expected, 2);
        }
        try (VirtualDisk run = format.createLayer(folder, "a.run", "a.over")) {
            work(run, expected, random);
            assertHolds("a.run", expected, 3);
            assertThat(PlainDisks.open(temp.resolve("a.run")).filesAt(0)).contains("base");
        }
        assertHolds("a.run", expected, 3);
        assertHolds("base", below, 1);
    }

    /** As a killed writer leaves it: the tables are in the log alone. */
    @Test
    void whatWaitsInTheLogIsSeen() throws IOException {
        DiskFormat format = DiskFormats.installed().named("vhdx");
        LocalFolder folder = LocalFolder.of(temp);
        byte[] expected = new byte[SIZE];
        Path killed = temp.resolve("killed");
        try (VirtualDisk base = format.create(folder, "base", SIZE)) {
            work(base, expected, new Random(5));
            Files.copy(temp.resolve("base"), killed, StandardCopyOption.REPLACE_EXISTING);
        }
        assertThat(format.describe(folder, "killed").logDirty()).isTrue();
        byte[] bytes = Files.readAllBytes(killed);
        Arrays.fill(bytes, 3 << 20, (3 << 20) + 4096, (byte) 0); // the BAT, which this writer places at 3 MiB
        Files.write(killed, bytes);
        assertHolds("killed", expected, 1);
        try (VirtualDisk disk = format.open(folder, "killed", Access.READ)) {
            byte[] found = new byte[SIZE];
            disk.read(0, ByteBuffer.wrap(found));
            assertThat(Arrays.mismatch(found, expected)).isEqualTo(-1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"vhdx", "vhd"})
    void fixedDisksAreRead(String name) throws IOException {
        DiskFormat format = DiskFormats.installed().named(name);
        byte[] expected = new byte[SIZE];
        try (VirtualDisk disk = format.create(
                LocalFolder.of(temp), "fixed", io.sdr.api.spi.DiskShape.of(SIZE).type(io.sdr.api.spi.DiskType.FIXED))) {
            work(disk, expected, new Random(9));
        }
        assertHolds("fixed", expected, 1);
    }

    @Test
    void damageIsNamed() throws IOException {
        DiskFormats.installed()
                .named("vhdx")
                .create(LocalFolder.of(temp), "base", SIZE)
                .close();
        byte[] bytes = Files.readAllBytes(temp.resolve("base"));
        bytes[(64 << 10) + 20] ^= 1;
        bytes[(128 << 10) + 20] ^= 1;
        Files.write(temp.resolve("base"), bytes);
        assertThatThrownBy(() -> PlainDisks.open(temp.resolve("base")))
                .isInstanceOf(CorruptException.class)
                .hasMessageContaining("neither of its headers");
    }
}
