package io.sdr.core.format;

import io.sdr.api.spi.Access;
import io.sdr.api.spi.StorageFolder;
import java.util.TreeSet;

/**
 * The map of an open disk: what its blocks are now, and what its map file says they are. Looking is thread-safe; who changes
 * anything holds the disk's lock.
 */
final class DiskMap implements AutoCloseable {
    private final BlockMap now = new BlockMap();
    private final BlockMap recorded = new BlockMap();
    private final TreeSet<Long> touchedPages = new TreeSet<>();
    private final MapFile file;

    DiskMap(StorageFolder folder, String name, Access access) {
        this.file = MapFile.open(folder, name, access, recorded);
        recorded.forEachRun(0, file.header().blocks(), now::set);
    }

    MapHeader header() {
        return file.header();
    }

    BlockMap.Run run(long first, long end) {
        return now.run(first, end);
    }

    boolean isAll(long first, long end, int kind) {
        return now.isAll(first, end, kind);
    }

    void forEachRun(long first, long end, BlockMap.RunVisitor visitor) {
        now.forEachRun(first, end, visitor);
    }

    /** Says what blocks are now; the map file learns it from {@link #recordDifferences}. */
    void set(long first, long end, int kind) {
        now.set(first, end - first, kind);
        touch(first, end);
    }

    private void touch(long first, long end) {
        for (long page = first / BlockMap.PAGE_BLOCKS; page * BlockMap.PAGE_BLOCKS < end; page++) {
            touchedPages.add(page);
        }
    }

    boolean isRecorded(long first, long end) {
        return recorded.isAll(first, end, BlockMap.DATA);
    }

    /** Adds blocks to the map file before they hold anything; to be forced, and then {@link #believeAhead believed}. */
    void recordAhead(long first, long end) {
        recorded.forEachRun(first, end, (at, count, kind) -> {
            if (kind != BlockMap.DATA) {
                file.add(at, count, BlockMap.DATA);
            }
        });
    }

    /** Takes blocks as recorded, since what {@link #recordAhead} added of them was forced. */
    void believeAhead(long first, long end) {
        recorded.set(first, end - first, BlockMap.DATA);
        touch(first, end);
    }

    /**
     * Writes to the map file where it says other than what is now; not forced.
     *
     * @param keptFirst from here …
     * @param keptEnd … to before here what is recorded stays recorded
     * @return whether there was anything to write
     */
    boolean recordDifferences(long keptFirst, long keptEnd) {
        TreeSet<Long> stillDifferent = new TreeSet<>();
        boolean any = false;
        for (long page : touchedPages) {
            long first = page * BlockMap.PAGE_BLOCKS;
            long end = Math.min(first + BlockMap.PAGE_BLOCKS, file.header().blocks());
            any |= recordPart(first, Math.min(end, Math.max(first, keptFirst)));
            any |= recordPart(Math.max(first, Math.min(end, keptEnd)), end);
            if (Math.max(first, keptFirst) < Math.min(end, keptEnd)) {
                stillDifferent.add(page);
            }
        }
        file.write();
        touchedPages.clear();
        touchedPages.addAll(stillDifferent);
        return any;
    }

    private boolean recordPart(long first, long end) {
        boolean any = false;
        long at = first;
        while (at < end) {
            BlockMap.Run is = now.run(at, end);
            BlockMap.Run was = recorded.run(at, end);
            long until = Math.min(is.end(), was.end());
            if (is.kind() != was.kind()) {
                file.add(at, until - at, is.kind());
                recorded.set(at, until - at, is.kind());
                any = true;
            }
            at = until;
        }
        return any;
    }

    void force() {
        file.force();
    }

    void forceSeal() {
        file.forceSeal();
    }

    @Override
    public void close() {
        file.close();
    }
}
