package io.sdr.hyperv.vhd;

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
import io.sdr.hyperv.blocks.BlockTable;
import io.sdr.hyperv.blocks.DiskChain;
import io.sdr.hyperv.blocks.DiskFiles;
import io.sdr.hyperv.blocks.ImageFile;
import io.sdr.hyperv.blocks.Rules;
import io.sdr.hyperv.disk.ParentFinder;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * VHD disks after the Virtual Hard Disk Image Format Specification 1.0: fixed, dynamic and differencing, blocks of 256 KiB to 256 MiB,
 * sectors of 512 bytes, up to 2040 GiB.
 *
 * <p>Opening reads footers, header and parent's paths, and passes once over the BAT, which is never held whole. A file whose footer at
 * the end a crash has left unwritten is sound: the copy at its begin counts, {@link DiskDescription#logDirty} tells of it, and opening
 * for writing writes it again. Payload is durable before BAT and sector bitmaps tell of it, and those change sector by sector: a process
 * that dies at any moment leaves a file with everything that was flushed. What is damaged is refused with {@link DiskFormatException}.
 *
 * <p>A differencing disk's parent is looked for by relative path, absolute path and bare name, in this order, where the
 * {@link ParentFinder} allows; its identifier must be the child's "Parent Unique ID". The format has no means to tell whether a parent
 * was changed after its child was made. New layers name their parent by a relative path, and lie beside it.
 *
 * <p>Dynamic and differencing disks grow; a fixed one cannot, since its only footer would have to move.
 */
public final class VhdFormat implements DiskFormat {
    private static final int BLOCK = 2 << 20;

    private final DiskChain<VhdStructure> chain;
    private final InstantSource clock;
    private final Function<VhdStructure, BlockTable> tables;

    /** For {@link java.util.ServiceLoader}: parents are looked for beside their children only. */
    public VhdFormat() {
        this(ParentFinder.besideTheChild(), InstantSource.system(), VhdTable::new);
    }

    VhdFormat(ParentFinder parents, InstantSource clock, Function<VhdStructure, BlockTable> tables) {
        this.chain = new DiskChain<>(parents, new Links());
        this.clock = clock;
        this.tables = tables;
    }

    /**
     * Makes a format that looks for parents elsewhere too.
     *
     * @param finder where parents may lie
     * @return the format
     */
    public static VhdFormat withParents(ParentFinder finder) {
        return new VhdFormat(finder, InstantSource.system(), VhdTable::new);
    }

    @Override
    public String name() {
        return "vhd";
    }

    @Override
    public boolean recognises(StorageFolder folder, String file) {
        if (folder.find(file).isEmpty()) {
            return false;
        }
        try (StorageFile open = folder.open(file, Access.READ)) {
            return Footers.isVhd(new ImageFile(open, DiskFiles.path(folder, file)));
        }
    }

    @Override
    public VirtualDisk open(StorageFolder folder, String file, Access access) {
        return chain.open(folder, file, access).disk();
    }

    @Override
    public void grow(StorageFolder folder, String file, long sizeBytes) {
        DiskFiles.grow(this, folder, file, sizeBytes);
    }

    /** What this format knows of the files of a chain. */
    private final class Links implements DiskChain.Links<VhdStructure> {
        @Override
        public VhdStructure read(StorageFile file, Rules rules) {
            return VhdStructure.read(file, rules);
        }

        @Override
        public List<String> parentPaths(VhdStructure link) {
            return link.blocks().map(VhdStructure.Blocks::parentPaths).orElse(List.of());
        }

        private DynamicHeader header(VhdStructure child) {
            return child.blocks().orElseThrow().header();
        }

        @Override
        public Optional<String> mismatch(VhdStructure child, VhdStructure parent) {
            return header(child).parentId().equals(parent.footers().footer().id())
                    ? Optional.empty()
                    : Optional.of("the identifier " + parent.footers().footer().id());
        }

        @Override
        public void checkFit(VhdStructure child, VhdStructure parent, Rules rules) {}

        @Override
        public DiskFormatException missing(VhdStructure child, String found, Rules rules) {
            return rules.fatal(
                    "PARENT",
                    header(child).at() + 40,
                    found,
                    "a file with the identifier " + header(child).parentId() + " (\"Parent Unique ID\")");
        }

        @Override
        public BlockDisk open(VhdStructure link, Optional<VirtualDisk> parent, Access access) {
            if (access == Access.WRITE) {
                link.mend();
            }
            BlockTable table = link.blocks().isPresent()
                    ? tables.apply(link)
                    : new FixedTable(link.file(), link.footers().footer().sizeBytes());
            return new BlockDisk(link.file(), table, parent, access);
        }
    }

    @Override
    public VirtualDisk create(StorageFolder folder, String file, long sizeBytes) {
        return create(folder, file, DiskShape.of(sizeBytes));
    }

    /** {@inheritDoc} Blocks have 2 MiB by default. */
    @Override
    public VirtualDisk create(StorageFolder folder, String file, DiskShape shape) {
        String path = DiskFiles.path(folder, file);
        int block = shape.blockBytes().orElse(BLOCK);
        long size = shape.sizeBytes();
        if (shape.type() == DiskType.FIXED && shape.blockBytes().isPresent()) {
            throw shape(path, "blocks in a fixed disk", "leave the size of blocks out");
        }
        if (block < DynamicHeader.LEAST_BLOCK_BYTES
                || block > DynamicHeader.MOST_BLOCK_BYTES
                || Integer.bitCount(block) != 1) {
            throw shape(path, "blocks of " + block + " bytes", "ask for a power of two from 256 KiB to 256 MiB");
        }
        if (shape.sectorBytes().orElse(Footer.SECTOR) != Footer.SECTOR) {
            throw shape(
                    path,
                    "sectors of " + shape.sectorBytes().orElseThrow() + " bytes",
                    "ask for 512, or for a VHDX disk");
        }
        if (size < 1 || size > Footer.MOST_BYTES || size % Footer.SECTOR != 0) {
            throw shape(path, "a size of " + size + " bytes", "ask for a multiple of 512, at most 2040 GiB");
        }
        if (shape.type() == DiskType.DIFFERENCING) {
            throw shape(path, "a differencing disk without its parent", "make a layer of the parent");
        }
        return make(folder, file, new VhdCreator(shape.type(), size, block, clock.instant(), Optional.empty()));
    }

    private static InvalidRequestException shape(String path, String asked, String remedy) {
        return new InvalidRequestException(Problem.of("DISK_SHAPE")
                .attempted("make the VHD disk " + path)
                .state(asked + "; nothing was made")
                .remedy(remedy));
    }

    /** {@inheritDoc} Its blocks have 2 MiB. */
    @Override
    public VirtualDisk createLayer(StorageFolder folder, String file, String parent) {
        DiskChain.Opened<VhdStructure> opened = chain.open(folder, parent, Access.READ);
        opened.disk().close();
        if (opened.length() >= DiskChain.MOST) {
            throw shape(
                    DiskFiles.path(folder, file),
                    "its chain would have more than " + DiskChain.MOST + " disks",
                    "fold layers into their base first");
        }
        Footer below = opened.read().footers().footer();
        Optional<String> absolute = folder.describe().matches("[A-Za-z]:\\\\.*")
                ? Optional.of(folder.describe() + "\\" + parent)
                : Optional.empty();
        return make(
                folder,
                file,
                new VhdCreator(
                        DiskType.DIFFERENCING,
                        below.sizeBytes(),
                        BLOCK,
                        clock.instant(),
                        Optional.of(new VhdCreator.Parent(below, parent, absolute))));
    }

    private VirtualDisk make(StorageFolder folder, String file, VhdCreator creator) {
        DiskFiles.make(folder, file, creator::write);
        return open(folder, file, Access.WRITE);
    }

    @Override
    public long roundUp(long sizeBytes) {
        return VhdTable.sectors(sizeBytes);
    }

    /** {@inheritDoc} The "log" that waits is the footer at the end of a file which a crash left without it. */
    @Override
    public DiskDescription describe(StorageFolder folder, String file) {
        try (StorageFile storage = folder.open(file, Access.READ)) {
            VhdStructure found = VhdStructure.read(storage, Rules.throwing(DiskFiles.path(folder, file)));
            Footer footer = found.footers().footer();
            return new DiskDescription(
                    name(),
                    found.footers().type(),
                    footer.sizeBytes(),
                    found.blocks().map(blocks -> blocks.header().blockBytes()).orElse(0),
                    Footer.SECTOR,
                    footer.id().toString(),
                    found.blocks()
                            .flatMap(blocks -> blocks.parentPaths().stream().findFirst()),
                    found.footers().isPending(),
                    found.blocks().map(VhdStructure.Blocks::dataBytes).orElse(footer.sizeBytes()));
        }
    }

    @Override
    public List<DiskDefect> check(StorageFolder folder, String file) {
        return DiskFiles.check(folder, file, VhdStructure::read);
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
