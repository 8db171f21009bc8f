package io.sdr.core.format;

import static org.assertj.core.api.Assertions.assertThat;

import io.sdr.api.spi.Access;
import io.sdr.api.spi.Extent;
import io.sdr.api.spi.RangeSet;
import io.sdr.api.spi.StorageFolder;
import io.sdr.api.spi.VirtualDisk;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** A seeded life of a base and of layers over it: writes, zeros, flushes, reopening, new layers. */
final class RawDiskLife {
    static final int MAX_DEPTH = 4;

    private final RawFormat format = new RawFormat();
    private final StorageFolder folder;
    private final Random random;
    private final List<DiskModel> models = new ArrayList<>();
    private VirtualDisk disk;

    RawDiskLife(StorageFolder folder, long seed) {
        this.folder = folder;
        this.random = new Random(seed);
        int size = random.nextInt(10) == 0
                ? 1 + random.nextInt(600)
                : random.nextInt(6) * RawDisk.BLOCK + 1 + random.nextInt(2 * RawDisk.BLOCK);
        models.add(new DiskModel(size));
        disk = format.create(folder, name(0), size);
    }

    private static String name(int depth) {
        return "disk" + depth + ".raw";
    }

    private DiskModel model() {
        return models.get(models.size() - 1);
    }

    private String file() {
        return name(models.size() - 1);
    }

    void step() {
        switch (random.nextInt(16)) {
            case 0, 1, 2 -> flush();
            case 3 -> reopen();
            case 4 -> layer();
            case 5, 6, 7, 8 -> zero();
            case 9 -> expect();
            default -> write();
        }
    }

    private void write() {
        int[] range = range();
        byte[] bytes = new byte[range[1]];
        random.nextBytes(bytes);
        model().willWrite(range[0], bytes);
        disk.write(range[0], ByteBuffer.wrap(bytes));
    }

    private void zero() {
        int[] range = range();
        model().willWrite(range[0], new byte[range[1]]);
        disk.zero(range[0], range[1]);
    }

    private void expect() {
        int[] range = range();
        if (disk instanceof ExpectsWrites base) {
            base.expectWrites(RangeSet.of(range[0], range[1]));
        }
    }

    /** Offsets and lengths of all sorts: any, whole sectors, whole blocks, to the end. */
    private int[] range() {
        int size = model().size();
        int unit = List.of(1, CrashStore.SECTOR, RawDisk.BLOCK).get(random.nextInt(3));
        int offset = random.nextInt(size) / unit * unit;
        int length = random.nextInt(4) == 0
                ? size - offset
                : Math.min(size - offset, Math.max(unit, random.nextInt(3 * RawDisk.BLOCK) / unit * unit));
        return new int[] {offset, random.nextInt(20) == 0 ? 0 : length};
    }

    void flush() {
        disk.flush();
        model().flushed();
    }

    private void reopen() {
        disk.close();
        disk = format.open(folder, file(), Access.WRITE);
        model().reread(disk);
    }

    private void layer() {
        if (models.size() < MAX_DEPTH) {
            flush();
            disk.close();
            String parent = file();
            models.add(model().copy());
            disk = format.createLayer(folder, file(), parent);
        }
    }

    void verify() {
        model().verify(disk, random);
    }

    /** The machine was off: opens the disk, or what was there before the layer that was being made. */
    void restart() {
        if (models.size() > 1 && folder.find(file()).isEmpty()) {
            models.remove(models.size() - 1);
        }
        disk = format.open(folder, file(), Access.WRITE);
        model().adopt(disk);
        verify();
    }

    /** The data file of a base alone is the disk. */
    void verifyPlain(byte[] dataFile) {
        if (models.size() == 1) {
            assertThat(dataFile).isEqualTo(DiskModel.read(disk));
            disk.extents(0, dataFile.length, (at, length, extent) -> {
                if (extent == Extent.ZERO) {
                    byte[] part = Arrays.copyOfRange(dataFile, (int) at, (int) (at + length));
                    assertThat(Arrays.equals(part, new byte[(int) length])).isTrue();
                }
            });
        }
    }

    String baseFile() {
        return name(0);
    }

    /** All parents still hold what they held. */
    void verifyParents() {
        for (int depth = 0; depth < models.size() - 1; depth++) {
            try (VirtualDisk parent = format.open(folder, name(depth), Access.READ)) {
                models.get(depth).verify(parent, random);
            }
        }
    }

    void close() {
        disk.close();
    }
}
