package io.sdr.hyperv.vhdx;

import io.sdr.api.InvalidRequestException;
import io.sdr.api.Problem;
import io.sdr.api.spi.Access;
import io.sdr.api.spi.DiskDefect;
import io.sdr.api.spi.DiskDescription;
import io.sdr.api.spi.DiskFormat;
import io.sdr.api.spi.DiskFormatException;
import io.sdr.api.spi.DiskShape;
import io.sdr.api.spi.DiskType;
import io.sdr.api.spi.StorageFile;
import io.sdr.api.spi.StorageFolder;
import io.sdr.api.spi.VirtualDisk;
import io.sdr.hyperv.blocks.BlockDisk;
import io.sdr.hyperv.blocks.DiskFiles;
import io.sdr.hyperv.blocks.ImageFile;
import io.sdr.hyperv.blocks.Rules;
import io.sdr.hyperv.disk.ParentFinder;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiFunction;

/**
 * VHDX disks after [MS-VHDX]: fixed, dynamic and differencing, blocks of 1 MiB to 256 MiB, sectors of 512 or 4096 bytes, up to 64 TiB.
 *
 * <p>Opening reads headers, log, metadata, and passes once over the BAT, which is never held whole. A log that waits is applied in
 * memory for reading, in the file for writing. Opening for writing changes nothing else; the first change writes a new FileWriteGuid
 * and DataWriteGuid (2.2.2). BAT, sector bitmaps and metadata change through the log (2.3): a process that dies at any moment leaves
 * a file with everything that was flushed. What was damaged is refused with {@link DiskFormatException}.
 *
 * <p>A differencing disk's parent is looked for by relative, volume and absolute path, in this order, where the {@link ParentFinder}
 * allows; its DataWriteGuid must be the child's {@code parent_linkage} or {@code parent_linkage2} (2.6.2.6.3). New layers name their
 * parent by a relative path, and lie beside it.
 */
public final class VhdxFormat implements DiskFormat {
    /** The most disks in a chain, the base included. */
    public static final int MAX_CHAIN = 64;

    private static final int SMALL_BLOCK = 2 << 20;
    private static final int LARGE_BLOCK = 32 << 20;
    private static final long LARGE_DISK = 4L << 40;

    private final ParentFinder parents;
    private final BiFunction<ImageFile, Header, LogWriter> logs;

    /** For {@link java.util.ServiceLoader}: parents are looked for beside their children only. */
    public VhdxFormat() {
        this(ParentFinder.besideTheChild(), LogWriter::new);
    }

    VhdxFormat(ParentFinder parents, BiFunction<ImageFile, Header, LogWriter> logs) {
        this.parents = parents;
        this.logs = logs;
    }

    /**
     * Makes a format that looks for parents elsewhere too.
     *
     * @param finder where parents may lie
     * @return the format
     */
    public static VhdxFormat withParents(ParentFinder finder) {
        return new VhdxFormat(finder, LogWriter::new);
    }

    @Override
    public String name() {
        return "vhdx";
    }

    @Override
    public boolean recognises(StorageFolder folder, String file) {
        if (folder.find(file).isEmpty()) {
            return false;
        }
        try (StorageFile open = folder.open(file, Access.READ)) {
            ByteBuffer first = ByteBuffer.allocate(8);
            open.read(0, first);
            return Headers.isIdentifier(first.flip());
        }
    }

    /** An open disk, and what a child names it by. */
    private record Opened(BlockDisk disk, Parameters parameters, UUID dataWrite) {}

    @Override
    public VirtualDisk open(StorageFolder folder, String file, Access access) {
        return open(folder, file, access, new LinkedHashSet<>()).disk();
    }

    private Opened open(StorageFolder folder, String file, Access access, Set<String> chain) {
        String path = DiskFiles.path(folder, file);
        Rules rules = Rules.throwing(path);
        rules.require(
                chain.add(path) && chain.size() <= MAX_CHAIN,
                "PARENT_LOOP",
                0,
                "a chain of parents that has no end: " + chain,
                "at most " + MAX_CHAIN + " disks, each once");
        StorageFile storage = folder.open(file, access);
        try {
            Structure structure = Structure.read(storage, rules);
            Optional<VirtualDisk> parent = Optional.empty();
            if (structure.parameters().parent().isPresent()) {
                parent = Optional.of(openParent(folder, structure.parameters(), chain, rules));
            }
            try {
                if (access == Access.WRITE) {
                    structure.applyLog();
                }
                VhdxTable table = new VhdxTable(structure, logs);
                return new Opened(
                        new BlockDisk(structure.file(), table, parent, access),
                        structure.parameters(),
                        structure.headers().current().dataWrite());
            } catch (RuntimeException e) {
                parent.ifPresent(VirtualDisk::close);
                throw e;
            }
        } catch (RuntimeException e) {
            storage.close();
            throw e;
        }
    }

    /** Opens the first file at one of the paths that is the disk which the child names. */
    private VirtualDisk openParent(StorageFolder folder, Parameters child, Set<String> chain, Rules rules) {
        ParentLocator locator = child.parent().orElseThrow();
        List<String> others = new ArrayList<>();
        for (String path : locator.paths()) {
            Optional<ParentFinder.Place> place = parents.find(folder, path);
            if (place.isEmpty()) {
                others.add(path + " is not there or not allowed");
                continue;
            }
            Opened parent = open(place.get().folder(), place.get().file(), Access.READ, chain);
            boolean isIt = locator.isOf(parent.dataWrite());
            boolean fits = parent.parameters().sectorBytes() == child.sectorBytes();
            if (isIt && fits) {
                return parent.disk();
            }
            parent.disk().close();
            rules.require(
                    !isIt,
                    "PARENT_SECTOR_SIZE",
                    child.parentAt(),
                    "a parent with sectors of " + parent.parameters().sectorBytes() + " bytes: " + path,
                    child.sectorBytes() + " bytes, as the child (2.6.2.4)");
            others.add(path + " has the DataWriteGuid " + parent.dataWrite());
            chain.remove(DiskFiles.path(place.get().folder(), place.get().file()));
        }
        throw rules.fatal(
                "PARENT",
                child.parentAt(),
                String.join("; ", others),
                "a file with the DataWriteGuid " + locator.entries().get(ParentLocator.LINKAGE) + " (2.6.2.6.3)");
    }

