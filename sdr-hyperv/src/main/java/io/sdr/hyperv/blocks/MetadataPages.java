package io.sdr.hyperv.blocks;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Tables of a file, cached in pages of 64 KiB: at most 128 that are as in the file, and those that were changed here. What was
 * changed is written by whoever knows the order ({@link #dirty}, {@link #settled}). Thread-safe.
 */
public final class MetadataPages {
    private static final int PAGE = 64 << 10;
    private static final int MOST_CLEAN = 128;

    private final ImageFile file;
    private final int sector;
    private final ByteOrder order;
    private final TreeMap<Long, ByteBuffer> changed = new TreeMap<>();
    private final TreeSet<Long> dirtySectors = new TreeSet<>();
    private final Map<Long, ByteBuffer> clean = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, ByteBuffer> eldest) {
            return size() > MOST_CLEAN;
        }
    };

    /** Caches tables of a file that are written in sectors of a given size, a divisor of 65536. */
    public MetadataPages(ImageFile file, int sector, ByteOrder order) {
        this.file = file;
        this.sector = sector;
        this.order = order;
    }

    private ByteBuffer page(long number) {
        ByteBuffer page = changed.get(number);
        if (page == null) {
            page = clean.get(number);
        }
        if (page == null) {
            page = load(number);
            clean.put(number, page);
        }
        return page;
    }

    private ByteBuffer load(long number) {
        ByteBuffer page = ByteBuffer.allocate(PAGE).order(order);
        long at = number * PAGE;
        int there = (int) Math.max(0, Math.min(PAGE, file.size() - at));
        file.read(at, page.limit(there));
        return page.clear();
    }

    private ByteBuffer pageToChange(long position) {
        long number = position / PAGE;
        ByteBuffer page = page(number);
        clean.remove(number);
        changed.put(number, page);
        dirtySectors.add(position / sector);
        return page;
    }

    public synchronized long getLong(long position) {
        return page(position / PAGE).getLong((int) (position % PAGE));
    }

    public synchronized int getInt(long position) {
        return page(position / PAGE).getInt((int) (position % PAGE));
    }

    public synchronized byte get(long position) {
        return page(position / PAGE).get((int) (position % PAGE));
    }

    public synchronized void putLong(long position, long value) {
        pageToChange(position).putLong((int) (position % PAGE), value);
    }

    public synchronized void putInt(long position, int value) {
        pageToChange(position).putInt((int) (position % PAGE), value);
    }

    public synchronized void put(long position, byte value) {
        pageToChange(position).put((int) (position % PAGE), value);
    }

    /** Sets a range of bytes to one value. */
    public synchronized void fill(long position, long length, byte value) {
        long at = position;
        long end = position + length;
        while (at < end) {
            ByteBuffer page = pageToChange(at);
            long stop = Math.min(end, (at / sector + 1) * sector);
            while (at < stop) {
                page.put((int) (at++ % PAGE), value);
            }
        }
    }

    /** Fills the buffer with what the tables are now, without caching more: for passing over large tables. */
    public synchronized void copy(long position, ByteBuffer into) {
        while (into.hasRemaining()) {
            long number = position / PAGE;
            int from = (int) (position % PAGE);
            int length = Math.min(PAGE - from, into.remaining());
            ByteBuffer page = changed.getOrDefault(number, clean.get(number));
            if (page != null) {
                into.put(into.position(), page, from, length);
                into.position(into.position() + length);
            } else {
                int limit = into.limit();
                file.read(position, into.limit(into.position() + length));
                into.limit(limit);
            }
            position += length;
        }
    }

    /** Takes in whole sectors that were written to the file, past this. */
    public synchronized void wrote(long position, byte[] bytes) {
        for (int done = 0; done < bytes.length; done += sector) {
            long at = position + done;
            ByteBuffer page = changed.getOrDefault(at / PAGE, clean.get(at / PAGE));
            if (page != null) {
                page.put((int) (at % PAGE), bytes, done, sector);
                dirtySectors.remove(at / sector);
            }
        }
    }

    /** Counts the sectors that were changed here. */
    public synchronized int dirtyCount() {
        return dirtySectors.size();
    }

    /** Gives the sectors that were changed here, by position, as copies. */
    public synchronized NavigableMap<Long, ByteBuffer> dirty() {
        TreeMap<Long, ByteBuffer> all = new TreeMap<>();
        for (long number : dirtySectors) {
            long at = number * sector;
            ByteBuffer copy = ByteBuffer.allocate(sector).order(order);
            copy.put(0, page(at / PAGE), (int) (at % PAGE), sector);
            all.put(at, copy);
        }
        return all;
    }

    /** Takes the file to hold what was changed here. */
    public synchronized void settled() {
        clean.putAll(changed);
        changed.clear();
        dirtySectors.clear();
    }
}
