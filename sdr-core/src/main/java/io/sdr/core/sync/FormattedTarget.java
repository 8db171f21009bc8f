package io.sdr.core.sync;

import io.sdr.api.spi.DiskFormat;
import io.sdr.api.spi.VirtualDisk;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;

/**
 * An image of a format that has tables: it is written through its format.
 *
 * @param disk the open disk
 * @param path its path, for messages
 * @param format its format
 * @param sectorBytes bytes of its sector, of which its size is a multiple
 */
record FormattedTarget(VirtualDisk disk, Path path, DiskFormat format, int sectorBytes) implements OpenTarget {
    /** Rounds a size up to one that a disk of the format can have. */
    static long roundUp(long sizeBytes, DiskFormat format, int sectorBytes) {
        return (format.roundUp(sizeBytes) + sectorBytes - 1) / sectorBytes * sectorBytes;
    }

    /** Says that a size was rounded up. */
    static String rounded(Path path, long sizeBytes) {
        return "The disk in " + path + " has " + sizeBytes
                + " bytes: the size was rounded up to what its format can have, with zeros.";
    }

    @Override
    public long sizeBytes() {
        return disk.sizeBytes();
    }

    @Override
    public boolean hasSizeFor(long sourceBytes) {
        return disk.sizeBytes() == roundUp(sourceBytes, format, sectorBytes);
    }

    @Override
    public boolean canShrink() {
        return false;
    }

    @Override
    public boolean canBeEmptied() {
        return false;
    }

    @Override
    public VirtualDisk prepare(long sourceBytes, boolean empty, TornMark mark) {
        long wanted = roundUp(sourceBytes, format, sectorBytes);
        if (disk.sizeBytes() < wanted) {
            disk.grow(wanted);
        }
        if (wanted == sourceBytes) {
            return disk;
        }
        ByteBuffer tail = ByteBuffer.allocate((int) (wanted - sourceBytes));
        disk.read(sourceBytes, tail);
        if (!isZero(tail.flip())) {
            mark.place();
            disk.zero(sourceBytes, wanted - sourceBytes);
        }
        return new CutDisk(disk, sourceBytes);
    }

    private static boolean isZero(ByteBuffer bytes) {
        while (bytes.hasRemaining()) {
            if (bytes.get() != 0) {
                return false;
            }
        }
        return true;
    }

    @Override
    public boolean mustFlush() {
        return true;
    }

    @Override
    public Optional<String> remark(long sourceBytes) {
        return disk.sizeBytes() == sourceBytes ? Optional.empty() : Optional.of(rounded(path, disk.sizeBytes()));
    }

    @Override
    public void close() {
        disk.close();
    }
}
