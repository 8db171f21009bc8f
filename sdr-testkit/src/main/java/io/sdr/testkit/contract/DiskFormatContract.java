package io.sdr.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sdr.api.spi.Access;
import io.sdr.api.spi.DiskFormat;
import io.sdr.api.spi.StorageException;
import io.sdr.api.spi.StorageFolder;
import io.sdr.api.spi.VirtualDisk;
import io.sdr.testkit.CrashFolder;
import io.sdr.testkit.MemoryFolder;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;

/**
 * A {@code DiskFormat} and the {@code VirtualDisk}s that it opens: bases and layers, compared byte by byte with what was written.
 * The files lie in storage of the testkit, so that its power can be cut; whoever keeps disks elsewhere has {@code SiteWorld}.
 */
public abstract class DiskFormatContract {
    private static final String BASE = "contract.base";
    private static final String LAYER = "contract.layer";
    private static final String TOP = "contract.top";
    private static final int SEEDS = 4;

    private final MemoryFolder folder = new MemoryFolder("contract");

    /** For subclasses. */
    protected DiskFormatContract() {}

    /**
     * Gives the format under test.
     *
     * @return the format
     */
    protected abstract DiskFormat format();

    /**
     * Tells which sizes its disks may have; the odder, the more is found.
     *
     * @return some sizes in bytes, between 1 and 16 MiB
     */
    protected List<Long> sizes() {
        return List.of(1L, 513L, 65_536L, 200_705L);
    }

    /**
     * Puts something before the storage that disks are kept in.
     *
     * @param storage the storage
     * @return the storage that the format sees
     */
    protected StorageFolder before(StorageFolder storage) {
        return storage;
    }

    private StorageFolder disks() {
        return before(folder);
    }

    private int largest() {
        return Math.toIntExact(sizes().stream().mapToLong(Long::longValue).max().orElseThrow());
    }

    private byte[] content(StorageFolder storage, String file) {
        try (VirtualDisk disk = format().open(storage, file, Access.READ)) {
            return Bytes.of(disk);
        }
    }

    /** One change by a seed, made to the disk and to what it must hold. */
    private static void change(VirtualDisk disk, byte[] expected, Random random) {
        int length = 1 + random.nextInt(Math.min(expected.length, 90_000));
        int at = random.nextInt(4) == 0 ? expected.length - length : random.nextInt(expected.length - length + 1);
        if (random.nextInt(3) == 0) {
            disk.zero(at, length);
            java.util.Arrays.fill(expected, at, at + length, (byte) 0);
        } else {
            byte[] data = Bytes.pattern(length, random.nextLong());
            disk.write(at, ByteBuffer.wrap(data));
            System.arraycopy(data, 0, expected, at, length);
        }
    }

    private static void verify(VirtualDisk disk, byte[] expected, Random random, String what) {
        assertEquals(expected.length, disk.sizeBytes(), what);
        Bytes.same(expected, Bytes.of(disk), what);
        int length = 1 + random.nextInt(expected.length);
        int at = random.nextInt(expected.length - length + 1);
        ByteBuffer part = ByteBuffer.allocate(length + 2).position(1).limit(length + 1);
        disk.read(at, part);
        assertEquals(length + 1, part.position(), what + ": the buffer is filled to its limit");
        Bytes.same(
                java.util.Arrays.copyOfRange(expected, at, at + length),
                java.util.Arrays.copyOfRange(part.array(), 1, length + 1),
                what + ", read at " + at);
        Bytes.checkExtents(disk, expected, 0, expected.length);
        Bytes.checkExtents(disk, expected, at, length);
    }

    // ---- one disk

    /** A new disk is all zeros, has exactly its size, and costs next to nothing. */
    @Test
    public void aNewDiskIsAllZeros() {
        for (long size : sizes()) {
            String file = BASE + size;
            try (VirtualDisk disk = format().create(disks(), file, size)) {
                verify(disk, new byte[Math.toIntExact(size)], new Random(1), "new disk of " + size);
            }
            verifyOpened(file, new byte[Math.toIntExact(size)]);
            assertThrows(StorageException.class, () -> format().create(disks(), file, size), "the name is taken");
        }
    }

    private void verifyOpened(String file, byte[] expected) {
        try (VirtualDisk disk = format().open(disks(), file, Access.READ)) {
            verify(disk, expected, new Random(2), file);
        }
    }

    /** Whatever is written comes back, to the last byte, at once and after closing. */
    @Test
    public void whatIsWrittenComesBack() {
        for (long size : sizes()) {
            String file = BASE + size;
            byte[] expected = new byte[Math.toIntExact(size)];
            format().create(disks(), file, size).close();
            Random random = new Random(size);
            for (int round = 0; round < 4; round++) {
                try (VirtualDisk disk = format().open(disks(), file, Access.WRITE)) {
                    for (int i = 0; i < 6; i++) {
                        change(disk, expected, random);
                    }
                    verify(disk, expected, random, file + ", round " + round);
                    disk.flush();
                }
                verifyOpened(file, expected);
            }
        }
    }

