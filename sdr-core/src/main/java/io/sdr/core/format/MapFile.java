package io.sdr.core.format;

import io.sdr.api.spi.Access;
import io.sdr.api.spi.StorageFile;
import io.sdr.api.spi.StorageFolder;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * A map file: a header, two seals, and batches of runs that are only ever appended; {@link RawFormat} documents the bytes. The
 * caller serialises writing.
 */
final class MapFile implements AutoCloseable {
    /** Where the batches begin. */
    static final int BATCHES_AT = 4096;

    private static final int SEAL_BYTES = 32;
    private static final int[] SEALS_AT = {2048, 3072};
    private static final int SEAL_MAGIC = 0x5345414C; // SEAL
    private static final int BATCH_MAGIC = 0x42415443; // BATC
    private static final int BATCH_HEAD_BYTES = 16;
    private static final int RUN_BYTES = 16;
    private static final int MAX_RUNS = 4096;
    private static final int MAX_BATCH_BYTES = BATCH_HEAD_BYTES + MAX_RUNS * RUN_BYTES + Integer.BYTES;

    private final StorageFile file;
    private final MapHeader header;
    private final ByteBuffer batch = ByteBuffer.allocate(MAX_BATCH_BYTES);
    private long end = BATCHES_AT;
    private long batches;
    private long sealed = BATCHES_AT;
    private int seals;
    private boolean sealUnforced;

    private MapFile(StorageFile file, MapHeader header) {
        this.file = file;
        this.header = header;
        batch.position(BATCH_HEAD_BYTES);
    }

    /** Makes a map file, forced; its name is durable when the folder is. */
    static void create(StorageFolder folder, String name, MapHeader header) {
        try (StorageFile file = folder.create(name)) {
            ByteBuffer head =
                    ByteBuffer.allocate(BATCHES_AT).put(header.encode()).clear();
            file.write(0, head);
            MapFile map = new MapFile(file, header);
            map.writeSeal();
            file.force();
        }
    }

    /** Reads the header alone. */
    static MapHeader header(StorageFolder folder, String name) {
        try (StorageFile file = folder.open(name, Access.READ)) {
            return readHeader(file, RawProblems.path(folder, name));
        }
    }

    /** Opens a map file and puts all that it says into a map. For writing, a remainder of a crash is cut off first. */
    static MapFile open(StorageFolder folder, String name, Access access, BlockMap into) {
        String path = RawProblems.path(folder, name);
        StorageFile file = folder.open(name, access);
        try {
            MapFile map = new MapFile(file, readHeader(file, path));
            map.readSeals(path);
            map.replay(path, into);
            if (access == Access.WRITE) {
                map.settle();
            }
            return map;
        } catch (RuntimeException e) {
            file.close();
            throw e;
        }
    }

    private static MapHeader readHeader(StorageFile file, String path) {
        ByteBuffer bytes = ByteBuffer.allocate(MapHeader.BYTES);
        if (file.read(0, bytes) < MapHeader.BYTES) {
            throw RawProblems.damagedMap(path, "it is too short to hold a header");
        }
        return MapHeader.decode(bytes.flip(), path);
    }

    private void readSeals(String path) {
        sealed = 0;
        for (int slot = 0; slot < SEALS_AT.length; slot++) {
            ByteBuffer seal = ByteBuffer.allocate(SEAL_BYTES);
            if (file.read(SEALS_AT[slot], seal) == SEAL_BYTES
                    && seal.getInt(0) == SEAL_MAGIC
                    && seal.getInt(SEAL_BYTES - 4) == crc(seal, SEAL_BYTES - 4)
                    && seal.getLong(8) > sealed) {
                sealed = seal.getLong(8);
                seals = slot + 1; // the next one goes to the other slot
            }
        }
        if (sealed < BATCHES_AT) {
            throw RawProblems.damagedMap(path, "neither of its seals verifies");
        }
    }

    private void replay(String path, BlockMap into) {
        ByteBuffer bytes = ByteBuffer.allocate(MAX_BATCH_BYTES);
        while (true) {
            int length = readBatch(bytes);
            if (length == 0) {
                break;
            }
            for (int at = BATCH_HEAD_BYTES; at < length - Integer.BYTES; at += RUN_BYTES) {
                apply(path, into, bytes.getLong(at), bytes.getInt(at + 8), bytes.getInt(at + 12));
            }
            end += length;
            batches++;
        }
        if (end < sealed) {
            throw RawProblems.damagedMap(
                    path, "the batch at byte " + end + " does not verify, though " + sealed + " bytes were forced");
        }
    }

