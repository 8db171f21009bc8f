package io.sdr.testkit;

import io.sdr.api.spi.Extent;
import io.sdr.api.spi.ExtentVisitor;
import io.sdr.api.spi.StorageFolder;
import io.sdr.api.spi.VirtualDisk;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the blocks of one disk held at a checkpoint, saved before the first write to each. Whatever is not saved is still in the
 * live disk. Saved blocks are forced before the write goes on. Guarded by the disk's lock.
 */
final class Preimages implements AutoCloseable {
    private static final int SAVED = 1;

    /** So many blocks are saved in one record. */
    private static final int BATCH = 64;

    /** Where a block lies that is not saved because it was zeros. */
    static final long ZERO = -1;

    private final StorageFolder folder;
    private final String name;
    private final long diskSize;
    private final Map<Integer, Long> saved = new HashMap<>();
    private Optional<AppendLog> log = Optional.empty();

    private Preimages(StorageFolder folder, String name, long diskSize) {
        this.folder = folder;
        this.name = name;
        this.diskSize = diskSize;
    }

    static Preimages open(StorageFolder folder, String name, long diskSize) {
        Preimages preimages = new Preimages(folder, name, diskSize);
        if (folder.find(name).isPresent()) {
            preimages.log = Optional.of(AppendLog.open(folder, name, preimages::take));
        }
        return preimages;
    }

    private void take(int kind, ByteBuffer bytes, long position) {
        if (kind != SAVED) {
            throw new IllegalStateException("unknown record " + kind + " at " + position);
        }
        blocks(bytes, position, diskSize, saved);
    }

    /** Notes where the blocks of a record lie in the file. */
    static void blocks(ByteBuffer bytes, long position, long diskSize, Map<Integer, Long> saved) {
        int count = bytes.getInt();
        long at = position + Integer.BYTES + (long) count * (Integer.BYTES + 1);
        for (int i = 0; i < count; i++) {
            int block = bytes.getInt();
            if (bytes.get() == 0) {
                saved.put(block, ZERO);
            } else {
                saved.put(block, at);
                at += length(block, diskSize);
            }
        }
    }

    private int length(int block) {
        return length(block, diskSize);
    }

    private static int length(int block, long diskSize) {
        return (int) Math.min(BlockSet.BLOCK, diskSize - (long) block * BlockSet.BLOCK);
    }

    /** Saves the blocks that are not saved yet. Durable on return. */
    void save(int firstBlock, int lastBlock, VirtualDisk live) {
        List<Integer> batch = new ArrayList<>();
        for (int block = firstBlock; block <= lastBlock; block++) {
            if (!saved.containsKey(block)) {
                batch.add(block);
            }
            if (batch.size() == BATCH || (block == lastBlock && !batch.isEmpty())) {
                save(batch, live);
                batch.clear();
            }
        }
    }

    private void save(List<Integer> blocks, VirtualDisk live) {
        int headLength = Integer.BYTES + blocks.size() * (Integer.BYTES + 1);
        ByteBuffer record = ByteBuffer.allocate(headLength + blocks.size() * BlockSet.BLOCK);
        ByteBuffer head = record.duplicate().putInt(blocks.size());
        record.position(headLength);
        Map<Integer, Integer> places = new HashMap<>();
        for (int block : blocks) {
            boolean data = holdsData(block, live);
            head.putInt(block).put((byte) (data ? 1 : 0));
            if (data) {
                places.put(block, record.position());
                ByteBuffer target = record.duplicate().limit(record.position() + length(block));
                live.read((long) block * BlockSet.BLOCK, target);
                record.position(target.position());
            }
        }
        if (log.isEmpty()) {
            log = Optional.of(AppendLog.create(folder, name));
        }
        long position = log.get().append(SAVED, record.flip());
        for (int block : blocks) {
            Integer place = places.get(block);
            saved.put(block, place == null ? ZERO : position + place);
        }
    }

    private boolean holdsData(int block, VirtualDisk live) {
        boolean[] data = new boolean[1];
        live.extents(
                (long) block * BlockSet.BLOCK,
                length(block),
                (offset, length, extent) -> data[0] |= extent == Extent.DATA);
        return data[0];
    }

    boolean has(int block) {
        return saved.containsKey(block);
    }

    /** Reads from a saved block. */
    void read(int block, int offsetInBlock, ByteBuffer into) {
        long place = saved.getOrDefault(block, ZERO);
        if (place == ZERO) {
            into.put(new byte[into.remaining()]);
            return;
        }
        int read = log.orElseThrow().read(place + offsetInBlock, into);
        if (into.hasRemaining()) {
            throw MemoryStorage.failed("read", folder.describe() + "/" + name, "it ends " + read + " bytes too early");
        }
    }

    /** Tells what the disk held, between two offsets that lie in one block. */
    void extents(int block, long offset, long length, ExtentVisitor visitor) {
        visitor.visit(offset, length, saved.getOrDefault(block, ZERO) == ZERO ? Extent.ZERO : Extent.DATA);
    }

    @Override
    public void close() {
        log.ifPresent(AppendLog::close);
        log = Optional.empty();
    }
}
