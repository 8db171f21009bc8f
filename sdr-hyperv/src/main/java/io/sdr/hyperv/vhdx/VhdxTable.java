package io.sdr.hyperv.vhdx;

import io.sdr.api.InvalidRequestException;
import io.sdr.api.Problem;
import io.sdr.hyperv.blocks.BlockEntry;
import io.sdr.hyperv.blocks.BlockTable;
import io.sdr.hyperv.blocks.ImageFile;
import io.sdr.hyperv.blocks.MetadataPages;
import io.sdr.hyperv.blocks.SectorBits;
import io.sdr.hyperv.blocks.SpaceMap;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.UUID;
import java.util.function.BiFunction;

/**
 * BAT and sector bitmaps of an open VHDX file ([MS-VHDX] 2.5, 2.4), read in pages. What changes is kept here until {@link #commit}:
 * payload is forced, then the changed sectors go to the log, forced, then into their places. Those are forced by the next commit
 * before anything is logged again, so one entry of the log is all that is ever needed.
 */
final class VhdxTable implements BlockTable {
    private static final int CROWDED = 80;

    private final ImageFile file;
    private final Headers headers;
    private final SpaceMap space;
    private final MetadataPages pages;
    private final BiFunction<ImageFile, Header, LogWriter> logs;
    private final List<Long> freed = new ArrayList<>();
    private volatile Parameters parameters;
    private RegionTable regions;
    private volatile long bat;
    private UUID dataWrite = UUID.randomUUID();
    private Optional<LogWriter> log = Optional.empty();
    private boolean logNamed;

    /** Takes a structure whose log was applied, or which is only read. */
    VhdxTable(Structure structure, BiFunction<ImageFile, Header, LogWriter> logs) {
        this.file = structure.file();
        this.headers = structure.headers();
        this.space = structure.space();
        this.parameters = structure.parameters();
        this.regions = structure.regions();
        this.bat = regions.bat().offset();
        this.logs = logs;
        this.pages = new MetadataPages(file, LogEntry.SECTOR, ByteOrder.LITTLE_ENDIAN);
    }

    /** Decides what a child will have to name; by default a random identifier. Before the first change. */
    void announce(UUID nextDataWrite) {
        dataWrite = nextDataWrite;
    }

    @Override
    public long sizeBytes() {
        return parameters.sizeBytes();
    }

    @Override
    public int blockBytes() {
        return parameters.blockBytes();
    }

    @Override
    public int sectorBytes() {
        return parameters.sectorBytes();
    }

    @Override
    public boolean hasZeroKind() {
        return true;
    }

    @Override
    public boolean keepsSpace() {
        return parameters.keepsSpace();
    }

    private long entryAt(long block) {
        return bat + parameters.payloadEntry(block) * Long.BYTES;
    }

    @Override
    public long entry(long block) {
        return translate(pages.getLong(entryAt(block)));
    }

    private static long translate(long entry) {
        long position = BatScan.position(entry);
        return switch (BatScan.state(entry)) {
            case BatScan.FULLY -> BlockEntry.of(BlockEntry.FULL, position);
            case BatScan.PARTIALLY -> BlockEntry.of(BlockEntry.PARTIAL, position);
            case BatScan.NOT_PRESENT -> BlockEntry.ABSENT;
            default -> BlockEntry.ZERO; // what is undefined reads as zeros too (2.5.1.1)
        };
    }

