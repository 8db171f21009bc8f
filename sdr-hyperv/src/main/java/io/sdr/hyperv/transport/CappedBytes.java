package io.sdr.hyperv.transport;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** Keeps the first bytes of a stream and counts the rest. Thread-safe. */
final class CappedBytes extends OutputStream {
    private static final int FIRST = 8 << 10;
    private static final int PIECE = 16 << 10;

    private final int limit;
    private byte[] kept;
    private int size;
    private boolean over;

    CappedBytes(int limit) {
        this.limit = limit;
        this.kept = new byte[Math.min(limit, FIRST)];
    }

    @Override
    public synchronized void write(int value) {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) {
        int room = Math.min(length, limit - size);
        over |= room < length;
        if (size + room > kept.length) {
            kept = java.util.Arrays.copyOf(kept, Math.min(limit, Math.max(2 * kept.length, size + room)));
        }
        System.arraycopy(bytes, offset, kept, size, room);
        size += room;
    }

    /** Tells whether more came than is kept. */
    synchronized boolean isOver() {
        return over;
    }

    synchronized byte[] toBytes() {
        return java.util.Arrays.copyOf(kept, size);
    }

    /** Reads a stream to its end, also past the limit. A stream that breaks counts as ended. */
    void drain(InputStream stream) {
        byte[] piece = new byte[PIECE];
        try (stream) {
            for (int read = stream.read(piece); read >= 0; read = stream.read(piece)) {
                write(piece, 0, read);
            }
        } catch (IOException broken) {
            // What was read so far is all there is; whether an answer is whole shows when it is parsed.
        }
    }
}