    @Override
    public VirtualDisk create(StorageFolder folder, String file, long sizeBytes) {
        return create(folder, file, DiskShape.of(sizeBytes));
    }

    /** {@inheritDoc} Blocks have 2 MiB by default, of disks above 4 TiB 32 MiB; sectors have 512 bytes. */
    @Override
    public VirtualDisk create(StorageFolder folder, String file, DiskShape shape) {
        int sector = shape.sectorBytes().orElse(512);
        int block = shape.blockBytes().orElse(shape.sizeBytes() > LARGE_DISK ? LARGE_BLOCK : SMALL_BLOCK);
        long size = shape.sizeBytes();
        String path = DiskFiles.path(folder, file);
        if (sector != 512 && sector != 4096) {
            throw shape(path, "sectors of " + sector + " bytes", "ask for 512 or 4096");
        }
        if (block < Headers.MIB || block > Parameters.MOST_BLOCK_BYTES || Integer.bitCount(block) != 1) {
            throw shape(path, "blocks of " + block + " bytes", "ask for a power of two from 1 MiB to 256 MiB");
        }
        if (size < 1 || size > Parameters.MOST_BYTES || size % sector != 0) {
            throw shape(path, "a size of " + size + " bytes", "ask for a multiple of " + sector + ", at most 64 TiB");
        }
        if (shape.type() == DiskType.DIFFERENCING) {
            throw shape(path, "a differencing disk without its parent", "make a layer of the parent");
        }
        boolean fixed = shape.type() == DiskType.FIXED;
        return make(folder, file, new VhdxCreator(size, block, sector, fixed, Optional.empty()));
    }

    private static InvalidRequestException shape(String path, String asked, String remedy) {
        return new InvalidRequestException(Problem.of("DISK_SHAPE")
                .attempted("make the VHDX disk " + path)
                .state(asked + "; nothing was made")
                .remedy(remedy));
    }

    /** {@inheritDoc} Its blocks have 2 MiB, its sectors are the parent's. */
    @Override
    public VirtualDisk createLayer(StorageFolder folder, String file, String parent) {
        Set<String> chain = new LinkedHashSet<>();
        Opened below = open(folder, parent, Access.READ, chain);
        below.disk().close();
        if (chain.size() >= MAX_CHAIN) {
            throw shape(
                    DiskFiles.path(folder, file),
                    "its chain would have more than " + MAX_CHAIN + " disks",
                    "fold layers into their base first");
        }
        Map<String, String> entries = new LinkedHashMap<>();
        entries.put(ParentLocator.LINKAGE, Guids.braced(below.dataWrite()));
        entries.put(ParentLocator.RELATIVE, ".\\" + parent);
        if (folder.describe().matches("[A-Za-z]:\\\\.*")) {
            entries.put(ParentLocator.ABSOLUTE, folder.describe() + "\\" + parent);
        }
        return make(
                folder,
                file,
                new VhdxCreator(
                        below.parameters().sizeBytes(),
                        SMALL_BLOCK,
                        below.parameters().sectorBytes(),
                        false,
                        Optional.of(new ParentLocator(entries))));
    }

    private VirtualDisk make(StorageFolder folder, String file, VhdxCreator creator) {
        DiskFiles.make(folder, file, creator::write);
        return open(folder, file, Access.WRITE);
    }

    @Override
    public long roundUp(long sizeBytes) {
        return (sizeBytes + 511) / 512 * 512;
    }

    @Override
    public DiskDescription describe(StorageFolder folder, String file) {
        try (StorageFile storage = folder.open(file, Access.READ)) {
            Structure found = Structure.read(storage, Rules.throwing(DiskFiles.path(folder, file)));
            Parameters parameters = found.parameters();
            Optional<String> parent =
                    parameters.parent().map(locator -> locator.paths().get(0));
            return new DiskDescription(
                    name(),
                    parent.isPresent()
                            ? DiskType.DIFFERENCING
                            : parameters.keepsSpace() ? DiskType.FIXED : DiskType.DYNAMIC,
                    parameters.sizeBytes(),
                    parameters.blockBytes(),
                    parameters.sectorBytes(),
                    parameters.diskId().toString(),
                    parent,
                    found.log().isPresent(),
                    found.dataBytes());
        }
    }

    @Override
    public List<DiskDefect> check(StorageFolder folder, String file) {
        Rules rules = Rules.collecting(DiskFiles.path(folder, file));
        try (StorageFile storage = folder.open(file, Access.READ)) {
            Structure.read(storage, rules);
            return rules.defects();
        } catch (DiskFormatException e) {
            List<DiskDefect> all = new ArrayList<>(rules.defects());
            all.add(e.defect());
            return List.copyOf(all);
        }
    }

    @Override
    public List<String> files(StorageFolder folder, String file) {
        return DiskFiles.existing(folder, file);
    }

    @Override
    public void move(StorageFolder folder, String file, StorageFolder target, String newFile) {
        DiskFiles.move(folder, file, target, newFile);
    }

    @Override
    public void delete(StorageFolder folder, String file) {
        DiskFiles.delete(folder, file);
    }
}
