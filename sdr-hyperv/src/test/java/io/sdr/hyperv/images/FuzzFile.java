package io.sdr.hyperv.images;

import io.sdr.api.spi.StorageFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;

/** An image in memory that is changed without copying it, counts what is read, and notes every read that is not inside it. */
final class FuzzFile implements StorageFile {
    private static final int PAGE = 4096;

    private final byte[] base;
    private final Map<Long, byte[]> changed = new HashMap<>();
    private long size;
    private long reads;
    private long readBytes;
    private long outside;

    FuzzFile(byte[] base) {
        this.base = base;
        this.size = base.length;
    }

    private static final class TooMuch extends AssertionError {
        private static final long serialVersionUID = 1L;

        TooMuch(String what) {
            super(what);
        }
    }

    long reads() {
        return reads;
    }

    long readBytes() {
        return readBytes;
    }

    long outside() {
        return outside;
    }

    void resetCounts() {
        reads = 0;
        readBytes = 0;
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public int read(long position, ByteBuffer into) {
        reads++;
        readBytes += into.remaining();
        if (reads > 60_000 || readBytes > 2L << 30) {
            throw new TooMuch(reads + " reads of " + readBytes + " bytes");
        }
        if (position < 0 || into.remaining() > size - position) {
            outside++;
        }
        int length = (int) Math.max(0, Math.min(into.remaining(), size - position));
        copy(position, length, into);
        return length;
    }

    private void copy(long position, int length, ByteBuffer into) {
        long end = position + length;
        for (long at = position; at < end; ) {
            int part = (int) Math.min(end - at, PAGE - at % PAGE);
            byte[] page = changed.get(at / PAGE);
            if (page != null) {
                into.put(page, (int) (at % PAGE), part);
            } else if (at < base.length) {
                part = (int) Math.min(part, base.length - at);
                if (changed.isEmpty()) {
                    part = (int) Math.min(end - at, base.length - at);
                }
                into.put(base, (int) at, part);
            } else {
                into.put(new byte[part]);
            }
            at += part;
        }
    }

    @Override
    public void write(long position, ByteBuffer from) {
        size = Math.max(size, position + from.remaining());
        long at = position;
        while (from.hasRemaining()) {
            int part = (int) Math.min(from.remaining(), PAGE - at % PAGE);
            from.get(page(at / PAGE), (int) (at % PAGE), part);
            at += part;
        }
    }

    private byte[] page(long number) {
        return changed.computeIfAbsent(number, absent -> {
            byte[] page = new byte[PAGE];
            long at = number * PAGE;
            if (at < base.length) {
                System.arraycopy(base, (int) at, page, 0, (int) Math.min(PAGE, base.length - at));
            }
            return page;
        });
    }

    /** Cuts or lengthens; what a cut leaves of pages is not seen again before it is overwritten. */
    @Override
    public void setSize(long newSize) {
        for (long at = newSize; at < size && at < newSize + (64 << 20); at = (at / PAGE + 1) * PAGE) {
            byte[] page = page(at / PAGE);
            java.util.Arrays.fill(page, (int) (at % PAGE), PAGE, (byte) 0);
        }
        size = newSize;
    }

    /** Gives bytes to change; not counted. */
    ByteBuffer get(long position, int length, ByteOrder order) {
        ByteBuffer bytes = ByteBuffer.allocate(length).order(order);
        if (position >= 0) {
            copy(position, (int) Math.max(0, Math.min(length, size - position)), bytes);
        }
        return bytes.clear();
    }

    @Override
    public void force() {}

    @Override
    public void close() {}
}