    /** Reads the batch at the end; gives its length, or 0 if there is no whole one. */
    private int readBatch(ByteBuffer bytes) {
        bytes.clear().limit(BATCH_HEAD_BYTES);
        if (file.read(end, bytes) < BATCH_HEAD_BYTES || bytes.getInt(0) != BATCH_MAGIC || bytes.getLong(8) != batches) {
            return 0;
        }
        int runs = bytes.getInt(4);
        if (runs < 1 || runs > MAX_RUNS) {
            return 0;
        }
        int length = BATCH_HEAD_BYTES + runs * RUN_BYTES + Integer.BYTES;
        bytes.limit(length);
        int rest = length - BATCH_HEAD_BYTES;
        boolean whole = file.read(end + BATCH_HEAD_BYTES, bytes) == rest
                && bytes.getInt(length - Integer.BYTES) == crc(bytes, length - Integer.BYTES);
        return whole ? length : 0;
    }

    private void apply(String path, BlockMap into, long first, int count, int kind) {
        boolean known =
                kind == BlockMap.DATA || kind == (header.kind() == MapHeader.BASE ? BlockMap.ABSENT : BlockMap.ZERO);
        if (!known || first < 0 || count < 1 || first > header.blocks() - count) {
            throw RawProblems.damagedMap(path, "batch " + batches + " names blocks that the disk does not have");
        }
        into.set(first, count, kind);
    }

    /**
     * What was read beyond the seal may lie in no more than the page cache: it is forced before anything relies on it. What did
     * not verify is cut off for good, or it could come back behind the next batch.
     */
    private void settle() {
        if (file.size() > end) {
            file.setSize(end);
            force();
        } else if (end > sealed) {
            force();
        }
    }

    MapHeader header() {
        return header;
    }

    /** Adds a run. Nothing is written before the batch is full or {@link #write} is called. */
    void add(long first, long count, int kind) {
        long at = first;
        long left = count;
        while (left > 0) {
            int now = (int) Math.min(left, Integer.MAX_VALUE);
            int last = batch.position() - RUN_BYTES;
            boolean joins = last >= BATCH_HEAD_BYTES
                    && batch.getInt(last + 12) == kind
                    && batch.getLong(last) + batch.getInt(last + 8) == at
                    && batch.getInt(last + 8) <= Integer.MAX_VALUE - now;
            if (joins) {
                batch.putInt(last + 8, batch.getInt(last + 8) + now);
            } else {
                if (batch.remaining() < RUN_BYTES + Integer.BYTES) {
                    write();
                }
                batch.putLong(at).putInt(now).putInt(kind);
            }
            at += now;
            left -= now;
        }
    }

    /** Writes what was added, without forcing it. */
    void write() {
        int runs = (batch.position() - BATCH_HEAD_BYTES) / RUN_BYTES;
        if (runs == 0) {
            return;
        }
        try {
            batch.putInt(0, BATCH_MAGIC).putInt(4, runs).putLong(8, batches);
            batch.putInt(crc(batch, batch.position()));
            int length = batch.position();
            file.write(end, batch.flip());
            end += length;
            batches++;
        } finally {
            batch.clear().position(BATCH_HEAD_BYTES);
        }
    }

    /** Writes what was added and makes all that was written durable; then seals it. */
    void force() {
        write();
        file.force();
        if (end > sealed) {
            sealed = end;
            writeSeal();
        }
    }

    /** Makes the last seal durable too, so that from here on damage is never taken for a remainder of a crash. */
    void forceSeal() {
        write();
        if (end > sealed) {
            force();
        }
        if (sealUnforced) {
            file.force();
            sealUnforced = false;
        }
    }

    private void writeSeal() {
        ByteBuffer seal = ByteBuffer.allocate(SEAL_BYTES);
        seal.putInt(SEAL_MAGIC).putInt(0).putLong(sealed).putLong(batches).putInt(0);
        seal.putInt(crc(seal, SEAL_BYTES - 4));
        file.write(SEALS_AT[seals++ % SEALS_AT.length], seal.flip());
        sealUnforced = true;
    }

    private int crc(ByteBuffer bytes, int length) {
        CRC32C crc = header.boundCrc();
        crc.update(bytes.duplicate().clear().limit(length));
        return (int) crc.getValue();
    }

    @Override
    public void close() {
        file.close();
    }
}