    @Override
    public void entries(long firstBlock, long[] into, int count) {
        long from = parameters.payloadEntry(firstBlock);
        long end = parameters.payloadEntry(firstBlock + count - 1) + 1;
        ByteBuffer piece = ByteBuffer.allocate((int) (end - from) * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        pages.copy(bat + from * Long.BYTES, piece);
        if (ImageFile.isZero(piece.rewind())) {
            Arrays.fill(into, 0, count, BlockEntry.ABSENT);
            return;
        }
        for (int i = 0; i < count; i++) {
            int at = (int) (parameters.payloadEntry(firstBlock + i) - from) * Long.BYTES;
            into[i] = translate(piece.getLong(at));
        }
    }

    private long bitmapEntryAt(long block) {
        return bat + parameters.bitmapEntry(block / parameters.chunkRatio()) * Long.BYTES;
    }

    /** Gives the block's bits: their sector bitmap block holds those of a whole chunk, the lowest bit first (2.4). */
    private SectorBits bits(long block) {
        long bitmap = BatScan.position(pages.getLong(bitmapEntryAt(block)));
        long sectors = blockBytes() / sectorBytes();
        return new SectorBits(pages, bitmap + block % parameters.chunkRatio() * (sectors / 8), true);
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
    public void prepare() {
        if (log.isEmpty()) {
            headers.beginWriting(dataWrite);
            if (file.size() > space.end()) {
                file.setSize(space.end()); // what a crash left behind the last block is not zero
                file.force();
            }
            log = Optional.of(logs.apply(file, headers.current()));
        }
    }

    @Override
    public boolean isCrowded() {
        return pages.dirtyCount() >= CROWDED;
    }

    @Override
    public Room allocate(long block) {
        return allocateBytes(blockBytes());
    }

    private Room allocateBytes(long bytes) {
        long position = space.allocate(bytes);
        boolean zeroed = position >= file.size();
        if (position + bytes > file.size()) {
            file.setSize(position + bytes);
        }
        return new Room(position, zeroed);
    }

    @Override
    public void attach(long block, long position, boolean allPresent) {
        if (!allPresent) {
            long bitmapAt = bitmapEntryAt(block);
            if (BatScan.state(pages.getLong(bitmapAt)) != BatScan.BITMAP_PRESENT) {
                Room room = allocateBytes(Headers.MIB);
                if (!room.zeroed()) {
                    file.writeZeros(room.position(), Headers.MIB);
                }
                pages.putLong(bitmapAt, room.position() | BatScan.BITMAP_PRESENT);
            }
            bits(block).set(0, blockBytes() / sectorBytes(), false); // they were noise until now
        }
        pages.putLong(entryAt(block), position | (allPresent ? BatScan.FULLY : BatScan.PARTIALLY));
    }

    @Override
    public void detach(long block) {
        long entry = entry(block);
        int kind = BlockEntry.kind(entry);
        if (kind == BlockEntry.FULL || kind == BlockEntry.PARTIAL) {
            freed.add(BlockEntry.position(entry));
        }
        pages.putLong(entryAt(block), BatScan.ZERO);
    }

    @Override
    public Optional<Runnable> commit() {
        if (pages.dirtyCount() == 0) {
            file.force();
            return Optional.empty();
        }
        commit(pages.dirty());
        pages.settled();
        List<Long> given = List.copyOf(freed);
        freed.clear();
        return given.isEmpty()
                ? Optional.empty()
                : Optional.of(() -> given.forEach(position -> space.free(position, blockBytes())));
    }

    private void commit(SortedMap<Long, ByteBuffer> sectors) {
        LogWriter writer = log.orElseThrow();
        file.force();
        writer.append(sectors);
        file.force();
        if (!logNamed) {
            headers.nameLog(writer.guid());
            logNamed = true;
        }
        sectors.forEach(file::write);
    }

    @Override
    public void checkGrow(long newSizeBytes, long parentUntil) {
        if (newSizeBytes > Parameters.MOST_BYTES) {
            throw new InvalidRequestException(Problem.of("DISK_SIZE")
                    .attempted("grow " + file + " to " + newSizeBytes + " bytes")
                    .state("a VHDX disk has at most 64 TiB; nothing was changed")
                    .remedy("choose a smaller size"));
        }
    }

    @Override
    public void grow(long newSizeBytes, long parentUntil) {
        VhdxGrowth growth = new VhdxGrowth(file, parameters, regions, pages);
        SortedMap<Long, ByteBuffer> sectors = growth.plan(newSizeBytes, parentUntil, this);
        if (pages.dirtyCount() > 0) {
            commit().ifPresent(Runnable::run);
        }
        commit(sectors);
        file.force();
        regions = growth.regions();
        bat = regions.bat().offset();
        parameters = parameters.withSize(newSizeBytes);
    }

    /** Takes room that reads as zeros. */
    long zeroedRoom(long bytes) {
        Room room = allocateBytes(bytes);
        if (!room.zeroed()) {
            file.writeZeros(room.position(), bytes);
        }
        return room.position();
    }

    /** Writes another parent locator; what a guest sees stays, and with it the DataWriteGuid. Durable on return. */
    void relink(ParentLocator locator) {
        dataWrite = headers.current().dataWrite();
        prepare();
        commit(ParentChange.sectors(file, regions.metadata(), locator));
        file.force();
    }

    @Override
    public void close(boolean inOrder) {
        if (inOrder && logNamed) {
            file.force();
            headers.nameLog(Guids.NONE);
        }
    }
}
