package io.sdr.hyperv.vhdx;

import io.sdr.hyperv.blocks.ImageFile;
import io.sdr.hyperv.blocks.Rules;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * Finds what of a log is to be applied ([MS-VHDX] 2.3.2, 2.3.3). An entry counts only if every part of it checks out. It is first
 * followed by its signatures, which end where another entry begins, and only then summed: so the whole takes time in proportion to
 * the log, whatever lengths are written in it.
 */
final class LogReader {
    /** More changes are refused, all entries together: they are held in memory, and a log of zeros alone could name millions. */
    private static final int MOST_DESCRIPTORS = 1 << 17;

    private final ImageFile file;
    private final Header header;
    private final long start;
    private final long length;

    LogReader(ImageFile file, Header header) {
        this.file = file;
        this.header = header;
        this.start = header.logOffset();
        this.length = header.logLength();
    }

    /** Gives the entries to apply, in their order. */
    List<LogEntry> activeSequence(Rules rules) {
        Map<Long, LogEntry> entries = new HashMap<>();
        long descriptors = 0;
        for (long at = 0; at < length; at += LogEntry.SECTOR) {
            Optional<LogEntry> entry = read(at, rules);
            if (entry.isPresent()) {
                entries.put(at, entry.get());
                descriptors += entry.get().descriptors().size();
                requireFew(descriptors, at, rules);
            }
        }
        Map<Long, LogEntry> before = new HashMap<>();
        for (LogEntry each : entries.values()) {
            follower(entries, each).ifPresent(next -> before.put(next.at(), each));
        }
        List<LogEntry> active = List.of();
        for (LogEntry head : entries.values()) {
            if (follower(entries, head).isEmpty()
                    && (active.isEmpty() || last(active).sequence() < head.sequence())) {
                List<LogEntry> sequence = upTo(head, before);
                active = sequence.isEmpty() ? active : sequence;
            }
        }
        rules.require(
                !active.isEmpty(),
                "LOG_NO_SEQUENCE",
                start,
                "no valid sequence of entries with the LogGuid " + header.log(),
                "one that its head's Tail lies in (2.3.2)");
        long flushed = last(active).flushed();
        rules.require(
                flushed >= 0 && flushed <= file.size(),
                "LOG_FLUSHED_OFFSET",
                start + last(active).at() + 48,
                "FlushedFileOffset " + Long.toUnsignedString(flushed),
                "at most the file's size of " + file.size() + " (2.3.3)");
        checkTargets(active, rules);
        return active;
    }

    private void requireFew(long descriptors, long at, Rules rules) {
        rules.require(
                descriptors <= MOST_DESCRIPTORS,
                "LOG_DESCRIPTORS",
                start + at + 24,
                descriptors + " changes in the log",
                "at most " + MOST_DESCRIPTORS);
    }

    private static LogEntry last(List<LogEntry> sequence) {
        return sequence.get(sequence.size() - 1);
    }

    private Optional<LogEntry> follower(Map<Long, LogEntry> entries, LogEntry entry) {
        return Optional.ofNullable(entries.get((entry.at() + entry.length()) % length))
                .filter(next -> next.sequence() == entry.sequence() + 1);
    }

    /** Gives the entries from the head's tail to the head; none if its tail is not among those that lead to it. */
    private static List<LogEntry> upTo(LogEntry head, Map<Long, LogEntry> before) {
        List<LogEntry> reversed = new ArrayList<>();
        Optional<LogEntry> each = Optional.of(head);
        while (each.isPresent()) {
            LogEntry entry = each.get();
            reversed.add(entry);
            if (entry.at() == head.tail()) {
                List<LogEntry> sequence = new ArrayList<>();
                for (int i = reversed.size() - 1; i >= 0; i--) {
                    sequence.add(reversed.get(i));
                }
                return sequence;
            }
            each = Optional.ofNullable(before.get(entry.at()));
        }
        return List.of();
    }

