package io.sdr.core.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sdr.api.CorruptException;
import io.sdr.api.InvalidRequestException;
import io.sdr.api.spi.Access;
import io.sdr.api.spi.DiskFormat;
import io.sdr.api.spi.Extent;
import io.sdr.api.spi.LocalFolder;
import io.sdr.api.spi.RangeSet;
import io.sdr.api.spi.StorageException;
import io.sdr.api.spi.StorageFile;
import io.sdr.api.spi.StorageFolder;
import io.sdr.api.spi.VirtualDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RawFormatTest {
    private static final int MIB = 1 << 20;

    private final DiskFormat format = new RawFormat();
    private final CrashStore store = new CrashStore(1);
    private final StorageFolder folder = store.folder("a");

    @Test
    @Tag("smoke")
    void isFoundAsAService() {
        assertThat(ServiceLoader.load(DiskFormat.class))
                .anyMatch(each -> each.name().equals("raw"));
    }

    @Test
    void aHugeSparseDiskCostsNothing(@TempDir Path temp) throws IOException {
        StorageFolder local = LocalFolder.of(temp);
        long size = 4L << 40;
        try (VirtualDisk disk = format.create(local, "huge.raw", size)) {
            disk.write(size - 3, ByteBuffer.wrap(new byte[] {1, 2, 3}));
            disk.write(size / 2, ByteBuffer.wrap(new byte[] {4}));
            disk.flush();
        }
        try (VirtualDisk disk = format.open(local, "huge.raw", Access.READ)) {
            assertThat(disk.ownRanges().bytes()).isLessThanOrEqualTo(2 * RawDisk.BLOCK);
            ByteBuffer end = ByteBuffer.allocate(4);
            disk.read(size - 4, end);
            assertThat(end.array()).containsExactly(0, 1, 2, 3);
        }
        assertThat(Files.size(temp.resolve("huge.raw.map"))).isLessThan(8192);
    }

    @Test
    void importingDenseDataForcesTheMapRarely() {
        try (VirtualDisk disk = format.create(folder, "x.raw", 16 * MIB)) {
            long before = store.forces();
            byte[] data = new byte[RawDisk.BLOCK];
            Arrays.fill(data, (byte) 7);
            for (int at = 0; at < 16 * MIB; at += data.length) {
                disk.write(at, ByteBuffer.wrap(data));
            }
            assertThat(store.forces() - before).isLessThan(11); // for 256 blocks
        }
    }

    @Test
    void whatWasRecordedAheadForNothingLeavesTheMapAtClose() {
        VirtualDisk disk = format.create(folder, "x.raw", 64 * MIB);
        for (int at = 0; at < 3 * MIB; at += RawDisk.BLOCK) {
            disk.write(at, ByteBuffer.wrap(new byte[] {1}));
        }
        disk.close();
        disk = format.open(folder, "x.raw", Access.READ);
        assertThat(disk.ownRanges()).isEqualTo(RangeSet.of(0, 3 * MIB));
        disk.close();
    }

    @Test
    void aProcessThatDiesLeavesAtMostSixteenMebibytesTooMuch(@TempDir Path temp) {
        StorageFolder local = LocalFolder.of(temp);
        VirtualDisk abandoned = format.create(local, "x.raw", 256 * MIB);
        long written = 0;
        for (int at = 0; at < 100 * MIB; at += RawDisk.BLOCK) {
            abandoned.write(at, ByteBuffer.wrap(new byte[] {1}));
            written += RawDisk.BLOCK;
        }
        abandoned.flush();
        try (VirtualDisk again = format.open(local, "x.raw", Access.READ)) {
            assertThat(again.ownRanges().bytes()).isBetween(written, written + 16L * MIB);
        }
        abandoned.close();
    }

    @Test
    void announcedWritesForceTheMapOnce() {
        try (VirtualDisk disk = format.create(folder, "x.raw", 64 * MIB)) {
            RangeSet.Builder ranges = new RangeSet.Builder();
            for (int at = 0; at < 64 * MIB; at += 3 * MIB) {
                ranges.add(at, 5);
            }
            long before = store.forces();
            ((ExpectsWrites) disk).expectWrites(ranges.build());
            ranges.build().forEach((at, length) -> disk.write(at, ByteBuffer.wrap(new byte[] {1, 2, 3, 4, 5})));
            assertThat(store.forces() - before).isEqualTo(1);
        }
    }

    @Test
    void zeroedBlocksLeaveTheMapOfABase() {
        VirtualDisk disk = format.create(folder, "x.raw", MIB + 5);
        disk.write(0, ByteBuffer.wrap(new byte[MIB + 5]));
        disk.zero(100, MIB - 95);
        disk.flush();
        assertThat(disk.ownRanges()).isEqualTo(RangeSet.of(0, RawDisk.BLOCK));
        disk.close();
        disk = format.open(folder, "x.raw", Access.READ);
        assertThat(disk.ownRanges()).isEqualTo(RangeSet.of(0, RawDisk.BLOCK));
        disk.close();
    }

    @Test
    void aLayerKeepsHolesAndZeros() {
        VirtualDisk base = format.create(folder, "x.raw", 4 * MIB);
        base.write(0, ByteBuffer.wrap(new byte[MIB]));
        base.flush();
        base.close();
        VirtualDisk layer = format.createLayer(folder, "y.raw", "x.raw");
        layer.zero(0, 4 * MIB); // of which three are zeros already
        assertThat(layer.ownRanges()).isEqualTo(RangeSet.of(0, MIB));
        layer.extents(0, 4 * MIB, (at, length, extent) -> assertThat(extent).isEqualTo(Extent.ZERO));
        layer.flush();
        layer.close();
        layer = format.open(folder, "y.raw", Access.READ);
        assertThat(layer.ownRanges()).isEqualTo(RangeSet.of(0, MIB));
        layer.extents(0, 4 * MIB, (at, length, extent) -> assertThat(extent).isEqualTo(Extent.ZERO));
        layer.close();
    }

    @Test
    void aForeignFileIsOnlyRead() {
        try (StorageFile file = folder.create("foreign.img")) {
            file.write(0, ByteBuffer.wrap(new byte[] {9, 8, 7}));
        }
        assertThat(format.recognises(folder, "foreign.img")).isTrue();
        try (VirtualDisk disk = format.open(folder, "foreign.img", Access.READ)) {
            assertThat(DiskModel.read(disk)).containsExactly(9, 8, 7);
            assertThat(disk.ownRanges()).isEqualTo(RangeSet.of(0, 3));
            disk.extents(0, 3, (at, length, extent) -> assertThat(extent).isEqualTo(Extent.DATA));
            assertThatThrownBy(() -> disk.write(0, ByteBuffer.allocate(1))).isInstanceOf(IllegalStateException.class);
        }
        assertThatThrownBy(() -> format.open(folder, "foreign.img", Access.WRITE))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("foreign.img");
        assertThat(store.bytes(folder, "foreign.img")).containsExactly(9, 8, 7);
    }

    @Test
    void emptyAndMissingFilesAreRefused() {
        folder.create("empty.img").close();
        assertThat(format.recognises(folder, "empty.img")).isFalse();
        assertThat(format.recognises(folder, "none.img")).isFalse();
        assertThatThrownBy(() -> format.open(folder, "empty.img", Access.READ))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("empty.img");
        assertThatThrownBy(() -> format.open(folder, "none.img", Access.READ))
                .isInstanceOfSatisfying(
                        StorageException.class, e -> assertThat(e.code()).isEqualTo(StorageException.MISSING));
        assertThatThrownBy(() -> format.create(folder, "x.raw", 0)).isInstanceOf(InvalidRequestException.class);
        assertThat(folder.find("x.raw.map")).isEmpty();
    }

    @Test
    void anExistingFileIsNotOverwritten() {
        format.create(folder, "x.raw", 10).close();
        assertThatThrownBy(() -> format.create(folder, "x.raw", 20)).isInstanceOf(StorageException.class);
        try (VirtualDisk disk = format.open(folder, "x.raw", Access.READ)) {
            assertThat(disk.sizeBytes()).isEqualTo(10);
        }
    }

    @Test
    void rangesOutsideOfTheDiskAreRefused() {
        try (VirtualDisk disk = format.create(folder, "x.raw", 10)) {
            assertThatThrownBy(() -> disk.read(8, ByteBuffer.allocate(3)))
                    .isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> disk.write(10, ByteBuffer.allocate(1)))
                    .isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> disk.zero(-1, 1)).isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> disk.extents(0, 11, (a, b, c) -> {}))
                    .isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    @Test
    void aCutDataFileIsDamage() {
        format.create(folder, "x.raw", 100).close();
        try (StorageFile file = folder.open("x.raw", Access.WRITE)) {
            file.setSize(99);
        }
        assertThatThrownBy(() -> format.open(folder, "x.raw", Access.READ))
                .isInstanceOf(CorruptException.class)
                .hasMessageContaining("x.raw");
    }

    @Test
    void chainsAreLimitedAndLoopsRefused() {
        format.create(folder, "0.raw", 100).close();
        for (int i = 1; i < RawFormat.MAX_CHAIN; i++) {
            format.createLayer(folder, i + ".raw", i - 1 + ".raw").close();
        }
        assertThatThrownBy(() -> format.createLayer(folder, "8.raw", "7.raw"))
                .isInstanceOf(InvalidRequestException.class);
        format.open(folder, "7.raw", Access.WRITE).close();
        // a layer that names itself, made by renaming behind everyone's back
        format.createLayer(folder, "loop.raw", "0.raw").close();
        folder.delete("0.raw.map");
        folder.delete("0.raw");
        folder.move("loop.raw", folder, "0.raw");
        folder.move("loop.raw.map", folder, "0.raw.map");
        assertThatThrownBy(() -> format.open(folder, "0.raw", Access.READ))
                .isInstanceOf(CorruptException.class)
                .hasMessageContaining("0.raw");
    }

    @Test
    void anotherDiskUnderTheParentsNameIsRefused() {
        format.create(folder, "x.raw", 100).close();
        format.createLayer(folder, "y.raw", "x.raw").close();
        format.delete(folder, "x.raw");
        assertThatThrownBy(() -> format.open(folder, "y.raw", Access.READ)).isInstanceOf(StorageException.class);
        format.create(folder, "x.raw", 100).close();
        assertThatThrownBy(() -> format.open(folder, "y.raw", Access.READ)).isInstanceOf(CorruptException.class);
    }

    @Test
    void noFlippedByteOfAMapEverGivesWrongData() {
        for (String file : new String[] {"base.raw", "layer.raw"}) {
            CrashStore fresh = new CrashStore(5);
            StorageFolder where = fresh.folder("m");
            byte[] expected = twoDisks(where, file);
            int size = fresh.bytes(where, file + ".map").length;
            int refused = 0;
            for (int at = 0; at < size; at++) {
                int mask = 1 << (at % 8);
                fresh.flip(where, file + ".map", at, mask);
                try (VirtualDisk disk = format.open(where, file, Access.READ)) {
                    assertThat(DiskModel.read(disk))
                            .as("byte %d of %s.map", at, file)
                            .isEqualTo(expected);
                    assertThat(disk.ownRanges().isEmpty()).isFalse();
                } catch (CorruptException e) {
                    assertThat(e).hasMessageContaining(file + ".map");
                    refused++;
                }
                fresh.flip(where, file + ".map", at, mask);
            }
            assertThat(refused).isGreaterThan(MapHeader.BYTES);
        }
    }

    /** Makes a base and a layer with several batches each; gives what one of them holds. */
    private byte[] twoDisks(StorageFolder where, String wanted) {
        Random random = new Random(3);
        VirtualDisk base = format.create(where, "base.raw", 5 * RawDisk.BLOCK + 9);
        scribble(base, random);
        VirtualDisk layer = format.createLayer(where, "layer.raw", "base.raw");
        scribble(layer, random);
        try (VirtualDisk disk = format.open(where, wanted, Access.READ)) {
            return DiskModel.read(disk);
        }
    }

    private static void scribble(VirtualDisk disk, Random random) {
        for (int i = 0; i < 6; i++) {
            byte[] bytes = new byte[500];
            random.nextBytes(bytes);
            disk.write(random.nextInt((int) disk.sizeBytes() - 500), ByteBuffer.wrap(bytes));
            if (i == 3) {
                disk.zero(0, RawDisk.BLOCK + 1);
            }
            disk.flush();
        }
        disk.close();
    }

    @Test
    void aMapThatWasCutIsDamage() {
        StorageFolder where = store.folder("m");
        twoDisks(where, "base.raw");
        for (int cut = store.bytes(where, "base.raw.map").length - 1; cut >= 0; cut--) {
            try (StorageFile file = where.open("base.raw.map", Access.WRITE)) {
                file.setSize(cut);
            }
            assertThatThrownBy(() -> format.open(where, "base.raw", Access.READ))
                    .as("cut to %d bytes", cut)
                    .isInstanceOf(CorruptException.class);
        }
    }
}
