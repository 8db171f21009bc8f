package io.sdr.hyperv.vhd;

import io.sdr.api.InvalidRequestException;
import io.sdr.api.Problem;
import io.sdr.api.spi.StorageException;
import io.sdr.hyperv.blocks.BlockEntry;
import io.sdr.hyperv.blocks.BlockTable;
import io.sdr.hyperv.blocks.ImageFile;
import io.sdr.hyperv.blocks.MetadataPages;
import io.sdr.hyperv.blocks.SectorBits;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/**
 * BAT and sector bitmaps of an open dynamic or differencing file. The format has no log and needs none: each of their sectors of 512
 * bytes is right whether it is the old or the new one, as long as payload is durable before it. So {@link #commit} forces payload,
 * writes the changed sectors, and forces those.
 */
class VhdTable implements BlockTable {
    private static final int CROWDED = 128;
    private static final long MOST_SECTORS = 0xFFFFFFFFL;

    private final ImageFile file;
    private final Footers footers;
    private final VhdSpace space;
    private final boolean differencing;
    private final MetadataPages pages;
    private final List<Long> freed = new ArrayList<>();
    private final BitSet whole = new BitSet();
    private volatile DynamicHeader header;
    private volatile long sizeBytes;
    private long footerAt;

    /** Takes a structure that was mended, or which is only read. */
    VhdTable(VhdStructure structure) {
        VhdStructure.Blocks blocks = structure.blocks().orElseThrow();
        this.file = structure.file();
        this.footers = structure.footers();
        this.space = blocks.space();
        this.differencing = !blocks.parentPaths().isEmpty();
        this.header = blocks.header();
        this.sizeBytes = footers.footer().sizeBytes();
        this.footerAt = space.end();
        this.pages = new MetadataPages(file, Footer.SECTOR, ByteOrder.BIG_ENDIAN);
    }

    /** Rounds up to whole sectors. */
    static long sectors(long bytes) {
        return (bytes + Footer.SECTOR - 1) / Footer.SECTOR * Footer.SECTOR;
    }

    /** Gives the bytes of the bitmap before a block: a bit for each sector, in whole sectors. */
    static long bitmapBytes(int blockBytes) {
        return sectors(blockBytes / Footer.SECTOR / Byte.SIZE);
    }

    @Override
    public long sizeBytes() {
        return sizeBytes;
    }

    @Override
    public int blockBytes() {
        return header.blockBytes();
    }

    @Override
    public int sectorBytes() {
        return Footer.SECTOR;
    }

    @Override
    public boolean hasZeroKind() {
        return false;
    }

    @Override
    public boolean keepsSpace() {
        return false;
    }

    private long entryAt(long block) {
        return header.tableOffset() + block * Integer.BYTES;
    }

    private long translate(int entry) {
        return entry == TableScan.ABSENT
                ? BlockEntry.ABSENT
                : BlockEntry.of(
                        differencing ? BlockEntry.PARTIAL : BlockEntry.FULL,
                        TableScan.position(entry) + bitmapBytes(blockBytes()));
    }

    /** Gives a block's entry; all of a dynamic disk's block is its, as for QEMU: what its bitmap leaves out is zero. */
    @Override
    public long entry(long block) {
        return translate(pages.getInt(entryAt(block)));
    }

    /** {@inheritDoc} Other programs go by the bitmap of a dynamic disk: it must be whole. */
    @Override
    public long entryToWrite(long block) {
        long entry = entry(block);
        if (BlockEntry.kind(entry) != BlockEntry.FULL || isWhole(block)) {
            return entry;
        }
        return BlockEntry.of(BlockEntry.PARTIAL, BlockEntry.position(entry));
    }

    private boolean isWhole(long block) {
        synchronized (whole) {
            if (whole.get((int) block)) {
                return true;
            }
        }
        int sectors = blockBytes() / Footer.SECTOR;
        SectorBits bits = bits(block);
        boolean all = bits.get(0) && bits.runEnd(0, sectors) == sectors;
        if (all) {
            setWhole(block, true);
        }
        return all;
    }

    private void setWhole(long block, boolean value) {
        synchronized (whole) {
            whole.set((int) block, value);
        }
    }

    @Override
    public void entries(long firstBlock, long[] into, int count) {
        ByteBuffer piece = ByteBuffer.allocate(count * Integer.BYTES);
        pages.copy(entryAt(firstBlock), piece);
        for (int i = 0; i < count; i++) {
            into[i] = translate(piece.getInt(i * Integer.BYTES));
        }
    }

    private SectorBits bits(long block) {
        return new SectorBits(pages, TableScan.position(pages.getInt(entryAt(block))), false); // the highest bit first
    }

    @Override
    public boolean isPresent(long block, int sector) {
        return bits(block).get(sector);
    }

    @Override
    public int runEnd(long block, int sector, int limit) {
        return bits(block).runEnd(sector, limit);
    }

