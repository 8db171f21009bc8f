package io.sdr.core.crash;

import io.sdr.api.spi.Access;
import io.sdr.api.spi.StorageFile;
import io.sdr.api.spi.StorageFolder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads a replica's files as their formats are described, with none of the code that writes them: what each recovery point holds, and
 * what a disk with layers holds.
 */
final class PlainReplica {
    private static final int BLOCK = 64 << 10;
    private static final int DATA = 0x44415441;
    private static final int ZERO = 0x5a45524f;
    private static final int BATCH = 0x42415443;
    private static final int LAYER = 2;

    private final StorageFolder folder;
    private final JsonNode manifest;

    private PlainReplica(StorageFolder folder) {
        this.folder = folder;
        String highest = folder.list().stream()
                .map(StorageFolder.Entry::name)
                .filter(name -> name.matches("manifest\\.[0-9]+"))
                .max(Comparator.comparingLong(name -> Long.parseLong(name.substring("manifest.".length()))))
                .orElseThrow(() -> new AssertionError("no manifest in " + folder.describe()));
        this.manifest = JsonMapper.builder()
                .build()
                .readTree(new String(bytes(folder, highest), StandardCharsets.UTF_8))
                .get("body");
    }

    /** What each recovery point holds, by its number, for each disk. */
    static SortedMap<Long, List<byte[]>> points(StorageFolder folder) {
        PlainReplica replica = new PlainReplica(folder);
        SortedMap<Long, List<byte[]>> points = new TreeMap<>();
        for (JsonNode point : replica.manifest.get("points")) {
            long sequence = point.get("sequence").asLong();
            points.put(sequence, replica.at(sequence));
        }
        return points;
    }

    private List<byte[]> at(long sequence) {
        if (manifest.get("applying").asLong() != 0) {
            throw new AssertionError("the base is torn");
        }
        long applied = manifest.get("applied").asLong();
        List<byte[]> disks = new ArrayList<>();
        int disk = 0;
        for (JsonNode each : manifest.get("disks")) {
            byte[] content = disk(folder, each.get("base").asString());
            for (long next = applied; next > sequence; ) {
                JsonNode undo = undoTo(next);
                write(undo.get("files").get(disk).asString(), content);
                next = undo.get("from").asLong();
            }
            for (long next = applied + 1; next <= sequence; next++) {
                JsonNode redo = cycle(next).get("redo");
                int disksOfItem = manifest.get("disks").size();
                for (int piece = disk; piece < redo.size(); piece += disksOfItem) {
                    write(redo.get(piece).asString(), content);
                }
            }
            disks.add(content);
            disk++;
        }
        return disks;
    }

    private JsonNode undoTo(long sequence) {
        return one("undo", "to", sequence);
    }

    private JsonNode cycle(long sequence) {
        return one("cycles", "sequence", sequence);
    }

    private JsonNode one(String list, String key, long value) {
        return StreamSupport.stream(manifest.get(list).spliterator(), false)
                .filter(each -> each.get(key).asLong() == value)
                .findFirst()
                .orElseThrow(() -> new AssertionError("the manifest has no " + list + " " + key + " " + value));
    }

    /** Writes the records of a segment over a disk. */
    private void write(String segment, byte[] disk) {
        ByteBuffer all = ByteBuffer.wrap(bytes(folder, segment));
        all.position(16 + all.getInt(8));
        while (true) {
            int tag = all.getInt();
            if (tag != DATA && tag != ZERO) {
                return; // the footer
            }
            int offset = Math.toIntExact(all.getLong());
            int length = Math.toIntExact(all.getLong());
            all.position(all.position() + 8);
            if (tag == DATA) {
                all.get(disk, offset, length);
            } else {
                java.util.Arrays.fill(disk, offset, offset + length, (byte) 0);
            }
        }
    }

    // ---- disks

    /** What a raw disk holds, its parents included. */
    static byte[] disk(StorageFolder folder, String file) {
        Optional<ByteBuffer> map =
                folder.find(file + ".map").map(found -> ByteBuffer.wrap(bytes(folder, file + ".map")));
        if (map.isEmpty() || map.get().getInt(12) != LAYER) {
            return bytes(folder, file);
        }
        String parent = new String(map.get().array(), 64, map.get().getInt(20), StandardCharsets.UTF_8);
        byte[] content = disk(folder, parent);
        byte[] mine = bytes(folder, file);
        byte[] kinds = new byte[(content.length + BLOCK - 1) / BLOCK];
        for (int at = 4096; at + 16 <= map.get().limit() && map.get().getInt(at) == BATCH; ) {
            int runs = map.get().getInt(at + 4);
            for (int run = at + 16; run < at + 16 + 16 * runs; run += 16) {
                int first = Math.toIntExact(map.get().getLong(run));
                java.util.Arrays.fill(kinds, first, first + map.get().getInt(run + 8), (byte)
                        map.get().getInt(run + 12));
            }
            at += 16 + 16 * runs + 4;
        }
        for (int block = 0; block < kinds.length; block++) {
            int from = block * BLOCK;
            int to = Math.min(from + BLOCK, content.length);
            if (kinds[block] == 1) {
                System.arraycopy(mine, from, content, from, to - from);
            } else if (kinds[block] != 0) {
                java.util.Arrays.fill(content, from, to, (byte) 0);
            }
        }
        return content;
    }

    private static byte[] bytes(StorageFolder folder, String name) {
        try (StorageFile file = folder.open(name, Access.READ)) {
            ByteBuffer all = ByteBuffer.allocate(Math.toIntExact(file.size()));
            int read = file.read(0, all);
            if (all.hasRemaining()) {
                throw new AssertionError(name + " gave " + read + " of " + file.size() + " bytes");
            }
            return all.array();
        }
    }
}
