package io.sdr.benchmarks.drill;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The tables of a VHDX file as they are once the entries of its log that count are applied ([MS-VHDX] 2.3). */
final class VhdxLog {
    private static final int SECTOR = 4096;
    private static final int DESCRIPTOR = 32;
    private static final int FIRST_DESCRIPTOR = 64;
    private static final int LOG_GUID_AT = 48;

    private final FileChannel channel;
    private final Map<Long, byte[]> sectors = new LinkedHashMap<>();

    private VhdxLog(FileChannel channel) {
        this.channel = channel;
    }

    static VhdxLog read(FileChannel channel, ByteBuffer header) throws IOException {
        VhdxLog log = new VhdxLog(channel);
        if (header.getLong(LOG_GUID_AT) != 0 || header.getLong(LOG_GUID_AT + 8) != 0) {
            ByteBuffer ring = ByteBuffer.allocate(header.getInt(68)).order(ByteOrder.LITTLE_ENDIAN);
            PlainDisk.readFully(channel, header.getLong(72), ring);
            log.apply(ring, header);
        }
        return log;
    }

    /** Applies the sequence of entries that ends in the newest one whose tail leads to it. */
    private void apply(ByteBuffer ring, ByteBuffer header) {
        Map<Integer, ByteBuffer> entries = new TreeMap<>();
        for (int at = 0; at < ring.limit(); at += SECTOR) {
            int from = at;
            entry(ring, at, header).ifPresent(entry -> entries.put(from, entry));
        }
        List<Map.Entry<Integer, ByteBuffer>> newestFirst = entries.entrySet().stream()
                .sorted(Comparator.comparingLong((Map.Entry<Integer, ByteBuffer> each) -> -sequence(each.getValue())))
                .toList();
        for (Map.Entry<Integer, ByteBuffer> head : newestFirst) {
            if (walk(entries, head, ring.limit(), false)) {
                walk(entries, head, ring.limit(), true);
                return;
            }
        }
    }

    private static long sequence(ByteBuffer entry) {
        return entry.getLong(16);
    }

    /** Goes from an entry's tail to the entry itself; false if it does not come there. */
    private boolean walk(
            Map<Integer, ByteBuffer> entries, Map.Entry<Integer, ByteBuffer> head, int ringBytes, boolean applying) {
        int at = head.getValue().getInt(12);
        long expected = -1;
        while (true) {
            ByteBuffer entry = entries.get(at);
            if (entry == null || (expected >= 0 && sequence(entry) != expected)) {
                return false;
            }
            if (applying) {
                apply(entry);
            }
            if (at == head.getKey()) {
                return true;
            }
            expected = sequence(entry) + 1;
            at = (at + entry.limit()) % ringBytes;
        }
    }

    private static Optional<ByteBuffer> entry(ByteBuffer ring, int at, ByteBuffer header) {
        if (ring.getInt(at) != 0x65676F6C) {
            return Optional.empty();
        }
        int length = ring.getInt(at + 8);
        boolean ours = ring.getLong(at + 32) == header.getLong(LOG_GUID_AT)
                && ring.getLong(at + 40) == header.getLong(LOG_GUID_AT + 8);
        if (!ours || length < SECTOR || length > ring.limit() || length % SECTOR != 0) {
            return Optional.empty();
        }
        ByteBuffer entry = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        int first = Math.min(length, ring.limit() - at);
        entry.put(0, ring, at, first);
        entry.put(first, ring, 0, length - first);
        return VhdxChainFile.verifies(entry) ? Optional.of(entry) : Optional.empty();
    }

    private void apply(ByteBuffer entry) {
        int count = entry.getInt(24);
        int data = (FIRST_DESCRIPTOR + count * DESCRIPTOR + SECTOR - 1) / SECTOR * SECTOR;
        for (int i = 0; i < count; i++) {
            int at = FIRST_DESCRIPTOR + i * DESCRIPTOR;
            long position = entry.getLong(at + 16);
            if (entry.getInt(at) == 0x6F72657A) { // zero
                for (long done = 0; done < entry.getLong(at + 8); done += SECTOR) {
                    sectors.put(position + done, new byte[SECTOR]);
                }
            } else {
                ByteBuffer sector = ByteBuffer.allocate(SECTOR).order(ByteOrder.LITTLE_ENDIAN);
                sector.put(0, entry, data, SECTOR);
                sector.putLong(0, entry.getLong(at + 8)).putInt(SECTOR - 4, entry.getInt(at + 4));
                sectors.put(position, sector.array());
                data += SECTOR;
            }
        }
    }

    /** Reads a piece of the tables. */
    ByteBuffer read(long position, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        PlainDisk.readFully(channel, position, bytes);
        bytes.flip();
        for (long sector = position / SECTOR * SECTOR; sector < position + length; sector += SECTOR) {
            byte[] changed = sectors.get(sector);
            if (changed != null) {
                int from = (int) Math.max(0, position - sector);
                int until = (int) Math.min(SECTOR, position + length - sector);
                bytes.put((int) (sector + from - position), changed, from, until - from);
            }
        }
        return bytes;
    }
}
