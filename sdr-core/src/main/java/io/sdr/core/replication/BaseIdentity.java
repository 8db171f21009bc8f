package io.sdr.core.replication;

import io.sdr.api.CorruptException;
import io.sdr.api.spi.Access;
import io.sdr.api.spi.DiskFormat;
import io.sdr.api.spi.RangeSet;
import io.sdr.api.spi.StorageFolder;
import io.sdr.api.spi.VirtualDisk;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SplittableRandom;

/**
 * How a base looked when it was last written: size and time of its files, and a digest of a few blocks, others each time.
 *
 * @param files its files
 * @param sampled where the sampled blocks begin
 * @param sample their SHA-256
 * @param diskId the identifier in the file; empty if the format has none, or this was taken before it was kept
 * @param sectorBytes the guest's sector; empty if the format knows none, or this was taken before it was kept
 */
record BaseIdentity(List<Look> files, List<Long> sampled, String sample, String diskId, OptionalInt sectorBytes) {
    private static final int SAMPLES = 8;
    private static final int SAMPLE_BYTES = 4096;

    /**
     * One file.
     *
     * @param name its name
     * @param sizeBytes its size
     * @param modified when it was last written
     */
    record Look(String name, long sizeBytes, Instant modified) {}

    BaseIdentity {
        files = List.copyOf(files);
        sampled = List.copyOf(sampled);
    }

    /** Takes the identity of a base that nobody has open; {@code seed} decides which blocks are sampled. */
    static BaseIdentity of(StorageFolder folder, DiskFormat format, String base, long seed) {
        List<Look> files = looks(folder, format, base);
        try (VirtualDisk disk = format.open(folder, base, Access.READ)) {
            List<Long> offsets = choose(disk, seed);
            return new BaseIdentity(
                    files,
                    offsets,
                    digest(disk, offsets),
                    format.describe(folder, base).diskId(),
                    disk.sectorBytes());
        }
    }

    private static List<Look> looks(StorageFolder folder, DiskFormat format, String base) {
        List<Look> files = new ArrayList<>();
        for (String each : format.files(folder, base)) {
            folder.find(each).ifPresent(found -> files.add(new Look(each, found.sizeBytes(), found.modified())));
        }
        return files;
    }

    /** Blocks among those that may hold data: all others read as zeros anyway. */
    private static List<Long> choose(VirtualDisk disk, long seed) {
        RangeSet own = disk.ownRanges();
        long total = own.bytes();
        SplittableRandom random = new SplittableRandom(seed);
        List<Long> offsets = new ArrayList<>();
        for (int i = 0; i < SAMPLES && total > 0; i++) {
            long at = random.nextLong(total);
            long[] left = {at, -1};
            own.forEach((offset, length) -> {
                if (left[1] < 0 && left[0] < length) {
                    left[1] = offset + left[0];
                }
                left[0] -= length;
            });
            offsets.add(left[1] / SAMPLE_BYTES * SAMPLE_BYTES);
        }
        return offsets;
    }

    private static String digest(VirtualDisk disk, List<Long> offsets) {
        MessageDigest sha = SegmentFormat.newDigest();
        for (long each : offsets) {
            int length = (int) Math.min(SAMPLE_BYTES, disk.sizeBytes() - each);
            if (each < 0 || length < 1) {
                return "behind the end";
            }
            ByteBuffer block = ByteBuffer.allocate(length);
            disk.read(each, block);
            sha.update(block.flip());
        }
        return HexFormat.of().formatHex(sha.digest());
    }

    /** Says what is different about the files, without opening them. */
    Optional<String> differenceOfFiles(StorageFolder folder, DiskFormat format, String base) {
        List<Look> now = looks(folder, format, base);
        if (now.equals(files)) {
            return Optional.empty();
        }
        for (Look was : files) {
            Optional<Look> is =
                    now.stream().filter(each -> each.name().equals(was.name())).findFirst();
            if (is.isEmpty()) {
                return Optional.of(folder.describe() + "/" + was.name() + " is missing");
            }
            if (!is.get().equals(was)) {
                return Optional.of(folder.describe() + "/" + was.name() + " was changed outside: it had "
                        + was.sizeBytes() + " bytes of "
                        + was.modified() + ", it has " + is.get().sizeBytes() + " bytes of "
                        + is.get().modified());
            }
        }
        return Optional.of(folder.describe() + "/" + base + " has other files than before");
    }

    /** Says what is different, the sampled blocks included. */
    Optional<String> difference(StorageFolder folder, DiskFormat format, String base) {
        Optional<String> files = differenceOfFiles(folder, format, base);
        if (files.isPresent()) {
            return files;
        }
        try (VirtualDisk disk = format.open(folder, base, Access.READ)) {
            return digest(disk, sampled).equals(sample)
                    ? Optional.empty()
                    : Optional.of(folder.describe() + "/" + base
                            + " was changed outside: sampled blocks have another content");
        }
    }

    /** Whether what lies in the base's place is another disk, or none of its format: not the base with another content, or damaged. */
    boolean isOfAnother(StorageFolder folder, DiskFormat format, String base) {
        if (diskId.isEmpty() || folder.find(base).isEmpty()) {
            return false;
        }
        try {
            return !format.recognises(folder, base)
                    || !format.describe(folder, base).diskId().equals(diskId);
        } catch (CorruptException e) {
            return false;
        }
    }
}
