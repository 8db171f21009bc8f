package io.sdr.hyperv.vhdx;

import io.sdr.hyperv.blocks.ImageFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.SortedMap;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * Writes entries into the log ([MS-VHDX] 2.3). Each follows the one before and is its own tail, since what the one before says was
 * forced into the tables by then; it never overwrites that one, so that one whole entry is there at every moment. Not thread-safe.
 */
class LogWriter {
    /** The most sectors in one entry: so that header and descriptors take one sector, which every reader understands. */
    static final int MOST_SECTORS = 120;

    private final ImageFile file;
    private final long start;
    private final long length;
    private final UUID guid = UUID.randomUUID();
    private long next;
    private long sequence;

    LogWriter(ImageFile file, Header header) {
        this.file = file;
        this.start = header.logOffset();
        this.length = header.logLength();
    }

    /** Gives what the header must name for the entries to count. */
    UUID guid() {
        return guid;
    }

    /** Writes an entry; to be forced by the caller. */
    void append(SortedMap<Long, ByteBuffer> sectors) {
        if (sectors.size() > MOST_SECTORS) {
            throw new IllegalArgumentException(sectors.size() + " sectors in one entry");
        }
        sequence++;
        int bytes = (1 + sectors.size()) * LogEntry.SECTOR;
        ByteBuffer entry = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
        entry.putInt(0, LogEntry.SIGNATURE);
        entry.putInt(8, bytes);
        entry.putInt(12, (int) next);
        entry.putLong(16, sequence);
        entry.putInt(24, sectors.size());
        Guids.put(entry, 32, guid);
        entry.putLong(48, file.size());
        entry.putLong(56, file.size());
        int descriptor = LogEntry.HEADER_BYTES;
        int data = LogEntry.SECTOR;
        for (Map.Entry<Long, ByteBuffer> each : sectors.entrySet()) {
            ByteBuffer sector = each.getValue().duplicate().order(ByteOrder.LITTLE_ENDIAN);
            entry.putInt(descriptor, LogEntry.DATA);
            entry.putInt(descriptor + 4, sector.getInt(LogEntry.SECTOR - 4));
            entry.putLong(descriptor + 8, sector.getLong(0));
            entry.putLong(descriptor + 16, each.getKey());
            entry.putLong(descriptor + 24, sequence);
            entry.put(data, sector, 0, LogEntry.SECTOR);
            entry.putInt(data, LogEntry.DATA_SECTOR);
            entry.putInt(data + 4, (int) (sequence >>> 32));
            entry.putInt(data + LogEntry.SECTOR - 4, (int) sequence);
            descriptor += LogEntry.DESCRIPTOR_BYTES;
            data += LogEntry.SECTOR;
        }
        CRC32C crc = new CRC32C();
        crc.update(entry.duplicate());
        entry.putInt(Checksums.AT, (int) crc.getValue());
        int first = (int) Math.min(bytes, length - next);
        file.write(start + next, entry.slice(0, first));
        if (first < bytes) {
            file.write(start, entry.slice(first, bytes - first));
        }
        next = (next + bytes) % length;
    }
}
