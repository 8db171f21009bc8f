package io.sdr.testkit;

import io.sdr.api.spi.Access;
import io.sdr.api.spi.Extent;
import io.sdr.api.spi.ExtentVisitor;
import io.sdr.api.spi.RangeSet;
import io.sdr.api.spi.StorageFile;
import io.sdr.api.spi.StorageFolder;
import io.sdr.api.spi.VirtualDisk;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A disk as it was at a checkpoint, read from the files of a site that another process runs. That process saves a block, forced,
 * before it overwrites it; so whoever reads the disk first, and then looks whether a block was saved, has the right one of the two.
 * Thread-safe.
 */
final class FrozenFiles implements VirtualDisk {
    private final VirtualDisk live;
    private final StorageFolder folder;
    private final String saved;
    private final Runnable stillThere;
    private final Map<Integer, Long> blocks = new HashMap<>();
    private Optional<StorageFile> log = Optional.empty();
    private Optional<AppendLog.Follower> follower = Optional.empty();

    /**
     * Reads a frozen disk.
     *
     * @param live the disk, opened after the checkpoint was made
     * @param folder where the checkpoint saves blocks
     * @param saved the file of this disk's
     * @param stillThere throws if the checkpoint was given up
     */
    FrozenFiles(VirtualDisk live, StorageFolder folder, String saved, Runnable stillThere) {
        this.live = live;
        this.folder = folder;
        this.saved = saved;
        this.stillThere = stillThere;
    }

    /** Learns of the blocks that were saved by now. */
    private void follow() {
        if (log.isEmpty() && folder.find(saved).isPresent()) {
            StorageFile file = folder.open(saved, Access.READ);
            log = Optional.of(file);
            follower = Optional.of(new AppendLog.Follower(file));
        }
        follower.ifPresent(each ->
                each.read((kind, bytes, position) -> Preimages.blocks(bytes, position, live.sizeBytes(), blocks)));
        stillThere.run();
    }

    @Override
    public long sizeBytes() {
        return live.sizeBytes();
    }

    @Override
    public OptionalInt sectorBytes() {
        return live.sectorBytes();
    }

    @Override
    public synchronized void read(long offset, ByteBuffer into) {
        int start = into.position();
        int length = into.remaining();
        live.read(offset, into);
        follow();
        for (int block = BlockSet.first(offset); (long) block * BlockSet.BLOCK < offset + length; block++) {
            Long place = blocks.get(block);
            if (place != null) {
                long begin = (long) block * BlockSet.BLOCK;
                long from = Math.max(offset, begin);
                long to = Math.min(offset + length, begin + BlockSet.BLOCK);
                ByteBuffer part = into.duplicate();
                part.limit(start + (int) (to - offset)).position(start + (int) (from - offset));
                if (place == Preimages.ZERO) {
                    part.put(new byte[part.remaining()]);
                } else {
                    int unused = log.orElseThrow().read(place + (from - begin), part);
                }
            }
        }
    }

    @Override
    public synchronized void extents(long offset, long length, ExtentVisitor visitor) {
        RangeSet.Builder data = new RangeSet.Builder();
        live.extents(offset, length, (at, bytes, extent) -> {
            if (extent == Extent.DATA) {
                data.add(at, bytes);
            }
        });
        follow();
        // what was saved is data, or known to be zeros, which may be told as data, too
        blocks.forEach((block, place) -> {
            long begin = Math.max(offset, (long) block * BlockSet.BLOCK);
            long end = Math.min(Math.min(offset + length, sizeBytes()), (block + 1L) * BlockSet.BLOCK);
            if (begin < end && place != Preimages.ZERO) {
                data.add(begin, end - begin);
            }
        });
        long[] at = {offset};
        data.build().forEach((from, bytes) -> {
            if (from > at[0]) {
                visitor.visit(at[0], from - at[0], Extent.ZERO);
            }
            visitor.visit(from, bytes, Extent.DATA);
            at[0] = from + bytes;
        });
        if (at[0] < offset + length) {
            visitor.visit(at[0], offset + length - at[0], Extent.ZERO);
        }
    }

    @Override
    public RangeSet ownRanges() {
        return RangeSet.of(0, sizeBytes());
    }

    @Override
    public void write(long offset, ByteBuffer from) {
        throw readOnly();
    }

    @Override
    public void zero(long offset, long length) {
        throw readOnly();
    }

    private RuntimeException readOnly() {
        return MemoryStorage.failed("write to", folder.describe(), "it is frozen");
    }

    @Override
    public void flush() {
        // nothing was written
    }

    @Override
    public synchronized void close() {
        log.ifPresent(StorageFile::close);
        live.close();
    }
}
