package io.sdr.benchmarks.drill;

import io.sdr.core.format.DiskFormats;
import java.io.IOException;
import java.nio.file.Path;

/**
 * The image, and the disk that the sites make of it.
 *
 * @param file the image's file
 * @param format the format of the sites' disks, by name
 * @param sizeBytes the size of that disk: the image's, rounded up to a sector where the format has sectors
 */
record DrillImage(ImageFile file, String format, long sizeBytes) {
    static final String RAW = "raw";

    private static final int SECTOR = 512;

    static DrillImage of(ImageFile file, String format) {
        try (PlainDisk disk = PlainDisks.open(file.path())) {
            long size = disk.sizeBytes();
            return new DrillImage(file, format, format.equals(RAW) ? size : (size + SECTOR - 1) / SECTOR * SECTOR);
        } catch (IOException e) {
            throw FileFailure.of("read the image", file.path(), e);
        }
    }

    /** Finds the format of an image by its content. */
    static String formatOf(ImageFile file) {
        return DiskFormats.installed()
                .of(file.folder(), String.valueOf(file.path().getFileName()))
                .name();
    }

    Path path() {
        return file.path();
    }
}