    /** What lies outside the disk is refused, and nothing of it is done. */
    @Test
    public void rangesOutsideTheDiskAreRefused() {
        int size = largest();
        try (VirtualDisk disk = format().create(disks(), BASE, size)) {
            assertThrows(IndexOutOfBoundsException.class, () -> disk.read(size, ByteBuffer.allocate(1)));
            assertThrows(IndexOutOfBoundsException.class, () -> disk.read(-1, ByteBuffer.allocate(1)));
            assertThrows(
                    IndexOutOfBoundsException.class, () -> disk.write(size - 1, ByteBuffer.wrap(new byte[] {1, 2})));
            assertThrows(IndexOutOfBoundsException.class, () -> disk.zero(1, size));
            assertThrows(IndexOutOfBoundsException.class, () -> disk.zero(Long.MAX_VALUE, 2));
            disk.read(size, ByteBuffer.allocate(0));
            Bytes.same(new byte[size], Bytes.of(disk), "the disk after refused writes");
        }
    }

    /** Opened for reading means that nothing is written. */
    @Test
    public void readingDoesNotWrite() {
        format().create(disks(), BASE, largest()).close();
        try (VirtualDisk disk = format().open(disks(), BASE, Access.READ)) {
            assertThrows(RuntimeException.class, () -> disk.write(0, ByteBuffer.wrap(new byte[] {1})));
            assertThrows(RuntimeException.class, () -> disk.zero(0, 1));
        }
        Bytes.same(new byte[largest()], content(disks(), BASE), "the disk");
    }

    /** A disk that is not there is not made by opening it. */
    @Test
    public void aMissingDiskIsNamed() {
        assertThrows(StorageException.class, () -> format().open(disks(), BASE, Access.READ));
        assertThrows(StorageException.class, () -> format().open(disks(), BASE, Access.WRITE));
        assertEquals(List.of(), disks().list());
    }

    /** What a disk says that it holds is never less than what was written. */
    @Test
    public void ownRangesCoverWhatWasWritten() {
        int size = largest();
        format().create(disks(), BASE, size).close();
        for (int round = 0; round < 3; round++) {
            byte[] before = content(disks(), BASE);
            byte[] after = before.clone();
            try (VirtualDisk disk = format().open(disks(), BASE, Access.WRITE)) {
                change(disk, after, new Random(round));
                Bytes.checkCovers(disk.ownRanges(), new byte[size], after, "open disk");
                disk.flush();
            }
            try (VirtualDisk disk = format().open(disks(), BASE, Access.READ)) {
                Bytes.checkCovers(disk.ownRanges(), new byte[size], after, "reopened disk");
            }
        }
    }

