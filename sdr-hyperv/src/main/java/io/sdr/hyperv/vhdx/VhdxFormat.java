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
import io.sdr.hyperv.blocks.DiskChain;
import io.sdr.hyperv.blocks.DiskFiles;
import io.sdr.hyperv.blocks.ImageFile;
import io.sdr.hyperv.blocks.Rules;
import io.sdr.hyperv.disk.ParentFinder;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
    public static final int MAX_CHAIN = DiskChain.MOST;

    private static final int SMALL_BLOCK = 2 << 20;
    private static final int LARGE_BLOCK = 32 << 20;
    private static final long LARGE_DISK = 4L << 40;

    private final ParentFinder parents;
    private final DiskChain<Structure> chain;
    private final BiFunction<ImageFile, Header, LogWriter> logs;

    /** For {@link java.util.ServiceLoader}: parents are looked for beside their children only. */
    public VhdxFormat() {
        this(ParentFinder.besideTheChild(), LogWriter::new);
    }

    VhdxFormat(ParentFinder parents, BiFunction<ImageFile, Header, LogWriter> logs) {
        this.parents = parents;
        this.chain = new DiskChain<>(parents, new Links(Optional.empty()));
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

    @Override
    public VirtualDisk open(StorageFolder folder, String file, Access access) {
        return chain.open(folder, file, access).disk();
    }

    /**
     * {@inheritDoc} Writing gives a disk another DataWriteGuid (2.2.2), by which layers know it. So that one is drawn first and stands
     * in each layer as {@code parent_linkage2}, beside the present one, before the disk has it.
     */
    @Override
    public VirtualDisk openUnderLayers(StorageFolder folder, String file, List<String> layers) {
        UUID next = UUID.randomUUID();
        UUID now;
        try (StorageFile storage = folder.open(file, Access.READ)) {
            now = Structure.read(storage, Rules.throwing(DiskFiles.path(folder, file)))
                    .dataWrite();
        }
        layers.forEach(layer -> relink(folder, layer, now, next));
        return new DiskChain<>(parents, new Links(Optional.of(next)))
                .open(folder, file, Access.WRITE)
                .disk();
    }

    private void relink(StorageFolder folder, String layer, UUID now, UUID next) {
        try (StorageFile storage = folder.open(layer, Access.WRITE)) {
            Structure structure = Structure.read(storage, Rules.throwing(DiskFiles.path(folder, layer)));
            ParentLocator locator = structure
                    .parameters()
                    .parent()
                    .orElseThrow(() ->
                            shape(DiskFiles.path(folder, layer), "it is no layer", "name the layers over the disk"))
                    .with(ParentLocator.LINKAGE, Guids.braced(now))
                    .with(ParentLocator.LINKAGE2, Guids.braced(next));
            structure.applyLog();
            VhdxTable table = new VhdxTable(structure, logs);
            table.relink(locator);
            table.close(true);
        }
    }

    @Override
    public void grow(StorageFolder folder, String file, long sizeBytes) {
        DiskFiles.grow(this, folder, file, sizeBytes);
    }

    /** What this format knows of the files of a chain. */
    private final class Links implements DiskChain.Links<Structure> {
        private final Optional<UUID> announced;

        /** Takes what a disk that is opened for writing shall be known by once it was changed, if that is decided. */
        Links(Optional<UUID> announced) {
            this.announced = announced;
        }

        @Override
        public Structure read(StorageFile file, Rules rules) {
            return Structure.read(file, rules);
        }

        @Override
        public List<String> parentPaths(Structure link) {
            return link.parameters().parent().map(ParentLocator::paths).orElse(List.of());
        }

        @Override
        public Optional<String> mismatch(Structure child, Structure parent) {
            return locator(child).isOf(parent.dataWrite())
                    ? Optional.empty()
                    : Optional.of("the DataWriteGuid " + parent.dataWrite());
        }

        @Override
        public void checkFit(Structure child, Structure parent, Rules rules) {
            rules.require(
                    parent.parameters().sectorBytes() == child.parameters().sectorBytes(),
                    "PARENT_SECTOR_SIZE",
                    child.parameters().parentAt(),
                    "a parent with sectors of " + parent.parameters().sectorBytes() + " bytes: " + parent.file(),
                    child.parameters().sectorBytes() + " bytes, as the child (2.6.2.4)");
        }

        @Override
        public DiskFormatException missing(Structure child, String found, Rules rules) {
            return rules.fatal(
                    "PARENT",
                    child.parameters().parentAt(),
                    found,
                    "a file with the DataWriteGuid " + locator(child).entries().get(ParentLocator.LINKAGE)
                            + " (2.6.2.6.3)");
        }

        private ParentLocator locator(Structure child) {
            return child.parameters().parent().orElseThrow();
        }

        @Override
        public BlockDisk open(Structure link, Optional<VirtualDisk> parent, Access access) {
            VhdxTable table = new VhdxTable(link, logs);
            if (access == Access.WRITE) {
                link.applyLog();
                announced.ifPresent(table::announce);
            }
            return new BlockDisk(link.file(), table, parent, access);
        }
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
        return make(folder, file, new VhdxCreator(size, block, sector, UUID.randomUUID(), fixed, Optional.empty()));
    }

    private static InvalidRequestException shape(String path, String asked, String remedy) {
        return new InvalidRequestException(Problem.of("DISK_SHAPE")
                .attempted("make the VHDX disk " + path)
                .state(asked + "; nothing was made")
                .remedy(remedy));
    }

    /**
     * {@inheritDoc} Its blocks have 2 MiB, its sectors are the parent's, and so is the identifier: the guest that runs on it goes on with
     * the disk that it had.
     */
    @Override
    public VirtualDisk createLayer(StorageFolder folder, String file, String parent) {
        DiskChain.Opened<Structure> opened = chain.open(folder, parent, Access.READ);
        opened.disk().close();
        Structure below = opened.read();
        if (opened.length() >= MAX_CHAIN) {
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
                        below.parameters().diskId(),
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
        return DiskFiles.check(folder, file, Structure::read);
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