    @Override
    public void markPresent(long block, int from, int end) {
        bits(block).set(from, end, true);
    }

    @Override
    public void prepare() {}

    @Override
    public boolean isCrowded() {
        return pages.dirtyCount() >= CROWDED;
    }

    /** {@inheritDoc} Behind a new block at the end a sector of zeros stands for the footer until the commit. */
    @Override
    public Room allocate(long block) {
        long bitmap = bitmapBytes(blockBytes());
        long position = space.allocate();
        if (position / Footer.SECTOR >= MOST_SECTORS) {
            throw new StorageException(Problem.of(StorageException.FULL)
                    .attempted("allocate block " + block + " of " + file)
                    .state("the file would have 2 TiB, which is more than the format can address")
                    .remedy("convert the disk to VHDX"));
        }
        boolean zeroed = position >= footerAt;
        if (file.size() < space.end() + Footer.BYTES) {
            file.setSize(space.end() + Footer.BYTES);
        }
        return new Room(position + bitmap, zeroed);
    }

    @Override
    public void attach(long block, long position, boolean allPresent) {
        long bitmap = bitmapBytes(blockBytes());
        long at = position - bitmap;
        byte[] bits = new byte[(int) bitmap];
        Arrays.fill(bits, (byte) (allPresent ? -1 : 0));
        file.write(at, ByteBuffer.wrap(bits)); // with the payload: what was there is noise
        pages.wrote(at, bits);
        pages.putInt(entryAt(block), (int) (at / Footer.SECTOR));
        setWhole(block, allPresent);
    }

    @Override
    public void detach(long block) {
        int entry = pages.getInt(entryAt(block));
        if (entry != TableScan.ABSENT) {
            freed.add(TableScan.position(entry));
        }
        setWhole(block, false);
        pages.putInt(entryAt(block), TableScan.ABSENT);
    }

    /** Makes payload durable, and the bitmaps of new blocks. */
    void forcePayload() {
        file.force();
    }

    @Override
    public Optional<Runnable> commit() {
        boolean moved = space.end() != footerAt;
        if (moved) {
            footers.write(file, space.end());
        }
        forcePayload();
        footerAt = space.end();
        if (pages.dirtyCount() > 0) {
            pages.dirty().forEach(file::write);
            file.force();
            pages.settled();
        }
        List<Long> given = List.copyOf(freed);
        freed.clear();
        long room = bitmapBytes(blockBytes()) + blockBytes();
        return given.isEmpty()
                ? Optional.empty()
                : Optional.of(() -> given.forEach(position -> space.free(position, position + room)));
    }

    @Override
    public void checkGrow(long newSizeBytes, long parentUntil) {
        String why = newSizeBytes > Footer.MOST_BYTES
                ? "a VHD disk has at most 2040 GiB"
                : parentUntil > sizeBytes ? "its parent is larger than it is, and would show behind its end" : "";
        if (!why.isEmpty()) {
            throw new InvalidRequestException(Problem.of("DISK_SIZE")
                    .attempted("grow " + file + " to " + newSizeBytes + " bytes")
                    .state(why + "; nothing was changed")
                    .remedy("choose a smaller size, or convert the disk to VHDX"));
        }
    }

    /** {@inheritDoc} Order: entries of the BAT, if need be in a new place; the header that names it; the copy of the footer; the footer. */
    @Override
    public void grow(long newSizeBytes, long parentUntil) {
        int blockBytes = blockBytes();
        long before = (sizeBytes + blockBytes - 1) / blockBytes;
        long after = (newSizeBytes + blockBytes - 1) / blockBytes;
        if (after > header.entries()) {
            moveTable(before, after);
        } else {
            for (long block = before; block < after; block++) {
                if (pages.getInt(entryAt(block)) != TableScan.ABSENT) {
                    pages.putInt(entryAt(block), TableScan.ABSENT);
                }
            }
            commit().ifPresent(Runnable::run);
        }
        footers.grow(newSizeBytes);
        footers.write(file, 0);
        file.force();
        footers.write(file, footerAt);
        file.force();
        sizeBytes = newSizeBytes;
    }

    private void moveTable(long before, long after) {
        long bytes = sectors(after * Integer.BYTES);
        long place = space.append(bytes);
        file.setSize(space.end() + Footer.BYTES);
        ByteBuffer table = ByteBuffer.allocate((int) bytes);
        pages.copy(header.tableOffset(), table.limit((int) (before * Integer.BYTES)));
        table.limit((int) bytes);
        while (table.hasRemaining()) {
            table.putInt(TableScan.ABSENT);
        }
        file.write(place, table.flip());
        pages.wrote(place, table.array()); // a page beside the old table may reach here
        commit().ifPresent(Runnable::run);
        DynamicHeader moved = header.withTable(place, after);
        file.write(header.at(), moved.encode().limit(Footer.SECTOR));
        file.force();
        header = moved;
    }

    @Override
    public void close(boolean inOrder) {}
}