    /**
     * Several threads write and read their own parts at once.
     *
     * @throws Exception if one failed
     */
    @Test
    public void threadsDoNotDisturbEachOther() throws Exception {
        int size = largest();
        int part = size / 4;
        byte[] expected = new byte[size];
        try (VirtualDisk disk = format().create(disks(), BASE, size)) {
            List<Callable<byte[]>> work = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                int from = i * part;
                byte[] mine = Bytes.pattern(part, i);
                System.arraycopy(mine, 0, expected, from, part);
                work.add(() -> {
                    for (int at = 0; at < part; at += 1000) {
                        disk.write(from + at, ByteBuffer.wrap(mine, at, Math.min(1000, part - at)));
                    }
                    ByteBuffer read = ByteBuffer.allocate(part);
                    disk.read(from, read);
                    return read.array();
                });
            }
            int i = 0;
            for (byte[] read : Concurrently.call(work)) {
                Bytes.same(Bytes.pattern(part, i), read, "what writer " + i++ + " read");
            }
            Bytes.same(expected, Bytes.of(disk), "the disk");
            Bytes.checkExtents(disk, expected, 0, size);
        }
    }

    // ---- layers

    /** A layer shows its parent until it is written; the parent never sees what is written. */
    @Test
    public void writesToALayerNeverReachItsParent() {
        for (long seed = 1; seed <= SEEDS; seed++) {
            Random random = new Random(seed);
            MemoryFolder storage = new MemoryFolder("contract-" + seed);
            StorageFolder disks = before(storage);
            int size = largest();
            byte[] base = new byte[size];
            try (VirtualDisk disk = format().create(disks, BASE, size)) {
                for (int i = 0; i < 4; i++) {
                    change(disk, base, random);
                }
                disk.flush();
            }
            byte[] layer = base.clone();
            fill(format().createLayer(disks, LAYER, BASE), base, layer, random);
            byte[] top = layer.clone();
            fill(format().createLayer(disks, TOP, LAYER), layer, top, random);
            Bytes.same(base, content(disks, BASE), "base, seed " + seed);
            Bytes.same(layer, content(disks, LAYER), "layer, seed " + seed);
            Bytes.same(top, content(disks, TOP), "layer over the layer, seed " + seed);
        }
    }

    private static void fill(VirtualDisk made, byte[] parent, byte[] expected, Random random) {
        try (VirtualDisk layer = made) {
            verify(layer, parent, random, "new layer");
            assertTrue(layer.ownRanges().isEmpty(), "a new layer holds nothing");
            for (int i = 0; i < 4; i++) {
                change(layer, expected, random);
                verify(layer, expected, random, "layer");
            }
            Bytes.checkCovers(layer.ownRanges(), parent, expected, "own ranges of a layer");
            layer.flush();
        }
    }

    /** Zeroing in a layer hides what the parent holds there. */
    @Test
    public void zerosInALayerHideTheParent() {
        int size = largest();
        byte[] data = Bytes.pattern(size, 4);
        try (VirtualDisk disk = format().create(disks(), BASE, size)) {
            disk.write(0, ByteBuffer.wrap(data));
            disk.flush();
        }
        byte[] expected = data.clone();
        try (VirtualDisk layer = format().createLayer(disks(), LAYER, BASE)) {
            layer.zero(size / 3, size / 3);
            java.util.Arrays.fill(expected, size / 3, size / 3 + size / 3, (byte) 0);
            layer.flush();
            verify(layer, expected, new Random(3), "layer");
            Bytes.checkCovers(layer.ownRanges(), data, expected, "zeros are a change");
        }
        verifyOpened(LAYER, expected);
        Bytes.same(data, content(disks(), BASE), "base");
    }

    // ---- files

    /** A disk is recognised by its content, its files are named, and deleting them is done when they are gone. */
    @Test
    public void filesAreNamedAndDeleted() {
        format().create(disks(), BASE, largest()).close();
        format().createLayer(disks(), LAYER, BASE).close();
        assertTrue(format().recognises(disks(), BASE) && format().recognises(disks(), LAYER));
        List<String> base = format().files(disks(), BASE);
        List<String> layer = format().files(disks(), LAYER);
        assertEquals(BASE, base.get(base.size() - 1), "the main file comes last");
        assertEquals(LAYER, layer.get(layer.size() - 1));
        List<String> all = new ArrayList<>(base);
        all.addAll(layer);
        assertEquals(
                all.stream().sorted().toList(),
                disks().list().stream().map(StorageFolder.Entry::name).toList(),
                "every file belongs to exactly one of them");
        for (int i = 0; i < 2; i++) {
            format().delete(disks(), LAYER);
            assertEquals(List.of(), format().files(disks(), LAYER));
            Bytes.same(new byte[largest()], content(disks(), BASE), "the parent stays");
        }
        format().delete(disks(), BASE);
        assertEquals(List.of(), disks().list());
    }

    /** A disk moves whole, and moving again is done. */
    @Test
    public void aDiskMovesOnce() {
        byte[] data = Bytes.pattern(largest(), 5);
        try (VirtualDisk disk = format().create(disks(), BASE, largest())) {
            disk.write(0, ByteBuffer.wrap(data));
            disk.flush();
        }
        StorageFolder target = disks().child("target");
        for (int i = 0; i < 2; i++) {
            format().move(disks(), BASE, target, LAYER);
            Bytes.same(data, content(target, LAYER), "moved disk");
            assertEquals(List.of(), format().files(disks(), BASE));
        }
    }

    // ---- durability

    /** What was flushed is there after a power cut, in a base and in a layer; what was not may be old or new. */
    @Test
    public void whatWasFlushedSurvivesAPowerCut() {
        assumeTrue(largest() > 4096, "not promised: the disks are too small to be torn");
        for (long seed = 1; seed <= SEEDS * 2; seed++) {
            CrashFolder storage = CrashFolder.over(new MemoryFolder("contract"));
            StorageFolder disks = before(storage);
            Random random = new Random(seed);
            byte[] base = new byte[largest()];
            try (VirtualDisk disk = format().create(disks, BASE, largest())) {
                change(disk, base, random);
                change(disk, base, random);
                disk.flush();
            }
            byte[] layer = base.clone();
            try (VirtualDisk disk = format().createLayer(disks, LAYER, BASE)) {
                change(disk, layer, random);
                change(disk, layer, random);
                disk.flush();
            }
            MemoryFolder found = storage.afterCrash(seed);
            Bytes.same(base, content(found, BASE), "base, seed " + seed);
            Bytes.same(layer, content(found, LAYER), "layer, seed " + seed);
            try (VirtualDisk disk = format().open(found, LAYER, Access.READ)) {
                Bytes.checkExtents(disk, layer, 0, layer.length);
                Bytes.checkCovers(disk.ownRanges(), base, layer, "own ranges after a power cut, seed " + seed);
            }
        }
    }
}