    /** Headers and log are never logged, and nothing lies behind the end that the head tells of. */
    private void checkTargets(List<LogEntry> active, Rules rules) {
        long end = Math.max(last(active).last(), file.size());
        rules.require(
                last(active).last() >= 0 && end <= Headers.MOST_FILE_BYTES,
                "LOG_LAST_OFFSET",
                start + last(active).at() + 56,
                "LastFileOffset " + Long.toUnsignedString(last(active).last()),
                "at most 128 TiB");
        for (LogEntry entry : active) {
            for (LogEntry.Descriptor each : entry.descriptors()) {
                long at = each.offset();
                boolean inside = at >= RegionTable.AT[0] && each.length() <= end && at <= end - each.length();
                boolean onLog = inside && at < start + length && at + each.length() > start;
                rules.require(
                        inside && !onLog,
                        "LOG_TARGET",
                        start + entry.at(),
                        "a change of " + Long.toUnsignedString(at) + " + " + each.length(),
                        "a range behind the headers, not in the log, inside of " + end + " bytes (2.3.1)");
            }
        }
    }

    private ByteBuffer sector(long at) {
        return file.read(start + at % length, LogEntry.SECTOR).order(ByteOrder.LITTLE_ENDIAN);
    }

    private Optional<LogEntry> read(long at, Rules rules) {
        ByteBuffer first = file.read(start + at, LogEntry.HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        long entryLength = first.getInt(8) & 0xFFFFFFFFL;
        long tail = first.getInt(12) & 0xFFFFFFFFL;
        long count = first.getInt(24) & 0xFFFFFFFFL;
        if (first.getInt(0) != LogEntry.SIGNATURE
                || !Guids.get(first, 32).equals(header.log())
                || first.getLong(16) <= 0
                || entryLength == 0
                || entryLength % LogEntry.SECTOR != 0
                || entryLength > length
                || tail % LogEntry.SECTOR != 0
                || tail >= length
                || LogEntry.descriptorSectors(count) > entryLength / LogEntry.SECTOR) {
            return Optional.empty();
        }
        if (count > MOST_DESCRIPTORS && checksum(at, entryLength) == first.getInt(Checksums.AT)) {
            requireFew(count, at, rules);
        }
        if (count > MOST_DESCRIPTORS) {
            return Optional.empty();
        }
        return descriptors(at, entryLength, first.getLong(16), (int) count)
                .filter(all -> checksum(at, entryLength) == first.getInt(Checksums.AT))
                .map(all -> new LogEntry(
                        at, entryLength, tail, first.getLong(16), first.getLong(48), first.getLong(56), all));
    }

    private Optional<List<LogEntry.Descriptor>> descriptors(long at, long entryLength, long sequence, int count) {
        List<LogEntry.Descriptor> all = new ArrayList<>();
        long dataAt = at + LogEntry.descriptorSectors(count) * LogEntry.SECTOR;
        ByteBuffer sector = sector(at);
        for (int i = 0; i < count; i++) {
            int inEntry = LogEntry.HEADER_BYTES + i * LogEntry.DESCRIPTOR_BYTES;
            int inSector = inEntry % LogEntry.SECTOR;
            if (inSector == 0) {
                sector = sector(at + inEntry);
            }
            long offset = sector.getLong(inSector + 16);
            if (sector.getLong(inSector + 24) != sequence || offset < 0 || offset % LogEntry.SECTOR != 0) {
                return Optional.empty();
            }
            int signature = sector.getInt(inSector);
            if (signature == LogEntry.ZERO) {
                long zeros = sector.getLong(inSector + 8);
                if (zeros <= 0 || zeros % LogEntry.SECTOR != 0) {
                    return Optional.empty();
                }
                all.add(new LogEntry.Zero(offset, zeros));
            } else if (signature == LogEntry.DATA
                    && dataAt < at + entryLength
                    && isDataSector(sector(dataAt), sequence)) {
                all.add(new LogEntry.Data(
                        offset, sector.getLong(inSector + 8), sector.getInt(inSector + 4), start + dataAt % length));
                dataAt += LogEntry.SECTOR;
            } else {
                return Optional.empty();
            }
        }
        return dataAt == at + entryLength ? Optional.of(all) : Optional.empty();
    }

    private static boolean isDataSector(ByteBuffer sector, long sequence) {
        return sector.getInt(0) == LogEntry.DATA_SECTOR
                && sector.getInt(4) == (int) (sequence >>> 32)
                && sector.getInt(LogEntry.SECTOR - 4) == (int) sequence;
    }

    private int checksum(long at, long entryLength) {
        CRC32C crc = new CRC32C();
        for (long done = 0; done < entryLength; done += LogEntry.SECTOR) {
            ByteBuffer sector = sector(at + done);
            if (done == 0) {
                sector.putInt(Checksums.AT, 0);
            }
            crc.update(sector);
        }
        return (int) crc.getValue();
    }
}
