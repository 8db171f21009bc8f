package io.sdr.core.format;

import io.sdr.api.CorruptException;
import io.sdr.api.spi.Access;
import io.sdr.api.spi.DiskDescription;
import io.sdr.api.spi.DiskFormat;
import io.sdr.api.spi.DiskType;
import io.sdr.api.spi.Extent;
import io.sdr.api.spi.StorageFile;
import io.sdr.api.spi.StorageFolder;
import io.sdr.api.spi.VirtualDisk;
import java.nio.ByteBuffer;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Raw disks. A disk is a data file {@code X}, as long as the disk, and beside it a map file {@code X.map} that tells which blocks
 * of 64 KiB the data file holds. A data file without a map is a foreign raw disk: it is only read, and all of it may hold data.
 *
 * <h2>The map file</h2>
 *
 * All integers are big-endian. A CRC-32C marked <i>bound</i> begins with the 16 bytes of the disk's id, followed by the bytes
 * named.
 *
 * <table>
 * <caption>Header: bytes 0 to 2047</caption>
 * <tr><th>at</th><th>bytes</th><th>what</th></tr>
 * <tr><td>0</td><td>8</td><td>{@code SDRRAWM1} in ASCII</td></tr>
 * <tr><td>8</td><td>4</td><td>version: 1</td></tr>
 * <tr><td>12</td><td>4</td><td>kind: 1 base, 2 layer</td></tr>
 * <tr><td>16</td><td>4</td><td>bytes of a block: 65536</td></tr>
 * <tr><td>20</td><td>4</td><td>bytes of the parent's name; 0 for a base</td></tr>
 * <tr><td>24</td><td>8</td><td>bytes of the disk</td></tr>
 * <tr><td>32</td><td>16</td><td>the disk's id, drawn when it was made</td></tr>
 * <tr><td>48</td><td>16</td><td>the parent's id; zeros for a base, and for a parent without a map</td></tr>
 * <tr><td>64</td><td>n</td><td>the parent's file name in UTF-8, in the same folder; then zeros</td></tr>
 * <tr><td>2044</td><td>4</td><td>CRC-32C of the bytes 0 to 2043 (not bound)</td></tr>
 * </table>
 *
 * <table>
 * <caption>Two seals, at 2048 and at 3072, written in turn; the one that verifies and says more counts</caption>
 * <tr><th>at</th><th>bytes</th><th>what</th></tr>
 * <tr><td>0</td><td>4</td><td>{@code SEAL} in ASCII</td></tr>
 * <tr><td>4</td><td>4</td><td>0</td></tr>
 * <tr><td>8</td><td>8</td><td>sealed length: the map file was forced up to here; at least 4096</td></tr>
 * <tr><td>16</td><td>8</td><td>the number of batches before that</td></tr>
 * <tr><td>24</td><td>4</td><td>0</td></tr>
 * <tr><td>28</td><td>4</td><td>bound CRC-32C of the 28 bytes before</td></tr>
 * </table>
 *
 * From byte 4096 on follow batches, each directly behind the one before:
 *
 * <table>
 * <caption>Batch of n runs: 20 + 16 n bytes</caption>
 * <tr><th>at</th><th>bytes</th><th>what</th></tr>
 * <tr><td>0</td><td>4</td><td>{@code BATC} in ASCII</td></tr>
 * <tr><td>4</td><td>4</td><td>n, from 1 to 4096</td></tr>
 * <tr><td>8</td><td>8</td><td>the batch's number, from 0 on</td></tr>
 * <tr><td>16</td><td>16 n</td><td>runs: first block (8), number of blocks (4, above 0), kind (4)</td></tr>
 * <tr><td>16 + 16 n</td><td>4</td><td>bound CRC-32C of all bytes of the batch before</td></tr>
 * </table>
 *
 * Reading: all blocks start as kind 0; runs are applied in their order, later ones win. Reading ends at the first batch that is
 * not whole, does not verify or has another number than the next: what a crash left of the last writes. If that is before the
 * sealed length, or a run names blocks that the disk does not have, or no seal verifies, the map is damaged.
 *
 * <table>
 * <caption>Kinds of blocks</caption>
 * <tr><th>kind</th><th>of a base</th><th>of a layer</th></tr>
 * <tr><td>0</td><td>zeros; the data file holds zeros there too</td><td>not in the layer: look in the parent</td></tr>
 * <tr><td>1</td><td>in the data file (may be zeros)</td><td>in the data file</td></tr>
 * <tr><td>2</td><td>does not occur</td><td>zeros, whatever data file and parent hold</td></tr>
 * </table>
 *
 * Block b is the bytes from 65536 b on, cut at the end of the disk, at the same place in the data file. So the data file of a
 * base alone is the disk; of a layer it is not.
 *
 * <p><b>Order of writing.</b> Base: the map names a block, forced, before its data is written. Layer: data is written and forced
 * before the map names the block. A disk's map comes to be before its data file and, when it is moved, is there before it.
 */
