package io.sdr.hyperv.images;

import io.sdr.api.spi.Access;
import io.sdr.api.spi.DiskDefect;
import io.sdr.api.spi.DiskDescription;
import io.sdr.api.spi.DiskFormat;
import io.sdr.api.spi.DiskShape;
import io.sdr.api.spi.StorageFolder;
import io.sdr.api.spi.VirtualDisk;
import io.sdr.hyperv.vhdx.VhdxFormat;
import java.util.List;

/** VHDX for guests with sectors of 4096 bytes: what a site makes has them, and what it opens must. */
final class LargeSectors implements DiskFormat {
    private static final int SECTOR = 4096;

    private final DiskFormat vhdx = new VhdxFormat();

    @Override
    public String name() {
        return vhdx.name();
    }

    @Override
    public boolean recognises(StorageFolder folder, String file) {
        return vhdx.recognises(folder, file);
    }

    @Override
    public VirtualDisk open(StorageFolder folder, String file, Access access) {
        int sector = vhdx.describe(folder, file).logicalSectorBytes();
        if (sector != SECTOR) {
            throw new AssertionError(file + " has sectors of " + sector + " bytes");
        }
        return vhdx.open(folder, file, access);
    }

    @Override
    public VirtualDisk create(StorageFolder folder, String file, long sizeBytes) {
        return vhdx.create(folder, file, DiskShape.of(sizeBytes).sectorBytes(SECTOR));
    }

    @Override
    public VirtualDisk createLayer(StorageFolder folder, String file, String parent) {
        return vhdx.createLayer(folder, file, parent);
    }

    @Override
    public long roundUp(long sizeBytes) {
        return (sizeBytes + SECTOR - 1) / SECTOR * SECTOR;
    }

    @Override
    public void grow(StorageFolder folder, String file, long sizeBytes) {
        vhdx.grow(folder, file, sizeBytes);
    }

    @Override
    public DiskDescription describe(StorageFolder folder, String file) {
        return vhdx.describe(folder, file);
    }

    @Override
    public List<DiskDefect> check(StorageFolder folder, String file) {
        return vhdx.check(folder, file);
    }

    @Override
    public List<String> files(StorageFolder folder, String file) {
        return vhdx.files(folder, file);
    }

    @Override
    public void move(StorageFolder folder, String file, StorageFolder target, String newFile) {
        vhdx.move(folder, file, target, newFile);
    }

    @Override
    public void delete(StorageFolder folder, String file) {
        vhdx.delete(folder, file);
    }

    @Override
    public String toString() {
        return "VHDX with sectors of " + SECTOR + " bytes";
    }
}
