package io.sdr.testkit;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** The bytes of a file in memory: pages of 64 KiB, absent ones read as zeros. Copies share pages until written. Not thread-safe. */
final class SparseContent {
    static final int PAGE = 64 * 1024;

    private final Map<Long, byte[]> pages;
    private final Set<Long> shared;
    private long size;

    SparseContent() {
        this.pages = new HashMap<>();
        this.shared = new HashSet<>();
    }

    private SparseContent(Map<Long, byte[]> pages, long size) {
        this.pages = new HashMap<>(pages);
        this.shared = new HashSet<>(pages.keySet());
        this.size = size;
    }

    SparseContent copy() {
        shared.addAll(pages.keySet());
        return new SparseContent(pages, size);
    }

    long size() {
        return size;
    }

    long allocatedBytes() {
        return (long) pages.size() * PAGE;
    }

    /** Tells how many bytes a write would newly allocate. */
    long growth(long position, int length) {
        if (length == 0) {
            return 0;
        }
        long count = 0;
        for (long page = position / PAGE; page <= (position + length - 1) / PAGE; page++) {
            if (!pages.containsKey(page)) {
                count++;
            }
        }
        return count * PAGE;
    }

    int read(long position, ByteBuffer into) {
        int total = (int) Math.min(into.remaining(), Math.max(0, size - position));
        int left = total;
        long at = position;
        while (left > 0) {
            int inPage = (int) (at % PAGE);
            int step = Math.min(left, PAGE - inPage);
            byte[] page = pages.get(at / PAGE);
            if (page == null) {
                into.put(new byte[step]);
            } else {
                into.put(page, inPage, step);
            }
            at += step;
            left -= step;
        }
        return total;
    }

    void write(long position, ByteBuffer from) {
        long at = position;
        while (from.hasRemaining()) {
            int inPage = (int) (at % PAGE);
            int step = Math.min(from.remaining(), PAGE - inPage);
            from.get(writable(at / PAGE), inPage, step);
            at += step;
        }
        size = Math.max(size, at);
    }

    void write(long position, byte[] from, int offset, int length) {
        write(position, ByteBuffer.wrap(from, offset, length));
    }

    void setSize(long newSize) {
        if (newSize < size) {
            long firstGone = (newSize + PAGE - 1) / PAGE;
            pages.keySet().removeIf(page -> page >= firstGone);
            shared.removeIf(page -> page >= firstGone);
            int tail = (int) (newSize % PAGE);
            if (tail > 0 && pages.containsKey(newSize / PAGE)) {
                byte[] last = writable(newSize / PAGE);
                Arrays.fill(last, tail, PAGE, (byte) 0);
            }
        }
        size = newSize;
    }

    private byte[] writable(long index) {
        byte[] page = pages.get(index);
        if (page == null) {
            page = new byte[PAGE];
            pages.put(index, page);
        } else if (shared.remove(index)) {
            page = page.clone();
            pages.put(index, page);
        }
        return page;
    }
}
