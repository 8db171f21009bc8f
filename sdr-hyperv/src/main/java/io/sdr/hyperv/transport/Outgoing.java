package io.sdr.hyperv.transport;

import java.io.InputStream;
import java.util.Objects;

/**
 * A request on its way to another thread that sends it, which can be held back as long as none of it was taken: then surely nothing was
 * begun. Thread-safe.
 */
final class Outgoing extends InputStream {
    private final byte[] request;
    private int taken;
    private boolean heldBack;

    Outgoing(byte[] request) {
        this.request = request;
    }

    @Override
    public int read() {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public synchronized int read(byte[] into, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, into.length);
        int count = Math.min(length, available());
        System.arraycopy(request, taken, into, offset, count);
        taken += count;
        return count == 0 && length > 0 ? -1 : count;
    }

    @Override
    public synchronized int available() {
        return heldBack ? 0 : request.length - taken;
    }

    /** Lets nothing go that was not taken yet; true if nothing was taken. */
    synchronized boolean holdBack() {
        heldBack = true;
        return taken == 0;
    }
}