public final class RawFormat implements DiskFormat {
    /** The most disks in a chain, the base included. */
    public static final int MAX_CHAIN = 8;

    private static final int SECTOR = 512;
    private static final String MAP = ".map";
    private static final String NEW = ".new";

    /** For {@link java.util.ServiceLoader}. */
    public RawFormat() {}

    /**
     * Names the map of a disk.
     *
     * @param file the disk's data file
     * @return the file beside it that holds its map, if it has one
     */
    public static String mapOf(String file) {
        return file + MAP;
    }

    @Override
    public String name() {
        return "raw";
    }

    @Override
    public boolean recognises(StorageFolder folder, String file) {
        return folder.find(file).filter(entry -> entry.sizeBytes() > 0).isPresent();
    }

    @Override
    public VirtualDisk open(StorageFolder folder, String file, Access access) {
        return open(folder, file, access, new LinkedHashSet<>());
    }

    private static RawDisk open(StorageFolder folder, String file, Access access, Set<String> chain) {
        String path = RawProblems.path(folder, file);
        if (!chain.add(file) || chain.size() > MAX_CHAIN) {
            throw RawProblems.damagedDisk(
                    path, "its chain of parents has no end within " + MAX_CHAIN + " disks: " + chain);
        }
        StorageFile data = folder.open(file, access);
        try {
            return folder.find(file + MAP).isPresent()
                    ? openMapped(folder, file, access, chain, data)
                    : openForeign(folder, file, access, data);
        } catch (RuntimeException e) {
            data.close();
            throw e;
        }
    }

    private static RawDisk openForeign(StorageFolder folder, String file, Access access, StorageFile data) {
        String path = RawProblems.path(folder, file);
        long sizeBytes = data.size();
        if (sizeBytes == 0) {
            throw RawProblems.empty(path);
        }
        if (access == Access.WRITE) {
            throw RawProblems.notOurs(path);
        }
        return new ForeignRawDisk(data, path, sizeBytes, () -> folder.open(file, access));
    }

    private static RawDisk openMapped(
            StorageFolder folder, String file, Access access, Set<String> chain, StorageFile data) {
        String path = RawProblems.path(folder, file);
        DiskMap map = new DiskMap(folder, file + MAP, access);
        try {
            MapHeader header = map.header();
            if (data.size() != header.sizeBytes()) {
                throw RawProblems.damagedDisk(
                        path, "it has " + data.size() + " bytes, its map says " + header.sizeBytes());
            }
            return header.kind() == MapHeader.BASE
                    ? new RawBaseDisk(data, path, map, access)
                    : new RawLayer(data, path, map, openParent(folder, path, header, chain), access);
        } catch (RuntimeException e) {
            map.close();
            throw e;
        }
    }

    private static RawDisk openParent(StorageFolder folder, String child, MapHeader header, Set<String> chain) {
        RawDisk parent = open(folder, header.parent(), Access.READ, chain);
        try {
            if (parent.sizeBytes() != header.sizeBytes() || !parent.id().equals(header.parentId())) {
                throw RawProblems.damagedDisk(child, "its parent " + parent + " is not the disk that it was made over");
            }
            return parent;
        } catch (CorruptException e) {
            parent.close();
            throw e;
        }
    }

    @Override
    public VirtualDisk create(StorageFolder folder, String file, long sizeBytes) {
        if (sizeBytes < 1) {
            throw RawProblems.size(RawProblems.path(folder, file), sizeBytes);
        }
        return make(folder, file, MapHeader.base(sizeBytes));
    }

    @Override
    public VirtualDisk createLayer(StorageFolder folder, String file, String parent) {
        Set<String> chain = new LinkedHashSet<>();
        try (RawDisk below = open(folder, parent, Access.READ, chain)) {
            if (chain.size() >= MAX_CHAIN) {
                throw RawProblems.tooDeep(RawProblems.path(folder, file), MAX_CHAIN);
            }
            return make(folder, file, MapHeader.layer(below.sizeBytes(), parent, below.id()));
        }
    }

    /** Makes map and data file, so that no crash leaves a data file without its map or of another size. */
    private VirtualDisk make(StorageFolder folder, String file, MapHeader header) {
        if (folder.find(file).isPresent()) {
            throw RawProblems.exists(RawProblems.path(folder, file));
        }
        folder.delete(file + MAP); // of an attempt that died
        folder.delete(file + NEW);
        MapFile.create(folder, file + MAP, header);
        try (StorageFile data = folder.create(file + NEW)) {
            data.setSize(header.sizeBytes());
            data.force();
        }
        folder.force();
        if (!folder.publish(file + NEW, file)) {
            throw RawProblems.exists(RawProblems.path(folder, file));
        }
        folder.force();
        return open(folder, file, Access.WRITE);
    }

