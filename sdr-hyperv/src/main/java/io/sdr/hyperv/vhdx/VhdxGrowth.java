package io.sdr.hyperv.vhdx;

import io.sdr.hyperv.blocks.ImageFile;
import io.sdr.hyperv.blocks.MetadataPages;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What must change for a disk to grow: its size in the metadata, and if the BAT needs more room, a new place for it. All of that is one
 * entry of the log, so the disk has the old size or the new one. Used once.
 */
final class VhdxGrowth {
    private static final int PIECE = 64 << 10;

    private final ImageFile file;
    private final Parameters parameters;
    private final MetadataPages pages;
    private RegionTable regions;

    VhdxGrowth(ImageFile file, Parameters parameters, RegionTable regions, MetadataPages pages) {
        this.file = file;
        this.parameters = parameters;
        this.regions = regions;
        this.pages = pages;
    }

    /**
     * Gives the sectors to commit. Entries that come into use are put in their place before, where the present size leaves them out.
     *
     * @param parentUntil where the parent ends that must not show in blocks which come into use
     */
    SortedMap<Long, ByteBuffer> plan(long newSizeBytes, long parentUntil, VhdxTable table) {
        SortedMap<Long, ByteBuffer> sectors = new TreeMap<>();
        sector(sectors, parameters.sizeAt()).putLong((int) (parameters.sizeAt() % LogEntry.SECTOR), newSizeBytes);
        long entries = parameters.withSize(newSizeBytes).batEntries();
        if (entries * Long.BYTES > regions.bat().length()) {
            long length = (entries * Long.BYTES + Headers.MIB - 1) / Headers.MIB * Headers.MIB;
            long place = table.zeroedRoom(length);
            write(place, entries, parentUntil);
            regions = regions.withBat(place, length);
            changeRegionTables(sectors);
        } else {
            change(entries, parentUntil, table);
        }
        return sectors;
    }

    /** Gives what an entry must be after growing. */
    private long wanted(long number, long parentUntil) {
        int inChunk = parameters.chunkRatio() + 1;
        boolean bitmap = number % inChunk == inChunk - 1;
        long block = number - number / inChunk;
        boolean inUse = bitmap
                ? parameters.parent().isPresent() && number / inChunk < parameters.chunks()
                : block < parameters.blocks();
        if (inUse) {
            return pages.getLong(regions.bat().offset() + number * Long.BYTES);
        }
        return !bitmap && block * parameters.blockBytes() < parentUntil ? BatScan.ZERO : 0;
    }

    private void write(long place, long entries, long parentUntil) {
        int inPiece = PIECE / Long.BYTES;
        for (long first = 0; first < entries; first += inPiece) {
            int count = (int) Math.min(inPiece, entries - first);
            ByteBuffer piece = ByteBuffer.allocate(count * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            long any = 0;
            for (int i = 0; i < count; i++) {
                long entry = wanted(first + i, parentUntil);
                piece.putLong(entry);
                any |= entry;
            }
            if (any != 0) {
                file.write(place + first * Long.BYTES, piece.flip());
            }
        }
    }

    private void change(long entries, long parentUntil, VhdxTable table) {
        long bat = regions.bat().offset();
        for (long number = parameters.payloadEntry(parameters.blocks() - 1); number < entries; number++) {
            long wanted = wanted(number, parentUntil);
            if (pages.getLong(bat + number * Long.BYTES) != wanted) {
                if (table.isCrowded()) {
                    table.commit().ifPresent(Runnable::run);
                }
                pages.putLong(bat + number * Long.BYTES, wanted);
            }
        }
    }

    RegionTable regions() {
        return regions;
    }

    private ByteBuffer sector(SortedMap<Long, ByteBuffer> sectors, long position) {
        long at = position / LogEntry.SECTOR * LogEntry.SECTOR;
        return sectors.computeIfAbsent(
                at, absent -> file.read(at, LogEntry.SECTOR).order(ByteOrder.LITTLE_ENDIAN));
    }

    private void changeRegionTables(SortedMap<Long, ByteBuffer> sectors) {
        ByteBuffer table = regions.encode();
        for (long copy : RegionTable.AT) {
            for (int at = 0; at < RegionTable.BYTES; at += LogEntry.SECTOR) {
                ByteBuffer wanted = table.slice(at, LogEntry.SECTOR).order(ByteOrder.LITTLE_ENDIAN);
                if (!wanted.equals(file.read(copy + at, LogEntry.SECTOR))) {
                    sectors.put(copy + at, wanted);
                }
            }
        }
    }
}
