package io.sdr.hyperv.vhdx;

import io.sdr.api.spi.StorageFile;
import io.sdr.hyperv.blocks.ImageFile;
import io.sdr.hyperv.blocks.Overlay;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a log makes of a file ([MS-VHDX] 2.3.3): seen without writing, or written. It keeps where the changes are, not the changes.
 * Reading is thread-safe.
 */
final class ReplayedLog implements Overlay {
    /** A change that is not hidden by a later one; all bounds are multiples of 4 KiB. */
    private record Piece(long end, LogEntry.Descriptor change) {}

    private final TreeMap<Long, Piece> pieces = new TreeMap<>();
    private final long lastOffset;

    ReplayedLog(List<LogEntry> sequence) {
        long end = 0;
        for (LogEntry entry : sequence) {
            entry.descriptors().forEach(this::add);
            end = entry.last();
        }
        this.lastOffset = end;
    }

    private void add(LogEntry.Descriptor change) {
        long from = change.offset();
        long end = from + change.length();
        Map.Entry<Long, Piece> before = pieces.lowerEntry(from);
        if (before != null && before.getValue().end() > from) {
            Piece cut = before.getValue();
            pieces.put(before.getKey(), new Piece(from, cut.change()));
            if (cut.end() > end) {
                pieces.put(end, cut);
            }
        }
        SortedMap<Long, Piece> hidden = pieces.subMap(from, end);
        if (!hidden.isEmpty()) {
            Piece last = Objects.requireNonNull(hidden.get(hidden.lastKey()));
            hidden.clear();
            if (last.end() > end) {
                pieces.put(end, last);
            }
        }
        pieces.put(from, new Piece(end, change));
    }

    @Override
    public long size(long fileSize) {
        return Math.max(fileSize, lastOffset);
    }

    @Override
    public void read(StorageFile file, long position, ByteBuffer into) {
        int limit = into.limit();
        long at = position;
        while (into.hasRemaining()) {
            long end = at + into.remaining();
            Map.Entry<Long, Piece> here = pieces.floorEntry(at);
            Long next = pieces.higherKey(at);
            if (here != null && here.getValue().end() > at) {
                end = Math.min(end, here.getValue().end());
                into.limit(into.position() + (int) (end - at));
                readPiece(file, here.getValue().change(), at, into);
            } else {
                end = next == null ? end : Math.min(end, next);
                into.limit(into.position() + (int) (end - at));
                file.read(at, into);
                ImageFile.fillZeros(into, into.remaining()); // behind the file's end
            }
            into.limit(limit);
            at = end;
        }
    }

    private static void readPiece(StorageFile file, LogEntry.Descriptor change, long at, ByteBuffer into) {
        if (change instanceof LogEntry.Data data) {
            ByteBuffer sector = sector(file, data);
            int from = (int) (at - data.offset());
            into.put(sector.slice(from, into.remaining()));
        } else {
            ImageFile.fillZeros(into, into.remaining());
        }
    }

    private static ByteBuffer sector(StorageFile file, LogEntry.Data data) {
        ByteBuffer sector = ByteBuffer.allocate(LogEntry.SECTOR).order(ByteOrder.LITTLE_ENDIAN);
        file.read(data.dataAt(), sector);
        sector.clear();
        sector.putLong(0, data.leading());
        sector.putInt(LogEntry.SECTOR - 4, data.trailing());
        return sector;
    }

    /** Writes the changes and lets the file grow to what they need; durable on return, and may be done again. */
    void apply(ImageFile file) {
        if (lastOffset > file.size()) {
            file.setSize(lastOffset);
        }
        long size = file.size();
        pieces.forEach((from, piece) -> {
            if (piece.change() instanceof LogEntry.Data data) {
                file.write(from, sector(file.raw(), data));
            } else {
                file.writeZeros(from, Math.min(piece.end(), size) - from);
            }
        });
        file.force();
    }
}