    /**
     * {@inheritDoc} A file without a map is fixed: its holes, where the file system is known to tell of them, are no data. With one
     * it is dynamic, or a layer. There are no blocks to choose and no identifier to compare; guests see sectors of 512 bytes.
     */
    @Override
    public DiskDescription describe(StorageFolder folder, String file) {
        try (StorageFile data = folder.open(file, Access.READ)) {
            String path = RawProblems.path(folder, file);
            if (folder.find(file + MAP).isEmpty()) {
                if (data.size() == 0) {
                    throw RawProblems.empty(path);
                }
                long[] held = {0};
                data.extents(0, data.size(), (at, length, extent) -> held[0] += extent == Extent.DATA ? length : 0);
                return describe(DiskType.FIXED, data.size(), Optional.empty(), held[0]);
            }
            try (DiskMap map = new DiskMap(folder, file + MAP, Access.READ)) {
                MapHeader header = map.header();
                long[] held = {0};
                map.forEachRun(
                        0,
                        header.blocks(),
                        (first, count, kind) -> held[0] += kind == BlockMap.DATA
                                ? Math.min(header.sizeBytes(), (first + count) * RawDisk.BLOCK) - first * RawDisk.BLOCK
                                : 0);
                boolean layer = header.kind() == MapHeader.LAYER;
                return describe(
                        layer ? DiskType.DIFFERENCING : DiskType.DYNAMIC,
                        header.sizeBytes(),
                        layer ? Optional.of(header.parent()) : Optional.empty(),
                        held[0]);
            }
        }
    }

    private DiskDescription describe(DiskType type, long sizeBytes, Optional<String> parent, long dataBytes) {
        return new DiskDescription(name(), type, sizeBytes, 0, SECTOR, "", parent, false, dataBytes);
    }

    @Override
    public void grow(StorageFolder folder, String file, long sizeBytes) {
        new RawGrowth(folder, file, sizeBytes).run();
    }

    @Override
    public List<String> files(StorageFolder folder, String file) {
        return Stream.of(file + MAP, file + NEW, RawGrowth.mapAway(file), RawGrowth.dataAway(file), file)
                .filter(name -> folder.find(name).isPresent())
                .toList();
    }

    /** {@inheritDoc} The map is copied first and deleted last, so that the data file has its map at every moment. */
    @Override
    public void move(StorageFolder folder, String file, StorageFolder target, String newFile) {
        boolean samePlace = folder.equals(target) && file.equals(newFile);
        boolean here = folder.find(file).isPresent();
        boolean there = target.find(newFile).isPresent();
        if (samePlace && here) {
            return;
        }
        if (here && there) {
            throw RawProblems.exists(RawProblems.path(target, newFile));
        }
        if (!here && !there) {
            throw RawProblems.missing(RawProblems.path(folder, file));
        }
        if (here) {
            target.delete(newFile + MAP); // of an attempt that died
            if (folder.find(file + MAP).isPresent()) {
                copy(folder, file + MAP, target, newFile + MAP);
            }
            target.force();
            folder.move(file, target, newFile);
        }
        target.force();
        folder.force();
        deleteForced(folder, file + MAP, file + NEW);
    }

    private static void copy(StorageFolder folder, String name, StorageFolder target, String newName) {
        ByteBuffer bytes = ByteBuffer.allocate(RawDisk.BLOCK);
        try (StorageFile from = folder.open(name, Access.READ);
                StorageFile to = target.create(newName)) {
            long at = 0;
            while (from.read(at, bytes.clear()) > 0) {
                int length = bytes.flip().remaining();
                to.write(at, bytes);
                at += length;
            }
            to.force();
        }
    }

    /** {@inheritDoc} The data file is emptied first: a layer's data without its map must never pass for a foreign disk. */
    @Override
    public void delete(StorageFolder folder, String file) {
        if (folder.find(file + MAP).isPresent() && folder.find(file).isPresent()) {
            try (StorageFile data = folder.open(file, Access.WRITE)) {
                data.setSize(0);
                data.force();
            }
        }
        deleteForced(folder, file + MAP, file + NEW, RawGrowth.dataAway(file), RawGrowth.mapAway(file));
        deleteForced(folder, file);
    }

    private static void deleteForced(StorageFolder folder, String... names) {
        boolean any = false;
        for (String name : names) {
            any |= folder.delete(name);
        }
        if (any) {
            folder.force();
        }
    }
}
