package io.sdr.hyperv.vhdx;

import io.sdr.api.InvalidRequestException;
import io.sdr.api.Problem;
import io.sdr.hyperv.blocks.ImageFile;
import io.sdr.hyperv.blocks.MetadataPages;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongUnaryOperator;

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

    /** Gives the sectors to commit; where the BAT gets a new place, its entries are written there before. */
    SortedMap<Long, ByteBuffer> plan(long newSizeBytes, LongUnaryOperator zeroedRoom) {
        if (newSizeBytes > Parameters.MOST_BYTES) {
            throw new InvalidRequestException(Problem.of("DISK_SIZE")
                    .attempted("grow " + file + " to " + newSizeBytes + " bytes")
                    .state("a VHDX disk has at most 64 TiB; nothing was changed")
                    .remedy("choose a smaller size"));
        }
        SortedMap<Long, ByteBuffer> sectors = new TreeMap<>();
        sector(sectors, parameters.sizeAt()).putLong((int) (parameters.sizeAt() % LogEntry.SECTOR), newSizeBytes);
        long needed = parameters.withSize(newSizeBytes).batEntries() * Long.BYTES;
        RegionTable.Region bat = regions.bat();
        if (needed > bat.length() || !isZero(bat, needed)) {
            long length = (needed + Headers.MIB - 1) / Headers.MIB * Headers.MIB;
            long place = zeroedRoom.applyAsLong(length);
            copy(bat.offset(), place, parameters.batEntries() * Long.BYTES);
            regions = regions.withBat(place, length);
            changeRegionTables(sectors);
        }
        return sectors;
    }

    RegionTable regions() {
        return regions;
    }

    private ByteBuffer sector(SortedMap<Long, ByteBuffer> sectors, long position) {
        long at = position / LogEntry.SECTOR * LogEntry.SECTOR;
        return sectors.computeIfAbsent(
                at, absent -> file.read(at, LogEntry.SECTOR).order(ByteOrder.LITTLE_ENDIAN));
    }

    /** Entries that come into use must say that nothing is there. */
    private boolean isZero(RegionTable.Region bat, long end) {
        for (long at = parameters.batEntries() * Long.BYTES; at < end; at += Long.BYTES) {
            if (pages.getLong(bat.offset() + at) != 0) {
                return false;
            }
        }
        return true;
    }

    private void copy(long from, long to, long length) {
        for (long done = 0; done < length; done += PIECE) {
            ByteBuffer piece = ByteBuffer.allocate((int) Math.min(PIECE, length - done));
            pages.copy(from + done, piece);
            file.write(to + done, piece.flip());
        }
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
