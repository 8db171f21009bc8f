package io.sdr.core.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.sdr.api.spi.Extent;
import io.sdr.api.spi.RangeSet;
import io.sdr.api.spi.VirtualDisk;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;

/** What a disk must hold: its bytes now, and for each sector what it may hold after a crash. */
final class DiskModel {
    private final byte[] now;
    private final TreeMap<Integer, List<byte[]>> unflushed = new TreeMap<>();

    DiskModel(int size) {
        now = new byte[size];
    }

    private DiskModel(byte[] bytes) {
        now = bytes;
    }

    /** What a new layer over this one holds. */
    DiskModel copy() {
        return new DiskModel(now.clone());
    }

    int size() {
        return now.length;
    }

    void willWrite(int offset, byte[] bytes) {
        remember(offset, bytes.length);
        System.arraycopy(bytes, 0, now, offset, bytes.length);
    }

    private void remember(int offset, int length) {
        for (int sector = offset / CrashStore.SECTOR; sector * CrashStore.SECTOR < offset + length; sector++) {
            unflushed.computeIfAbsent(sector, key -> new ArrayList<>()).add(sector(now, sector));
        }
    }

    void flushed() {
        unflushed.clear();
    }

    private static byte[] sector(byte[] bytes, int sector) {
        int from = sector * CrashStore.SECTOR;
        return Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + CrashStore.SECTOR));
    }

    static byte[] read(VirtualDisk disk) {
        ByteBuffer all = ByteBuffer.allocate((int) disk.sizeBytes());
        disk.read(0, all);
        return all.array();
    }

    /** Looks at the whole disk, at some of its parts, and at what it says of itself. */
    void verify(VirtualDisk disk, Random random) {
        assertThat(disk.sizeBytes()).isEqualTo(now.length);
        int different = Arrays.mismatch(read(disk), now);
        assertThat(different).as("first byte that differs").isEqualTo(-1);
        int offset = random.nextInt(now.length);
        int length = random.nextInt(now.length - offset) + 1;
        ByteBuffer part = ByteBuffer.allocate(length + 2).position(1).limit(length + 1);
        disk.read(offset, part);
        assertThat(part.position()).isEqualTo(length + 1);
        assertThat(Arrays.copyOfRange(part.array(), 1, length + 1))
                .isEqualTo(Arrays.copyOfRange(now, offset, offset + length));
        verifyExtents(disk, offset, length);
        verifyExtents(disk, 0, now.length);
        RangeSet own = disk.ownRanges();
        assertThat(own.minus(RangeSet.of(0, now.length)).isEmpty()).isTrue();
        assertThat(own).isEqualTo(own.aligned(RawDisk.BLOCK, now.length));
    }

    private void verifyExtents(VirtualDisk disk, int offset, int length) {
        long[] at = {offset};
        disk.extents(offset, length, (from, count, extent) -> {
            assertThat(from).isEqualTo(at[0]);
            assertThat(count).isPositive();
            at[0] += count;
            for (long i = from; extent == Extent.ZERO && i < from + count; i++) {
                if (now[(int) i] != 0) {
                    fail("byte " + i + " is " + now[(int) i] + " in an extent of zeros");
                }
            }
        });
        assertThat(at[0]).isEqualTo(offset + length);
    }

    /** After a crash: what was flushed must be there, the rest may be old or new; takes what is there as the truth from now on. */
    void adopt(VirtualDisk disk) {
        reread(disk);
        flushed();
    }

    /** After a close without a flush: as after a crash, but what is there may still be lost. */
    void reread(VirtualDisk disk) {
        byte[] found = read(disk);
        for (int sector = 0; sector * CrashStore.SECTOR < now.length; sector++) {
            byte[] is = sector(found, sector);
            List<byte[]> allowed = new ArrayList<>(unflushed.getOrDefault(sector, List.of()));
            allowed.add(sector(now, sector));
            if (allowed.stream().noneMatch(each -> Arrays.equals(each, is))) {
                fail("sector " + sector + " of " + now.length + " bytes holds none of the " + allowed.size()
                        + " contents that it may hold, first differences "
                        + allowed.stream()
                                .map(each -> Arrays.mismatch(each, is))
                                .toList());
            }
        }
        unflushed.keySet().forEach(sector -> remember(sector * CrashStore.SECTOR, 1));
        System.arraycopy(found, 0, now, 0, now.length);
    }
}
